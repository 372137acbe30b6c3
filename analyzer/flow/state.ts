import type { Path } from '../../model/ir.ts';
import type { Kernel } from './kernel.ts';
import type { Leaf } from './leaf.ts';
import type { HopDescription } from './trace.ts';
import type { Tree } from './tree.ts';
import type { Variables } from './evaluate.ts';

/** What holds at a program point: Γ, and the required functions that every way here has passed. */
export interface State {
  readonly variables: Variables;
  readonly passed: ReadonlySet<string>;
}

/** Joins what holds on several ways: labels go up, passed functions must have been passed on all. */
export function joinStates(first: State, more: readonly State[], kernel: Kernel): State {
  const others = [...new Set(more)].filter((state) => state !== first);
  if (others.length === 0) return first;
  const variables = joinVariables([...new Set([first, ...others].map((state) => state.variables))], kernel);
  const passed = others.reduce((known, state) => intersect(known, state.passed), first.passed);
  return { variables, passed };
}

function joinVariables(all: readonly Variables[], kernel: Kernel): Variables {
  const [first] = all;
  if (first !== undefined && all.length === 1) return first;
  const joined = new Map<string, Tree>();
  for (const name of new Set(all.flatMap((variables) => [...variables.keys()]))) {
    joined.set(name, kernel.trees.joinAll(all.flatMap((variables) => variables.get(name) ?? [])));
  }
  return joined;
}

function intersect(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  if (left === right || left.size === 0) return left;
  const both = [...left].filter((name) => right.has(name));
  return both.length === left.size ? left : new Set(both);
}

export function equalStates(left: State, right: State, kernel: Kernel): boolean {
  if (left === right) return true;
  if (left.passed.size !== right.passed.size || left.variables.size !== right.variables.size) return false;
  for (const [name, tree] of left.variables) {
    const other = right.variables.get(name);
    if (other === undefined || !kernel.trees.equal(tree, other)) return false;
  }
  return true;
}

/** An assignment under control `pc`, described for the trace. */
export interface Assignment {
  readonly target: Path;
  readonly value: Tree;
  readonly pc: Leaf;
  readonly hop: Omit<HopDescription, 'slot'>;
}

/** Γ[target ↦ value ⊔ pc]. */
export function assign(state: State, assignment: Assignment, kernel: Kernel): State {
  const { target, hop } = assignment;
  const pc = kernel.holds('assigned-pc') ? assignment.pc : kernel.leaves.bottom;
  const value = kernel.trees.mapLeaves(assignment.value, (leaf, slot) =>
    kernel.trace.hop(
      kernel.join(leaf, pc),
      { ...hop, slot: `${target.root}${JSON.stringify(target.segments)}${slot}` },
      { data: leaf.origins, control: pc.origins },
    ),
  );
  const variables = new Map(state.variables);
  const ancestors = kernel.holds('assign-own-of-ancestors') ? pc : kernel.leaves.bottom;
  const before = state.variables.get(target.root) ?? kernel.trees.empty;
  variables.set(target.root, kernel.trees.limit(kernel.trees.assign(before, target.segments, { value, ancestors })));
  return { variables, passed: state.passed };
}

/** Raises what may have been assigned at a place, and `own` of what lies above it. */
export function raiseTarget(
  state: State,
  { target, by }: { readonly target: Path; readonly by: Leaf },
  kernel: Kernel,
): State {
  if (kernel.isBottom(by)) return state;
  const ancestors = kernel.holds('assign-own-of-ancestors') ? by : kernel.leaves.bottom;
  const variables = new Map(state.variables);
  const before = variables.get(target.root) ?? kernel.trees.empty;
  const map = (leaf: Leaf): Leaf => kernel.join(leaf, by);
  variables.set(target.root, kernel.trees.raiseAt(before, target.segments, { map, ancestors }));
  return { variables, passed: state.passed };
}
