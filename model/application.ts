import type { CompositionId, FunctionId, StoreId } from './brand.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Composition } from './ir.ts';
import type { Span } from './span.ts';

/** What kind of place a store is; decides default labels and how messages speak of it. */
export type StoreKind =
  | 'table'
  | 'bucket'
  | 'queue'
  | 'topic'
  | 'bus'
  | 'stream'
  | 'log'
  | 'history'
  | 'secret'
  | 'parameter'
  | 'endpoint'
  | 'channel'
  | 'service';

/** A place that keeps or shows data. */
export interface StoreDeclaration {
  readonly id: StoreId;
  readonly kind: StoreKind;
  /** The name users know it by: resource name, else logical id, else what the workflow says. */
  readonly name: string;
  /** Other names the same place goes by (logical id, physical name, ARN); configuration patterns match any of them. */
  readonly aliases: readonly string[];
  readonly platform: string;
  /** Anyone outside the organisation can read it, as far as the definition says; null when not known. */
  readonly isPublic: boolean | null;
  /** In another account than the composition's, as far as the definition says. */
  readonly isForeign: boolean;
  /** Where it is declared, or first used when no declaration was found. */
  readonly span: Span;
}

/** A function that a composition may call. */
export interface FunctionDeclaration {
  readonly id: FunctionId;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly platform: string;
  /** `user`: code of this application. `service`: an operation of the provider, whose signature comes from a model file. `activity`: a worker that polls. */
  readonly kind: 'user' | 'service' | 'activity' | 'external';
  readonly isForeign: boolean;
  /** Names of its environment variables (never their values). */
  readonly environmentNames: readonly string[];
  readonly span: Span;
}

/** How callers of an entry are authenticated. */
export type Authentication = 'none' | 'authenticated' | 'internal' | 'unknown';

/** Something that starts a composition or a function. */
export interface Trigger {
  readonly target:
    | { readonly kind: 'composition'; readonly id: CompositionId }
    | { readonly kind: 'function'; readonly id: FunctionId };
  readonly kind:
    | 'http'
    | 'function-url'
    | 'schedule'
    | 'event'
    | 'storage'
    | 'queue'
    | 'topic'
    | 'iot'
    | 'stream'
    | 'manual'
    | 'other';
  readonly authentication: Authentication;
  /** The store whose content arrives as input (queue, topic, bucket, bus), null for direct calls. */
  readonly from: StoreId | null;
  readonly span: Span;
}

/** A literal in a definition that looks like a secret. The value itself is never kept. */
export interface LiteralSecret {
  /** What kind, e.g. `AWS access key id`. */
  readonly kind: string;
  /** First and last characters at most, the rest masked. */
  readonly masked: string;
  readonly span: Span;
}

/** One file's contribution to coverage. */
export interface FileCoverage {
  readonly file: string;
  readonly platform: string;
  readonly state: 'analysed' | 'partial' | 'refused';
  readonly units: number;
}

/** All compositions of one repository, linked across files and platforms. Ids that compositions use are all declared here. */
export interface Application {
  readonly compositions: readonly Composition[];
  readonly functions: readonly FunctionDeclaration[];
  readonly stores: readonly StoreDeclaration[];
  readonly triggers: readonly Trigger[];
  readonly literalSecrets: readonly LiteralSecret[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: readonly FileCoverage[];
}
