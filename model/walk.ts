/**
 * Walkers over the composition IR, all in document order. They keep their own stack: a region or expression that is nested deeper than
 * `WELL_FORMED_DEPTH_MAX` is reported by `findIllFormed`, not by a stack overflow here.
 */
import type { CompositionId, FunctionId, StepId, StoreId } from './brand.ts';
import {
  FAILS_OPERATOR,
  type Bound,
  type BranchArm,
  type CallTarget,
  type Composition,
  type EffectDescription,
  type Expression,
  type Path,
  type Region,
  type Step,
  type StoreTarget,
} from './ir.ts';

/** The regions that a step holds: bodies of `loop`, `forEach` and `try`, arms of `parallel` and `race`; empty for all others. */
export function regionsOf(step: Step): readonly Region[] {
  switch (step.kind) {
    case 'loop':
    case 'forEach':
    case 'try':
      return [step.body];
    case 'parallel':
    case 'race':
      return step.arms;
    default:
      return [];
  }
}

/** True when the regions of the step are frames (variables of their own, ended by `return`), false when they are blocks. */
export function holdsFrames(step: Step): boolean {
  return step.kind === 'forEach' || step.kind === 'parallel' || step.kind === 'race';
}

/** Where a region stands. */
export interface RegionPlace {
  /** The step that holds the region, null for the body of a composition. */
  readonly holder: Step | null;
  /** Frames have variables of their own; the body of a composition is one. */
  readonly isFrame: boolean;
  /** 0 for the region the walk began with. */
  readonly depth: number;
}

/** Calls `visit` for a region and every region nested in it, outer before inner. */
export function forEachRegion(region: Region, visit: (region: Region, place: RegionPlace) => void): void {
  const stack: { region: Region; place: RegionPlace }[] = [
    { region, place: { holder: null, isFrame: true, depth: 0 } },
  ];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    visit(at.region, at.place);
    const depth = at.place.depth + 1;
    for (const step of at.region.steps.toReversed()) {
      for (const inner of regionsOf(step).toReversed()) {
        stack.push({ region: inner, place: { holder: step, isFrame: holdsFrames(step), depth } });
      }
    }
  }
}

/** Calls `visit` for every step of a region and of the regions nested in it, each step before what it holds. */
export function forEachStep(region: Region, visit: (step: Step) => void): void {
  const stack: Step[] = region.steps.toReversed();
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    visit(step);
    for (const inner of regionsOf(step).toReversed()) for (const below of inner.steps.toReversed()) stack.push(below);
  }
}

/** Every step of a composition, in document order. */
export function stepsOf(composition: Composition): Step[] {
  const steps: Step[] = [];
  forEachStep(composition.body, (step) => steps.push(step));
  return steps;
}

/** Where control goes from a step inside its region; null stands for the region's end. Empty after `raise` and `return`. */
export function jumpsOf(step: Step): readonly (StepId | null)[] {
  switch (step.kind) {
    case 'branch':
      return [...step.arms.map((arm) => arm.next), step.otherwise];
    case 'try':
      return [step.next, ...step.handlers.map((handler) => handler.next)];
    case 'raise':
    case 'return':
      return [];
    default:
      return [step.next];
  }
}

/** Every path that a step may assign: targets, results, what handlers bind, what an opaque step writes. */
export function targetsOf(step: Step): readonly Path[] {
  switch (step.kind) {
    case 'assign':
      return [step.target];
    case 'opaque':
      return step.writes;
    case 'try':
      return step.handlers.flatMap((handler) => handler.binds ?? []);
    case 'branch':
    case 'loop':
    case 'raise':
    case 'return':
      return [];
    default:
      return step.result === null ? [] : [step.result];
  }
}

/** The limits that a step sets, with computed ones. */
export function boundsOf(step: Step): readonly Bound[] {
  switch (step.kind) {
    case 'call':
    case 'read':
    case 'write':
      return [step.effect.timeoutSeconds, step.effect.heartbeatSeconds];
    case 'await':
      return [step.timeoutSeconds, step.heartbeatSeconds];
    case 'loop':
      return [step.rounds];
    case 'forEach':
      return [step.concurrency];
    case 'try':
      return step.retry.map((policy) => policy.attempts);
    default:
      return [];
  }
}

/** Every expression that stands in a step itself, outermost ones only; those of nested regions are not among them. */
export function expressionsOf(step: Step): readonly Expression[] {
  return [
    ...ownExpressionsOf(step),
    ...boundsOf(step).flatMap((bound) => (bound.kind === 'dynamic' ? [bound.from] : [])),
  ];
}

function ownExpressionsOf(step: Step): readonly Expression[] {
  switch (step.kind) {
    case 'assign':
    case 'return':
      return [step.value];
    case 'call':
      return [...namedBy(step.target), step.argument, ...assumedBy(step.effect)];
    case 'read':
      return [...namedBy(step.store), step.key, ...assumedBy(step.effect)];
    case 'write':
      return [...namedBy(step.store), step.key, step.value, ...assumedBy(step.effect)];
    case 'await':
      return step.source.kind === 'timer' ? [step.source.duration] : [];
    case 'declassify':
    case 'endorse':
      return [step.argument];
    case 'branch':
      return step.arms.map((arm) => arm.guard);
    case 'loop':
      return [step.guard];
    case 'forEach':
      return [step.items];
    case 'raise':
      return step.cause === null ? [step.error] : [step.error, step.cause];
    case 'opaque':
      return step.reads;
    case 'parallel':
    case 'race':
    case 'try':
      return [];
  }
}

const namedBy = (target: CallTarget | StoreTarget): readonly Expression[] =>
  target.kind === 'dynamic' ? [target.from] : [];
const assumedBy = (effect: EffectDescription): readonly Expression[] =>
  effect.credentials === null ? [] : [effect.credentials];

/** The expressions directly inside an expression. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'path':
    case 'literal':
      return [];
    case 'source':
    case 'get':
      return [expression.of];
    case 'object':
      return expression.fields.map((field) => field.value);
    case 'array':
      return expression.items;
    case 'merge':
      return [expression.base, expression.over];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'apply':
      return expression.args;
  }
}

/** Calls `visit` for an expression and everything inside it, outer before inner; `depth` is 0 for the expression itself. */
export function forEachExpression(
  expression: Expression,
  visit: (expression: Expression, depth: number) => void,
): void {
  const stack = [{ expression, depth: 0 }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    visit(at.expression, at.depth);
    const depth = at.depth + 1;
    for (const operand of operandsOf(at.expression).toReversed()) stack.push({ expression: operand, depth });
  }
}

/** The paths that an expression reads, in order, repeated when read twice. A `get` of a path is one longer path. */
export function pathsIn(expression: Expression): readonly Path[] {
  const paths: Path[] = [];
  const stack: { expression: Expression; below: Path['segments'] }[] = [{ expression, below: [] }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { expression: here, below } = at;
    if (here.kind === 'path') paths.push({ root: here.path.root, segments: [...here.path.segments, ...below] });
    else if (here.kind === 'get') stack.push({ expression: here.of, below: [...here.segments, ...below] });
    else for (const operand of operandsOf(here).toReversed()) stack.push({ expression: operand, below: [] });
  }
  return paths;
}

/** Ids that a composition uses, each once, sorted. */
export interface UsedIds {
  readonly functions: readonly FunctionId[];
  readonly compositions: readonly CompositionId[];
  /** Stores read or written, channels awaited, journals. */
  readonly stores: readonly StoreId[];
}

export function idsUsedBy(composition: Composition): UsedIds {
  const functions = new Set<FunctionId>();
  const compositions = new Set<CompositionId>();
  const stores = new Set<StoreId>(composition.journals.map((journal) => journal.store));
  forEachStep(composition.body, (step) => {
    if (step.kind === 'call') {
      if (step.target.kind === 'function') functions.add(step.target.id);
      if (step.target.kind === 'composition') compositions.add(step.target.id);
    } else if (step.kind === 'declassify' || step.kind === 'endorse') functions.add(step.by);
    else if (step.kind === 'read' || step.kind === 'write') {
      if (step.store.kind === 'store') stores.add(step.store.id);
    } else if (step.kind === 'await' && step.source.kind !== 'timer') stores.add(step.source.channel);
  });
  return { functions: [...functions].sort(), compositions: [...compositions].sort(), stores: [...stores].sort() };
}

/** Whether an arm of a branch is taken when an evaluation fails, see {@link FAILS_OPERATOR}. */
export function isFailureArm({ guard }: BranchArm): boolean {
  return guard.kind === 'apply' && guard.operator === FAILS_OPERATOR;
}
