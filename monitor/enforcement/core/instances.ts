import type { LabelDescription } from '../../../model/label.ts';
import { bottomLabel, isSameLabel, joinLabels, type LatticeTables } from '../../../model/label-tables.ts';

/** Instances remembered at once. Beyond it the idle one that was quiet the longest is forgotten, and its label is unknown when it comes back. */
export const INSTANCES_MAX = 10_000;

export interface Quarantine {
  readonly cause: string;
  /** Milliseconds since 1970; null until it is released. */
  readonly untilMs: number | null;
}

/** What is kept of one instance over restarts of the monitor. */
export interface InstanceMemory {
  readonly id: string;
  readonly residualLabel: LabelDescription | null;
  readonly quarantine: Quarantine | null;
}

/** Where the memory of instances is kept. A failing write makes the admission fail: a label that was forgotten would be a way out. */
export interface InstanceJournal {
  /** What was kept; null when there was something and it cannot be read: labels of instances seen now are unknown then. */
  load(): readonly InstanceMemory[] | null;
  save(instances: readonly InstanceMemory[]): void;
}

interface Instance {
  residualLabel: LabelDescription | null;
  quarantine: Quarantine | null;
  inFlight: number;
}

/** The label, the state and the load of each instance that this node has seen. */
export class InstanceRegistry {
  readonly #instances = new Map<string, Instance>();
  readonly #journal: InstanceJournal;
  /** Whether an instance that is not known is a new one: not when memory of earlier ones was lost. */
  #newOnesAreFresh: boolean;
  /** A label was raised and could not be kept: nothing begins until it is. */
  #isUnsaved = false;
  /** Instances forgotten because of {@link INSTANCES_MAX}. */
  evicted = 0;

  constructor(journal: InstanceJournal) {
    this.#journal = journal;
    const kept = journal.load();
    this.#newOnesAreFresh = kept !== null;
    for (const { id, residualLabel, quarantine } of kept ?? []) {
      this.#instances.set(id, { residualLabel, quarantine, inFlight: 0 });
    }
  }

  /** What is known of an instance now; a quarantine that is over is gone. */
  look(id: string, lattice: LatticeTables, nowMs: number): Readonly<Instance> {
    const known = this.#instances.get(id);
    if (known === undefined) {
      return { residualLabel: this.#newOnesAreFresh ? bottomLabel(lattice) : null, quarantine: null, inFlight: 0 };
    }
    const { quarantine } = known;
    if (quarantine !== null && quarantine.untilMs !== null && quarantine.untilMs <= nowMs) known.quarantine = null;
    return known;
  }

  /**
   * An invocation with this data begins in the instance.
   * @throws what the journal throws when a raised label cannot be kept.
   */
  begin(id: string, label: LabelDescription, lattice: LatticeTables): void {
    const known = this.#instances.get(id);
    const before = known === undefined ? (this.#newOnesAreFresh ? bottomLabel(lattice) : null) : known.residualLabel;
    const after = before === null ? null : joinLabels(lattice, before, label);
    const instance = known ?? { residualLabel: before, quarantine: null, inFlight: 0 };
    const isRaised = after !== null && before !== null && !isSameLabel(before, after);
    instance.residualLabel = after;
    this.#instances.delete(id);
    this.#instances.set(id, instance);
    if (isRaised) this.#isUnsaved = true;
    if (this.#isUnsaved) this.#save();
    instance.inFlight += 1;
    if (this.#instances.size > INSTANCES_MAX) this.#evict();
  }

  end(id: string): void {
    const instance = this.#instances.get(id);
    if (instance !== undefined && instance.inFlight > 0) instance.inFlight -= 1;
  }

  quarantine(id: string, quarantine: Quarantine): void {
    const instance = this.#instances.get(id) ?? { residualLabel: null, quarantine: null, inFlight: 0 };
    instance.quarantine = quarantine;
    this.#instances.set(id, instance);
    this.#save();
  }

  /** Ends a quarantine. @returns false when there was none. */
  release(id: string): boolean {
    const instance = this.#instances.get(id);
    if (instance === undefined || instance.quarantine === null) return false;
    instance.quarantine = null;
    this.#save();
    return true;
  }

  /** The instance was replaced: what comes under this name now has seen nothing. */
  replace(id: string): void {
    if (this.#instances.delete(id)) this.#save();
  }

  list(): readonly (InstanceMemory & { readonly inFlight: number })[] {
    return [...this.#instances]
      .map(([id, { residualLabel, quarantine, inFlight }]) => ({ id, residualLabel, quarantine, inFlight }))
      .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  #save(): void {
    this.#journal.save(
      [...this.#instances].map(([id, { residualLabel, quarantine }]) => ({ id, residualLabel, quarantine })),
    );
    this.#isUnsaved = false;
  }

  #evict(): void {
    for (const [id, instance] of this.#instances) {
      if (instance.inFlight > 0 || instance.quarantine !== null) continue;
      this.#instances.delete(id);
      this.evicted += 1;
      // From now on an unknown instance may be one that was forgotten.
      this.#newOnesAreFresh = false;
      return;
    }
  }
}
