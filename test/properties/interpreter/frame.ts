import type { Bound, Composition, Handler, TryStep } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';

/** Name of the constant that stands for what a step that is not modelled may bring in. */
export const hiddenName = (step: string): string => `hidden ${step}`;

/** Steps of one execution; one that takes more is taken to run without end. */
export const FUEL = 300;
/** Steps of a run with all the executions that it starts. */
export const STEPS_MAX = 3_000;
export const CALL_DEPTH_MAX = 12;
/** Messages that one run hands on. */
export const DELIVERIES_MAX = 12;

/** An error on its way; `explicit` ones come from `raise`. */
export class Raised extends Error {
  override readonly name = 'Raised';
  readonly error: JsonValue;
  readonly cause_: JsonValue;
  readonly isExplicit: boolean;

  constructor(error: JsonValue, cause: JsonValue, isExplicit: boolean) {
    super('raised');
    this.error = error;
    this.cause_ = cause;
    this.isExplicit = isExplicit;
  }
}

/** Ends the run; nobody can catch it. */
export class Stop extends Error {
  override readonly name = 'Stop';
}

/** An execution that goes on without end. */
export class Diverged extends Stop {}

/** Leaves the frame with a value. */
export class Return extends Error {
  override readonly name = 'Return';
  readonly value: JsonValue;

  constructor(value: JsonValue) {
    super('return');
    this.value = value;
  }
}

export interface Frame {
  readonly variables: Map<string, JsonValue>;
  readonly composition: Composition;
  /** Somebody around may catch what leaves here. */
  readonly isCaught: boolean;
  readonly depth: number;
  /** Time units that the frame has used. */
  time: number;
  /** How often each step of the frame has run; a function may answer differently each time. */
  readonly runs: Map<string, number>;
  /** The number of the run of the step that holds the frame. */
  readonly base: number;
  /** The number of the run of the step that runs now. */
  attempt: number;
  /** A failure led here, and nothing was done since that others see. */
  isReporting: boolean;
  /** In strict mode, no effect is seen after this time. */
  readonly deadline: number;
}

/** Whether a handler is for an error. */
export function catches(handler: Handler, thrown: Raised): boolean {
  return handler.errors.kind === 'any' || handler.errors.names.some((name) => name === thrown.error);
}

/** Whether a policy runs the block again; counts the attempt. */
export function mayRetry(
  step: TryStep,
  thrown: Raised,
  counts: { readonly attempts: number[]; readonly limitOf: (bound: Bound) => number | null },
): boolean {
  const { attempts } = counts;
  const at = step.retry.findIndex(
    (policy) => policy.errors.kind === 'any' || policy.errors.names.some((name) => name === thrown.error),
  );
  const policy = step.retry[at];
  if (policy === undefined || (attempts[at] ?? 0) >= (counts.limitOf(policy.attempts) ?? 1)) return false;
  attempts[at] = (attempts[at] ?? 0) + 1;
  return true;
}
