import type { StepId } from '../../model/brand.ts';
import type { Bound, Composition, Region, Step } from '../../model/ir.ts';
import { jumpsOf, regionsOf } from '../../model/walk.ts';

/** A step with what it stands in. */
export interface PlacedStep {
  readonly step: Step;
  readonly region: Region;
  /** The steps whose regions hold it, outermost first. */
  readonly within: readonly Step[];
}

/** Every rule walks every workflow: the walk is made once. */
const WALKED = new WeakMap<Composition, readonly PlacedStep[]>();

/** Every step of a composition with the steps around it, in document order. */
export function placedSteps(composition: Composition): readonly PlacedStep[] {
  const walked = WALKED.get(composition) ?? placedIn(composition.body, []);
  WALKED.set(composition, walked);
  return walked;
}

/** Every step below a region, with the steps around it from `within` on. Keeps its own stack, as nesting is the user's. */
export function placedIn(region: Region, within: readonly Step[]): readonly PlacedStep[] {
  const found: PlacedStep[] = [];
  const stack: PlacedStep[] = region.steps.map((step) => ({ step, region, within })).reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    found.push(at);
    const inside = [...at.within, at.step];
    const below = regionsOf(at.step).flatMap((inner) =>
      inner.steps.map((step) => ({ step, region: inner, within: inside })),
    );
    stack.push(...below.reverse());
  }
  return found;
}

/**
 * Groups of steps of one region that can be run again and again: the strongly connected components of its jumps that have an edge. Each in
 * document order. Tarjan's algorithm with a stack of its own (R. Tarjan, Depth-first search and linear graph algorithms, 1972).
 */
export function cyclesOf(region: Region): readonly (readonly Step[])[] {
  const indexOf = new Map(region.steps.map((step, at) => [step.id, at]));
  const edges = region.steps.map((step) => targetsIn(step, indexOf));
  const components = stronglyConnected(edges);
  return components
    .filter((members) => members.length > 1 || members.some((at) => edges[at]?.includes(at) === true))
    .map((members) => members.toSorted((a, b) => a - b).flatMap((at) => region.steps[at] ?? []));
}

function targetsIn(step: Step, indexOf: ReadonlyMap<StepId, number>): readonly number[] {
  return jumpsOf(step).flatMap((target) => (target === null ? [] : (indexOf.get(target) ?? [])));
}

interface Visit {
  readonly node: number;
  nextEdge: number;
}

function stronglyConnected(edges: readonly (readonly number[])[]): number[][] {
  const order = new Array<number>(edges.length).fill(-1);
  const low = new Array<number>(edges.length).fill(0);
  const isOpen = new Array<boolean>(edges.length).fill(false);
  const open: number[] = [];
  const components: number[][] = [];
  let count = 0;
  const enter = (node: number): Visit => {
    order[node] = count;
    low[node] = count;
    count += 1;
    open.push(node);
    isOpen[node] = true;
    return { node, nextEdge: 0 };
  };
  const lower = (node: number, to: number): void => {
    low[node] = Math.min(low[node] ?? to, to);
  };
  for (const start of edges.keys()) {
    if (order[start] !== -1) continue;
    const path = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const target = edges[visit.node]?.[visit.nextEdge];
      visit.nextEdge += 1;
      if (target === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.node, low[visit.node] ?? 0);
        if (low[visit.node] === order[visit.node]) components.push(closeComponent(visit.node, open, isOpen));
      } else if (order[target] === -1) path.push(enter(target));
      else if (isOpen[target] === true) lower(visit.node, order[target] ?? 0);
    }
  }
  return components;
}

function closeComponent(root: number, open: number[], isOpen: boolean[]): number[] {
  const members = open.splice(open.indexOf(root));
  for (const member of members) isOpen[member] = false;
  return members;
}

/** True when the user set a limit; a platform's own default is so large that it is no limit, unless it is at most `defaultMax`. */
export function isLimited(bound: Bound, defaultMax = 0): boolean {
  return bound.kind === 'set' || bound.kind === 'dynamic' || (bound.kind === 'default' && bound.value <= defaultMax);
}
