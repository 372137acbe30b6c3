import type { Region } from '../../model/ir.ts';
import type { ErrorMap } from './errors.ts';
import type { Variables } from './evaluate.ts';
import type { Leaf } from './leaf.ts';
import type { Site } from './trace.ts';
import type { Tree } from './tree.ts';

/** What a frame is analysed under. */
export interface FrameInput {
  readonly region: Region;
  readonly variables: Variables;
  readonly passed: ReadonlySet<string>;
  /** The label of control that the frame starts under. */
  readonly pc: Leaf;
  readonly place: FramePlace;
}

/** Where a frame stands; the parts of a {@link Site} that its steps share, and whether failures in it can be seen from outside. */
export interface FramePlace {
  readonly site: Site;
  readonly tracksFailures: boolean;
  /** True in the frame of a composition that nobody calls: its `return` is the composition's result. */
  readonly isTop: boolean;
}

export interface FrameResult {
  readonly result: Tree;
  /** X of the frame. */
  readonly errors: ErrorMap;
  /** Join of everything that decides how long the frame runs. */
  readonly timing: Leaf;
  /** Functions passed on every way to the end. */
  readonly passed: ReadonlySet<string>;
}
