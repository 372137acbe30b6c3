import type { GraphNode } from '../../model/result.ts';
import { characters } from '../common/columns.ts';

/** Short signs for the levels that occur, which say without colour what colours say. */
export interface LevelCodes {
  readonly confidentiality: ReadonlyMap<string, LevelCode>;
  readonly integrity: ReadonlyMap<string, LevelCode>;
}

export interface LevelCode {
  /** The shortest beginning of the level's name that no other level of its axis has; the whole name when there is none. */
  readonly letters: string;
  /** From 0 (lowest) to 1 (highest). */
  readonly rank: number;
}

/** Signs for the levels of some nodes, by axis, from low to high. */
export function levelCodes(nodes: readonly GraphNode[]): LevelCodes {
  return {
    confidentiality: codesOf(
      nodes.map(({ label, confidentialityRank }) => [label.confidentiality, confidentialityRank]),
    ),
    integrity: codesOf(nodes.map(({ label, integrityRank }) => [label.integrity, integrityRank])),
  };
}

function codesOf(levels: readonly (readonly [string, number])[]): ReadonlyMap<string, LevelCode> {
  const ranks = new Map(levels);
  const names = [...ranks.keys()];
  const sorted = [...ranks].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  return new Map(sorted.map(([name, rank]) => [name, { letters: lettersOf(name, names), rank }]));
}

function lettersOf(name: string, names: readonly string[]): string {
  const own = characters(name);
  for (let length = 1; length <= own.length; length++) {
    const beginning = own.slice(0, length).join('');
    const isTaken = names.some((other) => other !== name && other.toLowerCase().startsWith(beginning.toLowerCase()));
    if (!isTaken) return beginning.charAt(0).toUpperCase() + beginning.slice(1);
  }
  return name;
}
