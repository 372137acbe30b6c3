import type {
  AwaitStep,
  Bound,
  CallStep,
  EffectDescription,
  Expression,
  ReadStep,
  ReleaseStep,
  WriteStep,
} from '../../../model/ir.ts';
import type { StoreId } from '../../../model/brand.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { FunctionSignature, Labelling, Release } from '../../../model/labelling.ts';
import { hiddenName, Raised, Stop, type Frame } from './frame.ts';
import type { Recorder } from './record.ts';
import { canonical, hash, pick } from './values.ts';
import type { World } from './world.ts';

interface Context {
  readonly labelling: Labelling;
  readonly world: World;
  readonly record: Recorder;
  readonly strict: boolean;
  readonly value: (expression: Expression, frame: Frame) => JsonValue;
}

/** Steps that deal with the world outside the composition. Each gives the value of its step, or fails. */
export class Effects {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** An implicit failure. Nobody around could catch it: the run ends. */
  fail(frame: Frame, ...why: readonly unknown[]): never {
    const { record, strict } = this.#context;
    const isSeen = frame.isCaught || strict;
    record.journalFailure(frame, { why, isShown: isSeen });
    if (!isSeen) throw new Stop('uncaught failure');
    throw new Raised(hash('name', ...why) % 2 === 0 ? 'E0' : 'E1', hash('cause', ...why) % 4, false);
  }

  /** What something that is not modelled may bring in; nobody may see it. */
  hidden(step: string): number {
    return this.#context.world.constants.get(hiddenName(step)) ?? 0;
  }

  /** Fails now and then for each limit that is computed, depending on its value. */
  checkLimits(limits: { readonly timeoutSeconds: Bound; readonly heartbeatSeconds: Bound }, frame: Frame): void {
    for (const bound of [limits.timeoutSeconds, limits.heartbeatSeconds]) {
      if (bound.kind !== 'dynamic') continue;
      const seconds = this.#context.value(bound.from, frame);
      if (pick(seconds, 3) === 0) this.fail(frame, 'limit', seconds);
    }
  }

  /** The identity that a step acts under; null when it is the composition's own. */
  identityOf(effect: EffectDescription, frame: Frame): JsonValue {
    return effect.credentials === null ? null : this.#context.value(effect.credentials, frame);
  }

  call(step: CallStep, frame: Frame): JsonValue {
    const { record, value } = this.#context;
    const argument = value(step.argument, frame);
    const identity = this.identityOf(step.effect, frame);
    const answer = this.#answer(step, { argument, identity }, frame);
    if (step.waits) this.checkLimits(step.effect, frame);
    record.journal(step, [argument, answer], frame);
    return answer;
  }

  #answer(
    step: CallStep,
    sent: { readonly argument: JsonValue; readonly identity: JsonValue },
    frame: Frame,
  ): JsonValue {
    const { target } = step;
    const { argument, identity } = sent;
    if (target.kind === 'function') return this.#callFunction(target.id, sent, { step, frame });
    if (target.kind === 'unresolved') {
      const answer = hash('unresolved', argument, identity, this.hidden(step.id));
      if (answer % 5 === 0) this.fail(frame, step.id, answer);
      return answer % 4;
    }
    if (target.kind !== 'dynamic') throw new Stop('compositions are called elsewhere');
    const names = [...this.#context.labelling.functions.keys()];
    const from = this.#context.value(target.from, frame);
    const chosen = names[pick(from, names.length)];
    if (chosen === undefined) throw new Stop('no functions');
    return hash(this.#callFunction(chosen, sent, { step, frame }), this.hidden(step.id)) % 4;
  }

  #callFunction(
    id: string,
    sent: { readonly argument: JsonValue; readonly identity: JsonValue },
    at: { readonly step: CallStep; readonly frame: Frame },
  ): JsonValue {
    const { labelling, record, world } = this.#context;
    const { frame } = at;
    const signature = [...labelling.functions].find(([each]) => each === id)?.[1];
    if (signature === undefined) throw new Stop('no such function');
    const asked = sent.identity === null ? sent.argument : [sent.argument, sent.identity];
    record.emit(`function:${id}`, asked, frame);
    for (const effect of signature.effects) record.put(effect.store, { key: 'effect', value: asked, frame });
    if (!at.step.waits) return hash('queued', id, asked) % 4;
    const error = world.errors.get(id) ?? 0;
    frame.time += hash('duration', id, asked) % 5;
    if (hash('fails', id, asked, error, frame.attempt) % 5 === 0) this.fail(frame, id, asked, error, frame.attempt);
    const value = this.#resultOf(id, signature, { asked, at });
    if (signature.release !== null) this.#released(`${id}@${at.step.id}`, value, { release: signature.release, frame });
    return value;
  }

  #resultOf(
    id: string,
    signature: FunctionSignature,
    call: { readonly asked: JsonValue; readonly at: { readonly step: CallStep; readonly frame: Frame } },
  ): JsonValue {
    const { world } = this.#context;
    const { asked, at } = call;
    const seen = signature.dependsOnArgument ? [asked, at.frame.attempt] : [null, 0];
    const brought = (part: string): number => world.outputs.get(part) ?? 0;
    const opaque = signature.isOpaque ? this.hidden(id) : 0;
    if (signature.output.parts.length === 0) return hash('result', id, brought(id), seen, opaque) % 4;
    const parts = signature.output.parts.flatMap(({ path }) => {
      const [segment] = path;
      if (segment?.kind !== 'field') return [];
      return [[segment.name, hash('part', brought(`${id}.${segment.name}`), seen, opaque) % 4] as const];
    });
    return { ...Object.fromEntries(parts), rest: hash('result', id, brought(id), seen, opaque) % 4 };
  }

  #released(step: string, value: JsonValue, use: { readonly release: Release; readonly frame: Frame }): void {
    const { compositions } = use.release;
    if (compositions !== null && !compositions.includes(use.frame.composition.id)) return;
    this.#context.record.released.push({ step, value: canonical(value), release: use.release });
  }

  release(step: ReleaseStep, frame: Frame): JsonValue {
    const { labelling, record } = this.#context;
    const argument = this.#context.value(step.argument, frame);
    const value = hash('released', step.by, argument) % 4;
    const declared = labelling.functions.get(step.by)?.release ?? null;
    if (declared !== null && declared.authority === step.authority)
      this.#released(step.id, value, { release: declared, frame });
    if (hash('fails', step.by, argument) % 6 === 0) this.fail(frame, step.by, argument);
    record.journal(step, [argument, value], frame);
    return value;
  }

  access(step: ReadStep | WriteStep, frame: Frame): JsonValue {
    const { record, strict, value } = this.#context;
    const identity = this.identityOf(step.effect, frame);
    const given = value(step.key, frame);
    const key = identity === null ? given : [given, identity];
    const store = this.#storeOf(step, frame);
    if (step.kind === 'read') {
      this.checkLimits(step.effect, frame);
      const held = store === null ? hash('unknown', key) % 4 : record.get(store, key);
      const found = step.store.kind === 'store' ? held : hash(held, this.hidden(step.id)) % 4;
      if (hash('read fails', store, key, found) % 6 === 0) this.fail(frame, key, found);
      record.journal(step, [key, found], frame);
      return found;
    }
    const written = value(step.value, frame);
    const isRefused = hash('write fails', store, key, written) % 6 === 0;
    // Whether a write that fails has been done all the same is a matter of strict mode.
    if (isRefused && strict) this.fail(frame, store, key, written);
    if (store !== null) record.put(store, { key, value: written, frame });
    if (isRefused) this.fail(frame, store, key, written);
    this.checkLimits(step.effect, frame);
    record.journal(step, [key, written], frame);
    return hash('answer', store, key, written) % 4;
  }

  /** Which store a step means; null when it is none of the application's. */
  #storeOf(step: ReadStep | WriteStep, frame: Frame): StoreId | null {
    if (step.store.kind === 'store') return step.store.id;
    if (step.store.kind === 'unresolved') return null;
    const names = [...this.#context.labelling.stores.keys()];
    return names[pick(this.#context.value(step.store.from, frame), names.length)] ?? null;
  }

  wait(step: AwaitStep, frame: Frame): JsonValue {
    const { record, world, value } = this.#context;
    if (step.source.kind === 'timer') {
      const duration = value(step.source.duration, frame);
      frame.time += hash(duration) % 6;
      record.journal(step, duration, frame);
      return null;
    }
    const initial = world.contents.get(step.source.channel) ?? 0;
    const resumed = hash('resumed', initial) % 4;
    frame.time += hash('waited', initial) % 6;
    this.checkLimits(step, frame);
    if (hash('resume fails', initial) % 5 === 0) this.fail(frame, 'resume', initial);
    record.journal(step, resumed, frame);
    return resumed;
  }
}
