import type { Application } from '../../../model/application.ts';
import type { CallStep, Composition, Expression, Path, Region, ReleaseStep, Step, TryStep } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Labelling } from '../../../model/labelling.ts';
import { canonical, evaluate, hash, isTooLarge, isTruthy, write, type SecretOf } from './values.ts';
import { CALL_DEPTH_MAX, catches, FUEL, hiddenName, mayRetry, Raised, Return, Stop, type Frame } from './frame.ts';
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
  readonly #labelling: Labelling;
  readonly #world: World;
  readonly #strict: boolean;
  readonly #root: string;
  readonly #record: Recorder;
  #fuel = FUEL;

  constructor(application: Application, labelling: Labelling, options: RunOptions) {
    this.#application = application;
    this.#labelling = labelling;
    this.#world = options.world;
    this.#strict = options.strict;
    this.#root = options.root;
    this.#record = new Recorder(options.world, options.strict);
  }

  run(): Run {
    const composition = this.#application.compositions.find((each) => each.id === this.#root);
    let status: Run['status'] = 'done';
    let result: JsonValue = null;
    try {
      if (composition === undefined) throw new Stop('no such composition');
      result = this.#runComposition(composition, this.#world.input, {
        isCaught: this.#strict,
        depth: 0,
        isTop: true,
      }).value;
    } catch (thrown) {
      if (thrown instanceof Raised) status = thrown.isExplicit || this.#strict ? 'failed' : 'stopped';
      else if (thrown instanceof Stop || (thrown instanceof Error && thrown.name === 'Abort')) status = 'stopped';
      else throw thrown;
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
      attempt: 0,
      deadline: call.deadline ?? Number.POSITIVE_INFINITY,
    };
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

  /** What something that is not modelled may bring in; nobody may see it. */
  #hidden(step: string): number {
    return this.#world.constants.get(hiddenName(step)) ?? 0;
  }

  /** An implicit failure. Nobody around could catch it: the run ends. */
  #fail(frame: Frame, ...why: readonly unknown[]): never {
    for (const journal of frame.composition.journals) {
      if (journal.includesData) this.#record.emit(`journal:${journal.store}`, ['failed', hash(...why)], frame);
      else if (this.#strict) this.#record.emit(`journal:${journal.store}`, ['failed'], frame);
    }
    if (!frame.isCaught && !this.#strict) throw new Stop('uncaught failure');
    throw new Raised(hash('name', ...why) % 2 === 0 ? 'E0' : 'E1', hash('cause', ...why) % 4, false);
  }

  #runStep(step: Step, frame: Frame): string | null {
    this.#record.journalStart(step, frame);
    switch (step.kind) {
      case 'assign':
        this.#assign(step.target, this.#value(step.value, frame), frame);
        return step.next;
      case 'call':
        this.#call(step, frame);
        return step.next;
      case 'declassify':
      case 'endorse':
        this.#release(step, frame);
        return step.next;
      case 'read':
      case 'write':
        this.#access(step, frame);
        return step.next;
      case 'await':
        this.#await(step, frame);
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
        this.#record.journal(step, [error, cause], frame);
        throw new Raised(error, cause, true);
      }
      case 'return':
        throw new Return(this.#value(step.value, frame));
      case 'opaque': {
        const reads =
          step.reads.length === 0
            ? [...frame.variables.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
            : step.reads.map((part) => this.#value(part, frame));
        const made = hash('opaque', step.id, reads, this.#hidden(step.id));
        for (const target of step.writes) this.#assign(target, made % 4, frame);
        if (made % 7 === 0) this.#fail(frame, step.id, made);
        return step.next;
      }
    }
  }

  #call(step: CallStep, frame: Frame): void {
    const argument = this.#value(step.argument, frame);
    if (step.target.kind === 'composition') {
      const { id } = step.target;
      const composition = this.#application.compositions.find((each) => each.id === id);
      if (composition === undefined) throw new Stop('no such composition');
      const called = this.#runComposition(composition, argument, {
        isCaught: frame.isCaught,
        depth: frame.depth + 1,
        isTop: false,
        deadline: frame.deadline - frame.time,
      });
      frame.time += called.time;
      this.#record.journal(step, [argument, called.value], frame);
      this.#assign(step.result, called.value, frame);
      return;
    }
    if (step.target.kind !== 'function') {
      const from = step.target.kind === 'dynamic' ? this.#value(step.target.from, frame) : null;
      this.#assign(step.result, hash('unknown', argument, from, this.#hidden(step.id)) % 4, frame);
      return;
    }
    const value = this.#callFunction(step.target.id, argument, { step: step.id, frame });
    frame.time += hash('duration', step.target.id, argument) % 5;
    this.#record.journal(step, [argument, value], frame);
    this.#assign(step.result, value, frame);
  }

  #callFunction(id: string, argument: JsonValue, at: { readonly step: string; readonly frame: Frame }): JsonValue {
    const signature = [...this.#labelling.functions].find(([each]) => each === id)?.[1];
    if (signature === undefined) throw new Stop('no such function');
    this.#record.emit(`function:${id}`, argument, at.frame);
    for (const effect of signature.effects)
      this.#record.put(effect.store, { key: 'effect', value: argument, frame: at.frame });
    const error = this.#world.errors.get(id) ?? 0;
    if (hash('fails', id, argument, error, at.frame.attempt) % 5 === 0)
      this.#fail(at.frame, id, argument, error, at.frame.attempt);
    const output = this.#world.outputs.get(id) ?? 0;
    const value: JsonValue =
      hash(
        'result',
        id,
        output,
        signature.dependsOnArgument ? argument : null,
        signature.dependsOnArgument ? at.frame.attempt : 0,
      ) % 4;
    if (signature.release !== null) this.#record.released.push({ step: `${id}@${at.step}`, value: canonical(value) });
    return value;
  }

  #release(step: ReleaseStep, frame: Frame): void {
    const argument = this.#value(step.argument, frame);
    const value = hash('released', step.by, argument) % 4;
    this.#record.released.push({ step: step.id, value: canonical(value) });
    if (hash('fails', step.by, argument) % 6 === 0) this.#fail(frame, step.by, argument);
    this.#record.journal(step, [argument, value], frame);
    this.#assign(step.result, value, frame);
  }

  #access(step: Extract<Step, { kind: 'read' | 'write' }>, frame: Frame): void {
    if (step.store.kind !== 'store') throw new Stop('unknown store');
    const key = this.#value(step.key, frame);
    if (step.kind === 'read') {
      const value = this.#record.get(step.store.id, key);
      if (hash('read fails', step.store.id, key, value) % 6 === 0) this.#fail(frame, key, value);
      this.#record.journal(step, [key, value], frame);
      this.#assign(step.result, value, frame);
      return;
    }
    const value = this.#value(step.value, frame);
    if (hash('write fails', step.store.id, key, value) % 6 === 0) this.#fail(frame, key, value);
    this.#record.put(step.store.id, { key, value, frame });
    this.#record.journal(step, [key, value], frame);
    this.#assign(step.result, hash('answer', key, value) % 4, frame);
  }

  #await(step: Extract<Step, { kind: 'await' }>, frame: Frame): void {
    if (step.source.kind === 'timer') {
      frame.time += hash(this.#value(step.source.duration, frame)) % 6;
      return;
    }
    const initial = this.#world.contents.get(step.source.channel) ?? 0;
    const value = hash('resumed', initial) % 4;
    frame.time += hash('waited', initial) % 6;
    if (hash('resume fails', initial) % 5 === 0) this.#fail(frame, 'resume', initial);
    this.#record.journal(step, value, frame);
    this.#assign(step.result, value, frame);
  }

  #loop(step: Extract<Step, { kind: 'loop' }>, frame: Frame): string | null {
    for (let isFirst = true; ; isFirst = false) {
      if (!(isFirst && step.test === 'after')) {
        const goesOn = isTruthy(this.#value(step.guard, frame));
        this.#record.decisions.push(`${step.id}>${goesOn ? 'body' : 'out'}`);
        if (!goesOn) return step.next;
      }
      if (this.#fuel-- <= 0) throw new Stop('out of fuel');
      this.#runRegion(step.body, frame);
    }
  }

  #inner(frame: Frame, more: Partial<Pick<Frame, 'isCaught' | 'deadline'>> = {}): Frame {
    return { ...frame, variables: new Map(frame.variables), time: 0, deadline: frame.deadline - frame.time, ...more };
  }

  #forEach(step: Extract<Step, { kind: 'forEach' }>, frame: Frame): string | null {
    const items = this.#value(step.items, frame);
    const results: JsonValue[] = [];
    let first: Raised | null = null;
    for (const [index, item] of (Array.isArray(items) ? (items as readonly JsonValue[]) : []).entries()) {
      if (this.#strict && first !== null) break;
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
      frame.time += inner.time;
    }
    if (first !== null) throw first;
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
    const outer = frame.attempt;
    for (let runs = 0; ; runs++) {
      const inner: Frame = { ...frame, isCaught: true, attempt: runs };
      try {
        this.#runRegion(step.body, inner);
        return step.next;
      } catch (thrown) {
        frame.time = inner.time;
        if (!(thrown instanceof Raised)) throw thrown;
        frame.attempt = outer;
        if (this.#fuel-- <= 0) throw new Stop('out of fuel');
        if (mayRetry(step, thrown, attempts)) {
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
