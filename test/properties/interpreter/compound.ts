import type { Bound, Expression, Path, Region, Step, TryStep } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import { catches, Diverged, mayRetry, Raised, Stop, type Frame } from './frame.ts';
import type { Recorder } from './record.ts';
import type { Reports } from './reports.ts';
import { isTruthy, pick } from './values.ts';

/** What steps that hold regions need of the interpreter. */
interface Machine {
  readonly record: Recorder;
  readonly reports: Reports;
  readonly strict: boolean;
  readonly value: (expression: Expression, frame: Frame) => JsonValue;
  readonly assign: (path: Path | null, value: JsonValue, frame: Frame) => void;
  readonly runFrame: (region: Region, frame: Frame) => JsonValue;
  readonly runRegion: (region: Region, frame: Frame) => void;
  readonly burn: () => void;
  readonly apart: <Value>(run: () => Value) => Value | Diverged;
}

/** Steps that hold regions. Each gives the step that follows. */
export class Compound {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  loop(step: Extract<Step, { kind: 'loop' }>, frame: Frame): string | null {
    for (let rounds = 0; ; rounds++) {
      if (!(rounds === 0 && step.test === 'after')) {
        const goesOn = isTruthy(this.#machine.value(step.guard, frame));
        this.#machine.record.decisions.push(`${step.id}>${goesOn ? 'body' : 'out'}`);
        if (!goesOn) return step.next;
        const limit = this.#limit(step.rounds, frame);
        if (limit !== null && rounds >= limit) return step.next;
      }
      this.#machine.burn();
      this.#machine.runRegion(step.body, frame);
    }
  }

  /** A limit as a small number; null when there is none. */
  #limit(bound: Bound, frame: Frame): number | null {
    if (bound.kind === 'set') return bound.value;
    return bound.kind === 'dynamic' ? pick(this.#machine.value(bound.from, frame), 3) : null;
  }

  /** How many iterations run at once. Without a limit, strict mode takes the worst: each may be cancelled by the one before. */
  #concurrency(bound: Bound, frame: Frame): number {
    if (bound.kind === 'dynamic') return pick(this.#machine.value(bound.from, frame), 3) + 1;
    if (bound.kind === 'set') return bound.value;
    return this.#machine.strict ? 1 : Number.POSITIVE_INFINITY;
  }

  #inner(frame: Frame, more: Partial<Pick<Frame, 'isCaught' | 'deadline'>> = {}): Frame {
    const own = {
      variables: new Map(frame.variables),
      runs: new Map<string, number>(),
      base: frame.attempt,
      time: 0,
      isReporting: false,
    };
    return { ...frame, ...own, deadline: frame.deadline - frame.time, ...more };
  }

  forEach(step: Extract<Step, { kind: 'forEach' }>, frame: Frame): string | null {
    const items = this.#machine.value(step.items, frame);
    const results: JsonValue[] = [];
    let [first, endless]: [Raised | null, Diverged | null] = [null, null];
    const together = this.#concurrency(step.concurrency, frame);
    for (const [index, item] of (Array.isArray(items) ? (items as readonly JsonValue[]) : []).entries()) {
      const isNext = index % together === 0;
      if (first !== null && isNext) break;
      const inner = this.#inner(frame, { isCaught: frame.isCaught || step.tolerates });
      inner.variables.set(step.item, item);
      if (step.index !== null) inner.variables.set(step.index, index);
      const outcome = this.#outcomeOf(step.body, inner);
      if (outcome instanceof Raised) {
        if (!step.tolerates) first ??= outcome;
        results.push({ Error: outcome.error, Cause: outcome.cause_ });
      } else if (outcome instanceof Diverged) {
        // Where the number of those that run at once is limited, it holds up the others.
        if (step.concurrency.kind !== 'none') throw outcome;
        endless ??= outcome;
      } else results.push(outcome.value);
      frame.time += Number.isFinite(together) ? inner.time / together : inner.time;
    }
    const end = first ?? endless;
    if (end !== null) throw end;
    this.#machine.record.journal(step, [items, results], frame);
    this.#machine.assign(step.result, results, frame);
    return step.next;
  }

  parallel(step: Extract<Step, { kind: 'parallel' }>, frame: Frame): string | null {
    const results: JsonValue[] = [];
    let [first, endless, longest]: [Raised | null, Diverged | null, number] = [null, null, 0];
    for (const arm of step.arms) {
      if (this.#machine.strict && first !== null) break;
      const inner = this.#inner(frame);
      const outcome = this.#outcomeOf(arm, inner);
      if (outcome instanceof Raised) first ??= outcome;
      else if (outcome instanceof Diverged) endless ??= outcome;
      else results.push(outcome.value);
      longest = Math.max(longest, inner.time);
    }
    frame.time += longest;
    const end = first ?? endless;
    if (end !== null) throw end;
    this.#machine.record.journal(step, results, frame);
    this.#machine.assign(step.result, results, frame);
    return step.next;
  }

  /** Every arm is first run without being seen, to learn which ends first; then all are run. */
  race(step: Extract<Step, { kind: 'race' }>, frame: Frame): string | null {
    const ends = step.arms.map((arm) => this.#rehearse(arm, frame));
    const shortest = Math.min(...ends);
    const winner = ends.indexOf(shortest);
    const outcomes = step.arms.map((arm) =>
      this.#outcomeOf(
        arm,
        this.#inner(frame, this.#machine.strict ? { deadline: Math.min(frame.deadline - frame.time, shortest) } : {}),
      ),
    );
    frame.time += shortest;
    this.#machine.record.decisions.push(`${step.id}>${winner}`);
    const outcome = outcomes[winner] ?? { value: null };
    if (outcome instanceof Error) throw outcome;
    this.#machine.record.journal(step, outcome.value, frame);
    this.#machine.assign(step.result, outcome.value, frame);
    return step.next;
  }

  #rehearse(arm: Region, frame: Frame): number {
    const inner = this.#inner(frame, { isCaught: true });
    const outcome = this.#machine.record.rehearse(() => this.#outcomeOf(arm, inner));
    return outcome instanceof Diverged ? Number.POSITIVE_INFINITY : inner.time;
  }

  /** How a frame ends that runs at the side of others. */
  #outcomeOf(region: Region, frame: Frame): { readonly value: JsonValue } | Raised | Diverged {
    return this.#machine.apart(() => {
      try {
        return { value: this.#machine.runFrame(region, frame) };
      } catch (thrown) {
        if (thrown instanceof Raised) return thrown;
        throw thrown;
      }
    });
  }

  try(step: TryStep, region: Region, frame: Frame): string | null {
    const attempts = step.retry.map(() => 0);
    for (;;) {
      const doesNothing = step.retry.length === 0 && step.handlers.length === 0;
      const isReported = doesNothing || this.#machine.reports.isReported(step, region);
      const inner: Frame = { ...frame, isCaught: frame.isCaught || !isReported, isReporting: false };
      try {
        this.#machine.runRegion(step.body, inner);
        return step.next;
      } catch (thrown) {
        frame.time = inner.time;
        if (!(thrown instanceof Raised)) throw thrown;
        this.#machine.burn();
        if (mayRetry(step, thrown, { attempts, limitOf: (bound) => this.#limit(bound, frame) })) {
          this.#machine.record.decisions.push(`${step.id}>retry`);
          continue;
        }
        const handler = step.handlers.find((each) => catches(each, thrown));
        this.#machine.record.decisions.push(`${step.id}>${handler?.next ?? 'out'}`);
        if (handler === undefined) {
          if (!thrown.isExplicit && !frame.isCaught && !this.#machine.strict) throw new Stop('uncaught failure');
          throw thrown;
        }
        this.#machine.assign(handler.binds, { Error: thrown.error, Cause: thrown.cause_ }, frame);
        frame.isReporting = !thrown.isExplicit;
        return handler.next;
      } finally {
        frame.time = inner.time;
      }
    }
  }
}
