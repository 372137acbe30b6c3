import type { CompositionId, FunctionId, StepId, StoreId } from './brand.ts';
import type { Axis, LabelDescription } from './label.ts';
import type { LabelOrigin } from './labelling.ts';
import type { Span } from './span.ts';

/** The promise a verdict is about. The four axes: what is sent may be there. The others have a meaning of their own. */
export type Promise =
  | Axis
  /** A callback token reaches only those who may resume the execution. */
  | 'token'
  /** Data (or control) passed a required function. */
  | 'must-pass'
  /** Whoever chooses the target of a dynamic call is trusted. */
  | 'dynamic-target'
  /** A privileged operation is neither fed nor steered by untrusted data. */
  | 'privileged'
  /** A release is allowed: authority. */
  | 'authority'
  /** A release is robust: untrusted data decides neither what nor whether. */
  | 'robustness'
  /** A release takes in no more than it may. */
  | 'release-input'
  /** Error detail (payload of a caught or raised error) stays inside. */
  | 'error-detail';

/** Violated (with witnesses), satisfied, does not apply here, or cannot be decided before run time (with the reason). */
export type VerdictOutcome = 'violated' | 'satisfied' | 'not-applicable' | 'undecided';

/** One hop of a witness path. */
export interface Hop {
  readonly span: Span;
  readonly composition: CompositionId;
  readonly step: StepId | null;
  /** The user's name for the place, e.g. the state's name. */
  readonly name: string;
  /** What happened: `source`, an IR construct, or how control carried the label. */
  readonly construct:
    | 'source'
    | 'assign'
    | 'call'
    | 'read'
    | 'write'
    | 'await'
    | 'declassify'
    | 'endorse'
    | 'guard'
    | 'merge'
    | 'error'
    | 'handler'
    | 'retry'
    | 'item'
    | 'collect'
    | 'race'
    | 'return'
    | 'enter'
    | 'opaque'
    | 'trigger'
    | 'sink';
  /** Whether the label came by data or by control (implicit flow). */
  readonly by: 'data' | 'control';
  readonly labelBefore: LabelDescription;
  readonly labelAfter: LabelDescription;
  /** One sentence, e.g. "`$.ssn` is read by Parameters". */
  readonly why: string;
}

/** The shortest path from one source that contributes to a violation to the sink: the first hop is the source, the last the sink. */
export interface Witness {
  readonly source: { readonly description: string; readonly origin: LabelOrigin; readonly span: Span };
  readonly hops: readonly Hop[];
  /** `implicit` when control carries the label on some hop. */
  readonly flow: 'explicit' | 'implicit';
  /** False when the source is only a construct that is not modelled or a function that is assumed: then nothing is proved. */
  readonly isDefinite: boolean;
}

/** What an effect reaches. */
export interface SinkDescription {
  readonly kind: 'function' | 'composition' | 'store' | 'result' | 'journal' | 'unknown';
  readonly id: FunctionId | CompositionId | StoreId | null;
  readonly name: string;
  readonly origin: LabelOrigin;
}

/** The answer to one question at one place: does this effect keep this promise? */
export interface Verdict {
  readonly promise: Promise;
  readonly outcome: VerdictOutcome;
  /** Why it is undecided or not applicable; empty otherwise. */
  readonly reason: string;
  readonly composition: CompositionId;
  readonly step: StepId;
  readonly stepName: string;
  readonly span: Span;
  readonly sink: SinkDescription;
  readonly label: LabelDescription;
  readonly bound: LabelDescription;
  /** One for each source that contributes: proved ones first, then those by data, then the shortest; empty unless violated or undecided. */
  readonly witnesses: readonly Witness[];
}

/** Labels the checker computed at a step, joined over all contexts; for reports, contracts and tests. */
export interface StepTyping {
  readonly composition: CompositionId;
  readonly step: StepId;
  /** False when no execution reaches the step. */
  readonly isReachable: boolean;
  readonly control: LabelDescription;
  /** Everything the step reads: argument, guard, key, value. */
  readonly input: LabelDescription;
  /** What it produces: result, assigned value, returned value. */
  readonly output: LabelDescription;
}
