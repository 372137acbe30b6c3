/**
 * Decisions of the default pack through the engine, with a growing number of functions in the data:
 * `node_modules/.bin/node test/bench/default-pack.ts`. Needs `opa` to compile the pack.
 */
import { findOpa } from '../../policies/authoring/opa.ts';
import { createEvaluator } from '../../policies/engine/create-evaluator.ts';
import type { InvocationInput } from '../../model/run-time-input.ts';
import { asDocuments, exampleInvocation, exampleResult, makePolicyData } from '../support/policy-data.ts';
import { buildPack, packSource } from '../support/rego-pack.ts';
import { machine, measure, row } from './measure.ts';

const FUNCTIONS = [10, 100, 1_000, 10_000];
/** Decisions in one batch: one alone is near the clock's step on slow clocks. */
const OPERATIONS = 10;

/** A call with four things wrong: the dearest kind of decision is one that has to say why. */
function deniedInvocation(): InvocationInput {
  const { weir, ...rest } = exampleInvocation();
  return {
    ...rest,
    weir: {
      ...weir,
      function: { ...weir.function, digest: null },
      node: { ...weir.node, isBlind: true },
      caller: { ...weir.caller, id: 'openfaas:stranger' },
      smuggled: ['__ow_user'],
    },
  };
}

const opa = findOpa({ env: process.env });
if (!opa.ok) throw new Error(`${opa.problem.message}. ${opa.problem.help}`);
const wasm = await buildPack(opa.value);
console.log(`${machine()}, opa ${opa.value.version}, module ${wasm.length} bytes`);
console.log(`${'microseconds for one decision'.padEnd(64)}${'median'.padStart(10)}${'p99'.padStart(10)}`);
for (const functions of FUNCTIONS) {
  const data = asDocuments(makePolicyData(functions));
  const outcome = await createEvaluator(packSource(wasm, data));
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  const { evaluator } = outcome;
  const cases = [
    { name: 'invocation, allowed', entrypoint: 'weir/invocation/decision', input: exampleInvocation() },
    { name: 'invocation, denied', entrypoint: 'weir/invocation/decision', input: deniedInvocation() },
    { name: 'result, allowed', entrypoint: 'weir/result/decision', input: exampleResult() },
  ];
  for (const { name, entrypoint, input } of cases) {
    const request = { entrypoint, input, nowMs: input.time.unixMs, tenant: '' };
    const figure = measure(OPERATIONS, () => {
      for (let at = 0; at < OPERATIONS; at++) void evaluator.evaluate(request);
    });
    const inMicroseconds = { medianNs: figure.medianNs / 1000, p99Ns: figure.p99Ns / 1000 };
    console.log(row(`${name}, ${functions} functions more`, inMicroseconds));
  }
  await evaluator.close();
}
