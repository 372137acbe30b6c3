/** What the right side of a comparison has to be. */
export type Operand = 'text' | 'number' | 'boolean' | 'timestamp';

const ORDERED = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

function comparisons(
  type: string,
  names: readonly string[],
  operand: Operand,
): readonly (readonly [string, Operand])[] {
  return names.map((name) => [`${type}${name}`, operand] as const);
}

/**
 * Operators of JSONPath choice rules with the kind of their literal operand. All but `StringMatches` and the tests of kind (`Is…`) also have a
 * form that ends in `Path`. Source: States Language, "Choice state".
 */
export const COMPARISONS: ReadonlyMap<string, Operand> = new Map([
  ...comparisons('String', [...ORDERED, 'Matches'], 'text'),
  ...comparisons('Numeric', ORDERED, 'number'),
  ...comparisons('Boolean', ['Equals'], 'boolean'),
  ...comparisons('Timestamp', ORDERED, 'timestamp'),
  ...comparisons('Is', ['Null', 'Present', 'Numeric', 'String', 'Boolean', 'Timestamp'], 'boolean'),
]);

/** The operator without `Path` when it compares with another path, else null. */
export function pathComparison(name: string): string | null {
  const base = name.endsWith('Path') ? name.slice(0, -'Path'.length) : '';
  return COMPARISONS.has(base) && base !== 'StringMatches' && !base.startsWith('Is') ? base : null;
}

/** Whether a key of a rule is a comparison. */
export const isComparison = (name: string): boolean => COMPARISONS.has(name) || pathComparison(name) !== null;
