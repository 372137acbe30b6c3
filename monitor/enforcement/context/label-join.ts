import type { LabelDescription, MarkName } from '../../../model/label.ts';
import type { LevelTable, PolicyData } from '../../../model/policy-data.ts';

/** The compiled lattice as the active bundle has it. */
export type ContextLattice = PolicyData['lattice'];

const hasOwn = (table: object, name: string): boolean => Object.hasOwn(table, name);

/** Whether the lattice knows both levels of the label. Names of regions, tenants and marks are free. */
export function isLabelKnown(lattice: ContextLattice, label: LabelDescription): boolean {
  return hasOwn(lattice.confidentiality.join, label.confidentiality) && hasOwn(lattice.integrity.join, label.integrity);
}

function joinLevels(table: LevelTable, left: string, right: string): string | null {
  if (!hasOwn(table.join, left)) return null;
  const row = table.join[left];
  return row !== undefined && hasOwn(row, right) ? (row[right] ?? null) : null;
}

function intersect(left: readonly string[] | 'all', right: readonly string[] | 'all'): readonly string[] | 'all' {
  if (left === 'all') return right;
  if (right === 'all') return left;
  const others = new Set(right);
  return [...new Set(left)].filter((name) => others.has(name)).sort();
}

/** The least label that both flow to, by look-up; null when a level is not in the lattice. Sets of regions and tenants meet, marks unite. */
export function joinLabels(
  lattice: ContextLattice,
  left: LabelDescription,
  right: LabelDescription,
): LabelDescription | null {
  const confidentiality = joinLevels(lattice.confidentiality, left.confidentiality, right.confidentiality);
  const integrity = joinLevels(lattice.integrity, left.integrity, right.integrity);
  if (confidentiality === null || integrity === null) return null;
  const marks: readonly MarkName[] = [...new Set([...left.marks, ...right.marks])].sort();
  return {
    confidentiality,
    integrity,
    region: intersect(left.region, right.region),
    tenant: intersect(left.tenant, right.tenant),
    marks,
  };
}
