import type { CompositionId } from '../../model/brand.ts';
import type { Composition } from '../../model/ir.ts';
import { equalErrors, joinErrors, NO_ERRORS, type ErrorMap } from './errors.ts';
import { analyseFrame } from './frame.ts';
import type { FrameResult } from './frame-input.ts';
import { recordJournals } from './journals.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import type { Site } from './trace.ts';
import type { Tree } from './tree.ts';

/** What a composition does for one entry: its summary. */
export interface Summary {
  readonly result: Tree;
  readonly errors: ErrorMap;
  readonly timing: Leaf;
  readonly passed: ReadonlySet<string>;
}

export interface CompositionCall {
  readonly id: CompositionId;
  readonly entry: Tree;
  readonly pc: Leaf;
  readonly passed: ReadonlySet<string>;
  readonly tracksFailures: boolean;
}

/** A composition analysed for one entry label tree and control label. */
interface Context {
  readonly key: string;
  readonly composition: Composition;
  entry: Tree;
  pc: Leaf;
  passed: ReadonlySet<string>;
  readonly tracksFailures: boolean;
  readonly isTop: boolean;
  summary: Summary;
  isRunning: boolean;
  /** The running analysis used an unfinished summary of this context. */
  isRecursive: boolean;
  /** Entry, pc or stores changed since the summary was made. */
  isStale: boolean;
}

/**
 * Most contexts of one composition that are kept apart. A composition called with more different entry labels is analysed once more for the
 * join of all further ones.
 */
export const CONTEXTS_MAX = 16;
/** Deepest nesting of composition calls that is followed in one go; deeper calls use the joined context. */
export const CALL_DEPTH_MAX = 48;

/**
 * Summaries of compositions, polymorphic in their entry labels: one per distinct (label tree of the entry, label of control) up to
 * {@link CONTEXTS_MAX}. Recursion starts from "never returns" and is repeated until the summary no longer grows.
 */
export class Contexts {
  readonly #program: Program;
  readonly #byKey = new Map<string, Context>();
  readonly #counts = new Map<CompositionId, number>();
  #depth = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Analyses a composition as nobody's callee. */
  root(composition: Composition, entry: Tree, pc: Leaf): Summary {
    const { strict } = this.#program;
    const key = `${composition.id}|root`;
    const call = {
      id: composition.id,
      entry,
      pc,
      passed: new Set<string>(),
      tracksFailures: strict,
    };
    const context = this.#open(key, composition, { ...call, isTop: true });
    context.isStale = true;
    return this.#summarise(context);
  }

  call(call: CompositionCall): Summary {
    const composition = this.#program.compositionOf(call.id);
    if (composition === undefined) return this.#nothing();
    const context = this.#open(this.#keyOf(call), composition, { ...call, isTop: false });
    if (context.isRunning) {
      context.isRecursive = true;
      return context.summary;
    }
    return this.#summarise(context);
  }

  /** Everything has to be looked at again, since stores hold more than was known. */
  invalidate(): void {
    for (const context of this.#byKey.values()) if (!context.isRunning) context.isStale = true;
  }

  #nothing(): Summary {
    const { kernel } = this.#program;
    return { result: kernel.trees.empty, errors: NO_ERRORS, timing: kernel.leaves.bottom, passed: new Set() };
  }

  #keyOf(call: CompositionCall): string {
    const { kernel } = this.#program;
    const passed = [...call.passed].sort().join(',');
    const base = `${call.id}|${call.tracksFailures ? 'tracked' : 'free'}`;
    const key = `${base}|${kernel.trees.labelKey(call.entry)}|${call.pc.label.id}|${passed}`;
    if (this.#byKey.has(key)) return key;
    const count = this.#counts.get(call.id) ?? 0;
    if (count >= CONTEXTS_MAX || this.#depth >= CALL_DEPTH_MAX) return `${base}|joined`;
    this.#counts.set(call.id, count + 1);
    return key;
  }

  #open(
    key: string,
    composition: Composition,
    call: Omit<CompositionCall, 'id'> & { readonly isTop: boolean },
  ): Context {
    const { kernel } = this.#program;
    const entry = kernel.trees.limit(call.entry);
    const known = this.#byKey.get(key);
    if (known === undefined) {
      const { pc, passed, tracksFailures, isTop } = call;
      const state = { isRunning: false, isRecursive: false, isStale: true, summary: this.#nothing() };
      const context: Context = { key, composition, entry, pc, passed, tracksFailures, isTop, ...state };
      this.#byKey.set(key, context);
      return context;
    }
    const joined = kernel.trees.join(known.entry, entry);
    const pc = kernel.join(known.pc, call.pc);
    const passed = [...known.passed].filter((name) => call.passed.has(name));
    if (kernel.trees.equal(joined, known.entry) && pc === known.pc && passed.length === known.passed.size) return known;
    known.entry = joined;
    known.pc = pc;
    known.passed = new Set(passed);
    known.isStale = true;
    return known;
  }

  #summarise(context: Context): Summary {
    if (!context.isStale || context.isRunning) return context.summary;
    const { trees } = this.#program.kernel;
    context.isRunning = true;
    this.#depth += 1;
    for (;;) {
      context.isRecursive = false;
      context.isStale = false;
      const before = context.summary;
      const frame = this.#analyse(context);
      const summary: Summary = {
        result: trees.join(before.result, frame.result),
        errors: joinErrors(before.errors, frame.errors, trees),
        timing: trees.leaves.join(before.timing, frame.timing),
        passed: frame.passed,
      };
      context.summary = summary;
      const hasGrown =
        !trees.equal(before.result, summary.result) ||
        !equalErrors(before.errors, summary.errors, trees) ||
        before.timing !== summary.timing;
      if (!needsAnotherRound(context, hasGrown)) break;
      // Summaries that were made on the way used the unfinished one.
      this.invalidate();
    }
    this.#depth -= 1;
    context.isRunning = false;
    return context.summary;
  }

  #analyse(context: Context): FrameResult {
    const { composition, entry, pc, passed, tracksFailures, isTop } = context;
    const { kernel } = this.#program;
    const { id, name, span, input } = composition;
    const site: Site = { composition: id, step: null, name, span, context: context.key };
    const arrived = kernel.trees.mapLeaves(entry, (leaf, slot) =>
      kernel.trace.hop(
        leaf,
        { site, construct: 'enter', slot, why: `it is the input of ${name}` },
        { data: leaf.origins, control: kernel.leaves.none },
      ),
    );
    const place = { site, tracksFailures, isTop };
    recordJournals({ site, pc, place, data: kernel.trees.flatten(arrived) }, this.#program);
    const variables = new Map([[input, arrived]]);
    return analyseFrame({ region: composition.body, variables, passed, pc, place }, this.#program);
  }
}

/** The entry grew meanwhile, or the summary that the composition itself used was not the last one. */
function needsAnotherRound(context: Context, hasGrown: boolean): boolean {
  return context.isStale || (context.isRecursive && hasGrown);
}
