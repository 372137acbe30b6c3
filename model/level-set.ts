/** A set of at most 64 levels, by number, as two 32-bit words. Both words are kept unsigned, so that equal sets have equal words. */
export interface LevelSet {
  readonly low: number;
  readonly high: number;
}

const BITS_PER_WORD = 32;

export const NO_LEVELS: LevelSet = { low: 0, high: 0 };

export const levelSetOf = (level: number): LevelSet =>
  level < BITS_PER_WORD ? { low: (1 << level) >>> 0, high: 0 } : { low: 0, high: (1 << (level - BITS_PER_WORD)) >>> 0 };

export const uniteLevels = (a: LevelSet, b: LevelSet): LevelSet => ({
  low: (a.low | b.low) >>> 0,
  high: (a.high | b.high) >>> 0,
});

export const intersectLevels = (a: LevelSet, b: LevelSet): LevelSet => ({
  low: (a.low & b.low) >>> 0,
  high: (a.high & b.high) >>> 0,
});

export const sameLevels = (a: LevelSet, b: LevelSet): boolean => a.low === b.low && a.high === b.high;

export const hasLevel = (set: LevelSet, level: number): boolean =>
  ((level < BITS_PER_WORD ? set.low >>> level : set.high >>> (level - BITS_PER_WORD)) & 1) === 1;

/** The smallest number in the set, -1 when it is empty. */
export function lowestLevel(set: LevelSet): number {
  if (set.low !== 0) return 31 - Math.clz32(set.low & -set.low);
  return set.high === 0 ? -1 : BITS_PER_WORD + 31 - Math.clz32(set.high & -set.high);
}

/** The greatest number in the set, -1 when it is empty. */
export function highestLevel(set: LevelSet): number {
  if (set.high !== 0) return BITS_PER_WORD + 31 - Math.clz32(set.high);
  return set.low === 0 ? -1 : 31 - Math.clz32(set.low);
}

/** The numbers in the set, ascending. */
export function levelsIn(set: LevelSet): number[] {
  return Array.from({ length: highestLevel(set) + 1 }, (_, level) => level).filter((level) => hasLevel(set, level));
}
