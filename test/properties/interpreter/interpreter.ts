import type { Application } from '../../../model/application.ts';
import type { CallStep, Composition, Expression, Path, Region, Step } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Labelling } from '../../../model/labelling.ts';
import { Abort, evaluate, hash, isTooLarge, isTruthy, write, type SecretOf } from './values.ts';
import { Effects } from './effects.ts';
import { Compound } from './compound.ts';
import {
  CALL_DEPTH_MAX,
  DELIVERIES_MAX,
  Diverged,
  FUEL,
  Raised,
  Return,
  STEPS_MAX,
  Stop,
  type Frame,
} from './frame.ts';
import { Recorder } from './record.ts';
import { isBetween, isFailing, Reports } from './reports.ts';
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
  readonly #compound: Compound;
  readonly #world: World;
  readonly #strict: boolean;
  readonly #root: string;
  readonly #record: Recorder;
  #fuel = FUEL;
  #steps = STEPS_MAX;

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
    this.#compound = new Compound({
      record: this.#record,
      reports: new Reports(application),
      strict: options.strict,
      value: this.#value,
      assign: this.#assign.bind(this),
      runFrame: this.#runFrame.bind(this),
      runRegion: this.#runRegion.bind(this),
      burn: this.#burn.bind(this),
      apart: this.#apart.bind(this),
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
        if (thrown instanceof Diverged && this.#strict) status = 'diverged';
        else if (thrown instanceof Raised && (thrown.isExplicit || this.#strict)) status = 'failed';
        else throw thrown;
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
      isReporting: false,
      deadline: call.deadline ?? Number.POSITIVE_INFINITY,
    };
    this.#record.journalInput(input, frame);
    const value = this.#runTop(composition, frame, call.isTop);
    if (call.isTop) this.#record.emit(`result:${composition.id}`, value, frame);
    return { value, time: frame.time };
  }

  /** Who started an execution is told what it failed with. */
  #runTop({ id, body }: Composition, frame: Frame, isTop: boolean): JsonValue {
    try {
      return this.#runFrame(body, frame);
    } catch (thrown) {
      if (isTop && thrown instanceof Raised && (thrown.isExplicit || this.#strict))
        this.#record.emit(`result:${id}`, ['failed', thrown.error, thrown.cause_], frame);
      throw thrown;
    }
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

  #burn(): void {
    if (this.#steps-- <= 0) throw new Stop('too many steps');
    if (this.#fuel-- <= 0) throw new Diverged('out of fuel');
  }

  /** Runs something at the side of other things, which in strict mode go on though it may run without end. */
  #apart<Value>(run: () => Value): Value | Diverged {
    const left = this.#fuel;
    try {
      return run();
    } catch (thrown) {
      if (!(thrown instanceof Diverged) || !this.#strict) throw thrown;
      this.#fuel = left;
      return thrown;
    }
  }

  /** Runs steps until the region ends. */
  #runRegion(region: Region, frame: Frame): void {
    let at: string | null = region.entry;
    while (at !== null) {
      const step: Step | undefined = region.steps.find((each) => each.id === at);
      if (step === undefined) throw new Stop('no such step');
      this.#burn();
      frame.time += 1;
      const runs = frame.runs.get(step.id) ?? 0;
      frame.runs.set(step.id, runs + 1);
      frame.attempt = frame.base + runs;
      at = this.#runStep(step, region, frame);
    }
  }

  #secretOf: SecretOf = (name) => this.#world.constants.get(name) ?? 0;
  #value = (expression: Expression, frame: Frame): JsonValue => evaluate(expression, frame.variables, this.#secretOf);

  #assign(path: Path | null, value: JsonValue, frame: Frame): void {
    if (path === null) return;
    if (isTooLarge(value)) throw new Stop('too large');
    frame.variables.set(path.root, write(frame.variables.get(path.root) ?? null, path.segments, value));
  }

  #runStep(step: Step, region: Region, frame: Frame): string | null {
    frame.isReporting &&= step.kind === 'raise' || isBetween(step);
    // What nobody acts on ends the execution, and nobody looks at how it does.
    const isReport = frame.isReporting && !frame.isCaught && !this.#strict;
    this.#record.at = `${frame.composition.id}/${step.id}`;
    if (!isReport) this.#record.journalStart(step, frame);
    switch (step.kind) {
      case 'assign': {
        const value = this.#value(step.value, frame);
        if (!isReport) this.#record.journal(step, value, frame);
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
        if (arm !== undefined && isFailing(arm)) frame.isReporting = true;
        return arm === undefined ? step.otherwise : arm.next;
      }
      case 'loop':
        return this.#compound.loop(step, frame);
      case 'forEach':
        return this.#compound.forEach(step, frame);
      case 'parallel':
        return this.#compound.parallel(step, frame);
      case 'race':
        return this.#compound.race(step, frame);
      case 'try':
        return this.#compound.try(step, region, frame);
      case 'raise': {
        const error = this.#value(step.error, frame);
        const cause = step.cause === null ? null : this.#value(step.cause, frame);
        this.#record.journalFailure(frame, { why: [error, cause], isShown: !isReport });
        if (isReport) throw new Stop('reported failure');
        throw new Raised(error, cause, !frame.isReporting);
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
   * default mode does not look at how far an execution gets; nor at whether it ends.
   */
  #runApart(
    composition: Composition,
    input: JsonValue,
    call: { readonly depth: number; readonly isTop: boolean },
  ): void {
    const left = this.#fuel;
    this.#fuel = FUEL;
    try {
      this.#runComposition(composition, input, { ...call, isCaught: this.#strict });
    } catch (thrown) {
      const isOver = thrown instanceof Raised && (thrown.isExplicit || this.#strict);
      if (!isOver && !(thrown instanceof Diverged && this.#strict)) throw thrown;
    } finally {
      this.#fuel = left;
    }
  }

  /** What was put into a store starts the compositions that wait for it, once the run itself has ended. */
  #deliver(): void {
    const { triggers, compositions } = this.#application;
    for (let delivered = 0; delivered < DELIVERIES_MAX;) {
      const message = this.#record.messages.shift();
      if (message === undefined) return;
      for (const { target, from } of triggers) {
        if (target.kind !== 'composition' || from !== message.store) continue;
        delivered += 1;
        const composition = compositions.find((each) => each.id === target.id);
        if (composition !== undefined)
          this.#runApart(composition, { x: message.value, list: [message.value] }, { depth: 0, isTop: true });
      }
    }
    throw new Stop('messages without end');
  }
}
