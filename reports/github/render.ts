import type { Level } from '../../model/finding.ts';
import type { Span } from '../../model/span.ts';
import { coverageLines } from '../common/coverage.ts';
import { countingFindings, fullMessage, hopLines, ruleOf, tally } from '../common/findings.ts';
import { count, safe } from '../common/text.ts';
import type { Reporter } from '../types.ts';

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands that GitHub Actions turns into annotations. */
export const github: Reporter = {
  name: 'github',
  title: 'annotations in GitHub Actions',
  render: (result) => {
    const lines: string[] = [];
    for (const { severity, code, message, help, span } of result.diagnostics) {
      lines.push(annotation(severity, { span, title: code, message: `${message} ${help}` }));
    }
    for (const finding of countingFindings(result)) {
      const title = `${ruleOf(result, finding)?.title ?? ''} (${finding.ruleId})`;
      const undecided = finding.outcome === 'undecided' ? 'Undecided: ' : '';
      const message = [undecided + fullMessage(finding), ...hopLines(finding)].join('\n');
      lines.push(annotation(COMMANDS[finding.level], { span: finding.span, title, message }));
    }
    const { errors, warnings, notes } = tally(result);
    const headline = `weir: ${count(errors, 'error')}, ${count(warnings, 'warning')}, ${count(notes, 'note')}. ${coverageLines(result).join('. ')}`;
    lines.push(`::notice title=Weir::${escapeData(headline)}`);
    return `${lines.join('\n')}\n`;
  },
};

function annotation(
  command: string,
  at: { readonly span: Span; readonly title: string; readonly message: string },
): string {
  const { file, start, end } = at.span;
  const properties = `file=${escapeProperty(file)},line=${start.line},col=${start.column},endLine=${end.line},endColumn=${end.column},title=${escapeProperty(at.title)}`;
  return `::${command} ${properties}::${escapeData(at.message)}`;
}

/** A line break would end the command and could start another one. */
const escapeData = (text: string): string =>
  safe(text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A'));
const escapeProperty = (text: string): string => escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
