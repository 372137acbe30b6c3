import {
  BUILT_IN_MARKS,
  type Axis,
  type LabelDeclaration,
  type LabelSpaceDeclaration,
  type MarkName,
} from './label.ts';
import type { CompiledLevels } from './lattice.ts';
import { lowestLevel, NO_LEVELS } from './level-set.ts';

const BITS_PER_WORD = 32;
/** Words of a label: 0–1 confidentiality, 2–3 integrity, 4 marks, then regions, then tenants. */
const CONFIDENTIALITY_WORD = 0;
const INTEGRITY_WORD = 2;
const WORDS_PER_LEVEL = 2;
export const MARKS_WORD = 4;
const SETS_WORD = 5;

export type LevelAxis = 'confidentiality' | 'integrity';
export type SetAxis = 'region' | 'tenant';

export const LEVEL_AXES: readonly LevelAxis[] = ['confidentiality', 'integrity'];
export const SET_AXES: readonly SetAxis[] = ['region', 'tenant'];

/** Where one axis has its words: from `start` up to but not including `end`. */
export interface WordRange {
  readonly start: number;
  readonly end: number;
}

/** The names of a set-valued axis, sorted; the place in the list is the bit. */
export interface SetNames {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** What each bit of a label of one space means. */
export interface LabelLayout {
  readonly levels: Readonly<Record<LevelAxis, CompiledLevels>>;
  readonly sets: Readonly<Record<SetAxis, SetNames>>;
  readonly ranges: Readonly<Record<Axis, WordRange>>;
  /** Built-in marks, then one `bypass:` mark for each required function, sorted. */
  readonly marks: readonly MarkName[];
  /** The bit of each mark in the word at {@link MARKS_WORD}. */
  readonly markBits: ReadonlyMap<MarkName, number>;
  /** Words in one label. */
  readonly length: number;
}

export function layoutOf(declaration: LabelSpaceDeclaration, levels: LabelLayout['levels']): LabelLayout {
  const sets = { region: setNames(declaration.regions), tenant: setNames(declaration.tenants) };
  const tenantsWord = SETS_WORD + wordsFor(sets.region);
  const length = tenantsWord + wordsFor(sets.tenant);
  const bypasses = declaration.required.toSorted().map((name): MarkName => `bypass:${name}`);
  const marks = [...BUILT_IN_MARKS, ...bypasses];
  return {
    levels,
    sets,
    ranges: {
      confidentiality: { start: CONFIDENTIALITY_WORD, end: CONFIDENTIALITY_WORD + WORDS_PER_LEVEL },
      integrity: { start: INTEGRITY_WORD, end: INTEGRITY_WORD + WORDS_PER_LEVEL },
      region: { start: SETS_WORD, end: tenantsWord },
      tenant: { start: tenantsWord, end: length },
    },
    marks,
    markBits: new Map(marks.map((mark, at) => [mark, (1 << at) >>> 0])),
    length,
  };
}

function setNames(declared: readonly string[]): SetNames {
  const names = declared.toSorted();
  return { names, indexOf: new Map(names.map((name, at) => [name, at])) };
}

const wordsFor = (set: SetNames): number => Math.ceil(set.names.length / BITS_PER_WORD);

/** Stores a level as its up-set. */
export function writeLevel(words: Uint32Array, layout: LabelLayout, axis: LevelAxis, level: number): void {
  const up = layout.levels[axis].up[level] ?? NO_LEVELS;
  const { start } = layout.ranges[axis];
  words[start] = up.low;
  words[start + 1] = up.high;
}

/** The level whose up-set is stored: the lowest in the set, since lower levels have lower numbers. */
export function readLevel(words: Uint32Array, layout: LabelLayout, axis: LevelAxis): number {
  const { start } = layout.ranges[axis];
  return lowestLevel({ low: words[start] ?? 0, high: words[start + 1] ?? 0 });
}

/** Stores exactly the members given by number. */
export function writeMembers(words: Uint32Array, range: WordRange, members: Iterable<number>): void {
  words.fill(0, range.start, range.end);
  for (const member of members) {
    const word = range.start + Math.floor(member / BITS_PER_WORD);
    words[word] = ((words[word] ?? 0) | (1 << (member % BITS_PER_WORD))) >>> 0;
  }
}

/** The names stored, sorted, or `all` when none is missing (also when the axis has no names). */
export function readMembers(words: Uint32Array, layout: LabelLayout, axis: SetAxis): readonly string[] | 'all' {
  const { names } = layout.sets[axis];
  const { start } = layout.ranges[axis];
  const found = names.filter(
    (_, at) => (((words[start + Math.floor(at / BITS_PER_WORD)] ?? 0) >>> (at % BITS_PER_WORD)) & 1) === 1,
  );
  return found.length === names.length ? 'all' : found;
}

/**
 * Writes what a declaration names over `words` and leaves the rest.
 * @returns the names it does not know, in the order of the axes; `words` are not to be used when there are some.
 */
export function writeDeclaration(words: Uint32Array, layout: LabelLayout, declaration: LabelDeclaration): string[] {
  const unknown = new Set<string>();
  const find = (name: string, known: ReadonlyMap<string, number>): number => {
    const at = known.get(name);
    if (at === undefined) unknown.add(name);
    return at ?? 0;
  };
  for (const axis of LEVEL_AXES) {
    const name = declaration[axis];
    if (name !== undefined) writeLevel(words, layout, axis, find(name, layout.levels[axis].indexOf));
  }
  for (const axis of SET_AXES) {
    const names = declaration[axis];
    if (names === undefined) continue;
    const members = names.map((name) => find(name, layout.sets[axis].indexOf));
    writeMembers(words, layout.ranges[axis], unknown.size === 0 ? members : []);
  }
  for (const mark of declaration.marks ?? []) {
    words[MARKS_WORD] = ((words[MARKS_WORD] ?? 0) & ~find(mark, layout.markBits)) >>> 0;
  }
  return [...unknown];
}
