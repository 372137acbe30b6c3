import type { InstancePool } from './instance-pool.ts';
import { isOutOfMemory, type PolicyTemplate } from './instance.ts';
import type { EngineLimits } from './options.ts';
import { textOfThrown } from './refusal.ts';
import type { Evaluation } from './types.ts';
import { readValue } from './value/read-value.ts';
import { RegoObject, RegoSet } from './value/rego-value.ts';
import { toJson } from './value/write-value.ts';

/** What came of an evaluation, without its time. */
export type Outcome =
  | { readonly kind: 'result'; readonly value: Extract<Evaluation, { kind: 'result' }>['value'] }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'thrown' | 'trapped'; readonly detail: string };

/** What evaluations of one policy take place in. */
export interface EvaluationParts {
  readonly template: PolicyTemplate;
  readonly pool: InstancePool;
  readonly limits: EngineLimits;
}

/** One evaluation of a known entry point with an input that is JSON. */
export interface Run {
  readonly entrypoint: string;
  readonly inputText: string;
  readonly nowMs: number;
  readonly tenant: string;
}

const NS_PER_MS = 1_000_000;

/** Nanoseconds of a clock in milliseconds; fractions below a nanosecond are dropped. */
const nanosecondsOf = (milliseconds: number): bigint =>
  BigInt(Math.trunc(milliseconds)) * BigInt(NS_PER_MS) + BigInt(Math.trunc((milliseconds % 1) * NS_PER_MS));

/** Evaluates in the tenant's instance and sees to it that a broken or outgrown one is not used again. Never throws. */
export function runEvaluation({ template, pool, limits }: EvaluationParts, run: Run): Outcome {
  try {
    const entrypoint = template.entrypoints.get(run.entrypoint);
    if (entrypoint === undefined) return { kind: 'thrown', detail: 'ENG012: the entry point does not exist' };
    if (!Number.isFinite(run.nowMs)) return { kind: 'thrown', detail: 'the clock of the request is no number' };
    const instance = pool.of(run.tenant);
    const printed = instance.evaluate(entrypoint, run.inputText, nanosecondsOf(run.nowMs));
    pool.trim(run.tenant, instance);
    if (printed.length > limits.resultBytesMax)
      return { kind: 'thrown', detail: 'the result is larger than the limit' };
    return resultOf(printed);
  } catch (error) {
    pool.discardBroken(run.tenant);
    return failureOf(error);
  }
}

/** Reads the set of results: none, or one object with the member `result`. */
function resultOf(printed: string): Outcome {
  const results = readValue(printed);
  if (!(results instanceof RegoSet))
    return { kind: 'thrown', detail: 'the policy answered with something that is no set of results' };
  const [first] = results.items;
  if (first === undefined) return { kind: 'undefined' };
  const value = first instanceof RegoObject ? first.get('result') : undefined;
  if (value === undefined || results.items.length !== 1) {
    return { kind: 'thrown', detail: 'the policy answered with more than one result' };
  }
  return { kind: 'result', value: toJson(value) };
}

function failureOf(error: unknown): Outcome {
  const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError || isOutOfMemory(error);
  return { kind: isTrap ? 'trapped' : 'thrown', detail: textOfThrown(error) };
}
