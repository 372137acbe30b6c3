import picocolors from 'picocolors';
import type { ExampleResult } from '../../../../policies/authoring/testing/compare-examples.ts';
import type { Comparison } from '../../../../policies/authoring/testing/compare.ts';
import type { Coverage } from '../../../../policies/authoring/testing/opa-test.ts';
import type { TestReport, TestResult } from '../../../../policies/authoring/testing/run-policy-tests.ts';
import { renderSuites, type TestCase } from '../../../../reports/junit/suites.ts';
import { printable } from '../../printable.ts';

/** Something that is told about a test or an example. */
interface Remark {
  readonly word: 'FAIL' | 'DIFFERENT' | 'NOT COMPARABLE';
  readonly place: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** What people read: what is not well, then the counts. */
export function prettyTests(report: TestReport, color: boolean): string {
  const paint = picocolors.createColors(color);
  const remarks = [...report.tests.flatMap(remarksOfTest), ...report.examples.flatMap(remarksOfExample)];
  const told = remarks.map(({ word, place, name, lines }) => {
    const painted = word === 'NOT COMPARABLE' ? paint.yellow(word) : paint.red(word);
    return `${painted} ${paint.bold(printable(place))} ${printable(name)}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
  });
  const summary = [...countLines(report), ...coverageLinesOf(report)];
  return `${told.join('')}${told.length === 0 ? '' : '\n'}${summary.map((line) => `${line}\n`).join('')}`;
}

function remarksOfTest(test: TestResult): readonly Remark[] {
  const { name, file, line, outcome, detail, comparison } = test;
  const place = `${file}:${line}`;
  const failed: Remark = { word: 'FAIL', place, name, lines: detail === '' ? [] : detail.split('\n') };
  return [
    ...(outcome === 'failed' || outcome === 'error' ? [failed] : []),
    ...remarksOfComparison(comparison, place, name),
  ];
}

function remarksOfExample({ example, entrypoint, unexpected, comparison }: ExampleResult): readonly Remark[] {
  const place = `${example.file}:${example.line}`;
  const failed: Remark = { word: 'FAIL', place, name: `${example.name} (${entrypoint})`, lines: unexpected };
  return [...(unexpected.length > 0 ? [failed] : []), ...remarksOfComparison(comparison, place, example.name)];
}

function remarksOfComparison(comparison: Comparison | null, place: string, name: string): readonly Remark[] {
  if (comparison?.kind === 'different') return [{ word: 'DIFFERENT', place, name, lines: comparison.differences }];
  if (comparison?.kind !== 'not-comparable') return [];
  return [{ word: 'NOT COMPARABLE', place, name, lines: comparison.reason.split('\n') }];
}

function countLines({ tests, examples }: TestReport): readonly string[] {
  const ofOutcome = (...outcomes: readonly TestResult['outcome'][]): number =>
    tests.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const skipped = ofOutcome('skipped');
  const expected = examples.filter(({ unexpected }) => unexpected.length === 0).length;
  const line = (title: string, parts: readonly string[]): string => `${title.padEnd(10)}${parts.join(', ')}`;
  return [
    line('tests', [
      `${ofOutcome('passed')} passed`,
      `${ofOutcome('failed', 'error')} failed`,
      ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ]),
    line('in Wasm', comparisonCounts(tests.map(({ comparison }) => comparison))),
    ...(examples.length === 0
      ? []
      : [
          line('examples', [`${expected} as expected`, `${examples.length - expected} not`]),
          line('in Wasm', comparisonCounts(examples.map(({ comparison }) => comparison))),
        ]),
  ];
}

function comparisonCounts(comparisons: readonly (Comparison | null)[]): readonly string[] {
  const ofKind = (kind: Comparison['kind']): number => comparisons.filter((each) => each?.kind === kind).length;
  const values = comparisons.reduce((sum, each) => sum + (each?.kind === 'same' ? each.values : 0), 0);
  return [
    `${ofKind('same')} the same as in opa (${values} values)`,
    `${ofKind('different')} different`,
    `${ofKind('not-comparable')} not comparable`,
  ];
}

/** Files that are listed with the lines that no test evaluates. */
const UNCOVERED_FILES_MAX = 20;

function coverageLinesOf({ coverage, coverageThreshold }: TestReport): readonly string[] {
  if (coverageThreshold === null) return [];
  if (coverage === null) return ['coverage  not measured: tests fail'];
  const word = coverage.percent < coverageThreshold ? 'below' : 'threshold';
  const total = `coverage  ${coverage.percent} % (${word} ${coverageThreshold} %)`;
  return coverage.percent < coverageThreshold ? [total, ...uncoveredLines(coverage)] : [total];
}

function uncoveredLines({ files }: Coverage): readonly string[] {
  const lacking = files
    .filter(({ uncovered }) => uncovered.length > 0)
    .sort((one, other) => one.percent - other.percent);
  const lines = lacking.slice(0, UNCOVERED_FILES_MAX).map(({ file, percent, uncovered }) => {
    const ranges = uncovered.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
    return `  ${printable(file)} ${percent} %: lines ${ranges.join(', ')}`;
  });
  return lacking.length > UNCOVERED_FILES_MAX
    ? [...lines, `  and ${lacking.length - UNCOVERED_FILES_MAX} more files`]
    : lines;
}

/** One suite per file; whether a test passes and whether Wasm agrees are cases of their own. */
export function junitOfTests(report: TestReport): string {
  const suites = new Map<string, TestCase[]>();
  const add = (file: string, ...cases: readonly TestCase[]): void => {
    suites.set(file, [...(suites.get(file) ?? []), ...cases]);
  };
  for (const test of report.tests) add(test.file, ownCase(test), ...comparisonCases(test.name, test.comparison));
  for (const { example, unexpected, comparison } of report.examples) {
    const [message = ''] = unexpected;
    const state = unexpected.length === 0 ? 'passed' : 'failure';
    add(
      example.file,
      { name: example.name, state, message, text: unexpected },
      ...comparisonCases(example.name, comparison),
    );
  }
  const sorted = [...suites].sort(([one], [other]) => (one < other ? -1 : 1));
  return renderSuites('weir policy test', {
    about: [{ name: 'coverage', properties: [{ name: 'coverage', value: coverageText(report) }] }],
    suites: [...sorted.map(([name, cases]) => ({ name, cases })), ...coverageSuite(report)],
  });
}

const coverageText = ({ coverage }: TestReport): string =>
  coverage === null ? 'not measured' : `${coverage.percent} %`;

function coverageSuite(report: TestReport): readonly { readonly name: string; readonly cases: readonly TestCase[] }[] {
  const { coverage, coverageThreshold } = report;
  if (coverageThreshold === null || coverage === null) return [];
  const isEnough = coverage.percent >= coverageThreshold;
  const text = isEnough ? [] : uncoveredLines(coverage);
  const message = isEnough ? '' : `${coverage.percent} % is below ${coverageThreshold} %`;
  return [
    {
      name: 'coverage threshold',
      cases: [{ name: `at least ${coverageThreshold} %`, state: isEnough ? 'passed' : 'failure', message, text }],
    },
  ];
}

function ownCase({ name, outcome, detail, line }: TestResult): TestCase {
  const state = outcome === 'failed' ? 'failure' : outcome;
  const message = outcome === 'passed' ? '' : outcome === 'skipped' ? 'marked as to be done' : `fails at line ${line}`;
  return { name, state, message, text: detail === '' ? [] : detail.split('\n') };
}

function comparisonCases(name: string, comparison: Comparison | null): readonly TestCase[] {
  const title = `${name} in Wasm`;
  switch (comparison?.kind) {
    case undefined:
      return [];
    case 'same':
      return [{ name: title, state: 'passed', message: '', text: [] }];
    case 'different':
      return [{ name: title, state: 'failure', message: 'Wasm differs from opa', text: comparison.differences }];
    case 'not-comparable':
      return [{ name: title, state: 'skipped', message: `not comparable: ${comparison.reason}`, text: [] }];
  }
}
