/**
 * The data tables beside the policies of a bundle, `data.weir`. The contract (derived from checked compositions) and the fleet's facts are looked up by key,
 * so that the cost of a decision does not grow with their number.
 */
import type { LabelDescription } from './label.ts';

/** Above which levels a level is, and what two levels join to: the compiled lattice as look-ups. */
export interface LevelTable {
  /** From a level to every level that it may flow to, itself included. */
  readonly flowsTo: Readonly<Record<string, Readonly<Record<string, true>>>>;
  /** `join[a][b]`. */
  readonly join: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly bottom: string;
  readonly top: string;
}

/** What the contract says about one function. A null limit is no limit; an absent function is not part of the contract. */
export interface FunctionContract {
  readonly tenant: string | null;
  /** The most that may be sent to it. */
  readonly accepts: LabelDescription;
  /** Callers by id; `*` admits every authenticated caller, `anonymous` everyone. */
  readonly callers: Readonly<Record<string, true>>;
  /** Digests that were checked, as deployed; null when none is pinned. */
  readonly digests: Readonly<Record<string, true>> | null;
  readonly versions: Readonly<Record<string, true>> | null;
  readonly memoryLimitBytesMax: number | null;
  readonly timeoutMsMax: number | null;
  readonly invocationsPerMinuteMax: number | null;
  /** Nodes by id that may run it; null for every node whose clearance suffices. */
  readonly nodes: Readonly<Record<string, true>> | null;
  /** Fields of the body that callers other than the owner's tenant get masked, as JSON Pointers. */
  readonly maskedFields: readonly string[];
  /** Seconds since the caller proved who it is; null for no limit. */
  readonly reauthenticateAfterSeconds: number | null;
}

/** Allowed calls of one composition: from step (or `^` for the start) to function to the edge's bound. */
export interface CompositionContract {
  readonly edges: Readonly<
    Record<string, Readonly<Record<string, { readonly accepts: LabelDescription; readonly step: string }>>>
  >;
  readonly depthMax: number;
}

export interface NodeFacts {
  readonly region: string | null;
  /** The most that may be on it. */
  readonly clearance: LabelDescription;
  readonly tenants: Readonly<Record<string, true>> | null;
}

/** A written exception for emergencies. */
export interface BreakGlassGrant {
  readonly by: string;
  readonly reason: string;
  readonly functions: Readonly<Record<string, true>>;
  /** Ids of promises that it sets aside. */
  readonly setsAside: Readonly<Record<string, true>>;
  readonly expiresAtMs: number;
}

/** `data.weir`. */
export interface PolicyData {
  readonly schema: 'weir.data/1';
  readonly lattice: { readonly confidentiality: LevelTable; readonly integrity: LevelTable };
  readonly functions: Readonly<Record<string, FunctionContract>>;
  readonly compositions: Readonly<Record<string, CompositionContract>>;
  readonly nodes: Readonly<Record<string, NodeFacts>>;
  readonly breakGlass: Readonly<Record<string, BreakGlassGrant>>;
  readonly limits: {
    /** What a point does when its bundle is older: policies read it through `input.weir.policy.isStale`. */
    readonly denyWhenStale: boolean;
    readonly denyWhenBlind: boolean;
  };
}
