import { runOpa, type Opa } from '../opa.ts';
import {
  done,
  isObject,
  OPA_TIMEOUT_MS,
  opaMessage,
  parseOr,
  refused,
  type RunOutcome,
  type UnknownObject,
} from '../runs/outcome.ts';
import type { Staged } from '../runs/policy-set.ts';

/** What `opa test` says about one test. */
export interface OpaTest {
  readonly packageName: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'error';
  /** What the test printed, why it failed; empty when there is nothing to say. */
  readonly detail: string;
  readonly durationMs: number;
}

/** Lines of the policies that the tests evaluate. */
export interface Coverage {
  /** Percent of the lines of all modules but the tests, two digits after the point. */
  readonly percent: number;
  readonly files: readonly FileCoverage[];
}

export interface FileCoverage {
  readonly file: string;
  readonly percent: number;
  /** Ranges of lines, both ends included. */
  readonly uncovered: readonly (readonly [from: number, to: number])[];
}

/** Runs `opa test`. Errors: POL103, and those of {@link runOpa}. */
export async function runOpaTests(opa: Opa, staged: Staged): Promise<RunOutcome<readonly OpaTest[]>> {
  const run = await runOpa(opa, ['test', '--format', 'json', '-b', '.'], {
    cwd: staged.folder,
    timeoutMs: OPA_TIMEOUT_MS,
  });
  if (run.problem !== null) return { ok: false, problem: run.problem };
  const items = parseOr(run.stdout, null);
  // No test at all is told in words, and by a module that does not compile the code is 1 without a list.
  if (!Array.isArray(items)) {
    if (run.code === 0) return done([]);
    return refused(
      'POL103',
      `the policies do not compile:\n${opaMessage(run)}`,
      'Correct them; `weir policy check` says more.',
    );
  }
  return done(items.filter(isObject).map(testOf).sort(byPlace));
}

const byPlace = (one: OpaTest, other: OpaTest): number =>
  one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1;

const NS_PER_MS = 1_000_000;

function testOf(item: UnknownObject): OpaTest {
  const { location, output, error, duration } = item;
  const place = isObject(location) ? location : {};
  const printed = typeof output === 'string' ? Buffer.from(output, 'base64').toString('utf8').trim() : '';
  const problem = isObject(error) && typeof error['message'] === 'string' ? error['message'] : '';
  const failing = failingCases(item['sub_results'], '');
  return {
    packageName: typeof item['package'] === 'string' ? item['package'] : '',
    name: typeof item['name'] === 'string' ? item['name'] : '',
    file: typeof place['file'] === 'string' ? place['file'] : '',
    line: typeof place['row'] === 'number' ? place['row'] : 1,
    outcome:
      error !== undefined ? 'error' : item['fail'] === true ? 'failed' : item['skip'] === true ? 'skipped' : 'passed',
    detail: [problem, ...(failing.length === 0 ? [] : [`cases: ${failing.join(', ')}`]), printed]
      .filter((part) => part !== '')
      .join('\n'),
    durationMs: typeof duration === 'number' ? duration / NS_PER_MS : 0,
  };
}

/** Names of the failing cases of a test that has several. */
function failingCases(results: unknown, under: string): readonly string[] {
  if (!isObject(results)) return [];
  return Object.entries(results).flatMap(([name, result]) => {
    if (!isObject(result) || result['fail'] !== true) return [];
    const nested = failingCases(result['sub_results'], `${under}${name}/`);
    return nested.length > 0 ? nested : [`${under}${name}`];
  });
}

/**
 * Measures which lines the tests evaluate. Only asked for when all tests pass: else `opa` gives no coverage.
 *
 * Errors: those of {@link runOpa}, and POL103 when there is none all the same.
 */
export async function measureCoverage(opa: Opa, staged: Staged): Promise<RunOutcome<Coverage>> {
  const args = ['test', '--coverage', '--format', 'json', '-b', '.'];
  const run = await runOpa(opa, args, { cwd: staged.folder, timeoutMs: OPA_TIMEOUT_MS });
  if (run.problem !== null) return { ok: false, problem: run.problem };
  const document = parseOr(run.stdout, null);
  if (!isObject(document) || !isObject(document['files'])) {
    return refused(
      'POL103',
      `\`opa test --coverage\` gave no coverage:\n${opaMessage(run)}`,
      'Run `weir policy test` without a threshold.',
    );
  }
  let covered = 0;
  let uncovered = 0;
  const files: FileCoverage[] = [];
  for (const [file, report] of Object.entries(document['files']).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (!isObject(report) || file.endsWith('_test.rego')) continue;
    const lines = { covered: numberOf(report['covered_lines']), uncovered: numberOf(report['not_covered_lines']) };
    covered += lines.covered;
    uncovered += lines.uncovered;
    files.push({
      file,
      percent: percentOf(lines.covered, lines.uncovered),
      uncovered: rangesOf(report['not_covered']),
    });
  }
  return done({ percent: percentOf(covered, uncovered), files });
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Rounded down, so that 100 means all. */
const percentOf = (covered: number, uncovered: number): number =>
  covered + uncovered === 0 ? 100 : Math.floor((covered * 10_000) / (covered + uncovered)) / 100;

/** Ranges by lines; `opa` lists several that stand in one line, or in one another. */
function rangesOf(value: unknown): readonly (readonly [number, number])[] {
  if (!Array.isArray(value)) return [];
  const ranges = value.filter(isObject).map(({ start, end }): readonly [number, number] => {
    const from = isObject(start) ? numberOf(start['row']) : 0;
    return [from, isObject(end) ? numberOf(end['row']) : from];
  });
  const merged: (readonly [number, number])[] = [];
  for (const [from, to] of ranges.toSorted(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}
