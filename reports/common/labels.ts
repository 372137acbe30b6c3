import type { LabelDescription, MarkName } from '../../model/label.ts';
import type { Hop, Witness } from '../../model/verdict.ts';

/** A label in one line: the levels, then regions and tenants where they are restricted, then the marks that are asked for. */
export function formatLabel(label: LabelDescription, marks: readonly MarkName[] = []): string {
  const parts = [label.confidentiality, label.integrity];
  if (label.region !== 'all') parts.push(label.region.length === 0 ? 'nowhere' : `in ${label.region.join('+')}`);
  if (label.tenant !== 'all') parts.push(label.tenant.length === 0 ? 'for nobody' : `for ${label.tenant.join('+')}`);
  parts.push(...marks.filter((mark) => label.marks.includes(mark)).map(markWord));
  return parts.join(' · ');
}

const BYPASS = 'bypass:';

/** A mark in words. Of a function that was not passed, its id's last part, which is the name users know. */
function markWord(mark: MarkName): string {
  switch (mark) {
    case 'token':
      return 'callback token';
    case 'error':
      return 'error detail';
    case 'opaque':
      return 'not modelled';
    case 'assumed':
      return 'assumed';
    case 'public-entry':
      return 'from a public entry';
    case 'credential':
      return 'credential';
    default:
      return `not through ${mark.slice(BYPASS.length).split(/[#:]/).at(-1) ?? ''}`;
  }
}

/** Marks that travel the whole way of a witness: what the source brings and the sink gets. Others came in from elsewhere. */
export function marksOf(witness: Witness): readonly MarkName[] {
  const [first, last] = [witness.hops[0], witness.hops.at(-1)];
  if (first === undefined || last === undefined) return [];
  return first.labelAfter.marks.filter((mark) => last.labelAfter.marks.includes(mark));
}

/** The change of a label over a hop: one label when it stays. A source has nothing before it. */
export function formatChange(hop: Hop, marks: readonly MarkName[] = []): string {
  const [from, to] = [formatLabel(hop.labelBefore, marks), formatLabel(hop.labelAfter, marks)];
  return from === to || hop.construct === 'source' ? to : `${from} → ${to}`;
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

/** How the data of a witness travels, in words that need no glossary. */
export function flowWords(witness: Witness): string {
  const how = witness.flow === 'implicit' ? 'a condition carries it (implicit flow)' : 'the data itself travels';
  return witness.isDefinite ? how : `${how}; not proved, it rests on an assumption`;
}
