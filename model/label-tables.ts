/**
 * The label algebra on descriptions and look-up tables: what the run time uses, where labels arrive as text and the lattice as data of a bundle.
 * Same order as `label-space.ts`; a property test compares them.
 */
import type { LabelDescription } from './label.ts';
import type { LevelTable } from './policy-data.ts';

/** The two level axes; regions, tenants and marks need no table. */
export interface LatticeTables {
  readonly confidentiality: LevelTable;
  readonly integrity: LevelTable;
}

/** The lowest label: public, trusted, everywhere, every tenant, no marks. */
export function bottomLabel(lattice: LatticeTables): LabelDescription {
  return {
    confidentiality: lattice.confidentiality.bottom,
    integrity: lattice.integrity.bottom,
    region: 'all',
    tenant: 'all',
    marks: [],
  };
}

/** What is assumed of data nobody vouches for: the highest levels, no region, no tenant. */
export function worstLabel(lattice: LatticeTables): LabelDescription {
  return {
    confidentiality: lattice.confidentiality.top,
    integrity: lattice.integrity.top,
    region: [],
    tenant: [],
    marks: ['opaque'],
  };
}

/** Least upper bound. Levels that the lattice does not know count as its top: an unknown name never lowers a label. */
export function joinLabels(lattice: LatticeTables, left: LabelDescription, right: LabelDescription): LabelDescription {
  return {
    confidentiality: joinLevels(lattice.confidentiality, left.confidentiality, right.confidentiality),
    integrity: joinLevels(lattice.integrity, left.integrity, right.integrity),
    region: intersect(left.region, right.region),
    tenant: intersect(left.tenant, right.tenant),
    marks: [...new Set([...left.marks, ...right.marks])].sort(),
  };
}

/** `left ⊑ right` on the four axes; marks are not looked at, as in {@link LabelSpace.exceeds}. Unknown levels flow nowhere. */
export function labelFlowsTo(lattice: LatticeTables, left: LabelDescription, right: LabelDescription): boolean {
  return (
    ownEntry(ownEntry(lattice.confidentiality.flowsTo, left.confidentiality) ?? {}, right.confidentiality) === true &&
    ownEntry(ownEntry(lattice.integrity.flowsTo, left.integrity) ?? {}, right.integrity) === true &&
    contains(left.region, right.region) &&
    contains(left.tenant, right.tenant)
  );
}

/** Equal as labels; both must be normal (sorted), as everything that comes from {@link joinLabels} is. */
export function isSameLabel(left: LabelDescription, right: LabelDescription): boolean {
  return (
    left.confidentiality === right.confidentiality &&
    left.integrity === right.integrity &&
    String(left.region) === String(right.region) &&
    String(left.tenant) === String(right.tenant) &&
    String(left.marks) === String(right.marks)
  );
}

/** The entry of a table under a name from outside; names like `constructor` are never found by accident. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function joinLevels(table: LevelTable, left: string, right: string): string {
  return ownEntry(ownEntry(table.join, left) ?? {}, right) ?? table.top;
}

type Members = readonly string[] | 'all';

function intersect(left: Members, right: Members): Members {
  if (left === 'all') return right;
  if (right === 'all') return left;
  return left.filter((name) => right.includes(name)).sort();
}

function contains(larger: Members, smaller: Members): boolean {
  if (larger === 'all') return true;
  if (smaller === 'all') return false;
  return smaller.every((name) => larger.includes(name));
}
