import type { ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { coverageLines } from '../common/coverage.ts';
import { countingFindings, ruleOf, tally } from '../common/findings.ts';
import { constructWord, formatChange } from '../common/labels.ts';
import { count, escapeMarkup, safe } from '../common/text.ts';
import type { Reporter } from '../types.ts';

/** Comments on pull requests are refused beyond 65,536 characters. */
const MARKDOWN_LENGTH_MAX = 60_000;

/** A comment for a pull request. */
export const markdown: Reporter = {
  name: 'markdown',
  title: 'a comment for a pull request',
  render: (result) => {
    const { errors, warnings, notes, suppressed } = tally(result);
    const parts = [count(errors, 'error'), count(warnings, 'warning'), count(notes, 'note')];
    if (suppressed > 0) parts.push(`${suppressed} suppressed`);
    const head = [
      `## Weir: ${errors + warnings + notes === 0 ? 'no findings' : parts.join(', ')}`,
      '',
      ...coverageLines(result).map((line) => `- ${plain(line)}`),
      '',
    ];
    let text = head.join('\n');
    const findings = countingFindings(result);
    for (const [at, finding] of findings.entries()) {
      const section = sectionOf(result, finding);
      if (text.length + section.length > MARKDOWN_LENGTH_MAX) {
        return `${text}\n_${findings.length - at} more findings are left out here; the other reports have them._\n`;
      }
      text += section;
    }
    for (const { code, message, span } of result.diagnostics)
      text += `\n- ${code} \`${inCode(span.file)}:${span.start.line}\` ${plain(message)}`;
    return `${text.slice(0, MARKDOWN_LENGTH_MAX)}\n`;
  },
};

function sectionOf(result: Result, finding: ReportedFinding): string {
  const title = ruleOf(result, finding)?.title ?? finding.ruleId;
  const { what, why, fix } = finding.message;
  const undecided = finding.outcome === 'undecided' ? ' (undecided)' : '';
  const lines = [
    `\n### ${finding.level}${undecided}: ${plain(title)} in ${plain(finding.place)}`,
    '',
    `\`${inCode(finding.span.file)}:${finding.span.start.line}\` · ${finding.ruleId}`,
    '',
    plain([what, why].filter((part) => part !== '').join(' ')),
    '',
  ];
  const [witness] = finding.witnesses;
  if (witness !== undefined) {
    lines.push('| # | place | what | label |', '|---|---|---|---|');
    for (const [at, hop] of witness.hops.entries()) {
      lines.push(
        `| ${at + 1} | ${cell(hop.name)} | ${constructWord(hop.construct)}: ${cell(hop.why)} | ${cell(formatChange(hop.labelBefore, hop.labelAfter))} |`,
      );
    }
    lines.push('');
  }
  if (fix !== '') lines.push(`**Fix:** ${plain(fix)}`, '');
  return lines.join('\n');
}

/** Text that cannot become markup, a link, a mention or an image. */
function plain(text: string): string {
  return escapeMarkup(safe(text))
    .replace(/[\\*_[\]#|~]/g, (unit) => `\\${unit}`)
    .replace(/@/g, '@\u200b');
}

const cell = (text: string): string => plain(text);
const inCode = (text: string): string => safe(text).replace(/`/g, "'");
