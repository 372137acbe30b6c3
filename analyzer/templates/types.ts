/** What infrastructure templates (CloudFormation, SAM, Serverless Framework) say, in one shape. Platform-neutral: no IR here. */
import type { Authentication, LiteralSecret, Trigger } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import type { DataNode, MapNode } from '../source/types.ts';

/** A resource of a template. SAM and Serverless resources are given their CloudFormation type (`AWS::Lambda::Function`, …). */
export interface TemplateResource {
  readonly file: string;
  readonly logicalId: string;
  /** CloudFormation resource type; SAM's `AWS::Serverless::Function` becomes `AWS::Lambda::Function`, and so on. */
  readonly type: string;
  /** The type as written, e.g. `AWS::Serverless::Function`, `functions` for Serverless Framework. */
  readonly writtenType: string;
  readonly properties: MapNode | null;
  /** Physical name if it is a literal (or can be built from literals), else null. */
  readonly physicalName: string | null;
  /** Names of environment variables, never values. */
  readonly environmentNames: readonly string[];
  readonly span: Span;
}

/** What a `${…}` placeholder in a definition (or a Ref, GetAtt) stands for. Identity is kept: a target is not turned into text. */
export type PlaceholderTarget =
  | { readonly kind: 'resource'; readonly resource: TemplateResource; readonly attribute: string | null }
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span }
  /** Text that still has placeholders in it, e.g. `arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:x`. */
  | { readonly kind: 'composed'; readonly text: string; readonly span: Span }
  /** A template parameter, with its default when it has one. */
  | { readonly kind: 'parameter'; readonly name: string; readonly defaultText: string | null; readonly span: Span }
  /** `AWS::Region` and the like. */
  | { readonly kind: 'pseudo'; readonly name: string }
  /** Imported from another stack. */
  | { readonly kind: 'import'; readonly name: string; readonly span: Span }
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string };

/** Where execution data is logged. */
export interface WorkflowLogging {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includesData: boolean;
  /** Log group: a resource, or its text. */
  readonly destination: PlaceholderTarget | null;
  readonly span: Span;
}

/** A state machine found in a template or standing alone. */
export interface WorkflowDefinition {
  readonly file: string;
  /** Logical id, or the file's name for a definition that stands alone. */
  readonly logicalId: string;
  readonly name: string;
  readonly kind: 'standard' | 'express' | 'unknown';
  /** The state machine itself (the map with `StartAt` and `States`), positions in the user's files. Null when it cannot be had (see `diagnostics`). */
  readonly definition: MapNode | null;
  /** Resolves the name between `${` and `}` in the definition's strings. */
  resolve(name: string): PlaceholderTarget;
  readonly logging: WorkflowLogging | null;
  readonly resource: TemplateResource | null;
  readonly span: Span;
}

export interface TemplateTrigger {
  readonly target: TemplateResource;
  readonly kind: Trigger['kind'];
  readonly authentication: Authentication;
  /** The queue, topic, bucket, bus or table it listens to; null for direct calls or when unknown. */
  readonly from: PlaceholderTarget | null;
  readonly span: Span;
}

/** All that the templates and stand-alone definitions of one workspace say. */
export interface TemplateModel {
  readonly resources: readonly TemplateResource[];
  /** Definitions in templates, then those that stand alone and that no template refers to; sorted by file and position. */
  readonly workflows: readonly WorkflowDefinition[];
  readonly triggers: readonly TemplateTrigger[];
  readonly literalSecrets: readonly LiteralSecret[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read as (part of) a template or definition, with the number of state machines in each. */
  readonly files: readonly {
    readonly file: string;
    readonly kind: 'template' | 'definition';
    readonly workflows: number;
  }[];
}

export type { DataNode };
