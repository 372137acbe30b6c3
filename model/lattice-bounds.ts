import type { LatticeProblem, LevelOrder } from './lattice.ts';
import {
  intersectLevels,
  levelSetOf,
  levelsIn,
  lowestLevel,
  NO_LEVELS,
  sameLevels,
  type LevelSet,
} from './level-set.ts';

/** Missing least upper bounds that one declaration is told about; more are found when these are mended. */
const MISSING_REPORTED_MAX = 5;

/**
 * Says what an order lacks to be a lattice, in the order of its levels; empty when it is one.
 *
 * A finite order with a lowest level in which every pair has a least upper bound is a lattice: greatest lower bounds then exist as well
 * (Davey and Priestley, Introduction to Lattices and Order, 2.31), so only upper bounds are looked for. Pairs that one new level would
 * serve are reported together.
 */
export function findMissingLevels(order: LevelOrder, axis: string): readonly LatticeProblem[] {
  const everything = order.names.map((_, level) => level);
  const lowest = everything.filter((level) => sameLevels(downOf(order, level), levelSetOf(level)));
  const highest = everything.filter((level) => sameLevels(upOf(order, level), levelSetOf(level)));
  const problems: LatticeProblem[] = [];
  if (lowest.length > 1) {
    const message = `${noLattice(axis)}: ${pairOf(order, lowest)} have no greatest lower bound: nothing is below both`;
    problems.push({ code: 'LAT006', message, help: `Add a level below ${listOf(order, lowest)}.` });
  }
  if (highest.length > 1) {
    const message = `${noLattice(axis)}: ${pairOf(order, highest)} have no least upper bound: nothing is above both`;
    problems.push({ code: 'LAT008', message, help: `Add a level above ${listOf(order, highest)}.` });
  }
  return [...problems, ...findMissingUpperBounds(order, axis)];
}

function findMissingUpperBounds(order: LevelOrder, axis: string): readonly LatticeProblem[] {
  const found = new Map<string, LatticeProblem>();
  for (const a of order.names.keys()) {
    for (let b = a + 1; b < order.names.length; b++) {
      const minimal = minimalUpperBounds(order, a, b);
      const key = minimal.join();
      if (minimal.length < 2 || found.has(key)) continue;
      found.set(key, describeMissing(order, axis, { pair: [a, b], minimal }));
      if (found.size === MISSING_REPORTED_MAX) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** One level when the pair has a least upper bound, none when nothing is above both. */
function minimalUpperBounds(order: LevelOrder, a: number, b: number): readonly number[] {
  const common = intersectLevels(upOf(order, a), upOf(order, b));
  // Lower levels have lower numbers, so only the first common bound can be the least.
  const first = lowestLevel(common);
  if (first >= 0 && sameLevels(upOf(order, first), common)) return [first];
  return levelsIn(common).filter((level) =>
    sameLevels(intersectLevels(common, downOf(order, level)), levelSetOf(level)),
  );
}

function describeMissing(
  order: LevelOrder,
  axis: string,
  missing: { readonly pair: readonly [number, number]; readonly minimal: readonly number[] },
): LatticeProblem {
  const { pair, minimal } = missing;
  const under = minimal.map((level) => downOf(order, level)).reduce(intersectLevels);
  const maximal = levelsIn(under).filter((level) =>
    sameLevels(intersectLevels(under, upOf(order, level)), levelSetOf(level)),
  );
  const apart = minimal.length === 2 ? 'neither is below the other' : 'none is below another';
  return {
    code: 'LAT005',
    message: `${noLattice(axis)}: ${listOf(order, pair)} have no least upper bound: ${listOf(order, minimal)} are above both, and ${apart}`,
    help: `Add a level above ${listOf(order, maximal)} and below ${listOf(order, minimal)}.`,
  };
}

const noLattice = (axis: string): string => `the ${axis} levels are no lattice`;
const upOf = (order: LevelOrder, level: number): LevelSet => order.up[level] ?? NO_LEVELS;
const downOf = (order: LevelOrder, level: number): LevelSet => order.down[level] ?? NO_LEVELS;
const pairOf = (order: LevelOrder, levels: readonly number[]): string => listOf(order, levels.slice(0, 2));

/** Names in words: `a`, `b` and `c`. */
function listOf(order: LevelOrder, levels: readonly number[]): string {
  const names = levels.map((level) => `\`${order.names[level] ?? ''}\``);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
