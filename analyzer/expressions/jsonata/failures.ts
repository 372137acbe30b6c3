/** What decides whether JSONata fails, or gives nothing, at run time. Source: documentation and implementation of JSONata 2.0. */
import { LIST_OPERATOR, SEQUENCE_OPERATOR, type Expression, type Path } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { OWN, step } from '../build.ts';
import { isPresent } from '../present.ts';
import type { SelectionScope } from '../types.ts';

/** Reads of whether values exist and how many they are, for those that can be absent. */
export function existence(of: readonly Expression[], span: Span): readonly Expression[] {
  return of.filter((each) => each.kind !== 'literal' && each.kind !== 'object').map((each) => step(each, OWN, span));
}

/** Operators that take values of any type. */
const TOTAL_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', 'in', 'and', 'or', '&']);
/** Operators that fail when their operands are of the wrong types, and never by value. */
const TYPED_OPERATORS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/** What decides whether an operator fails; null when it cannot. */
export function operatorFailure(operator: string, args: readonly Expression[]): readonly Expression[] | null {
  if (TOTAL_OPERATORS.has(operator) || args.every((argument) => argument.kind === 'literal')) return null;
  if (TYPED_OPERATORS.has(operator)) {
    return args.flatMap((argument) => (argument.kind === 'literal' ? [] : [step(argument, OWN, argument.span)]));
  }
  // Arithmetic may leave the range of numbers, a range may be too long.
  return args;
}

/**
 * What decides whether a built-in function fails. `types`: type and length of its arguments; `elements`: also those of their elements; `values`:
 * anything about them, which holds for all that are not listed.
 */
export type FailureKind = 'never' | 'types' | 'elements' | 'values';

const kinds = (kind: FailureKind, ...names: readonly string[]): readonly (readonly [string, FailureKind])[] =>
  names.map((name) => [name, kind] as const);

export const BUILTIN_FAILURES: ReadonlyMap<string, FailureKind> = new Map([
  ...kinds('never', 'append', 'boolean', 'clone', 'count', 'distinct', 'exists', 'keys', 'millis', 'not', 'now'),
  ...kinds('never', 'random', 'reverse', 'shuffle', 'spread', 'string', 'type', 'uuid', 'zip'),
  ...kinds('types', 'each', 'filter', 'map', 'reduce', 'sift'),
  ...kinds('elements', 'merge', 'sort'),
]);

/** Results of these are never absent. */
const ALWAYS_THERE: ReadonlySet<string> = new Set([
  ...['&', '=', '!=', 'in', 'and', 'or', 'object', '$count', '$exists', '$millis', '$now', '$random', '$uuid'].map(
    (name) => `jsonata:${name}`,
  ),
  LIST_OPERATOR,
]);

/** Results of these are absent only when an argument is. */
const ABSENT_WITH_ARGUMENT: ReadonlySet<string> = new Set(
  ['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '$boolean', '$ceil', '$floor', '$abs', '$round', '$length']
    .concat(['$lowercase', '$not', '$number', '$string', '$trim', '$type', '$uppercase', '$join', '$sum'])
    .map((name) => `jsonata:${name}`),
);

/** Deepest expression whose parts are looked at. */
const ABSENCE_DEPTH_MAX = 24;

/** What decides whether a value is absent; empty when it surely is there, or surely is not. */
export function absence(of: Expression, scope: SelectionScope, depth = 0): readonly Expression[] {
  if (depth > ABSENCE_DEPTH_MAX) return [of];
  const inner = (part: Expression): readonly Expression[] => absence(part, scope, depth + 1);
  switch (of.kind) {
    case 'literal':
    case 'object':
    case 'array':
      return [];
    case 'path':
      return isPresent(of, scope) ? [] : [step(of, OWN, of.span)];
    case 'get':
      return [step(of, OWN, of.span)];
    case 'source':
      return inner(of.of).length === 0 ? [] : [of];
    case 'merge':
      return [...inner(of.base), ...inner(of.over)];
    case 'conditional': {
      const here = { ...scope, present: [...(scope.present ?? []), ...testedPlaces(of.test)] };
      const parts = [...absence(of.then, here, depth + 1), ...inner(of.otherwise)];
      // A way that is not written stands at the place of the whole; a null that is written is a value.
      const isOpen = [of.then, of.otherwise].some((part) => part.kind === 'literal' && part.span === of.span);
      return parts.length === 0 && !isOpen ? [] : [of.test, ...parts];
    }
    case 'apply':
      if (ALWAYS_THERE.has(of.operator)) return [];
      if (ABSENT_WITH_ARGUMENT.has(of.operator)) return of.args.flatMap(inner);
      if (of.operator === SEQUENCE_OPERATOR) return isPresent(of, scope) ? [] : [step(of, OWN, of.span)];
      return of.args.length === 0 ? [] : [of];
  }
}

/** Operators that hold only when all their arguments do. */
const SAME_TESTS: ReadonlySet<string> = new Set(['and', 'boolean', '$boolean'].map((name) => `jsonata:${name}`));

/** Places that are there when a test holds: what `$exists` asks for, and what is itself the test. */
function testedPlaces(test: Expression): readonly Path[] {
  if (test.kind !== 'apply' || test.operator === SEQUENCE_OPERATOR) return selectedPlace(test);
  if (test.operator === 'jsonata:$exists') return test.args.flatMap(selectedPlace);
  return SAME_TESTS.has(test.operator) ? test.args.flatMap(testedPlaces) : [];
}

/** The place that an expression selects; what is computed may be there without it. */
function selectedPlace(of: Expression): readonly Path[] {
  if (of.kind === 'get') return of.segments.every(({ kind }) => kind === 'own') ? selectedPlace(of.of) : [];
  if (of.kind === 'apply') {
    // A sequence of several values is there when one of them is.
    return of.operator === SEQUENCE_OPERATOR && of.args.length === 1 ? of.args.flatMap(selectedPlace) : [];
  }
  if (of.kind !== 'path') return [];
  const segments = of.path.segments.filter(({ kind }) => kind !== 'own' && kind !== 'spread');
  return [{ root: of.path.root, segments }];
}
