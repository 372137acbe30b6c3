import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PolicyEvaluator } from '../../engine/types.ts';
import { runOpa, type Opa } from '../opa.ts';
import { regoReference } from '../runs/ask-opa.ts';
import { compileWasm, inspectPolicies, openWasm, referencesOfStaged } from '../runs/compile.ts';
import { readExamples, type Example } from '../runs/examples.ts';
import { canonical, isJsonObject, layOver, type JsonObject } from '../runs/json.ts';
import { done, isObject, OPA_TIMEOUT_MS, opaMessage, parseOr, refused, type RunOutcome } from '../runs/outcome.ts';
import { isTestModule, readPolicies, stage, type PolicySet, type Staged } from '../runs/policy-set.ts';
import { addressExamples, type AddressedExample } from '../testing/compare-examples.ts';

/** Evaluations of each example that are not counted: until the code is compiled. */
const WARM_UP_EVALUATIONS = 200;

/** Examples of one entry point that `opa bench`, which takes a second for each, measures. */
export const OPA_EXAMPLES_MAX = 3;

/** Examples of one entry point that are measured in Wasm. */
export const EXAMPLES_MEASURED_MAX = 100;

export interface BenchOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly paths: readonly string[];
  /** Evaluations of each example that are counted. */
  readonly evaluations: number;
  /** False to leave out `opa bench`. */
  readonly withOpa: boolean;
  /** Monotonic, nanoseconds. */
  readonly monotonicNs: () => bigint;
}

/** Time of one evaluation. */
export interface Distribution {
  readonly medianNs: number;
  readonly p99Ns: number;
  readonly evaluations: number;
}

/** What was measured of one entry point. */
export interface EntrypointBench {
  readonly entrypoint: string;
  readonly examples: number;
  /** The engine of the enforcement point, with writing the input and reading the answer. */
  readonly wasm: Distribution;
  /** Evaluations that gave no answer. */
  readonly unanswered: number;
  /** `opa bench` over the first examples: the median and the worst 99th percentile of them. The input is read beforehand. Null when it was left out. */
  readonly opa:
    | (Distribution & { readonly examples: number; readonly allocations: number; readonly allocatedBytes: number })
    | null;
}

/**
 * Measures the evaluation of every entry point over the inputs of the examples, and `opa bench` in the same run.
 *
 * Errors: POL101 to POL107, POL114 without examples, and those of {@link runOpa}.
 */
export async function benchPolicies(opa: Opa, options: BenchOptions): Promise<RunOutcome<readonly EntrypointBench[]>> {
  const set = readPolicies(options.cwd, options.paths);
  if (!set.ok) return set;
  const examples = readExamples(options.cwd, set.value.exampleFiles);
  if (!examples.ok) return examples;
  if (examples.value.length === 0) {
    return refused('POL114', 'there are no examples to measure with', 'Write an `examples.yaml` beside the policies.');
  }
  const modules = set.value.modules.filter((module) => !isTestModule(module));
  const staged = stage(modules, set.value.data);
  try {
    const inventory = await inspectPolicies(opa, staged);
    if (!inventory.ok) return inventory;
    const addressed = addressExamples(examples.value, inventory.value.entrypoints);
    if (!addressed.ok) return addressed;
    const results: EntrypointBench[] = [];
    for (const entrypoint of [...new Set(addressed.value.map((each) => each.entrypoint))].sort()) {
      const own = addressed.value.filter((each) => each.entrypoint === entrypoint);
      const measured = await benchEntrypoint(opa, { entrypoint, own, set: { ...set.value, modules }, staged }, options);
      if (!measured.ok) return measured;
      results.push(measured.value);
    }
    return done(results);
  } finally {
    staged.remove();
  }
}

interface Subject {
  readonly entrypoint: string;
  readonly own: readonly AddressedExample[];
  readonly set: PolicySet;
  readonly staged: Staged;
}

async function benchEntrypoint(
  opa: Opa,
  { entrypoint, own, set, staged }: Subject,
  options: BenchOptions,
): Promise<RunOutcome<EntrypointBench>> {
  const wasm = await compileWasm(opa, staged, [entrypoint]);
  if (!wasm.ok) return wasm;
  const references = await referencesOfStaged(opa, staged, [entrypoint]);
  if (!references.ok) return references;
  const samples: number[] = [];
  let unanswered = 0;
  for (const [data, examples] of byData(set, own.slice(0, EXAMPLES_MEASURED_MAX))) {
    const opened = await openWasm(wasm.value, data, references.value);
    if (!opened.ok) return opened;
    for (const example of examples) unanswered += await sample(opened.value, { entrypoint, example, samples }, options);
    await opened.value.close();
  }
  const compared = options.withOpa ? await benchOpa(opa, entrypoint, { own, set }) : null;
  if (compared?.ok === false) return compared;
  return done({
    entrypoint,
    examples: Math.min(own.length, EXAMPLES_MEASURED_MAX),
    wasm: distributionOf(samples),
    unanswered,
    opa: compared?.value ?? null,
  });
}

/** Examples by the documents that they are evaluated with. */
function byData(
  set: PolicySet,
  own: readonly AddressedExample[],
): readonly (readonly [JsonObject, readonly Example[]])[] {
  const groups = new Map<string, [JsonObject, Example[]]>();
  for (const { example } of own) {
    const key = canonical(example.data);
    const group = groups.get(key) ?? [dataOf(set, example), []];
    groups.set(key, group);
    group[1].push(example);
  }
  return [...groups.values()];
}

function dataOf(set: PolicySet, { data }: Example): JsonObject {
  const merged = layOver(set.data, data ?? {});
  return isJsonObject(merged) ? merged : set.data;
}

/** Takes the time of single evaluations. @returns how many gave no answer */
async function sample(
  evaluator: PolicyEvaluator,
  {
    entrypoint,
    example,
    samples,
  }: { readonly entrypoint: string; readonly example: Example; readonly samples: number[] },
  { evaluations, monotonicNs }: BenchOptions,
): Promise<number> {
  const request = { entrypoint, input: example.input, nowMs: example.nowMs, tenant: '' };
  let unanswered = 0;
  for (let at = 0; at < WARM_UP_EVALUATIONS + evaluations; at++) {
    const start = monotonicNs();
    const pending = evaluator.evaluate(request);
    const evaluation = pending instanceof Promise ? await pending : pending;
    const elapsed = Number(monotonicNs() - start);
    if (at < WARM_UP_EVALUATIONS) continue;
    samples.push(elapsed);
    if (evaluation.kind !== 'result') unanswered++;
  }
  return unanswered;
}

function distributionOf(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((one, other) => one - other);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { medianNs: quantile(0.5), p99Ns: quantile(0.99), evaluations: samples.length };
}

type OpaFigures = NonNullable<EntrypointBench['opa']>;

async function benchOpa(
  opa: Opa,
  entrypoint: string,
  { own, set }: { readonly own: readonly AddressedExample[]; readonly set: PolicySet },
): Promise<RunOutcome<OpaFigures | null>> {
  const figures: OpaFigures[] = [];
  // An undefined answer ends `opa bench` with an error.
  for (const { example } of own.filter((each) => each.example.expect !== undefined).slice(0, OPA_EXAMPLES_MAX)) {
    const staged = stage(set.modules, dataOf(set, example));
    try {
      const inputFile = path.join(staged.scratch, 'input.json');
      writeFileSync(inputFile, JSON.stringify(example.input));
      const query = regoReference('data', entrypoint.split('/'));
      const run = await runOpa(opa, ['bench', '--format', 'json', '--benchmem', '-b', '.', '-i', inputFile, query], {
        cwd: staged.folder,
        timeoutMs: OPA_TIMEOUT_MS,
      });
      if (run.problem !== null) return { ok: false, problem: run.problem };
      const read = run.code === 0 ? figuresOf(run.stdout) : null;
      if (read === null)
        return refused(
          'POL103',
          `\`opa bench\` failed:\n${opaMessage(run)}`,
          'Correct the policies, or leave it out with --no-opa.',
        );
      figures.push(read);
    } finally {
      staged.remove();
    }
  }
  return done(figures.length === 0 ? null : together(figures));
}

function figuresOf(text: string): OpaFigures | null {
  const document = parseOr(text, null);
  if (!isObject(document) || !isObject(document['Extra'])) return null;
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const count = number(document['N']);
  const { Extra: extra } = document;
  if (count === 0) return null;
  return {
    ...{ evaluations: count, examples: 1 },
    medianNs: number(extra['histogram_timer_rego_query_eval_ns_median']),
    p99Ns: number(extra['histogram_timer_rego_query_eval_ns_99%']),
    allocations: Math.round(number(document['MemAllocs']) / count),
    allocatedBytes: Math.round(number(document['MemBytes']) / count),
  };
}

function together(figures: readonly OpaFigures[]): OpaFigures {
  const sorted = (read: (each: OpaFigures) => number): readonly number[] =>
    figures.map(read).sort((one, other) => one - other);
  const median = (read: (each: OpaFigures) => number): number =>
    sorted(read)[Math.floor((figures.length - 1) / 2)] ?? 0;
  return {
    medianNs: median(({ medianNs }) => medianNs),
    p99Ns: Math.max(...figures.map(({ p99Ns }) => p99Ns)),
    evaluations: figures.reduce((sum, { evaluations }) => sum + evaluations, 0),
    examples: figures.length,
    allocations: median(({ allocations }) => allocations),
    allocatedBytes: median(({ allocatedBytes }) => allocatedBytes),
  };
}
