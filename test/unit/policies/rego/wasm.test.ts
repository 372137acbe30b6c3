import test from 'ava';
import type { JsonValue } from '../../../../model/json.ts';
import { createEvaluator } from '../../../../policies/engine/create-evaluator.ts';
import type { Evaluation, PolicyEvaluator } from '../../../../policies/engine/types.ts';
import { asDocuments, exampleInvocation, examplePolicyData, makePolicyData } from '../../../support/policy-data.ts';
import { buildPack, packSource } from '../../../support/rego-pack.ts';
import { policyFolders, readExamples } from '../../../tools/policy-folders.ts';
import { opaOfTests } from '../authoring/temporary.ts';

const WASM = buildPack(opaOfTests());

async function evaluatorOf(data: JsonValue): Promise<PolicyEvaluator> {
  const outcome = await createEvaluator(packSource(await WASM, data));
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.evaluator;
}

async function answerOf(evaluator: PolicyEvaluator, entrypoint: string, input: JsonValue): Promise<JsonValue> {
  const nowMs = exampleInvocation().time.unixMs;
  const request = { entrypoint, input: input as object, nowMs, tenant: '' };
  const evaluation: Evaluation = await evaluator.evaluate(request);
  if (evaluation.kind !== 'result') throw new Error(JSON.stringify(evaluation));
  return evaluation.value;
}

/** Sets are lists in any order: what is compared is sorted. */
function normal(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map(normal).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, normal(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

for (const folder of policyFolders()) {
  test(`examples of ${folder} are what the Wasm build answers`, async (t) => {
    for (const { name, entrypoint, input, data, expect } of readExamples(folder)) {
      const evaluator = await evaluatorOf(data);
      t.deepEqual(normal(await answerOf(evaluator, entrypoint, input)), normal(expect), name);
      await evaluator.close();
    }
  });
}

test('the entry points are those that are documented', async (t) => {
  const evaluator = await evaluatorOf(asDocuments(examplePolicyData()));
  t.deepEqual(evaluator.entrypoints.toSorted(), [
    'system/log/drop',
    'system/log/mask',
    'weir/invocation/decision',
    'weir/result/decision',
  ]);
});

test('a decision is the same with a thousand functions more', async (t) => {
  const evaluator = await evaluatorOf(asDocuments(makePolicyData(1000)));
  const example = exampleInvocation();
  const allowed = { allow: true, deny: [], obligations: [], alerts: [] };
  t.deepEqual(await answerOf(evaluator, 'weir/invocation/decision', example as unknown as JsonValue), allowed);
});
