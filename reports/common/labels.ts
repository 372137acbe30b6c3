import type { LabelDescription } from '../../model/label.ts';
import type { Hop } from '../../model/verdict.ts';

/** A label in one line: the levels, then regions and tenants where they are restricted. */
export function formatLabel(label: LabelDescription): string {
  const parts = [label.confidentiality, label.integrity];
  if (label.region !== 'all') parts.push(label.region.length === 0 ? 'nowhere' : `in ${label.region.join('+')}`);
  if (label.tenant !== 'all') parts.push(label.tenant.length === 0 ? 'for nobody' : `for ${label.tenant.join('+')}`);
  return parts.join(' · ');
}

/** The change of a label over a hop: one label when it stays. */
export function formatChange(before: LabelDescription, after: LabelDescription): string {
  const [from, to] = [formatLabel(before), formatLabel(after)];
  return from === to ? to : `${from} → ${to}`;
}

const WORDS: Readonly<Record<Hop['construct'], string>> = {
  source: 'source',
  assign: 'assigned',
  call: 'called',
  read: 'read',
  write: 'written',
  await: 'received',
  declassify: 'declassified',
  endorse: 'endorsed',
  guard: 'decides',
  merge: 'decided',
  error: 'failed',
  handler: 'caught',
  retry: 'retried',
  item: 'element',
  collect: 'collected',
  race: 'raced',
  return: 'returned',
  enter: 'enters',
  opaque: 'not modelled',
  trigger: 'starts',
  sink: 'sink',
};

/** One word for what happens at a hop. */
export const constructWord = (construct: Hop['construct']): string => WORDS[construct];
