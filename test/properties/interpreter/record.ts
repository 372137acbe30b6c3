import type { StoreId } from '../../../model/brand.ts';
import type { Step } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Frame } from './frame.ts';
import { canonical, hash } from './values.ts';
import type { Event, Released, World } from './world.ts';

/** What a run leaves behind: events, released values, decisions, and what stores hold. */
export class Recorder {
  readonly events: Event[] = [];
  readonly released: Released[] = [];
  readonly decisions: string[] = [];
  /** What was put into stores and not handed on yet, in order. */
  readonly messages: { readonly store: StoreId; readonly value: JsonValue }[] = [];
  readonly #world: World;
  readonly #strict: boolean;
  readonly #stores = new Map<string, JsonValue>();
  readonly #written = new Set<string>();
  /** The step that runs. */
  at = '';
  #isMuted = false;

  constructor(world: World, strict: boolean) {
    this.#world = world;
    this.#strict = strict;
  }

  emit(sink: string, value: unknown, frame: Frame): void {
    if (this.#isMuted || (this.#strict && frame.time > frame.deadline)) return;
    this.events.push({ sink, value: canonical(value), at: this.at });
  }

  /** What a step did with data, once it has succeeded. */
  journal(step: Step, data: unknown, frame: Frame): void {
    for (const journal of frame.composition.journals) {
      if (journal.includesData && journal.level === 'all') this.#note(journal.store, [step.id, data], frame);
    }
  }

  /** That a step is run: journals show it before anything else. */
  journalStart(step: Step, frame: Frame): void {
    for (const journal of frame.composition.journals)
      if (journal.level === 'all') this.#note(journal.store, [step.id], frame);
  }

  journalInput(input: JsonValue, frame: Frame): void {
    for (const journal of frame.composition.journals)
      if (journal.level === 'all') this.#note(journal.store, ['started', journal.includesData ? input : null], frame);
  }

  /** A failure; one that ends the run is shown only by its data. */
  journalFailure(frame: Frame, failure: { readonly why: unknown; readonly isShown: boolean }): void {
    for (const journal of frame.composition.journals) {
      if (journal.includesData) this.#note(journal.store, ['failed', hash(failure.why)], frame);
      else if (failure.isShown) this.#note(journal.store, ['failed'], frame);
    }
  }

  /** A record in a journal is also something that can be read, and that may trigger. */
  #note(store: StoreId, record: readonly unknown[], frame: Frame): void {
    this.emit(`journal:${store}`, record, frame);
    this.#keep(store, { key: 'k', value: hash(record) % 4, frame });
  }

  put(id: StoreId, put: { readonly key: JsonValue; readonly value: JsonValue; readonly frame: Frame }): void {
    this.emit(`store:${id}`, [put.key, put.value], put.frame);
    this.#keep(id, put);
  }

  #keep(id: StoreId, put: { readonly key: JsonValue; readonly value: JsonValue; readonly frame: Frame }): void {
    if (this.#strict && put.frame.time > put.frame.deadline) return;
    const key = `${id}|${canonical(put.key)}`;
    this.#stores.set(key, put.value);
    this.#written.add(key);
    if (!this.#isMuted) this.messages.push({ store: id, value: put.value });
  }

  get(id: StoreId, key: JsonValue): JsonValue {
    const at = `${id}|${canonical(key)}`;
    if (this.#written.has(at)) return this.#stores.get(at) ?? null;
    const initial = this.#world.contents.get(id);
    return initial === undefined ? null : { a: hash('held', initial, key) % 4, b: hash('other', initial, key) % 4 };
  }

  /** Runs something of which nothing is kept. */
  rehearse<Value>(run: () => Value): Value {
    const [stores, written, muted] = [new Map(this.#stores), new Set(this.#written), this.#isMuted];
    const [decisions, released] = [this.decisions.length, this.released.length];
    this.#isMuted = true;
    try {
      return run();
    } finally {
      this.#isMuted = muted;
      this.decisions.length = decisions;
      this.released.length = released;
      this.#stores.clear();
      for (const [key, value] of stores) this.#stores.set(key, value);
      this.#written.clear();
      for (const key of written) this.#written.add(key);
    }
  }
}
