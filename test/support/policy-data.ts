/** `data.weir` of any size, made from the example application. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../model/json.ts';
import type { CompositionContract, FunctionContract, PolicyData } from '../../model/policy-data.ts';
import type { InvocationInput, ResultInput } from '../../model/run-time-input.ts';
import { PACK } from '../tools/policy-folders.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(PACK, file), 'utf8'));

/** `data.weir` of the example application: photo orders on three platforms, two tenants, two regions. */
export const examplePolicyData = (): PolicyData => (read('example-data.json') as { weir: PolicyData }).weir;

/** A call that the default pack allows with {@link examplePolicyData}: `resize-photo`, called by `check-photo`. */
export const exampleInvocation = (): InvocationInput => read('example-input.json') as InvocationInput;

/** The result of that call. */
export const exampleResult = (): ResultInput => read('example-result.json') as ResultInput;

/** Functions of one generated composition; more make further compositions. */
const FUNCTIONS_PER_COMPOSITION = 20;

/**
 * The example's data with this many functions more (`openfaas:stage-<n>`), each with a grant, and chained by edges in compositions of twenty. The example
 * call is allowed with it.
 *
 * @param functions number of functions that are added, 0 or more
 */
export function makePolicyData(functions: number): PolicyData {
  const example = examplePolicyData();
  const model = example.functions['openfaas:receive-order'];
  if (model === undefined) throw new Error('the example has no receive-order');
  const contracts: Record<string, FunctionContract> = { ...example.functions };
  const compositions: Record<string, CompositionContract> = { ...example.compositions };
  for (let at = 0; at < functions; at++) {
    const first = at % FUNCTIONS_PER_COMPOSITION === 0;
    const name = `openfaas:stage-${at}`;
    const caller = first ? '*' : `openfaas:stage-${at - 1}`;
    contracts[name] = { ...model, callers: { [caller]: true, [`operator-${at}@fotofix`]: true } };
    const composition = `batch-${Math.floor(at / FUNCTIONS_PER_COMPOSITION)}`;
    const before = compositions[composition] ?? { edges: {}, depthMax: FUNCTIONS_PER_COMPOSITION };
    const edge = { [name]: { accepts: model.accepts, step: `stage-${at}` } };
    compositions[composition] = { ...before, edges: { ...before.edges, [first ? '^' : `stage-${at - 1}`]: edge } };
  }
  return { ...example, functions: contracts, compositions };
}

/** As data documents of a bundle. */
export const asDocuments = (data: PolicyData): JsonValue => ({ weir: data as unknown as JsonValue });
