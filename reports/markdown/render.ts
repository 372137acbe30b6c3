import type { ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { coverageLines } from '../common/coverage.ts';
import { countingFindings, ruleOf, tally } from '../common/findings.ts';
import { constructWord, flowWords, formatChange, marksOf } from '../common/labels.ts';
import { count } from '../common/text.ts';
import type { Reporter } from '../types.ts';
import { code, element, inline } from './escape.ts';

/** Comments on pull requests are refused beyond 65,536 characters; some are left for what a workflow puts around it. */
export const MARKDOWN_LENGTH_MAX = 60_000;
/** Characters kept for the note on what is left out. */
const NOTE_LENGTH = 200;
/** Diagnostics that are listed; the other reports have them all. */
const DIAGNOSTICS_SHOWN = 20;

const ICONS = { error: '🔴', warning: '🟠', note: '🔵' } as const;

/** A comment for a pull request. */
export const markdown: Reporter = {
  name: 'markdown',
  title: 'a comment for a pull request, within its size limit',
  render: (result) => {
    const parts = [head(result), diagnosticsOf(result)];
    let left = MARKDOWN_LENGTH_MAX - NOTE_LENGTH - parts.join('').length;
    const findings = countingFindings(result);
    for (const [at, finding] of findings.entries()) {
      const section = sectionOf(result, finding);
      left -= section.length;
      if (left < 0) {
        parts.push(`\n_${count(findings.length - at, 'more finding')} left out here; the other reports have all._\n`);
        break;
      }
      parts.push(section);
    }
    return parts.join('');
  },
};

function head(result: Result): string {
  const { errors, warnings, notes, suppressed, unchanged, undecided } = tally(result);
  const shown = [
    errors > 0 ? count(errors, 'error') : '',
    warnings > 0 ? count(warnings, 'warning') : '',
    notes > 0 ? count(notes, 'note') : '',
  ].filter((part) => part !== '');
  const aside = [
    undecided > 0 ? `${undecided} undecided` : '',
    suppressed > 0 ? `${suppressed} suppressed` : '',
    unchanged > 0 ? `${unchanged} unchanged` : '',
  ].filter((part) => part !== '');
  const title = shown.length === 0 ? 'no findings' : shown.join(', ');
  const more = aside.length === 0 ? '' : ` (${aside.join(', ')})`;
  const lines = coverageLines(result).map((line) => `- ${inline(line)}`);
  return [`## Weir: ${title}${more}`, '', ...lines, ''].join('\n');
}

function diagnosticsOf({ diagnostics }: Result): string {
  if (diagnostics.length === 0) return '';
  const lines = diagnostics
    .slice(0, DIAGNOSTICS_SHOWN)
    .map(
      ({ code: id, severity, message, span }) =>
        `- ${severity} ${id} ${code(`${span.file}:${span.start.line}`)} ${inline(message)}`,
    );
  const more = diagnostics.length - DIAGNOSTICS_SHOWN;
  return ['', '### Not read as meant', '', ...lines, ...(more > 0 ? [`- and ${more} more`] : []), ''].join('\n');
}

function sectionOf(result: Result, finding: ReportedFinding): string {
  const title = ruleOf(result, finding)?.title ?? finding.ruleId;
  const { what, why, fix } = finding.message;
  const undecided = finding.outcome === 'undecided' ? 'undecided: ' : '';
  return [
    '',
    `### ${ICONS[finding.level]} ${undecided}${inline(title)}`,
    '',
    `**${inline(finding.place)}** · ${code(`${finding.span.file}:${finding.span.start.line}`)} · ${finding.ruleId} · ${finding.level}`,
    '',
    inline(what),
    '',
    ...(why === '' ? [] : [inline(why), '']),
    ...(fix === '' ? [] : [`**Fix:** ${inline(fix)}`, '']),
    ...pathOf(finding),
  ].join('\n');
}

/** The path as a table that is folded away; blank lines around it are what makes it Markdown again. */
function pathOf({ witnesses }: ReportedFinding): readonly string[] {
  const [witness, ...others] = witnesses;
  if (witness === undefined) return [];
  const marks = marksOf(witness);
  const rows = witness.hops.map((hop, at) => {
    const place = code(`${hop.span.file.split('/').at(-1) ?? ''}:${hop.span.start.line}`);
    const what = `${constructWord(hop.construct)}: ${inline(hop.why)}`;
    return `| ${at + 1} | ${inline(hop.name)} | ${what} | ${inline(formatChange(hop, marks))} | ${place} |`;
  });
  const from = `Path from ${element(witness.source.description)}, ${count(witness.hops.length, 'hop')}: ${flowWords(witness)}`;
  const also = others.map(({ source }) => `- also from ${inline(source.description)}`);
  return [
    `<details><summary>${from}</summary>`,
    '',
    '| # | place | what | label | source |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...(also.length === 0 ? [] : [...also, '']),
    '</details>',
    '',
  ];
}
