import type { Finding } from '../../../model/finding.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { Span } from '../../../model/span.ts';
import type { Hop, Witness } from '../../../model/verdict.ts';
import { printable } from '../printable.ts';

/** One finding in full: every path with the labels at each hop, and the smallest changes that would fix it. */
export function explainFinding(
  finding: Finding,
  known: { readonly title: string; readonly fixes: readonly string[] },
): string {
  const { ruleId, level, outcome, message, span, place, witnesses, related, fingerprint } = finding;
  const lines = [
    `${ruleId} ${known.title}`,
    `${placeText(span)} · ${place} · ${level}${outcome === 'undecided' ? ' · undecided' : ''} · ${fingerprint}`,
    '',
    message.what,
    message.why,
  ];
  witnesses.forEach((witness, at) => lines.push('', ...witnessLines(witness, { at, of: witnesses.length })));
  if (related.length > 0) lines.push('', 'See also:');
  for (const other of related) lines.push(`  ${placeText(other.span)} ${other.message}`);
  lines.push('', 'What would fix it, the smallest change first:');
  known.fixes.forEach((fix, at) => lines.push(`  ${at + 1}. ${fix}`));
  return `${lines.map(printable).join('\n')}\n`;
}

function witnessLines(witness: Witness, number: { readonly at: number; readonly of: number }): readonly string[] {
  const { source, hops, flow, isDefinite } = witness;
  const count = number.of === 1 ? 'Path' : `Path ${number.at + 1} of ${number.of}`;
  const how = flow === 'implicit' ? ', a decision carries it' : '';
  const proof = isDefinite ? '' : ', not proved: it rests on an assumption';
  return [
    `${count} from ${source.description} (${source.origin.description})${how}${proof}:`,
    ...hops.map((hop, at) => `  ${String(at + 1).padStart(2)}. ${hopText(hop)}`),
  ];
}

function hopText({ span, name, construct, by, labelBefore, labelAfter, why }: Hop): string {
  const before = labelText(labelBefore);
  const after = labelText(labelAfter);
  const change = before === after ? after : `${before} → ${after}`;
  const way = by === 'control' ? ' (by control)' : '';
  return `${name} · ${construct}${way} · ${change}\n      ${why}\n      ${placeText(span)}`;
}

function labelText({ confidentiality, integrity, region, tenant }: LabelDescription): string {
  const sets = [
    ...(region === 'all' ? [] : [`in {${region.join(', ')}}`]),
    ...(tenant === 'all' ? [] : [`for {${tenant.join(', ')}}`]),
  ];
  return [confidentiality, integrity, ...sets].join(', ');
}

const placeText = ({ file, start }: Span): string => `${file}:${start.line}:${start.column}`;
