/**
 * The composition IR: a small language over labelled values that every platform is lowered to (DESIGN §2).
 *
 * A composition is a control-flow graph of steps. `parallel`, `race` and `forEach` contain *frames*: regions that start with a copy of
 * the variables, whose assignments are not seen outside, and that end with `return`. `try` and `loop` contain *blocks*: regions that
 * share the variables of the frame they stand in and end by `next: null` (or leave the frame by `return`). A step may jump to any step
 * of its own region. The scope of a branch is therefore not syntactic: it ends at the branch's immediate post-dominator in the frame.
 *
 * Typing rules are given as `Γ ; pc ; Δ ⊢ p ⊣ Γ′ ; X`: Γ maps access paths to labels, pc is the label of control, Δ the authority of the
 * composition, X maps error names to labels. `ℓ(e)` is the join of the labels of the paths that e reads; `Σ(s)` the label of store s;
 * `Φ(f)` the signature of function f. Values have a label tree: `own` (existence, type, length), `rest` (all parts not listed), named
 * fields and one summary for all array elements.
 */
import type { CompositionId, FunctionId, StepId, StoreId } from './brand.ts';
import type { Expression, Path } from './expression.ts';
import type { LabelDeclaration, MarkName } from './label.ts';
import type { Span } from './span.ts';

export {
  FAILS_OPERATOR,
  LIST_OPERATOR,
  SEQUENCE_OPERATOR,
  type Expression,
  type ObjectField,
  type Path,
  type Segment,
} from './expression.ts';

/**
 * A limit that a platform lets users set. `default`: the platform's own applies, which is so large that only strict mode looks at what it holds up;
 * `dynamic`: computed at run time.
 */
export type Bound =
  | { readonly kind: 'none' }
  | { readonly kind: 'default'; readonly value: number }
  | { readonly kind: 'set'; readonly value: number }
  | { readonly kind: 'dynamic'; readonly from: Expression };

/** What a call names. `dynamic` and `unresolved` targets are kept, typed as the worst and noted: never dropped. */
export type CallTarget =
  | { readonly kind: 'function'; readonly id: FunctionId; readonly span: Span }
  | { readonly kind: 'composition'; readonly id: CompositionId; readonly span: Span }
  | { readonly kind: 'dynamic'; readonly from: Expression; readonly span: Span }
  | { readonly kind: 'unresolved'; readonly text: string; readonly reason: string; readonly span: Span };

/** What a read or write names; as {@link CallTarget}. */
export type StoreTarget =
  | { readonly kind: 'store'; readonly id: StoreId; readonly span: Span }
  | { readonly kind: 'dynamic'; readonly from: Expression; readonly span: Span }
  | { readonly kind: 'unresolved'; readonly text: string; readonly reason: string; readonly span: Span };

/** How a step asks another service to act; facts that rules look at and the type system does not. */
export interface EffectDescription {
  /** The operation in the platform's own words, e.g. `dynamodb:putItem`, `lambda:invoke`. */
  readonly operation: string;
  /** True when repeating the operation with the same argument leaves the same state; null when not known. */
  readonly idempotent: boolean | null;
  /** Limit in seconds on how long the step waits. */
  readonly timeoutSeconds: Bound;
  /** Heartbeat limit in seconds. */
  readonly heartbeatSeconds: Bound;
  /** The identity assumed for this step alone (cross-account role), null when the composition's own is used. */
  readonly credentials: Expression | null;
  /** Needs a caller that is trusted even without configuration (runs code, changes permissions, runs queries, ...). */
  readonly privileged: boolean;
}

interface StepBase {
  readonly id: StepId;
  /** The user's name of what this step comes from, e.g. the state's name. Several steps may share one. */
  readonly name: string;
  readonly span: Span;
}

/**
 * `target := value`.
 *
 * Γ′ = Γ[target ↦ tree(value) ⊔ pc]. Assigning a field raises `own` of the values above it by pc. Fields and known indexes are replaced, other segments joined.
 */
export interface AssignStep extends StepBase {
  readonly kind: 'assign';
  readonly target: Path;
  readonly value: Expression;
  readonly next: StepId | null;
}

/**
 * Asks a function or another composition for a result.
 *
 * ℓa = ℓ(argument). Effect on f: `pc ⊔ ℓa ⊑ Φ(f).accepts`. Result `Φ(f).out(ℓa) ⊔ pc`. X(any) ⊔= pc ⊔ ℓa ⊔ Φ(f).error; the payload carries
 * the same. A dynamic target: ℓ(from) is part of ℓa and must be trusted; an unresolved or dynamic one: result ⊤, marked `opaque`.
 * ℓa includes ℓ(credentials): who asks decides what comes back. A computed time limit is part of X.
 *
 * A composition is typed for the tree of its argument under pc. X(any) ⊔= pc ⊔ ℓa: starting it may be refused. In strict mode a refused start may have
 * started nothing, so the callee runs under pc ⊔ ℓa. Without `waits`, how the callee ends is not seen; that an error cut it short is a channel of strict mode.
 */
export interface CallStep extends StepBase {
  readonly kind: 'call';
  readonly target: CallTarget;
  readonly argument: Expression;
  readonly result: Path | null;
  /** False when the call only starts the work and does not wait for its result (fire and forget). */
  readonly waits: boolean;
  readonly effect: EffectDescription;
  readonly next: StepId | null;
}

/**
 * Result `Σ(s) ⊔ ℓ(key) ⊔ pc`. X(any) ⊔= pc ⊔ ℓ(key) ⊔ Σ(s). An undeclared store holds the join of all that is written to it. Here and in writes ℓ(key)
 * includes ℓ(from) of a dynamic store and ℓ(credentials).
 */
export interface ReadStep extends StepBase {
  readonly kind: 'read';
  readonly store: StoreTarget;
  readonly key: Expression;
  readonly result: Path | null;
  readonly effect: EffectDescription;
  readonly next: StepId | null;
}

/**
 * Effect `pc ⊔ ℓ(value) ⊔ ℓ(key) ⊑ Σ(s)`, also on the key's existence. The service's answer (an id, a status) carries `pc ⊔ ℓ(key) ⊔ ℓ(value)`.
 * X(any) ⊔= pc ⊔ ℓ(key) ⊔ ℓ(value): a plain write fails because of what is asked, not of what is held. A front end lowers a conditional write to a
 * read of the store followed by the write with what was read in its key.
 *
 * What a store triggers starts under the join of pc ⊔ ℓ(key) of all writes to it (in strict mode ⊔ ℓ(value), for which a write may be refused): that there
 * is a message at all tells what decided to send it.
 */
export interface WriteStep extends StepBase {
  readonly kind: 'write';
  readonly store: StoreTarget;
  readonly key: Expression;
  readonly value: Expression;
  readonly result: Path | null;
  readonly effect: EffectDescription;
  readonly next: StepId | null;
}

/**
 * Waits. `callback` and `event` deliver data from outside: result `Σ(channel) ⊔ pc`, where Σ(channel) has the declared confidentiality and the
 * integrity of whoever can resume; X(any) ⊔= pc ⊔ Σ(channel). `timer`: no result; in strict mode ℓ(duration) is joined to what follows.
 */
export interface AwaitStep extends StepBase {
  readonly kind: 'await';
  readonly source:
    | { readonly kind: 'callback'; readonly channel: StoreId }
    | { readonly kind: 'event'; readonly channel: StoreId }
    | { readonly kind: 'timer'; readonly duration: Expression };
  readonly result: Path | null;
  readonly timeoutSeconds: Bound;
  readonly heartbeatSeconds: Bound;
  readonly next: StepId | null;
}

/**
 * `declassify` lowers confidentiality (and region, tenant), `endorse` lowers integrity, of the argument to `to` on the axes `to` names.
 *
 * Needs: `by` named in Δ under `authority`; robustness `I(pc) ⊔ I(ℓ(argument)) ⊑` the integrity the authority trusts; `ℓ(argument) ⊑ from` on
 * those axes. Result: ℓ(argument) ⊔ pc with those axes replaced, pc joined again. X as for `call`.
 */
export interface ReleaseStep extends StepBase {
  readonly kind: 'declassify' | 'endorse';
  readonly by: FunctionId;
  readonly authority: string;
  readonly from: LabelDeclaration;
  readonly to: LabelDeclaration;
  readonly argument: Expression;
  readonly result: Path | null;
  readonly next: StepId | null;
}

/**
 * Tests the guards in order and jumps to the first that is truthy, else to `otherwise` (null: the region ends here).
 *
 * Arm i runs under `pc ⊔ ℓ(g₀) ⊔ … ⊔ ℓ(gᵢ)`, `otherwise` under all of them, until the branch's immediate post-dominator; there everything that was
 * assigned on any way is raised by the guards.
 */
export interface BranchStep extends StepBase {
  readonly kind: 'branch';
  readonly arms: readonly BranchArm[];
  readonly otherwise: StepId | null;
}

export interface BranchArm {
  readonly guard: Expression;
  readonly next: StepId;
  readonly span: Span;
}

/** `while` (`test: 'before'`) or `do … while` (`'after'`) over a block. Body under `pc ⊔ ℓ(guard) ⊔ ℓ(rounds)`; least fixpoint. */
export interface LoopStep extends StepBase {
  readonly kind: 'loop';
  readonly guard: Expression;
  readonly test: 'before' | 'after';
  readonly body: Region;
  /** Limit on the number of rounds. */
  readonly rounds: Bound;
  readonly next: StepId | null;
}

/**
 * Runs the frame once per element; the results are collected in order into an array.
 *
 * Body under `pc ⊔ own(items)`; `item ↦ element(items)`, `index ↦ own(items)`. Result: element = join of the returned trees, own = own(items) ⊔ pc.
 * With `tolerates`, an iteration's error becomes an element and X of the body is joined to the result's elements; without, X of the body is X of the step.
 * Iterations are analysed to a fixpoint over the stores they write. A computed concurrency decides how long the step takes. When a limit is set on
 * how many run at once, those that follow also run under X of the body; that a failing iteration cancels others at its side is a channel of strict mode.
 */
export interface ForEachStep extends StepBase {
  readonly kind: 'forEach';
  readonly items: Expression;
  readonly item: string;
  readonly index: string | null;
  readonly body: Region;
  readonly result: Path | null;
  /** How many iterations may run at once. */
  readonly concurrency: Bound;
  readonly tolerates: boolean;
  readonly next: StepId | null;
}

/** Runs all frames under the same Γ and pc; the result is the array of their results. X is the join of the frames'. In strict mode a failing arm's X is joined to its siblings' effects. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly arms: readonly Region[];
  readonly result: Path | null;
  readonly next: StepId | null;
}

/**
 * Runs all frames; the result is that of the first to end, and the others still run on unless strict mode asks for cancellation.
 *
 * The winner is a guard: the result is raised by the join of everything that decides how long any arm takes: its guards, lengths,
 * arguments of calls, keys, awaited channels, durations.
 */
export interface RaceStep extends StepBase {
  readonly kind: 'race';
  readonly arms: readonly Region[];
  readonly result: Path | null;
  readonly next: StepId | null;
}

/**
 * Runs a block; errors raised in it are first offered to `retry`, then to `handlers`, in order, else they leave the block.
 *
 * A handler runs under `pc ⊔ X(errors it may catch)` with every Γ that held where such an error may be raised joined; its variable gets the
 * payload. A retried block is a loop whose guard is X ⊔ ℓ(attempts); the result of a call or release in it is not raised by its own failure alone, since
 * the same question is asked again.
 *
 * In the default mode a failure that a handler, or an arm under `FAILS_OPERATOR`, leads over assignments at most to a `raise` is only reported: where
 * nobody outside acts on failures it is termination, as if it were not caught. A handler that an explicit `raise` may reach is no mere report.
 */
export interface TryStep extends StepBase {
  readonly kind: 'try';
  readonly body: Region;
  readonly retry: readonly RetryPolicy[];
  readonly handlers: readonly Handler[];
  readonly next: StepId | null;
}

/** Which errors a policy or handler is for. */
export type ErrorPattern = { readonly kind: 'any' } | { readonly kind: 'names'; readonly names: readonly string[] };

export interface RetryPolicy {
  readonly errors: ErrorPattern;
  /** How often the block is run again. */
  readonly attempts: Bound;
  readonly span: Span;
}

export interface Handler {
  readonly errors: ErrorPattern;
  /** Gets `{Error, Cause}`; null when the handler does not look at it. */
  readonly binds: Path | null;
  readonly next: StepId | null;
  readonly span: Span;
}

/**
 * Raises a named error. X(error) ⊔= pc ⊔ ℓ(error); the payload `{Error, Cause}` carries the labels of both expressions. A computed name may match every
 * handler. One that leaves the composition at the top is an effect on its result: who started it is told. Other failures are in strict mode.
 */
export interface RaiseStep extends StepBase {
  readonly kind: 'raise';
  readonly error: Expression;
  readonly cause: Expression | null;
}

/** Ends the frame with a value. The frame's result is joined with `tree(value) ⊔ pc`. At the top it is an effect on the composition's result. */
export interface ReturnStep extends StepBase {
  readonly kind: 'return';
  readonly value: Expression;
}

/** Something that cannot be modelled: reads `reads` (all of Γ when empty), may assign `writes`: ⊤, marked `opaque`; X(any) ⊔= ⊤. */
export interface OpaqueStep extends StepBase {
  readonly kind: 'opaque';
  readonly reads: readonly Expression[];
  readonly writes: readonly Path[];
  readonly reason: string;
  readonly next: StepId | null;
}

export type Step =
  | AssignStep
  | CallStep
  | ReadStep
  | WriteStep
  | AwaitStep
  | ReleaseStep
  | BranchStep
  | LoopStep
  | ForEachStep
  | ParallelStep
  | RaceStep
  | TryStep
  | RaiseStep
  | ReturnStep
  | OpaqueStep;

export type StepKind = Step['kind'];

/**
 * A control-flow graph. `next: null` on its steps means that the region ends there: a block goes on after the step that holds it, a frame
 * ends with null as its result.
 */
export interface Region {
  readonly entry: StepId;
  readonly steps: readonly Step[];
}

/**
 * A record of the execution itself that someone can read: execution history, a log with or without data.
 *
 * Effect of every step on it, and of the start: `pc ⊑ Σ(store)`; with data also what the step takes and gives; X where a failure can be caught (one that
 * nobody catches ends the record, which is a channel of strict mode), with data also the payload. Steps that cannot fail are not in a journal of errors.
 */
export interface Journal {
  readonly store: StoreId;
  /** True when inputs and outputs of steps are written, not only names and times. */
  readonly includesData: boolean;
  /** Which events are kept. */
  readonly level: 'all' | 'error' | 'fatal';
  readonly span: Span;
}

/** How often the platform may run one execution for one start. */
export type Delivery = 'exactly-once' | 'at-least-once' | 'at-most-once';

/** A use of a construct that is not fully modelled, with what was done instead. */
export interface FeatureUse {
  /** Id in the platform's `features.ts`. */
  readonly feature: string;
  readonly support: 'approximated' | 'refused';
  readonly note: string;
  readonly span: Span;
}

export interface Composition {
  readonly id: CompositionId;
  readonly name: string;
  /** Folder name below `analyzer/platforms/`. */
  readonly platform: string;
  readonly span: Span;
  /** The file that declares it, where that is another one than its definition's: the template that deploys it. */
  readonly declaredIn?: string;
  /** The variable that holds the input when the composition starts. */
  readonly input: string;
  readonly body: Region;
  readonly delivery: Delivery;
  readonly journals: readonly Journal[];
  /** Limit in seconds on one execution. */
  readonly timeoutSeconds: Bound;
  readonly features: readonly FeatureUse[];
  /** Number of the user's own units (states, steps) for coverage. */
  readonly unitCount: number;
}

/** Marks that a front end may put on a `source` expression. */
export type SourceMark = Extract<MarkName, 'token' | 'error' | 'opaque' | 'credential'>;
