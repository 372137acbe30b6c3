import type { Opa } from '../opa.ts';
import { readExamples } from '../runs/examples.ts';
import { done, type RunOutcome } from '../runs/outcome.ts';
import { readPolicies, stage } from '../runs/policy-set.ts';
import { compareExamples, type ExampleResult } from './compare-examples.ts';
import { compareTests, testKey, type Comparison } from './compare.ts';
import { measureCoverage, runOpaTests, type Coverage, type OpaTest } from './opa-test.ts';
import { readTestModules } from './test-modules.ts';

export interface TestOptions {
  /** Folder that paths are relative to, absolute. */
  readonly cwd: string;
  /** Folders of policies and Rego files. */
  readonly paths: readonly string[];
  /** Least percent of lines that the tests must evaluate; null to measure nothing. */
  readonly coverageThreshold: number | null;
  /** The clock of tests that read it, milliseconds since 1970. */
  readonly nowMs: number;
}

/** A test with what `opa` and the comparison say of it. */
export interface TestResult extends OpaTest {
  /** Null for a test that is skipped. */
  readonly comparison: Comparison | null;
}

/** Everything that a run of the tests found. */
export interface TestReport {
  /** Sorted by place. */
  readonly tests: readonly TestResult[];
  readonly examples: readonly ExampleResult[];
  /** Null when it was not asked for, or when tests fail: `opa` measures passing tests only. */
  readonly coverage: Coverage | null;
  readonly coverageThreshold: number | null;
  readonly isPassed: boolean;
}

/**
 * Runs the tests of policies with `opa test`, evaluates them again in Wasm, and does the same with the examples.
 *
 * A test that fails, an example with another answer, a difference between `opa` and Wasm, and coverage below the threshold make the run fail; tests
 * that cannot be compared are only told.
 *
 * Errors: POL101 to POL105, POL115, and those of {@link runOpa}.
 */
export async function runPolicyTests(opa: Opa, options: TestOptions): Promise<RunOutcome<TestReport>> {
  const set = readPolicies(options.cwd, options.paths);
  if (!set.ok) return set;
  const examples = readExamples(options.cwd, set.value.exampleFiles);
  if (!examples.ok) return examples;
  const staged = stage(set.value.modules, set.value.data);
  try {
    const results = await runOpaTests(opa, staged);
    if (!results.ok) return results;
    const modules = await readTestModules(opa, staged, set.value.modules);
    if (!modules.ok) return modules;
    const context = { modules: modules.value, results: results.value, nowMs: options.nowMs };
    const compared = await compareTests(opa, set.value, context);
    if (!compared.ok) return compared;
    const isGreen = results.value.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped');
    const coverage = options.coverageThreshold === null || !isGreen ? null : await measureCoverage(opa, staged);
    if (coverage?.ok === false) return coverage;
    const answered = await compareExamples(opa, set.value, examples.value);
    if (!answered.ok) return answered;
    const tests = results.value.map((each) => ({ ...each, comparison: compared.value.get(testKey(each)) ?? null }));
    return done(
      reportOf(tests, answered.value, { coverage: coverage?.value ?? null, threshold: options.coverageThreshold }),
    );
  } finally {
    staged.remove();
  }
}

function reportOf(
  tests: readonly TestResult[],
  examples: readonly ExampleResult[],
  { coverage, threshold }: { readonly coverage: Coverage | null; readonly threshold: number | null },
): TestReport {
  const isPassed =
    tests.every(
      (test) => test.outcome !== 'failed' && test.outcome !== 'error' && test.comparison?.kind !== 'different',
    ) &&
    examples.every(({ unexpected, comparison }) => unexpected.length === 0 && comparison.kind !== 'different') &&
    (threshold === null || coverage === null || coverage.percent >= threshold);
  return { tests, examples, coverage, coverageThreshold: threshold, isPassed };
}
