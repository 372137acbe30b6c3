/**
 * Values of Rego as host builtins see them. JSON alone would lose what Rego tells apart: sets from arrays, keys that are not strings, and the digits
 * of numbers that a double cannot hold.
 */

/** A number that neither a double nor a whole number of any size can hold exactly as it is written: a fraction or power with many digits. */
export class ExactDecimal {
  /** As JSON writes it. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A set; the items are distinct and in Rego's order. Made by {@link setOf} alone. */
export class RegoSet {
  readonly items: readonly RegoValue[];

  constructor(items: readonly RegoValue[]) {
    this.items = items;
  }
}

/** An object; keys are distinct and in Rego's order. Made by {@link objectOf} alone. */
export class RegoObject {
  readonly entries: readonly (readonly [key: RegoValue, value: RegoValue])[];

  constructor(entries: readonly (readonly [RegoValue, RegoValue])[]) {
    this.entries = entries;
  }

  /** The value under a string; undefined when there is none. */
  get(name: string): RegoValue | undefined {
    for (const [key, value] of this.entries) if (key === name) return value;
    return undefined;
  }
}

export type RegoNumber = number | bigint | ExactDecimal;

/** `number` when a double holds it exactly, `bigint` for whole numbers beyond 2^53, else {@link ExactDecimal}. */
export type RegoValue = null | boolean | string | RegoNumber | readonly RegoValue[] | RegoSet | RegoObject;

export type RegoType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set';

export const isRegoArray = (value: RegoValue): value is readonly RegoValue[] => Array.isArray(value);

export const isRegoNumber = (value: RegoValue): value is RegoNumber =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactDecimal;

/** The name that `type_name` gives. */
export function typeOf(value: RegoValue): RegoType {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (isRegoNumber(value)) return 'number';
  if (value instanceof RegoSet) return 'set';
  if (value instanceof RegoObject) return 'object';
  return 'array';
}

const INTEGER = /^-?\d+$/;

/**
 * The number that a JSON text stands for, with all its digits. A whole number that is written with a point or a power (`1.0`, `1e3`) keeps its
 * text: `sprintf` tells the two apart.
 */
export function numberOf(written: string): RegoNumber {
  const text = written.replace(/^(-?)\./, '$10.').replace(/\.(?!\d)/, '');
  const double = Number(text);
  if (INTEGER.test(text)) return Number.isSafeInteger(double) ? double + 0 : BigInt(text);
  return !Number.isInteger(double) && isSameDecimal(text, double) ? double : new ExactDecimal(text);
}

/** Whether the shortest text of the double has the same digits and power as the text. */
function isSameDecimal(text: string, double: number): boolean {
  return Number.isFinite(double) && canonical(text) === canonical(String(double));
}

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] = PARTS.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${sign}${trimmed}e${Number(power) - fraction.length + (digits.length - trimmed.length)}`;
}
