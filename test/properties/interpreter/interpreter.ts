import type { Application } from '../../../model/application.ts';
import type { Bound, CallStep, Composition, Expression, Path, Region, Step, TryStep } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Labelling } from '../../../model/labelling.ts';
import { Abort, evaluate, hash, isTooLarge, isTruthy, pick, write, type SecretOf } from './values.ts';
import { Effects } from './effects.ts';
import { CALL_DEPTH_MAX, catches, DELIVERIES_MAX, FUEL, mayRetry, Raised, Return, Stop, type Frame } from './frame.ts';
import { Recorder } from './record.ts';
import type { Run, RunOptions, World } from './world.ts';

/**
 * Runs compositions on concrete values, independently of the typing rules.
 *
 * Non-strict: a failure that nobody could catch ends the run at once, like a run that does not end; branches and iterations all run to their end.
 * Strict: a failing branch or iteration cancels the later ones, and what runs longer than the winner of a race is cancelled.
 */
export function interpret(application: Application, labelling: Labelling, options: RunOptions): Run {
  return new Interpreter(application, labelling, options).run();
}

class Interpreter {
  readonly #application: Application;
  readonly #effects: Effects;
  readonly #world: World;
  readonly #strict: boolean;
  readonly #root: string;
  readonly #record: Recorder;
  #fuel = FUEL;

  constructor(application: Application, labelling: Labelling, options: RunOptions) {
    this.#application = application;
    this.#world = options.world;
    this.#strict = options.strict;
    this.#root = options.root;
    this.#record = new Recorder(options.world, options.strict);
    this.#effects = new Effects({
      labelling,
      world: options.world,
      record: this.#record,
      strict: options.strict,
      value: this.#value,
    });
  }

  run(): Run {
    const composition = this.#application.compositions.find((each) => each.id === this.#root);
    let status: Run['status'] = 'done';
    let result: JsonValue = null;
    try {
      if (composition === undefined) throw new Stop('no such composition');
      try {
        const call = { isCaught: this.#strict, depth: 0, isTop: true };
        result = this.#runComposition(composition, this.#world.input, call).value;
      } catch (thrown) {
        if (!(thrown instanceof Raised) || !(thrown.isExplicit || this.#strict)) throw thrown;
        status = 'failed';
      }
      if (this.#application.triggers.length > 0) this.#deliver();
    } catch (thrown) {
      if (!(thrown instanceof Raised || thrown instanceof Stop || thrown instanceof Abort)) throw thrown;
      status = 'stopped';
    }
    return {
      status,
      events: this.#record.events,
      released: this.#record.released,
      result,
      decisions: this.#record.decisions.join(','),
    };
  }

  #runComposition(
    composition: Composition,
    input: JsonValue,
    call: { readonly isCaught: boolean; readonly depth: number; readonly isTop: boolean; readonly deadline?: number },
  ): { readonly value: JsonValue; readonly time: number } {
    if (call.depth > CALL_DEPTH_MAX) throw new Stop('too deep');
    const frame: Frame = {
      variables: new Map([[composition.input, input]]),
      composition,
      isCaught: call.isCaught,
      depth: call.depth,
      time: 0,
      runs: new Map(),
      base: 0,
      attempt: 0,
      deadline: call.deadline ?? Number.POSITIVE_INFINITY,
    };
    this.#record.journalInput(input, frame);
    const value = this.#runFrame(composition.body, frame);
    if (call.isTop) this.#record.emit(`result:${composition.id}`, value, frame);
    return { value, time: frame.time };
  }

  #runFrame(region: Region, frame: Frame): JsonValue {
    try {
      this.#runRegion(region, frame);
      return null;
    } catch (thrown) {
      if (thrown instanceof Return) return thrown.value;
      throw thrown;
    }
  }

  /** Runs steps until the region ends. */
  #runRegion(region: Region, frame: Frame): void {
    let at: string | null = region.entry;
    while (at !== null) {
      const step: Step | undefined = region.steps.find((each) => each.id === at);
      if (step === undefined || this.#fuel-- <= 0) throw new Stop('out of fuel');
      frame.time += 1;
      const runs = frame.runs.get(step.id) ?? 0;
      frame.runs.set(step.id, runs + 1);
      frame.attempt = frame.base + runs;
      at = this.#runStep(step, frame);
    }
  }

  #secretOf: SecretOf = (name) => this.#world.constants.get(name) ?? 0;
  #value = (expression: Expression, frame: Frame): JsonValue => evaluate(expression, frame.variables, this.#secretOf);

  #assign(path: Path | null, value: JsonValue, frame: Frame): void {
    if (path === null) return;
    if (isTooLarge(value)) throw new Stop('too large');
    frame.variables.set(path.root, write(frame.variables.get(path.root) ?? null, path.segments, value));
  }

  #runStep(step: Step, frame: Frame): string | null {
    this.#record.journalStart(step, frame);
    switch (step.kind) {
      case 'assign': {
        const value = this.#value(step.value, frame);
        this.#record.journal(step, value, frame);
        this.#assign(step.target, value, frame);
        return step.next;
      }
      case 'call':
        if (step.target.kind === 'composition') this.#callComposition(step, step.target.id, frame);
        else this.#assign(step.result, this.#effects.call(step, frame), frame);
        return step.next;
      case 'declassify':
      case 'endorse':
        this.#assign(step.result, this.#effects.release(step, frame), frame);
        return step.next;
      case 'read':
      case 'write':
        this.#assign(step.result, this.#effects.access(step, frame), frame);
        return step.next;
      case 'await':
        this.#assign(step.result, this.#effects.wait(step, frame), frame);
        return step.next;
      case 'branch': {
        const arm = step.arms.find((each) => isTruthy(this.#value(each.guard, frame)));
        this.#record.decisions.push(`${step.id}>${arm?.next ?? step.otherwise ?? ''}`);
        return arm === undefined ? step.otherwise : arm.next;
      }
      case 'loop':
        return this.#loop(step, frame);
      case 'forEach':
        return this.#forEach(step, frame);
      case 'parallel':
        return this.#parallel(step, frame);
      case 'race':
        return this.#race(step, frame);
      case 'try':
        return this.#try(step, frame);
      case 'raise': {
        const error = this.#value(step.error, frame);
        const cause = step.cause === null ? null : this.#value(step.cause, frame);
        this.#record.journalFailure(frame, { why: [error, cause], isShown: true });
        throw new Raised(error, cause, true);
      }
      case 'return': {
        const value = this.#value(step.value, frame);
        this.#record.journal(step, value, frame);
        throw new Return(value);
      }
      case 'opaque': {
        const reads =
          step.reads.length === 0
            ? [...frame.variables.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
            : step.reads.map((part) => this.#value(part, frame));
        const made = hash('opaque', step.id, reads, this.#effects.hidden(step.id));
        for (const target of step.writes) this.#assign(target, made % 4, frame);
        if (made % 7 === 0) this.#effects.fail(frame, step.id, made);
        this.#record.journal(step, [reads, made], frame);
        return step.next;
      }
    }
  }

  #callComposition(step: CallStep, id: string, frame: Frame): void {
    const argument = this.#value(step.argument, frame);
    const composition = this.#application.compositions.find((each) => each.id === id);
    if (composition === undefined) throw new Stop('no such composition');
    const refuse = (): void => {
      if (hash('start fails', id, argument) % 6 === 0) this.#effects.fail(frame, id, argument);
    };
    // Whether a start that fails has started something is a matter of strict mode.
    if (this.#strict) refuse();
    if (!step.waits) {
      this.#runApart(composition, argument, { depth: frame.depth + 1, isTop: false });
      refuse();
      const answer = hash('started', id, argument) % 4;
      this.#record.journal(step, [argument, answer], frame);
      this.#assign(step.result, answer, frame);
      return;
    }
    const called = this.#runComposition(composition, argument, {
      isCaught: frame.isCaught,
      depth: frame.depth + 1,
      isTop: false,
      deadline: frame.deadline - frame.time,
    });
    frame.time += called.time;
    refuse();
    this.#effects.checkLimits(step.effect, frame);
    const identity = this.#effects.identityOf(step.effect, frame);
    const value = identity === null ? called.value : hash(called.value, identity) % 4;
    this.#record.journal(step, [argument, value], frame);
    this.#assign(step.result, value, frame);
  }

  /**
   * An execution that nobody waits for. An explicit `raise` ends it alone. So does any failure in strict mode; else a failure ends the whole run, since the
   * default mode does not look at how far an execution gets.
   */
  #runApart(
    composition: Composition,
    input: JsonValue,
    call: { readonly depth: number; readonly isTop: boolean },
  ): void {
    try {
      this.#runComposition(composition, input, { ...call, isCaught: this.#strict });
    } catch (thrown) {
      if (!(thrown instanceof Raised) || !(thrown.isExplicit || this.#strict)) throw thrown;
    }
  }

  /** What was put into a store starts the compositions that wait for it, once the run itself has ended. */
  #deliver(): void {
    for (let delivered = 0; delivered < DELIVERIES_MAX; delivered++) {
      const message = this.#record.messages.shift();
      if (message === undefined) return;
      for (const { target, from } of this.#application.triggers) {
        if (target.kind !== 'composition' || from !== message.store) continue;
        const composition = this.#application.compositions.find((each) => each.id === target.id);
        if (composition !== undefined)
          this.#runApart(composition, { x: message.value, list: [message.value] }, { depth: 0, isTop: true });
      }
    }
    throw new Stop('messages without end');
  }

  #loop(step: Extract<Step, { kind: 'loop' }>, frame: Frame): string | null {
    for (let rounds = 0; ; rounds++) {
      if (!(rounds === 0 && step.test === 'after')) {
        const goesOn = isTruthy(this.#value(step.guard, frame));
        this.#record.decisions.push(`${step.id}>${goesOn ? 'body' : 'out'}`);
        if (!goesOn) return step.next;
        const limit = this.#limit(step.rounds, frame);
        if (limit !== null && rounds >= limit) return step.next;
      }
      if (this.#fuel-- <= 0) throw new Stop('out of fuel');
      this.#runRegion(step.body, frame);
    }
  }

  /** A limit as a small number; null when there is none. */
  #limit(bound: Bound, frame: Frame): number | null {
    if (bound.kind === 'set') return bound.value;
    return bound.kind === 'dynamic' ? pick(this.#value(bound.from, frame), 3) : null;
  }

  /** How many iterations run at once. Without a limit, strict mode takes the worst: each may be cancelled by the one before. */
  #concurrency(bound: Bound, frame: Frame): number {
    if (bound.kind === 'dynamic') return pick(this.#value(bound.from, frame), 3) + 1;
    if (bound.kind === 'set') return bound.value;
    return this.#strict ? 1 : Number.POSITIVE_INFINITY;
  }

  #inner(frame: Frame, more: Partial<Pick<Frame, 'isCaught' | 'deadline'>> = {}): Frame {
    const own = { variables: new Map(frame.variables), runs: new Map<string, number>(), base: frame.attempt, time: 0 };
    return { ...frame, ...own, deadline: frame.deadline - frame.time, ...more };
  }

  #forEach(step: Extract<Step, { kind: 'forEach' }>, frame: Frame): string | null {
    const items = this.#value(step.items, frame);
    const results: JsonValue[] = [];
    let first: Raised | null = null;
    const together = this.#concurrency(step.concurrency, frame);
    for (const [index, item] of (Array.isArray(items) ? (items as readonly JsonValue[]) : []).entries()) {
      const isNext = index % together === 0;
      if (first !== null && isNext && (this.#strict || together === 1)) break;
      const inner = this.#inner(frame, { isCaught: frame.isCaught || step.tolerates });
      inner.variables.set(step.item, item);
      if (step.index !== null) inner.variables.set(step.index, index);
      try {
        results.push(this.#runFrame(step.body, inner));
      } catch (thrown) {
        if (!(thrown instanceof Raised)) throw thrown;
        if (!step.tolerates) first ??= thrown;
        results.push({ Error: thrown.error, Cause: thrown.cause_ });
      }
      frame.time += Number.isFinite(together) ? inner.time / together : inner.time;
    }
    if (first !== null) throw first;
    this.#record.journal(step, [items, results], frame);
    this.#assign(step.result, results, frame);
    return step.next;
  }

  #parallel(step: Extract<Step, { kind: 'parallel' }>, frame: Frame): string | null {
    const results: JsonValue[] = [];
    let [first, longest]: [Raised | null, number] = [null, 0];
    for (const arm of step.arms) {
      if (this.#strict && first !== null) break;
      const inner = this.#inner(frame);
      try {
        results.push(this.#runFrame(arm, inner));
      } catch (thrown) {
        if (!(thrown instanceof Raised)) throw thrown;
        first ??= thrown;
      }
      longest = Math.max(longest, inner.time);
    }
    frame.time += longest;
    if (first !== null) throw first;
    this.#record.journal(step, results, frame);
    this.#assign(step.result, results, frame);
    return step.next;
  }

  /** Every arm is first run without being seen, to learn which ends first; then all are run. */
  #race(step: Extract<Step, { kind: 'race' }>, frame: Frame): string | null {
    const ends = step.arms.map((arm) => this.#rehearse(arm, frame));
    const shortest = Math.min(...ends);
    const winner = ends.indexOf(shortest);
    let outcome: { readonly value: JsonValue } | Raised = { value: null };
    for (const [at, arm] of step.arms.entries()) {
      const inner = this.#inner(
        frame,
        this.#strict ? { deadline: Math.min(frame.deadline - frame.time, shortest) } : {},
      );
      try {
        const value = this.#runFrame(arm, inner);
        if (at === winner) outcome = { value };
      } catch (thrown) {
        if (!(thrown instanceof Raised)) throw thrown;
        if (at === winner) outcome = thrown;
      }
    }
    frame.time += shortest;
    this.#record.decisions.push(`${step.id}>${winner}`);
    if (outcome instanceof Raised) throw outcome;
    this.#record.journal(step, outcome.value, frame);
    this.#assign(step.result, outcome.value, frame);
    return step.next;
  }

  #rehearse(arm: Region, frame: Frame): number {
    const inner = this.#inner(frame, { isCaught: true });
    this.#record.rehearse(() => {
      try {
        this.#runFrame(arm, inner);
      } catch (thrown) {
        if (!(thrown instanceof Raised)) throw thrown;
      }
    });
    return inner.time;
  }

  #try(step: TryStep, frame: Frame): string | null {
    const attempts = step.retry.map(() => 0);
    for (;;) {
      const inner: Frame = { ...frame, isCaught: true };
      try {
        this.#runRegion(step.body, inner);
        return step.next;
      } catch (thrown) {
        frame.time = inner.time;
        if (!(thrown instanceof Raised)) throw thrown;
        if (this.#fuel-- <= 0) throw new Stop('out of fuel');
        if (mayRetry(step, thrown, { attempts, limitOf: (bound) => this.#limit(bound, frame) })) {
          this.#record.decisions.push(`${step.id}>retry`);
          continue;
        }
        const handler = step.handlers.find((each) => catches(each, thrown));
        this.#record.decisions.push(`${step.id}>${handler?.next ?? 'out'}`);
        if (handler === undefined) {
          if (!thrown.isExplicit && !frame.isCaught && !this.#strict) throw new Stop('uncaught failure');
          throw thrown;
        }
        this.#assign(handler.binds, { Error: thrown.error, Cause: thrown.cause_ }, frame);
        return handler.next;
      } finally {
        frame.time = inner.time;
      }
    }
  }
}
