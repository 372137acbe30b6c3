import type { Diagnostic, Outcome } from './diagnostic.ts';
import { LEVELS_MAX, type LevelsDeclaration } from './label.ts';
import { findMissingLevels } from './lattice-bounds.ts';
import { hasLevel, levelSetOf, NO_LEVELS, uniteLevels, type LevelSet } from './level-set.ts';
import type { Span } from './span.ts';

/**
 * A finite order of levels, closed under transitivity. Levels are numbered lower ones first, by height and then by name, so that the
 * numbering depends on the order alone and not on how the declaration lists it.
 */
export interface LevelOrder {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** By level: the levels at or above it. */
  readonly up: readonly LevelSet[];
  /** By level: the levels at or below it. */
  readonly down: readonly LevelSet[];
  /** By level: 0 for the lowest to 1 for the highest, by the longest chain below it. */
  readonly rank: readonly number[];
}

/** A finite lattice, compiled. */
export interface CompiledLevels extends LevelOrder {
  readonly bottom: number;
  readonly top: number;
}

/** What a declaration is for. */
export interface LevelsContext {
  /** In messages, e.g. `confidentiality`. */
  readonly axis: string;
  readonly span: Span;
}

/**
 * Compiles the levels of one axis, or says why they are no finite lattice. Relations that follow from others may be given as well.
 *
 * Errors: LAT001 nothing declared, LAT002 more than {@link LEVELS_MAX} levels, LAT003 a level twice in one chain or a repeated pair, LAT004 a
 * cycle, LAT005 pairs without a least upper bound, LAT006 no lowest level, LAT007 an empty name, LAT008 no highest level.
 */
export function compileLevels(declaration: LevelsDeclaration, context: LevelsContext): Outcome<CompiledLevels> {
  const { above, problems } = readRelations(declaration, context.axis);
  problems.push(...checkNames([...above.keys()], context.axis));
  if (problems.length === 0) problems.push(...findCycles(above, context.axis));
  if (problems.length > 0) return refuse(problems, context);
  const order = closeOrder(above);
  const missing = findMissingLevels(order, context.axis);
  if (missing.length > 0) return refuse(missing, context);
  return { ok: true, value: { ...order, bottom: 0, top: order.names.length - 1 }, diagnostics: [] };
}

/** What is wrong with a declaration, before it is given its place. */
export type LatticeProblem = Pick<Diagnostic, 'code' | 'message' | 'help'>;

function refuse(problems: readonly LatticeProblem[], context: LevelsContext): Outcome<never> {
  return {
    ok: false,
    diagnostics: problems.map((problem) => ({ ...problem, severity: 'error', span: context.span })),
  };
}

/** By level: the levels that were said to be above it. */
type Relations = ReadonlyMap<string, ReadonlySet<string>>;

interface ReadRelations {
  readonly above: Relations;
  readonly problems: LatticeProblem[];
}

function readRelations(declaration: LevelsDeclaration, axis: string): ReadRelations {
  const above = new Map<string, Set<string>>();
  const problems: LatticeProblem[] = [];
  const report = (message: string, help: string): void => {
    problems.push({ code: 'LAT003', message, help });
  };
  const upperOf = (name: string): Set<string> => {
    const known = above.get(name) ?? new Set<string>();
    above.set(name, known);
    return known;
  };
  for (const chain of declaration.chains ?? []) {
    const repeated = new Set(chain.filter((name, at) => chain.indexOf(name) !== at));
    for (const name of repeated)
      report(`\`${name}\` stands twice in one chain of ${axis} levels`, 'Name each level once.');
    for (const [at, name] of chain.entries()) {
      const upper = upperOf(name);
      const higher = chain[at + 1];
      if (higher !== undefined && !repeated.has(higher) && !repeated.has(name)) upper.add(higher);
    }
  }
  for (const [higher, lower] of declaration.covers ?? []) {
    upperOf(higher);
    const upper = upperOf(lower);
    if (upper.has(higher)) report(`\`${higher}\` is said to be above \`${lower}\` twice`, 'Remove the repetition.');
    upper.add(higher);
  }
  return { above, problems };
}

function checkNames(names: readonly string[], axis: string): LatticeProblem[] {
  const problems: LatticeProblem[] = [];
  if (names.length === 0) {
    const help = `Declare at least one ${axis} level.`;
    problems.push({ code: 'LAT001', message: `no ${axis} levels are declared`, help });
  }
  if (names.length > LEVELS_MAX) {
    const message = `${names.length} ${axis} levels are declared, at most ${LEVELS_MAX} are supported`;
    problems.push({ code: 'LAT002', message, help: 'Merge levels that are never told apart.' });
  }
  if (names.some((name) => name.trim() === '')) {
    problems.push({
      code: 'LAT007',
      message: `the name of a ${axis} level is empty`,
      help: 'Give every level a name.',
    });
  }
  return problems;
}

/** Reports one cycle, from a level up to itself. Nests at most {@link LEVELS_MAX} deep. */
function findCycles(above: Relations, axis: string): LatticeProblem[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | null => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return null;
    for (const higher of [...(above.get(name) ?? [])].sort()) {
      const cycle = visit(higher, [...path, name]);
      if (cycle !== null) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const name of [...above.keys()].sort()) {
    const cycle = visit(name, []);
    if (cycle === null) continue;
    const text = cycle.map((level) => `\`${level}\``).join(' < ');
    const help = 'Remove one of these relations: no level can be above itself.';
    return [{ code: 'LAT004', message: `the ${axis} levels form a cycle: ${text}`, help }];
  }
  return [];
}

/** Numbers the levels and closes the order under transitivity. */
function closeOrder(above: Relations): LevelOrder {
  const below = new Map<string, string[]>([...above.keys()].map((name) => [name, []]));
  for (const [name, higher] of above) for (const upper of higher) below.get(upper)?.push(name);
  const heights = new Map<string, number>();
  const heightOf = (name: string): number => {
    const known = heights.get(name);
    if (known !== undefined) return known;
    const height = Math.max(0, ...(below.get(name) ?? []).map((lower) => heightOf(lower) + 1));
    heights.set(name, height);
    return height;
  };
  const names = [...above.keys()].sort((a, b) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1));
  const indexOf = new Map(names.map((name, level) => [name, level]));
  const down: LevelSet[] = [];
  for (const [level, name] of names.entries()) {
    const lower = (below.get(name) ?? []).map((other) => down[indexOf.get(other) ?? level] ?? NO_LEVELS);
    down.push(lower.reduce(uniteLevels, levelSetOf(level)));
  }
  const up = names.map((_, level) =>
    down.reduce(
      (set, under, higher) => (hasLevel(under, level) ? uniteLevels(set, levelSetOf(higher)) : set),
      NO_LEVELS,
    ),
  );
  const highest = Math.max(1, ...heights.values());
  return { names, indexOf, up, down, rank: names.map((name) => heightOf(name) / highest) };
}
