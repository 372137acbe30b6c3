import { joinLabels as joinByTables } from '../../../model/label-tables.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { PolicyData } from '../../../model/policy-data.ts';

/** The compiled lattice as the active bundle has it. */
export type ContextLattice = PolicyData['lattice'];

const hasOwn = (table: object, name: string): boolean => Object.hasOwn(table, name);

/** Whether the lattice knows both levels of the label. Names of regions, tenants and marks are free. */
export function isLabelKnown(lattice: ContextLattice, label: LabelDescription): boolean {
  return hasOwn(lattice.confidentiality.join, label.confidentiality) && hasOwn(lattice.integrity.join, label.integrity);
}

/** The least label that both flow to, by look-up; null when a level is not in the lattice. */
export function joinLabels(
  lattice: ContextLattice,
  left: LabelDescription,
  right: LabelDescription,
): LabelDescription | null {
  return isLabelKnown(lattice, left) && isLabelKnown(lattice, right) ? joinByTables(lattice, left, right) : null;
}
