import type { Expression, Region, Step } from '../../model/ir.ts';
import { expressionsOf, pathsIn, targetsOf } from '../../model/walk.ts';
import { placedIn } from './structure.ts';

/** Variables that an expression reads. */
export function rootsIn(expression: Expression): ReadonlySet<string> {
  return new Set(pathsIn(expression).map((path) => path.root));
}

/**
 * Variables of a frame that may differ from run to run of its body: the given ones, everything computed from them, and everything that
 * comes from outside (results of calls, reads and waits). An upper bound: flow-insensitive.
 */
export function variesWith(body: Region, given: readonly string[]): ReadonlySet<string> {
  const varying = new Set(given);
  const steps = placedIn(body, []).map(({ step }) => step);
  for (let size = -1; size !== varying.size;) {
    size = varying.size;
    for (const step of steps) {
      if (!isFresh(step) && !expressionsOf(step).some((expression) => readsAny(expression, varying))) continue;
      for (const target of targetsOf(step)) varying.add(target.root);
    }
  }
  return varying;
}

/** True when the step's result is not a function of what it reads. */
function isFresh(step: Step): boolean {
  return step.kind !== 'assign' && step.kind !== 'branch' && step.kind !== 'return' && step.kind !== 'raise';
}

export function readsAny(expression: Expression, variables: ReadonlySet<string>): boolean {
  return pathsIn(expression).some((path) => variables.has(path.root));
}

/** Text that is equal for expressions that are written alike, whatever their places. */
export function textOf(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value));
}
