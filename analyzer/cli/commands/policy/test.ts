import { runPolicyTests } from '../../../../policies/authoring/testing/run-policy-tests.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { usesColor } from '../../output.ts';
import { EXIT_CLEAN, EXIT_FINDINGS } from '../../pipeline/exit-code.ts';
import { choice, need, needOpa, todayMs } from './support.ts';
import { junitOfTests, prettyTests } from './test-report.ts';

/** Options of `weir policy test` as the command line gives them. */
export interface PolicyTestOptions {
  /** Percent; null to measure no coverage. */
  readonly coverageThreshold: string | null;
  readonly format: string;
}

const FORMATS = ['pretty', 'json', 'junit'] as const;

/** Runs tests and examples of policies with `opa` and in Wasm. @returns 0 when all is well, 1 when something fails */
export async function runPolicyTest(
  machine: Machine,
  paths: readonly string[],
  options: PolicyTestOptions,
): Promise<number> {
  const format = choice('--format', options.format, FORMATS);
  const coverageThreshold = options.coverageThreshold === null ? null : percentOf(options.coverageThreshold);
  const report = need(
    await runPolicyTests(needOpa(machine), {
      cwd: machine.cwd,
      paths: paths.length === 0 ? ['.'] : paths,
      coverageThreshold,
      nowMs: todayMs(machine),
    }),
  );
  if (format === 'json') machine.stdout.write(`${JSON.stringify({ version: '1', ...report }, null, 2)}\n`);
  else if (format === 'junit') machine.stdout.write(junitOfTests(report));
  else machine.stdout.write(prettyTests(report, usesColor(machine, machine.stdout, false)));
  return report.isPassed ? EXIT_CLEAN : EXIT_FINDINGS;
}

function percentOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 100) return value;
  throw new UsageError('CLI005', `\`--coverage-threshold ${text}\` is no percentage`, 'Give a number from 0 to 100.');
}
