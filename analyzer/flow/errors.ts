import type { ErrorPattern, Handler } from '../../model/ir.ts';
import type { Kernel } from './kernel.ts';
import type { Leaf, Leaves } from './leaf.ts';
import type { Site } from './trace.ts';
import { fieldKey, uniform, type Tree, type Trees } from './tree.ts';

/** Key of errors whose name is not known before run time. */
export const ANY_ERROR = '*';

/** X for one error name: what decides that it is raised, and what it carries. */
export interface RaisedError {
  readonly control: Leaf;
  readonly payload: Tree;
  /** What decided that a `raise` raises it, as far as others are told; null when only what fails by itself does. */
  readonly told: Leaf | null;
}

/** X: error name (or {@link ANY_ERROR}) to labels. */
export type ErrorMap = ReadonlyMap<string, RaisedError>;

export const NO_ERRORS: ErrorMap = new Map();

export function joinErrors(left: ErrorMap, right: ErrorMap, trees: Trees): ErrorMap {
  if (left.size === 0 || left === right) return right;
  if (right.size === 0) return left;
  const joined = new Map(left);
  for (const [name, error] of right) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? error : joinRaised(known, error, trees));
  }
  return joined;
}

export function joinRaised(left: RaisedError, right: RaisedError, trees: Trees): RaisedError {
  return {
    control: trees.leaves.join(left.control, right.control),
    payload: trees.join(left.payload, right.payload),
    told:
      left.told === null || right.told === null ? (left.told ?? right.told) : trees.leaves.join(left.told, right.told),
  };
}

export function equalErrors(left: ErrorMap, right: ErrorMap, trees: Trees): boolean {
  if (left === right) return true;
  if (left.size !== right.size) return false;
  for (const [name, error] of left) {
    const other = right.get(name);
    if (other?.control !== error.control || other.told !== error.told) return false;
    if (!trees.equal(error.payload, other.payload)) return false;
  }
  return true;
}

/** What decides whether any error is raised. */
export function controlOf(errors: ErrorMap, leaves: Leaves): Leaf {
  return leaves.joinAll([...errors.values()].map((error) => error.control));
}

/** The errors with what decides about them raised by `by`. */
export function raiseErrors(errors: ErrorMap, by: Leaf, trees: Trees): ErrorMap {
  if (by === trees.leaves.bottom || errors.size === 0) return errors;
  const raised = new Map<string, RaisedError>();
  for (const [name, error] of errors) {
    const [control, payload] = [trees.leaves.join(error.control, by), trees.raise(error.payload, by)];
    raised.set(name, { control, payload, told: error.told === null ? null : trees.leaves.join(error.told, by) });
  }
  return raised;
}

/** A failure whose name is not known; its payload may tell anything that led to it. */
export function anyError(control: Leaf, payload: Leaf): ErrorMap {
  const content = payloadTree(uniform(payload), uniform(payload), payload);
  return new Map([[ANY_ERROR, { control, payload: content, told: null }]]);
}

/** The value `{Error, Cause}` that handlers see. */
export function payloadTree(error: Tree, cause: Tree, rest: Leaf): Tree {
  const parts = new Map([
    [fieldKey('Error'), error],
    [fieldKey('Cause'), cause],
  ]);
  return { own: rest, rest, parts, element: null };
}

/** Splits X by one pattern: what may be caught, and what may go on. A name that is not known may do both. */
export function matchErrors(
  errors: ErrorMap,
  pattern: ErrorPattern,
): { readonly caught: ErrorMap; readonly passed: ErrorMap } {
  if (pattern.kind === 'any') return { caught: errors, passed: NO_ERRORS };
  const caught = new Map<string, RaisedError>();
  const passed = new Map<string, RaisedError>();
  for (const [name, error] of errors) {
    if (name === ANY_ERROR) {
      caught.set(name, error);
      passed.set(name, error);
    } else (pattern.names.includes(name) ? caught : passed).set(name, error);
  }
  return { caught, passed };
}

/** What each handler in turn catches, and what none surely does. */
export function offerErrors(
  errors: ErrorMap,
  handlers: readonly Pick<Handler, 'errors'>[],
): { readonly caught: readonly ErrorMap[]; readonly passed: ErrorMap } {
  const caught: ErrorMap[] = [];
  let passed = errors;
  for (const handler of handlers) {
    const match = matchErrors(passed, handler.errors);
    caught.push(match.caught);
    passed = match.passed;
  }
  return { caught, passed };
}

/** X with a hop of its own where the step stands, so that a path through its failure names it. */
export function withFailureHop(errors: ErrorMap, site: Site, kernel: Kernel): ErrorMap {
  const { trace, leaves } = kernel;
  if (!trace.isOn) return errors;
  const why = 'whether this fails decides what runs';
  return new Map(
    [...errors].map(([name, error]) => {
      const hop = { site, construct: 'guard', slot: `failure@${name}`, why } as const;
      const from = { data: leaves.none, control: error.control.origins };
      return [name, { ...error, control: trace.hop(error.control, hop, from) }];
    }),
  );
}
