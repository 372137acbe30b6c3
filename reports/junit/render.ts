import type { ReportedFinding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { coverageLines } from '../common/coverage.ts';
import { hopLines, ruleOf } from '../common/findings.ts';
import type { Reporter } from '../types.ts';
import { renderSuites, type TestCase } from './suites.ts';

/** JUnit XML: one suite per file, one case per finding; a workflow without findings is a case that passes. */
export const junit: Reporter = {
  name: 'junit',
  title: 'JUnit XML, for test reports of CI systems',
  render: (result) => {
    const suites = [...suitesOf(result)].sort(([a], [b]) => (a < b ? -1 : 1));
    const properties = [{ name: 'coverage', value: coverageLines(result).join('. ') }];
    return renderSuites('weir', {
      about: [{ name: 'coverage', properties }],
      suites: suites.map(([name, cases]) => ({ name, cases })),
    });
  },
};

function suitesOf(result: Result): ReadonlyMap<string, readonly TestCase[]> {
  const suites = new Map<string, TestCase[]>();
  const add = (file: string, each: TestCase): void => {
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

function findingCase(result: Result, finding: ReportedFinding): TestCase {
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
