import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Level } from '../../model/finding.ts';
import { coverageLines } from '../common/coverage.ts';
import { fullMessage } from '../common/findings.ts';
import { safe } from '../common/text.ts';
import type { Reporter } from '../types.ts';

const SEVERITIES: Readonly<Record<Level, string>> = { error: 'critical', warning: 'major', note: 'minor' };

/** How many diagnostics of the same code came before in the same file: what tells them apart without a line number. */
function ordinalOf({ code, span }: Diagnostic, seen: Map<string, number>): number {
  const key = `${code} ${span.file}`;
  const ordinal = seen.get(key) ?? 0;
  seen.set(key, ordinal + 1);
  return ordinal;
}

/** GitLab's code quality report (a list of issues in Code Climate's form). Coverage is an issue of severity info, since the form has no other place. */
export const gitlab: Reporter = {
  name: 'gitlab',
  title: 'code quality report of GitLab',
  render: (result) => {
    const issues = result.findings
      .filter((finding) => finding.suppression === null)
      .map((finding) => ({
        type: 'issue',
        check_name: finding.ruleId,
        description: safe(
          finding.outcome === 'undecided' ? `Undecided: ${fullMessage(finding)}` : fullMessage(finding),
        ),
        categories: ['Security'],
        severity: finding.outcome === 'undecided' ? 'minor' : SEVERITIES[finding.level],
        fingerprint: finding.fingerprint,
        location: { path: finding.span.file, lines: { begin: finding.span.start.line, end: finding.span.end.line } },
      }));
    const seen = new Map<string, number>();
    const problems = result.diagnostics.map((diagnostic) => ({
      type: 'issue',
      check_name: diagnostic.code,
      description: safe(`${diagnostic.message} ${diagnostic.help}`),
      categories: ['Compatibility'],
      severity: diagnostic.severity === 'error' ? 'major' : 'minor',
      fingerprint: `${diagnostic.code}-${diagnostic.span.file}-${ordinalOf(diagnostic, seen)}`,
      location: {
        path: diagnostic.span.file,
        lines: { begin: diagnostic.span.start.line, end: diagnostic.span.end.line },
      },
    }));
    const coverage = {
      type: 'issue',
      check_name: 'coverage',
      description: coverageLines(result).join('. '),
      categories: ['Security'],
      severity: 'info',
      fingerprint: 'weir-coverage',
      location: { path: result.coverage.configuration ?? result.coverage.files[0]?.file ?? '.', lines: { begin: 1 } },
    };
    return `${JSON.stringify([...issues, ...problems, coverage], null, 2)}\n`;
  },
};
