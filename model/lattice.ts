import type { Diagnostic, Outcome } from './diagnostic.ts';
import { LEVELS_MAX, type LevelsDeclaration } from './label.ts';
import type { Span } from './span.ts';

/** A set of at most 64 levels as two 32-bit words. */
export interface LevelSet {
  readonly low: number;
  readonly high: number;
}

/**
 * One finite lattice, compiled. Levels are numbered in a linear extension of the order (lower first), so the numbering is the same however
 * the declaration lists them in equivalent ways: by height, then by name.
 */
export interface CompiledLevels {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** By level: the levels at or above it. */
  readonly up: readonly LevelSet[];
  /** By level: the levels at or below it. */
  readonly down: readonly LevelSet[];
  readonly bottom: number;
  readonly top: number;
  /** By level: 0 for the bottom to 1 for the top, by longest chain from the bottom. */
  readonly rank: readonly number[];
}

const EMPTY: LevelSet = { low: 0, high: 0 };

export const levelSetOf = (index: number): LevelSet =>
  index < 32 ? { low: (1 << index) >>> 0, high: 0 } : { low: 0, high: (1 << (index - 32)) >>> 0 };
export const unite = (a: LevelSet, b: LevelSet): LevelSet => ({ low: (a.low | b.low) >>> 0, high: (a.high | b.high) >>> 0 });
export const intersectLevels = (a: LevelSet, b: LevelSet): LevelSet => ({ low: (a.low & b.low) >>> 0, high: (a.high & b.high) >>> 0 });
export const sameLevels = (a: LevelSet, b: LevelSet): boolean => a.low === b.low && a.high === b.high;
const holds = (set: LevelSet, index: number): boolean => ((index < 32 ? set.low >>> index : set.high >>> (index - 32)) & 1) === 1;
const membersOf = (set: LevelSet, count: number): number[] => Array.from({ length: count }, (_, at) => at).filter((at) => holds(set, at));

/** What a declaration is for, in messages: `confidentiality`, `integrity`. */
export interface LevelsContext {
  readonly axis: string;
  readonly span: Span;
}

/**
 * Compiles a declaration, or says why it is no finite lattice.
 *
 * Errors: LAT001 nothing declared, LAT002 too many levels, LAT003 a level twice in one chain or a repeated pair, LAT004 a cycle, LAT005 a pair
 * without a least upper bound, LAT006 a pair without a greatest lower bound, LAT007 a name that is empty.
 */
export function compileLevels(declaration: LevelsDeclaration, context: LevelsContext): Outcome<CompiledLevels> {
  const order = readOrder(declaration, context);
  if (!order.ok) return order;
  const { names, above } = order.value;
  const cycle = findCycle(names, above);
  if (cycle !== null) return refuse('LAT004', context, `the ${context.axis} levels form a cycle: ${cycle.join(' < ')}`, 'Remove one of these relations; a level cannot be above itself.');
  const levels = closeOrder(names, above);
  const problem = findMissingBound(levels, context);
  return problem === null ? { ok: true, value: finish(levels), diagnostics: [] } : { ok: false, diagnostics: [problem] };
}

function refuse(code: string, context: LevelsContext, message: string, help: string): { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, help, span: context.span }] };
}

interface Order {
  readonly names: readonly string[];
  /** By level: the levels that were said to be above it. */
  readonly above: ReadonlyMap<string, ReadonlySet<string>>;
}

function readOrder(declaration: LevelsDeclaration, context: LevelsContext): Outcome<Order> {
  const above = new Map<string, Set<string>>();
  const add = (name: string): Set<string> => {
    const known = above.get(name) ?? new Set<string>();
    above.set(name, known);
    return known;
  };
  for (const chain of declaration.chains ?? []) {
    const twice = chain.find((name, at) => chain.indexOf(name) !== at);
    if (twice !== undefined) return refuse('LAT003', context, `\`${twice}\` stands twice in one chain of ${context.axis} levels`, 'Name each level once.');
    for (const [at, name] of chain.entries()) {
      const higher = chain[at + 1];
      const upper = add(name);
      if (higher !== undefined) upper.add(higher);
    }
  }
  for (const [higher, lower] of declaration.covers ?? []) {
    add(higher);
    const upper = add(lower);
    if (upper.has(higher)) return refuse('LAT003', context, `\`${higher}\` is said to be above \`${lower}\` twice`, 'Remove the repetition.');
    upper.add(higher);
  }
  const names = [...above.keys()];
  if (names.length === 0) return refuse('LAT001', context, `no ${context.axis} levels are declared`, 'Declare at least one level.');
  if (names.some((name) => name.trim() === '')) return refuse('LAT007', context, `a ${context.axis} level has an empty name`, 'Give every level a name.');
  if (names.length > LEVELS_MAX) {
    return refuse('LAT002', context, `${names.length} ${context.axis} levels are declared, at most ${LEVELS_MAX} are supported`, 'Merge levels that are never told apart.');
  }
  return { ok: true, value: { names, above }, diagnostics: [] };
}

/** One cycle, from a level up to itself; null when there is none. */
function findCycle(names: readonly string[], above: Order['above']): readonly string[] | null {
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
  for (const name of [...names].sort()) {
    const cycle = visit(name, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

type Closed = Omit<CompiledLevels, 'bottom' | 'top' | 'rank'> & { readonly heights: readonly number[] };

/** Numbers the levels and closes the order. */
function closeOrder(names: readonly string[], above: Order['above']): Closed {
  const below = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const [name, higher] of above) for (const upper of higher) below.get(upper)?.push(name);
  const height = new Map<string, number>();
  const heightOf = (name: string): number => {
    const known = height.get(name);
    if (known !== undefined) return known;
    const found = Math.max(0, ...(below.get(name) ?? []).map((lower) => heightOf(lower) + 1));
    height.set(name, found);
    return found;
  };
  const sorted = [...names].sort((a, b) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1));
  const indexOf = new Map(sorted.map((name, at) => [name, at]));
  const down: LevelSet[] = [];
  for (const [at, name] of sorted.entries()) {
    let set = levelSetOf(at);
    for (const lower of below.get(name) ?? []) set = unite(set, down[indexOf.get(lower) ?? 0] ?? EMPTY);
    down.push(set);
  }
  const up = sorted.map((_, at) => {
    let set = EMPTY;
    for (const [higher, under] of down.entries()) if (holds(under, at)) set = unite(set, levelSetOf(higher));
    return set;
  });
  return { names: sorted, indexOf, up, down, heights: sorted.map(heightOf) };
}

/** In every finite lattice each pair has one least upper and one greatest lower bound; reports the first pair that has not. */
function findMissingBound(levels: Closed, context: LevelsContext): Diagnostic | null {
  const count = levels.names.length;
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const upper = boundsOf(levels.up, levels.down, [a, b], count);
      if (upper.length !== 1) return describeMissing('LAT005', { levels, pair: [a, b], found: upper }, context);
      const lower = boundsOf(levels.down, levels.up, [a, b], count);
      if (lower.length !== 1) return describeMissing('LAT006', { levels, pair: [a, b], found: lower }, context);
    }
  }
  return null;
}

/** The extreme common bounds of a pair: minimal upper ones with (up, down), maximal lower ones with (down, up). */
function boundsOf(towards: readonly LevelSet[], back: readonly LevelSet[], pair: readonly [number, number], count: number): number[] {
  const common = intersectLevels(towards[pair[0]] ?? EMPTY, towards[pair[1]] ?? EMPTY);
  const members = membersOf(common, count);
  return members.filter((member) => sameLevels(intersectLevels(common, back[member] ?? EMPTY), levelSetOf(member)));
}

function describeMissing(
  code: 'LAT005' | 'LAT006',
  missing: { readonly levels: Closed; readonly pair: readonly [number, number]; readonly found: readonly number[] },
  context: LevelsContext,
): Diagnostic {
  const nameOf = (index: number): string => `\`${missing.levels.names[index] ?? ''}\``;
  const [a, b] = missing.pair;
  const isUpper = code === 'LAT005';
  const bound = isUpper ? 'least upper bound' : 'greatest lower bound';
  const found = missing.found.map(nameOf).join(' and ');
  const why = missing.found.length === 0 ? `nothing is ${isUpper ? 'above' : 'below'} both` : `${found} are all ${isUpper ? 'minimal above' : 'maximal below'} both`;
  const place = isUpper ? `above ${nameOf(a)} and ${nameOf(b)}` : `below ${nameOf(a)} and ${nameOf(b)}`;
  const limit = missing.found.length === 0 ? '' : ` and ${isUpper ? 'below' : 'above'} ${found}`;
  return {
    code,
    severity: 'error',
    message: `the ${context.axis} levels are no lattice: ${nameOf(a)} and ${nameOf(b)} have no ${bound}, ${why}`,
    help: `Add a level ${place}${limit}.`,
    span: context.span,
  };
}

function finish(levels: Closed): CompiledLevels {
  const { names, indexOf, up, down, heights } = levels;
  const highest = Math.max(...heights);
  const rank = heights.map((height) => (highest === 0 ? 0 : height / highest));
  return { names, indexOf, up, down, bottom: 0, top: names.length - 1, rank };
}
