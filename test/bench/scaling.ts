/**
 * Growth of time and memory with the size of a workflow and of a repository: `node --expose-gc test/bench/scaling.ts`. Each size runs in a process
 * of its own, so that its peak of memory is its own; `--expose-gc` adds the heap that is still live with the result held.
 */
import { spawnSync } from 'node:child_process';
import { treeOf, type FileTree } from '../../analyzer/cli/pipeline/file-tree.ts';
import { generateCatching, generateWorkflow } from './generate.ts';
import { printHead, quantile, runPipeline, STAGES } from './support.ts';

const WORKFLOW_STATES = [250, 500, 1000, 2000];
/** Workflows whose states all retry, and catch into one handler. */
const CATCHING_STATES = [125, 250, 500];
const REPOSITORY_WORKFLOWS = [250, 500, 1000];
/** States of one workflow of a repository: one block of the generator and the two that end it. */
const STATES_PER_WORKFLOW = 12;
/** Timed runs in one process, after one that is not counted. */
const RUNS = 7;
/** A size that needs longer is killed and reported so. */
const TIMEOUT_MS = 180_000;
const MIB = 1024 * 1024;

/** What the process of one size prints, as JSON. */
interface Sample {
  readonly workflows: number;
  readonly states: number;
  readonly findings: number;
  /** Errors and warnings: none is expected, a refused state would cost less than one that is analysed. */
  readonly diagnostics: number;
  readonly totalMs: readonly number[];
  /** Median by stage, in the order of the stages. */
  readonly stageMs: readonly number[];
  readonly peakMib: number;
  readonly heapMib: number | null;
}

function inputOf(kind: string, size: number): FileTree {
  if (kind === 'workflow') return treeOf({ 'generated.asl.json': generateWorkflow(size) });
  if (kind === 'catching') return treeOf({ 'generated.asl.json': generateCatching(size) });
  const numbers = Array.from({ length: size }, (_, at) => String(at).padStart(5, '0'));
  return treeOf(
    Object.fromEntries(numbers.map((at) => [`flows/w${at}.asl.json`, generateWorkflow(STATES_PER_WORKFLOW, `W${at}`)])),
  );
}

function sampleOf(kind: string, size: number): Sample {
  const tree = inputOf(kind, size);
  let last = runPipeline(tree);
  const runs = Array.from({ length: RUNS }, () => {
    last = runPipeline(tree);
    return { totalMs: last.totalMs, times: last.times };
  });
  globalThis.gc?.();
  const heapMib = globalThis.gc === undefined ? null : process.memoryUsage().heapUsed / MIB;
  const { compositions } = last.application;
  return {
    workflows: compositions.length,
    states: compositions.reduce((sum, { unitCount }) => sum + unitCount, 0),
    findings: last.findings.length,
    diagnostics: last.diagnostics.length,
    totalMs: runs.map(({ totalMs }) => totalMs),
    stageMs: STAGES.map((stage) =>
      quantile(
        runs.map(({ times }) => times[stage]),
        0.5,
      ),
    ),
    peakMib: process.resourceUsage().maxRSS / 1024,
    heapMib,
  };
}

const isSample = (value: unknown): value is Sample =>
  typeof value === 'object' && value !== null && 'totalMs' in value && 'peakMib' in value;

function inProcess(kind: string, size: number): Sample | string {
  const child = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, kind, String(size)], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (child.status !== 0) return child.error?.message ?? child.stderr.slice(0, 400);
  const value: unknown = JSON.parse(child.stdout);
  return isSample(value) ? value : 'no sample';
}

/** The exponent k of the best fit of y = c·x^k: slope of the least-squares line through the logarithms. */
function exponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    logs.reduce((sum, point) => sum + of(point), 0) / logs.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

function report(kind: string, sizes: readonly number[]): void {
  const head = [
    'workflows',
    'states',
    'findings',
    'problems',
    'median',
    'p95',
    'p99',
    ...STAGES,
    'peak MiB',
    'heap MiB',
  ];
  console.log(`\n${kind.padEnd(12)}${head.map((name) => name.padStart(10)).join('')}`);
  const samples: Sample[] = [];
  for (const size of sizes) {
    const sample = inProcess(kind, size);
    if (typeof sample === 'string') {
      console.log(`${String(size).padEnd(12)}failed: ${sample}`);
      continue;
    }
    samples.push(sample);
    const { workflows, states, findings, diagnostics, totalMs, stageMs, peakMib, heapMib } = sample;
    const times = [...[0.5, 0.95, 0.99].map((share) => quantile(totalMs, share)), ...stageMs, peakMib];
    const cells = [
      ...[workflows, states, findings, diagnostics].map(String),
      ...times.map((value) => value.toFixed(1)),
    ];
    cells.push(heapMib === null ? '–' : heapMib.toFixed(1));
    console.log(`${String(size).padEnd(12)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
  const fit = (y: (sample: Sample) => number): string =>
    samples.length < 2 ? '–' : exponent(samples.map((sample) => ({ x: sample.states, y: y(sample) }))).toFixed(2);
  const stages = STAGES.map((stage, at) => `${stage} ${fit(({ stageMs }) => stageMs[at] ?? 0)}`).join(', ');
  console.log(
    `exponent over states: time ${fit(({ totalMs }) => quantile(totalMs, 0.5))} (${stages}), peak ${fit(({ peakMib }) => peakMib)}`,
  );
}

const [kind, size] = process.argv.slice(2);
if (kind !== undefined && size !== undefined) {
  console.log(JSON.stringify(sampleOf(kind, Number(size))));
} else {
  printHead('scaling.ts');
  console.log(`ms of the whole pipeline, ${RUNS} runs after one to warm up`);
  report('workflow', WORKFLOW_STATES);
  report('catching', CATCHING_STATES);
  report('repository', REPOSITORY_WORKFLOWS);
}
