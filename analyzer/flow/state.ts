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

/** Joins what holds on two ways: labels go up, passed functions must have been passed on both. */
export function joinStates(left: State, right: State, kernel: Kernel): State {
  if (left === right) return left;
  return {
    variables: joinVariables(left.variables, right.variables, kernel),
    passed: intersect(left.passed, right.passed),
  };
}

function joinVariables(left: Variables, right: Variables, kernel: Kernel): Variables {
  if (left === right) return left;
  const joined = new Map(left);
  for (const [name, tree] of right) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? tree : kernel.trees.join(known, tree));
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

/** Raises what may have been assigned on the ways from a branch to its join point. */
export function raiseTargets(
  state: State,
  raise: { readonly targets: readonly Path[]; readonly by: Leaf; readonly hop: Omit<HopDescription, 'slot'> },
  kernel: Kernel,
): State {
  if (kernel.isBottom(raise.by)) return state;
  const ancestors = kernel.holds('assign-own-of-ancestors') ? raise.by : kernel.leaves.bottom;
  const variables = new Map(state.variables);
  for (const target of raise.targets) {
    const before = variables.get(target.root) ?? kernel.trees.empty;
    const map = (leaf: Leaf, slot: string): Leaf =>
      kernel.trace.hop(
        kernel.join(leaf, raise.by),
        { ...raise.hop, slot: `${target.root}${JSON.stringify(target.segments)}${slot}` },
        { data: leaf.origins, control: raise.by.origins },
      );
    variables.set(target.root, kernel.trees.raiseAt(before, target.segments, { map, ancestors }));
  }
  return { variables, passed: state.passed };
}
