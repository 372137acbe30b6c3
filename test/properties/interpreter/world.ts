import type { JsonValue } from '../../../model/json.ts';
import type { Release } from '../../../model/labelling.ts';

/** Everything that a run depends on besides the program. */
export interface World {
  readonly input: JsonValue;
  /** What declared stores and channels hold at first, by store and by key hash. */
  readonly contents: ReadonlyMap<string, number>;
  /** What functions bring in. */
  readonly outputs: ReadonlyMap<string, number>;
  /** What decides errors of functions besides their argument. */
  readonly errors: ReadonlyMap<string, number>;
  /** Values of labelled constants. */
  readonly constants: ReadonlyMap<string, number>;
}

/** Something that an observer of a sink sees. */
export interface Event {
  /** `function:f`, `store:s`, `journal:s`, `result:c`. */
  readonly sink: string;
  readonly value: string;
  /** The step that ran, as `composition/step`. */
  readonly at: string;
}

/** A value that passed a declassifier or endorser; who may see what came out cannot compare runs in which it differs. */
export interface Released {
  readonly step: string;
  readonly value: string;
  readonly release: Release;
}

export interface Run {
  /**
   * How the run ended. `diverged`: not at all, in strict mode. `stopped`: by something that the mode does not look at (in default mode a failure that
   * nobody catches, a run without end), or that ends no real run.
   */
  readonly status: 'done' | 'failed' | 'diverged' | 'stopped';
  readonly events: readonly Event[];
  readonly released: readonly Released[];
  readonly result: JsonValue;
  /** Which way each branch took; two runs that differ here branched on what differs. */
  readonly decisions: string;
}

/** One run: of which composition, in which world. */
export interface RunOptions {
  readonly world: World;
  readonly strict: boolean;
  readonly root: string;
}
