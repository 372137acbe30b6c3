import type { Path, Step } from '../../model/ir.ts';
import type { Cfg, CfgNode } from './cfg.ts';
import { outermost, Places, type Place } from './places.ts';
import { isTermination, reportingEdges } from './reports.ts';

/** An edge that decides whether a node runs. */
export interface ControlDependence {
  readonly node: number;
  readonly edge: number;
}

/** A place where ways that a branch parted come together again. */
export interface JoinPoint {
  readonly branch: number;
  /** What is assigned on any of the ways: the outermost places, equal ones as the same object. */
  readonly targets: readonly Path[];
}

/** What the checker needs to know about a graph's shape; computed once per frame, independent of labels. */
export interface Shape {
  /** Reachable nodes in reverse postorder. */
  readonly order: readonly number[];
  /** By node: the edges it is control dependent on (Ferrante, Ottenstein and Warren 1987). */
  readonly dependences: readonly (readonly ControlDependence[])[];
  /** By node of a `raise`: the edges over which failures come to it that it reports. */
  readonly reports: ReturnType<typeof reportingEdges>;
  /** By node: branches whose immediate post-dominator it is. */
  readonly joins: readonly (readonly JoinPoint[])[];
}

export interface ShapeOptions {
  /** Not running to the end is an observation: what follows a wait or a cyclic branch depends on it. */
  readonly seesTermination: boolean;
  /** For premise tests: `branch-raise-exits` off leaves the escape node out. */
  readonly raiseExits: boolean;
}

/** The virtual end of all ways; edges to it that are no edge of the graph have this as their index. */
export const VIRTUAL_EDGE = -1;

/** Computes post-dominators, control dependence and join points. Time O(edges × depth of the post-dominator tree + branches × region). */
export function analyseShape(cfg: Cfg, options: ShapeOptions): Shape {
  const order = reversePostorder(cfg);
  const cyclic = findCyclic(cfg, order);
  const end = cfg.nodes.length;
  const successors = withEnd(cfg, order, { cyclic, options });
  const immediate = postDominators(successors, end, order);
  const dependences = controlDependences(cfg, order, { successors, immediate, end });
  const joins = joinPoints(cfg, order, { successors, immediate, end });
  return { order, dependences, joins, reports: reportingEdges(cfg) };
}

function reversePostorder(cfg: Cfg): number[] {
  const postorder: number[] = [];
  const seen = new Set([cfg.entry]);
  const stack: { node: number; at: number }[] = [{ node: cfg.entry, at: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = cfg.nodes[top.node]?.edges[top.at++];
    if (edge === undefined) {
      postorder.push(top.node);
      stack.pop();
    } else if (!seen.has(edge.to)) {
      seen.add(edge.to);
      stack.push({ node: edge.to, at: 0 });
    }
  }
  return postorder.reverse();
}

/** Nodes in a strongly connected component with a cycle (Tarjan, iterative). */
function findCyclic(cfg: Cfg, order: readonly number[]): Set<number> {
  const cyclic = new Set<number>();
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const onStack = new Set<number>();
  const stack: number[] = [];
  for (const root of order) {
    if (index.has(root)) continue;
    const work: { node: number; at: number }[] = [{ node: root, at: 0 }];
    while (work.length > 0) {
      const top = work.at(-1);
      if (top === undefined) break;
      const { node } = top;
      if (top.at === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node) ?? 0);
        stack.push(node);
        onStack.add(node);
      }
      const edge = cfg.nodes[node]?.edges[top.at++];
      if (edge !== undefined) {
        if (edge.to === node) cyclic.add(node);
        if (!index.has(edge.to)) work.push({ node: edge.to, at: 0 });
        else if (onStack.has(edge.to)) low.set(node, Math.min(low.get(node) ?? 0, index.get(edge.to) ?? 0));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low.set(parent.node, Math.min(low.get(parent.node) ?? 0, low.get(node) ?? 0));
      if (low.get(node) === index.get(node)) popComponent(node, { stack, onStack, cyclic });
    }
  }
  return cyclic;
}

function popComponent(
  root: number,
  state: { readonly stack: number[]; readonly onStack: Set<number>; readonly cyclic: Set<number> },
): void {
  const component: number[] = [];
  for (let node = state.stack.pop(); node !== undefined; node = state.stack.pop()) {
    state.onStack.delete(node);
    component.push(node);
    if (node === root) break;
  }
  if (component.length > 1) for (const node of component) state.cyclic.add(node);
}

/** Successor lists with the virtual end added where an execution may stop. */
function withEnd(
  cfg: Cfg,
  order: readonly number[],
  known: { readonly cyclic: ReadonlySet<number>; readonly options: ShapeOptions },
): number[][] {
  const end = cfg.nodes.length;
  const successors: number[][] = Array.from({ length: end + 1 }, () => []);
  const finishing = known.options.raiseExits ? null : nodesReaching(cfg, order, cfg.exit);
  for (const node of order) {
    const edges = (cfg.nodes[node]?.edges ?? []).filter((edge) => !isTermination(cfg, edge));
    const list = edges.map((edge) => edge.to);
    if (list.length === 0) list.push(end);
    else if (known.options.seesTermination && mayNotEnd(cfg.nodes[node], known.cyclic.has(node))) list.push(end);
    const kept = finishing === null ? list : list.filter((to) => finishing.has(to));
    successors[node] = kept.length === 0 ? [end] : kept;
  }
  addEndToTraps(successors, order, end);
  return successors;
}

/** Nodes from which a way leads to `target`. */
function nodesReaching(cfg: Cfg, order: readonly number[], target: number): ReadonlySet<number> {
  const reaching = new Set([target, cfg.nodes.length]);
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (reaching.has(node) || !(cfg.nodes[node]?.edges ?? []).some((edge) => reaching.has(edge.to))) continue;
      reaching.add(node);
      changed = true;
    }
  }
  return reaching;
}

function mayNotEnd(node: CfgNode | undefined, isCyclic: boolean): boolean {
  if (node === undefined) return false;
  if (node.role === 'step' && node.step.kind === 'await') return true;
  return isCyclic && node.edges.length > 1;
}

/** Gives every node from which no way leads to the end a way of its own, so that post-dominators exist. */
function addEndToTraps(successors: number[][], order: readonly number[], end: number): void {
  const predecessors: number[][] = successors.map(() => []);
  for (const node of order) for (const to of successors[node] ?? []) predecessors[to]?.push(node);
  const reaching = new Set([end]);
  const work = [end];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    for (const from of predecessors[node] ?? []) {
      if (reaching.has(from)) continue;
      reaching.add(from);
      work.push(from);
    }
  }
  for (const node of order) if (!reaching.has(node)) successors[node]?.push(end);
}

/** Immediate post-dominators by Cooper, Harvey and Kennedy's iteration on the reversed graph. */
function postDominators(successors: readonly number[][], end: number, order: readonly number[]): Map<number, number> {
  const backward = postorderFromEnd(successors, end, order);
  const rank = new Map(backward.map((node, at) => [node, at]));
  const immediate = new Map<number, number>([[end, end]]);
  for (let changed = true; changed;) {
    changed = false;
    for (let at = backward.length - 1; at >= 0; at--) {
      const node = backward[at];
      if (node === undefined || node === end) continue;
      let found: number | undefined;
      for (const to of successors[node] ?? []) {
        if (!immediate.has(to)) continue;
        found = found === undefined ? to : intersect(found, to, { immediate, rank });
      }
      if (found !== undefined && immediate.get(node) !== found) {
        immediate.set(node, found);
        changed = true;
      }
    }
  }
  return immediate;
}

function intersect(
  left: number,
  right: number,
  tree: { readonly immediate: ReadonlyMap<number, number>; readonly rank: ReadonlyMap<number, number> },
): number {
  let [a, b] = [left, right];
  while (a !== b) {
    while ((tree.rank.get(a) ?? 0) < (tree.rank.get(b) ?? 0)) a = tree.immediate.get(a) ?? b;
    while ((tree.rank.get(b) ?? 0) < (tree.rank.get(a) ?? 0)) b = tree.immediate.get(b) ?? a;
  }
  return a;
}

function postorderFromEnd(successors: readonly number[][], end: number, order: readonly number[]): number[] {
  const predecessors: number[][] = successors.map(() => []);
  for (const node of order) for (const to of successors[node] ?? []) predecessors[to]?.push(node);
  const postorder: number[] = [];
  const seen = new Set([end]);
  const stack: { node: number; at: number }[] = [{ node: end, at: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const from = predecessors[top.node]?.[top.at++];
    if (from === undefined) {
      postorder.push(top.node);
      stack.pop();
    } else if (!seen.has(from)) {
      seen.add(from);
      stack.push({ node: from, at: 0 });
    }
  }
  return postorder;
}

interface Dominance {
  readonly successors: readonly number[][];
  readonly immediate: ReadonlyMap<number, number>;
  readonly end: number;
}

function controlDependences(cfg: Cfg, order: readonly number[], dominance: Dominance): ControlDependence[][] {
  const result: ControlDependence[][] = cfg.nodes.map(() => []);
  for (const node of order) {
    const targets = dominance.successors[node] ?? [];
    if (targets.length < 2) continue;
    const stop = dominance.immediate.get(node);
    for (const to of targets) {
      const edges = cfg.nodes[node]?.edges ?? [];
      const numbers = edges.flatMap((edge, at) => (edge.to === to ? [at] : []));
      for (
        let at: number | undefined = to;
        at !== undefined && at !== stop && at !== dominance.end;
        at = dominance.immediate.get(at)
      ) {
        for (const edge of numbers.length === 0 ? [VIRTUAL_EDGE] : numbers) result[at]?.push({ node, edge });
      }
    }
  }
  return result;
}

function joinPoints(cfg: Cfg, order: readonly number[], dominance: Dominance): JoinPoint[][] {
  const result: JoinPoint[][] = cfg.nodes.map(() => []);
  const places = new Places();
  const written = cfg.nodes.map((node) => targetsOf(node).map((path) => places.of(path)));
  for (const node of order) {
    const targets = dominance.successors[node] ?? [];
    const point = dominance.immediate.get(node);
    if (targets.length < 2 || point === undefined || point === dominance.end) continue;
    const assigned = assignedBetween(cfg, targets, { stop: point, end: dominance.end, from: node, written });
    if (assigned.length > 0) result[point]?.push({ branch: node, targets: assigned });
  }
  return result;
}

interface Ways {
  readonly from: number;
  readonly stop: number;
  readonly end: number;
  /** What each node assigns. */
  readonly written: readonly (readonly Place[])[];
}

/** Paths assigned on the ways from a branch to its join point, without those below another one of them. */
function assignedBetween(cfg: Cfg, starts: readonly number[], ways: Ways): Path[] {
  const { nodes } = walkWays(cfg, starts, ways);
  // The branch's own handlers bind on its edges, and a step that failed has not assigned its result.
  const assigned = new Set(isAlwaysDone(cfg, ways) ? [] : ways.written[ways.from]);
  for (const node of nodes) for (const place of ways.written[node] ?? []) assigned.add(place);
  return outermost(assigned).map(({ path }) => path);
}

/** Nodes on the ways up to the join point, and whether one gets there. The branch itself is left once and not entered again. */
function walkWays(
  cfg: Cfg,
  starts: readonly number[],
  { from, stop, end }: Ways,
): { readonly nodes: ReadonlySet<number>; readonly arrives: boolean } {
  const nodes = new Set<number>();
  const work = [...starts];
  let arrives = false;
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    arrives ||= node === stop || node === end;
    if (node === stop || node === end || node === from || nodes.has(node)) continue;
    nodes.add(node);
    for (const edge of cfg.nodes[node]?.edges ?? []) work.push(edge.to);
  }
  return { nodes, arrives };
}

/** Whether a call gets to its join point only by succeeding: its failure leads nowhere but back to it, with the same data. */
function isAlwaysDone(cfg: Cfg, ways: Ways): boolean {
  const node = cfg.nodes[ways.from];
  if (node?.role !== 'step' || !REPEATED_KINDS.has(node.step.kind)) return false;
  const failing = node.edges.flatMap((edge) => (edge.kind === 'error' ? [edge.to] : []));
  return !walkWays(cfg, failing, ways).arrives;
}

/** Steps whose result is told by what they are given, however often they run. */
const REPEATED_KINDS: ReadonlySet<Step['kind']> = new Set(['call', 'declassify', 'endorse']);

/** What a node may assign. */
export function targetsOf(node: CfgNode | undefined): readonly Path[] {
  if (node === undefined) return [];
  if (node.role === 'dispatch')
    return node.step.handlers.flatMap((handler) => (handler.binds === null ? [] : [handler.binds]));
  return node.role === 'step' ? stepTargets(node.step) : [];
}

function stepTargets(step: Step): readonly Path[] {
  switch (step.kind) {
    case 'assign':
      return [step.target];
    case 'opaque':
      return step.writes;
    case 'call':
    case 'read':
    case 'write':
    case 'await':
    case 'declassify':
    case 'endorse':
    case 'forEach':
    case 'parallel':
    case 'race':
      return step.result === null ? [] : [step.result];
    case 'branch':
    case 'loop':
    case 'try':
    case 'raise':
    case 'return':
      return [];
  }
}
