import type { ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { coverageLines } from '../common/coverage.ts';
import { hopLines, ruleOf } from '../common/findings.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import type { Reporter } from '../types.ts';

/** JUnit XML: one suite per file, one case per finding; a workflow without findings is a case that passes. */
export const junit: Reporter = {
  name: 'junit',
  title: 'JUnit XML, for test reports of CI systems',
  render: (result) => {
    const suites = [...suitesOf(result)].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = suites.flatMap(([, cases]) => cases);
    const failures = all.filter((each) => each.state === 'failure').length;
    const skipped = all.filter((each) => each.state === 'skipped').length;
    const errors = all.filter((each) => each.state === 'error').length;
    const body = suites.map(([file, cases]) => suiteXml(file, cases)).join('\n');
    const coverage = `<properties><property name="coverage" value="${line(coverageLines(result).join('. '))}"/></properties>`;
    const totals = `tests="${all.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="weir" ${totals}>\n<testsuite name="coverage" tests="0">${coverage}</testsuite>\n${body}\n</testsuites>\n`;
  },
};

interface Case {
  readonly name: string;
  readonly state: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly text: readonly string[];
}

function suitesOf(result: Result): ReadonlyMap<string, readonly Case[]> {
  const suites = new Map<string, Case[]>();
  const add = (file: string, each: Case): void => {
    suites.set(file, [...(suites.get(file) ?? []), each]);
  };
  for (const finding of result.findings) add(finding.span.file, findingCase(result, finding));
  for (const { code, message, help, severity, span } of result.diagnostics) {
    const place = `${span.file}:${span.start.line}:${span.start.column}`;
    add(span.file, {
      name: `${code} at line ${span.start.line}`,
      state: severity === 'error' ? 'error' : 'skipped',
      message,
      text: [place, message, help],
    });
  }
  for (const { file, name } of result.coverage.compositions) {
    if (!suites.has(file)) add(file, { name: `${name} keeps its promises`, state: 'passed', message: '', text: [] });
  }
  return suites;
}

function findingCase(result: Result, finding: ReportedFinding): Case {
  const title = ruleOf(result, finding)?.title ?? '';
  const { message, span } = finding;
  const hops = hopLines(finding);
  const text = [
    `${span.file}:${span.start.line}:${span.start.column}`,
    message.what,
    message.why,
    message.fix,
    ...hops,
  ].filter((part) => part !== '');
  const isSkipped = finding.suppression !== null || finding.baselineState === 'unchanged';
  const why =
    finding.suppression === null
      ? `${finding.baselineState === 'unchanged' ? 'known before: ' : ''}${message.what}`
      : `suppressed: ${finding.suppression.reason}`;
  return {
    name: `${finding.ruleId}${finding.outcome === 'undecided' ? ' (undecided)' : ''} ${title} in ${finding.place}`,
    state: isSkipped ? 'skipped' : 'failure',
    message: why,
    text,
  };
}

/** One line: logs of CI systems show these texts, and a line of theirs must not look like a command. */
const line = (text: string): string => escapeMarkup(safe(text));

function suiteXml(file: string, cases: readonly Case[]): string {
  const ofState = (state: Case['state']): number => cases.filter((each) => each.state === state).length;
  const totals = `tests="${cases.length}" failures="${ofState('failure')}" errors="${ofState('error')}" skipped="${ofState('skipped')}"`;
  const body = cases.map((each) => {
    const open = `<testcase classname="${line(file)}" name="${line(each.name)}"`;
    if (each.state === 'passed') return `  ${open}/>`;
    if (each.state === 'skipped') return `  ${open}><skipped message="${line(each.message)}"/></testcase>`;
    return `  ${open}><${each.state} message="${line(each.message)}">${each.text.map(line).join('\n')}</${each.state}></testcase>`;
  });
  return `<testsuite name="${line(file)}" ${totals}>\n${body.join('\n')}\n</testsuite>`;
}
