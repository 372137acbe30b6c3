import fc from 'fast-check';
import { naiveOrder, type NaiveOrder } from './naive-order.ts';

/** Generators of a closure system: enough for lattices of some twenty levels, distributive and not. */
const UNIVERSE = 5;
const FAMILY_MAX = 6;

/**
 * Any finite lattice of moderate size: the sets of a family closed under intersection, ordered by inclusion. Every finite lattice is one of
 * these (Davey and Priestley, Introduction to Lattices and Order, 2.36 and 7.2). Names are shuffled, so that they say nothing of the order.
 */
export function arbitraryLattice(prefix: string): fc.Arbitrary<NaiveOrder> {
  const full = 2 ** UNIVERSE - 1;
  return fc
    .tuple(fc.array(fc.integer({ min: 0, max: full }), { maxLength: FAMILY_MAX }), fc.integer(), fc.boolean())
    .map(([family, salt, isTransitive]) => {
      const sets = new Set([full, ...family]);
      for (let before = 0; before !== sets.size;) {
        before = sets.size;
        for (const a of [...sets]) for (const b of [...sets]) sets.add(a & b);
      }
      const sorted = [...sets].sort((a, b) => mix(a, salt) - mix(b, salt) || a - b);
      const isBelow = (a: number, b: number): boolean => a !== b && (a & b) === a;
      const nameOf = (set: number): string => `${prefix}${sorted.indexOf(set)}`;
      const pairs = sorted.flatMap((high) =>
        sorted.filter((low) => isBelow(low, high)).map((low): readonly [number, number] => [high, low]),
      );
      const covers = pairs.filter(([high, low]) => !sorted.some((mid) => isBelow(low, mid) && isBelow(mid, high)));
      const named = (isTransitive ? pairs : covers).map(([high, low]): [string, string] => [nameOf(high), nameOf(low)]);
      return naiveOrder(sorted.map(nameOf), named);
    })
    .filter((order) => order.names.length > 1);
}

/** A fixed shuffle of small integers. */
const mix = (value: number, salt: number): number => Math.imul(value ^ salt, 0x9e3779b1) >>> 8;

/** Any acyclic relation over a few levels; most are no lattice. */
export function arbitraryOrder(): fc.Arbitrary<NaiveOrder> {
  return fc.integer({ min: 2, max: 7 }).chain((size) =>
    fc
      .tuple(
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { minLength: size, maxLength: size * 3 }),
        fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
      )
      .map(([edges, places]) => {
        const pairs = new Map<string, [string, string]>();
        for (const [a, b] of edges) {
          const isHigher = (places[a] ?? 0) > (places[b] ?? 0);
          const [high, low] = isHigher ? [a, b] : [b, a];
          if (a !== b) pairs.set(`${high} ${low}`, [`n${high}`, `n${low}`]);
        }
        const used = [...new Set([...pairs.values()].flat())].sort();
        return naiveOrder(used, [...pairs.values()]);
      })
      .filter((order) => order.names.length > 0),
  );
}

/** Any relation, cycles and self-loops included. */
export function arbitraryRelation(): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const name = fc.nat(5).map((at) => `n${at}`);
  return fc.uniqueArray(fc.tuple(name, name), { minLength: 1, maxLength: 12, selector: ([a, b]) => `${a} ${b}` });
}
