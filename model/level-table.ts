import type { LevelTable } from './policy-data.ts';
import type { CompiledLevels } from './lattice.ts';
import { intersectLevels, levelsIn, lowestLevel, NO_LEVELS } from './level-set.ts';

/** The look-up tables of a compiled lattice of levels, as they stand in a bundle's data. */
export function levelTableOf(levels: CompiledLevels): LevelTable {
  const nameOf = (level: number): string => levels.names[level] ?? '';
  const upOf = (level: number): (typeof levels.up)[number] => levels.up[level] ?? NO_LEVELS;
  const all = levels.names.map((_, level) => level);
  return {
    flowsTo: Object.fromEntries(
      all.map((level) => [
        nameOf(level),
        Object.fromEntries(levelsIn(upOf(level)).map((above) => [nameOf(above), true as const])),
      ]),
    ),
    join: Object.fromEntries(
      all.map((left) => [
        nameOf(left),
        Object.fromEntries(
          // The least common upper bound is below the others and has the lowest number.
          all.map((right) => [nameOf(right), nameOf(lowestLevel(intersectLevels(upOf(left), upOf(right))))]),
        ),
      ]),
    ),
    bottom: nameOf(levels.bottom),
    top: nameOf(levels.top),
  };
}
