/**
 * The engine on the default pack: `node_modules/.bin/node --expose-gc test/bench/policy-engine.ts [decisions]`. Needs `opa`, which compiles the pack
 * and is the peer: its own benchmark and its server evaluate the same policy, data and input in the same run.
 *
 *  - decisions with 10 to 10,000 grants in the data;
 *  - what handing over only what is read is worth, with a body in the input;
 *  - a policy of a tenant, in its worker;
 *  - a million decisions (or `decisions`): memory at intervals.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { referencesOf } from '../../policies/authoring/build/references.ts';
import { findOpa, runOpa, type Opa } from '../../policies/authoring/opa.ts';
import { createEvaluator, type CountingEvaluator } from '../../policies/engine/create-evaluator.ts';
import type { EvaluationRequest, PolicySource } from '../../policies/engine/types.ts';
import { asDocuments, exampleInvocation, makePolicyData } from '../support/policy-data.ts';
import { buildPack, fileIn, PACK_ARGUMENTS, packSource } from '../support/rego-pack.ts';
import { machine, measure, row, type Figure } from './measure.ts';
import { opaBench, opaServer } from './opa-peer.ts';

const GRANTS = [10, 100, 1_000, 10_000];
const ENTRYPOINT = 'weir/invocation/decision';
/** Decisions in one batch: the unit of the distribution. */
const OPERATIONS = 10;
const BODY_BYTES = [0, 1_000, 10_000, 100_000];
const DECISIONS = 1_000_000;
const INTERVALS = 10;
const TENANTS = 4;
const TENANT_DECISIONS = 2000;
const MIB = 1024 * 1024;

const microseconds = (figure: Figure): Figure => ({ medianNs: figure.medianNs / 1000, p99Ns: figure.p99Ns / 1000 });

const print = (name: string, figure: Figure): void => {
  console.log(row(name, microseconds(figure)));
};

function head(title: string): void {
  console.log(`\n${title.padEnd(64)}${'median µs'.padStart(10)}${'p99 µs'.padStart(10)}`);
}

async function evaluatorOf(source: PolicySource): Promise<CountingEvaluator> {
  const outcome = await createEvaluator(source);
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.message}`);
  return outcome.evaluator;
}

function requestOf(input: object = exampleInvocation(), tenant = 'fotofix'): EvaluationRequest {
  return { entrypoint: ENTRYPOINT, input, nowMs: exampleInvocation().time.unixMs, tenant };
}

function isAllowed(evaluator: CountingEvaluator, request: EvaluationRequest): boolean {
  const found = evaluator.evaluate(request);
  if (found instanceof Promise || found.kind !== 'result') return false;
  return typeof found.value === 'object' && found.value !== null && Reflect.get(found.value, 'allow') === true;
}

const timed = (evaluator: CountingEvaluator, request: EvaluationRequest): Figure =>
  measure(OPERATIONS, () => {
    for (let at = 0; at < OPERATIONS; at++) void evaluator.evaluate(request);
  });

async function references(opa: Opa): Promise<PolicySource['references']> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-bench-'));
  try {
    const args = ['build', '-t', 'plan', ...PACK_ARGUMENTS, '--ignore', '*_test.rego', '-o', 'plan.tar.gz'];
    const run = await runOpa(opa, args, { cwd: folder, timeoutMs: 60_000 });
    if (run.code !== 0) throw new Error(run.stderr);
    const plan = await fileIn(readFileSync(path.join(folder, 'plan.tar.gz')), '/plan.json');
    return referencesOf(JSON.parse(new TextDecoder().decode(plan)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounds in which every size has its turn, so that what else the machine does falls on all of them alike. */
const ROUNDS = 400;
const WARM_UP_ROUNDS = 100;

function timeInTurns(evaluators: readonly CountingEvaluator[]): Figure[] {
  const samples: number[][] = evaluators.map(() => []);
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [at, evaluator] of evaluators.entries()) {
      const start = process.hrtime.bigint();
      for (let operation = 0; operation < OPERATIONS; operation++) void evaluator.evaluate(requestOf());
      const elapsed = Number(process.hrtime.bigint() - start) / OPERATIONS;
      if (round >= WARM_UP_ROUNDS) samples[at]?.push(elapsed);
    }
  }
  return samples.map((list) => {
    list.sort((one, other) => one - other);
    return {
      medianNs: list[list.length >> 1] ?? Number.NaN,
      p99Ns: list[Math.floor(list.length * 0.99)] ?? Number.NaN,
    };
  });
}

async function compareGrants(opa: Opa, wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  head('decisions of the default pack, allowed');
  const documents = GRANTS.map((grants) => asDocuments(makePolicyData(grants)));
  const evaluators = await Promise.all(documents.map((data) => evaluatorOf(packSource(wasm, data))));
  for (const evaluator of evaluators)
    if (!isAllowed(evaluator, requestOf())) throw new Error('the example is not allowed');
  const figures = timeInTurns(evaluators);
  for (const [at, figure] of figures.entries()) print(`engine, ${GRANTS[at] ?? 0} grants`, figure);
  const medians = figures.map(({ medianNs }) => medianNs);
  console.log(
    `medians of the engine differ by ${((Math.max(...medians) / Math.min(...medians) - 1) * 100).toFixed(0)} %`,
  );
  for (const evaluator of evaluators) await evaluator.close();
  for (const [at, data] of documents.entries()) {
    print(`opa bench, ${GRANTS[at] ?? 0} grants`, await opaBench(opa, data, exampleInvocation()));
    print(`opa's server on loopback, ${GRANTS[at] ?? 0} grants`, await opaServer(opa, data, exampleInvocation()));
  }
}

async function compareProjection(opa: Opa, wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  head('input: everything, or what the policy refers to');
  const data = asDocuments(makePolicyData(100));
  const found = await references(opa);
  const [whole, projected] = [
    await evaluatorOf(packSource(wasm, data)),
    await evaluatorOf({ ...packSource(wasm, data), references: found }),
  ];
  for (const bytes of BODY_BYTES) {
    const items = Array.from({ length: Math.ceil(bytes / 50) }, (_, at) => ({
      id: at,
      name: `item ${at}`,
      price: at * 1.5,
    }));
    const request = requestOf({ ...exampleInvocation(), parsed_body: { items } });
    if (!isAllowed(whole, request) || !isAllowed(projected, request)) throw new Error('the example is not allowed');
    print(`everything, ${bytes} bytes of body`, timed(whole, request));
    print(`what is referred to, ${bytes} bytes of body`, timed(projected, request));
  }
  await whole.close();
  await projected.close();
}

async function timeTenant(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  head('the same policy as a tenant’s, in a worker that can be killed');
  const source = { ...packSource(wasm, asDocuments(makePolicyData(100))), trust: 'tenant' as const };
  const evaluator = await evaluatorOf(source);
  const samples: number[] = [];
  for (let at = 0; at < TENANT_DECISIONS; at++) samples.push((await evaluator.evaluate(requestOf())).elapsedNs);
  samples.sort((one, other) => one - other);
  const quantile = (share: number): number => samples[Math.floor(samples.length * share)] ?? Number.NaN;
  print('one after the other, deadline 25 ms', { medianNs: quantile(0.5), p99Ns: quantile(0.99) });
  console.log(JSON.stringify(evaluator.stats.evaluations));
  await evaluator.close();
}

async function endure(wasm: Uint8Array<ArrayBuffer>, decisions: number): Promise<void> {
  console.log(`\n${decisions} decisions, allowed and denied, for ${TENANTS} tenants: resident memory, MiB`);
  const evaluator = await evaluatorOf(packSource(wasm, asDocuments(makePolicyData(1000))));
  const { weir, ...rest } = exampleInvocation();
  const denied = { ...rest, weir: { ...weir, caller: { ...weir.caller, id: 'openfaas:stranger' } } };
  const requests = Array.from({ length: TENANTS * 2 }, (_, at) =>
    requestOf(at % 2 === 0 ? exampleInvocation() : denied, `tenant-${at >> 1}`),
  );
  const start = performance.now();
  for (let interval = 0; interval <= INTERVALS; interval++) {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const [resident, heap, other] = [rss, heapUsed, external].map((bytes) => (bytes / MIB).toFixed(0));
    console.log(
      `${String((decisions / INTERVALS) * interval).padStart(9)} ${resident} (heap ${heap}, outside ${other}) after ${seconds} s`,
    );
    if (interval === INTERVALS) break;
    for (let at = 0; at < decisions / INTERVALS; at++) {
      const request = requests[at % requests.length];
      if (request !== undefined) void evaluator.evaluate(request);
    }
  }
  console.log(JSON.stringify(evaluator.stats));
  await evaluator.close();
}

const found = findOpa({ env: process.env });
if (!found.ok) throw new Error(`${found.problem.message}. ${found.problem.help}`);
const opa = found.value;
const wasm = await buildPack(opa);
console.log(`${machine()}, opa ${opa.version}, module ${wasm.length} bytes`);
await compareGrants(opa, wasm);
await compareProjection(opa, wasm);
await timeTenant(wasm);
await endure(wasm, Number(process.argv[2] ?? DECISIONS));
