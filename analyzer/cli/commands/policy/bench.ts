import { cpus } from 'node:os';
import { benchPolicies, type EntrypointBench } from '../../../../policies/authoring/bench/bench-policies.ts';
import type { Machine } from '../../machine.ts';
import { EXIT_CLEAN } from '../../pipeline/exit-code.ts';
import { table } from './replay-report.ts';
import { choice, need, needOpa, wholeNumber } from './support.ts';

/** Options of `weir policy bench` as the command line gives them. */
export interface PolicyBenchOptions {
  readonly format: string;
  /** Evaluations of each example. */
  readonly evaluations: string;
  readonly opa: boolean;
}

const FORMATS = ['pretty', 'json'] as const;
const EVALUATIONS_MAX = 1_000_000;

/** Measures evaluations of policies. @returns 0 */
export async function runPolicyBench(
  machine: Machine,
  paths: readonly string[],
  options: PolicyBenchOptions,
): Promise<number> {
  const format = choice('--format', options.format, FORMATS);
  const evaluations = wholeNumber('--evaluations', options.evaluations, { min: 1, max: EVALUATIONS_MAX });
  const opa = needOpa(machine);
  const results = need(
    await benchPolicies(opa, {
      cwd: machine.cwd,
      paths: paths.length === 0 ? ['.'] : paths,
      evaluations,
      withOpa: options.opa,
      monotonicNs: () => process.hrtime.bigint(),
    }),
  );
  const [first] = cpus();
  const place = `${first?.model.trim() ?? 'unknown processor'} × ${cpus().length}, ${process.platform} ${process.arch}, Node ${process.versions.node}, opa ${opa.version}`;
  machine.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ version: '1', machine: place, entrypoints: results }, null, 2)}\n`
      : `${table(HEADER, results.map(rowOf)).join('\n')}\n\n${notes(results).join('\n')}\n${place}\n`,
  );
  return EXIT_CLEAN;
}

const HEADER = ['entry point', 'examples', 'median µs', 'p99 µs', 'opa median µs', 'opa p99 µs', 'opa allocations'];

const NS_PER_US = 1_000;

const inMicroseconds = (value: number): string => (value / NS_PER_US).toFixed(1);

function rowOf({ entrypoint, examples, wasm, opa }: EntrypointBench): readonly string[] {
  const own = [entrypoint, String(examples), inMicroseconds(wasm.medianNs), inMicroseconds(wasm.p99Ns)];
  if (opa === null) return [...own, '', '', ''];
  return [...own, inMicroseconds(opa.medianNs), inMicroseconds(opa.p99Ns), String(opa.allocations)];
}

function notes(results: readonly EntrypointBench[]): readonly string[] {
  const unanswered = results.filter((each) => each.unanswered > 0);
  return [
    'One evaluation, with writing the input and reading the answer; `opa bench` has read its input before and measures at most 3 examples.',
    ...unanswered.map(
      (each) => `${each.entrypoint}: ${each.unanswered} of ${each.wasm.evaluations} evaluations gave no answer.`,
    ),
  ];
}
