/** A small seeded generator, so that a printed seed gives the same case again. */
import type { JsonValue } from '../../../model/json.ts';

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to 1 (exclusive). Mulberry32, public domain. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** An integer from 0 to `below` (exclusive). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

/** Few names, so that expressions and inputs meet. */
export const NAMES = ['a', 'b', 'c'] as const;

export function randomScalar(random: Random): JsonValue {
  return random.pick([0, 1, 2, 3, 'x', 'y', 'a', '', true, false, null]);
}

/** A JSON value at most `depth` deep. Containers are more likely than scalars. */
export function randomValue(random: Random, depth: number): JsonValue {
  if (depth === 0 || random.chance(0.25)) return randomScalar(random);
  if (random.chance(0.4)) return Array.from({ length: random.integer(4) }, () => randomValue(random, depth - 1));
  const names = NAMES.filter(() => random.chance(0.75));
  return Object.fromEntries(names.map((name) => [name, randomValue(random, depth - 1)]));
}

/** An object at the top, as the input of a state nearly always is. */
export function randomInput(random: Random): JsonValue {
  if (random.chance(0.1)) return randomValue(random, 4);
  if (random.chance(0.15)) return Object.fromEntries(NAMES.map((name) => [name, randomRows(random)]));
  return Object.fromEntries(NAMES.map((name) => [name, randomValue(random, 3)]));
}

/** Plain JSON: flags on arrays are dropped, functions and what is absent give null. */
export function toJson(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, toJson(part)]])),
  );
}

/** Arrays of arrays of objects with objects in them. */
function randomRows(random: Random): JsonValue {
  const row = (): JsonValue => Object.fromEntries(NAMES.map((name) => [name, randomValue(random, 2)]));
  const rows = (): JsonValue => Array.from({ length: 1 + random.integer(2) }, row);
  return random.chance(0.5) ? rows() : Array.from({ length: 1 + random.integer(2) }, rows);
}
