/** Properties of the default policy pack, evaluated as the monitor does. */
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { Denial, PolicyOutput } from '../../model/decision.ts';
import type { JsonValue } from '../../model/json.ts';
import { compileLevels } from '../../model/lattice.ts';
import { bottomLabel, labelFlowsTo, type LatticeTables } from '../../model/label-tables.ts';
import { AXES, type Axis, type LabelDescription } from '../../model/label.ts';
import { levelTableOf } from '../../model/level-table.ts';
import type { FunctionContract, PolicyData } from '../../model/policy-data.ts';
import { spanAtStart } from '../../model/span.ts';
import { createEvaluator } from '../../policies/engine/create-evaluator.ts';
import type { PolicyEvaluator } from '../../policies/engine/types.ts';
import { asDocuments, exampleInvocation, examplePolicyData, exampleResult } from '../support/policy-data.ts';
import { buildPack, packSource } from '../support/rego-pack.ts';
import { policyFolders, readExamples } from '../tools/policy-folders.ts';
import { opaOfTests } from '../unit/policies/authoring/temporary.ts';
import { arbitraryLattice } from './arbitrary-order.ts';
import type { NaiveOrder } from './naive-order.ts';

const WASM = buildPack(opaOfTests());
const INVOCATION = 'weir/invocation/decision';
const RESULT = 'weir/result/decision';
const FUNCTION = 'aws-lambda:resize-photo';

async function evaluatorOf(data: JsonValue): Promise<PolicyEvaluator> {
  const outcome = await createEvaluator(packSource(await WASM, data));
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.evaluator;
}

/** The answer, which must be one: nothing that arrives may make the pack give up. */
function decide(t: ExecutionContext, evaluator: PolicyEvaluator, entrypoint: string, input: JsonValue): PolicyOutput {
  const request = { entrypoint, input: input as object, nowMs: exampleInvocation().time.unixMs, tenant: '' };
  const evaluation = evaluator.evaluate(request);
  if (evaluation instanceof Promise || evaluation.kind !== 'result') {
    return t.fail(JSON.stringify({ evaluation, input }));
  }
  const answer = evaluation.value as unknown as PolicyOutput;
  if (answer.allow !== (answer.deny.length === 0)) t.fail(JSON.stringify({ answer, input }));
  return answer;
}

type Path = readonly string[];

/** Every path in a document, the document itself not. */
function pathsIn(value: JsonValue, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string, JsonValue])[] = Object.entries(value);
  return entries.flatMap(([key, item]) => [[...at, key], ...pathsIn(item, [...at, key])]);
}

/** The document with one value replaced, or taken out when there is none. */
function replaced(document: JsonValue, path: Path, value: JsonValue | undefined): JsonValue {
  const copy = structuredClone(document);
  const last = path.at(-1) ?? '';
  let node = copy as Record<string, JsonValue>;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string, JsonValue>;
  if (value === undefined) Reflect.deleteProperty(node, last);
  else node[last] = value;
  return copy;
}

/** What the pack does not read: only these may be missing from an input that is allowed. */
const UNREAD: Readonly<Record<string, readonly string[]>> = {
  [INVOCATION]: [
    'time.rfc3339',
    'weir.data.sizeBytes',
    'weir.execution.parent',
    'weir.execution.startedAtMs',
    'weir.function.name',
    'weir.function.platform',
    'weir.instance.inFlight',
    'weir.invocation',
    'weir.invocation.attempt',
    'weir.invocation.claimedId',
    'weir.invocation.id',
    'weir.invocation.trigger',
  ],
  [RESULT]: ['result.sizeBytes', 'result.status', 'time.rfc3339'],
};

test('an input that lacks anything the pack reads is denied', async (t) => {
  const evaluator = await evaluatorOf(asDocuments(examplePolicyData()));
  const allowedWithout = (entrypoint: string, input: JsonValue, prefixes: readonly string[]): readonly string[] =>
    pathsIn(input)
      .filter((path) => prefixes.includes(path[0] ?? '') && !path.some((part) => /^\d+$/.test(part)))
      .filter((path) => decide(t, evaluator, entrypoint, replaced(input, path, undefined)).allow)
      .map((path) => path.join('.'))
      .sort();
  const invocation = exampleInvocation() as unknown as JsonValue;
  t.deepEqual(allowedWithout(INVOCATION, invocation, ['time', 'weir']), UNREAD[INVOCATION]);
  const result = exampleResult() as unknown as JsonValue;
  t.deepEqual(allowedWithout(RESULT, result, ['time', 'result']), UNREAD[RESULT]);
});

test('what is denied stays denied when something goes missing', async (t) => {
  for (const folder of policyFolders().filter((name) => !name.startsWith('system/'))) {
    for (const { name, entrypoint, input, data } of readExamples(folder)) {
      const evaluator = await evaluatorOf(data);
      if (decide(t, evaluator, entrypoint, input).allow) continue;
      for (const path of pathsIn(input).filter((each) => each[0] === 'weir' || each[0] === 'result')) {
        // Members of lists (regions, tenants, marks, smuggled names) are what a label or a list is, not parts of an input.
        if (path.some((part) => /^\d+$/.test(part))) continue;
        const answer = decide(t, evaluator, entrypoint, replaced(input, path, undefined));
        t.false(answer.allow, `${folder}: ${name}, without ${path.join('.')}`);
      }
      await evaluator.close();
    }
  }
});

/** Values of every kind, among them those that order below or above numbers in Rego. */
const ODD: readonly JsonValue[] = [null, true, false, 0, -1, 2 ** 53, '', 'all', '*', '^', [], [''], {}, { all: true }];

test('values of any kind anywhere give an answer, and none that the types do not have is allowed', async (t) => {
  const evaluator = await evaluatorOf(asDocuments(examplePolicyData()));
  const input = exampleInvocation() as unknown as JsonValue;
  const read = pathsIn(input).filter((path) => path[0] === 'time' || path[0] === 'weir');
  for (const path of read) {
    for (const value of ODD) {
      const { allow } = decide(t, evaluator, INVOCATION, replaced(input, path, value));
      const isUnread = (UNREAD[INVOCATION] ?? []).some((unread) => path.join('.').startsWith(unread));
      if (typeof value === 'object' && value !== null && !isUnread && allow) {
        // Only lists may be replaced by lists, where the label gets lower by it or there is nothing in them.
        t.regex(path.join('.'), /\.(region|tenant|marks|smuggled)(\.\d+)?$|quarantine/, JSON.stringify(value));
      }
    }
  }
  t.pass();
});

const compile = (order: NaiveOrder, axis: string): LatticeTables['confidentiality'] => {
  const compiled = compileLevels({ covers: order.pairs }, { axis, span: spanAtStart('weir.yaml') });
  if (!compiled.ok) throw new Error('no lattice');
  return levelTableOf(compiled.value);
};

const members = (...names: string[]): fc.Arbitrary<readonly string[] | 'all'> =>
  fc.oneof(fc.constant('all' as const), fc.subarray(names));

const arbitraryWorld = fc
  .record({ confidentiality: arbitraryLattice('c'), integrity: arbitraryLattice('i') })
  .chain(({ confidentiality, integrity }) => {
    const label: fc.Arbitrary<LabelDescription> = fc.record({
      confidentiality: fc.constantFrom(...confidentiality.names),
      integrity: fc.constantFrom(...integrity.names),
      region: members('eu-1', 'eu-2', 'us-1'),
      tenant: members('fotofix', 'prentli', 'kodax'),
      marks: fc.constant([]),
    });
    const lattice = {
      confidentiality: compile(confidentiality, 'confidentiality'),
      integrity: compile(integrity, 'integrity'),
    };
    return fc.record({
      lattice: fc.constant(lattice),
      cases: fc.array(fc.record({ label, bound: label }), { minLength: 40, maxLength: 40 }),
    });
  });

/** Everything may be here: what denies is the function's bound alone. */
const open = (lattice: LatticeTables): LabelDescription => ({
  confidentiality: lattice.confidentiality.top,
  integrity: lattice.integrity.top,
  region: [],
  tenant: [],
  marks: [],
});

function dataOf(lattice: LatticeTables, bounds: readonly LabelDescription[]): PolicyData {
  const example = examplePolicyData();
  const model = example.functions[FUNCTION];
  const node = example.nodes['edge-eu-1'];
  if (model === undefined || node === undefined) throw new Error('the example lacks what the test needs');
  const contract = (accepts: LabelDescription): FunctionContract => ({ ...model, accepts });
  return {
    ...example,
    lattice,
    functions: Object.fromEntries(bounds.map((bound, at) => [`aws-lambda:f${at}`, contract(bound)])),
    nodes: { 'edge-eu-1': { ...node, clearance: open(lattice) } },
  };
}

const ID_OF = {
  confidentiality: 'WEIR-FLOW-001',
  integrity: 'WEIR-INTEGRITY-001',
  region: 'WEIR-FLOW-003',
  tenant: 'WEIR-FLOW-004',
} as const satisfies Record<Axis, string>;

test('labels are ordered as in the monitor, on every lattice', async (t) => {
  const seed = Number(process.env['WEIR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.log(`WEIR_SEED=${seed}`);
  for (const { lattice, cases } of fc.sample(arbitraryWorld, { seed, numRuns: 12 })) {
    const evaluator = await evaluatorOf(
      asDocuments(
        dataOf(
          lattice,
          cases.map(({ bound }) => bound),
        ),
      ),
    );
    const { weir, ...rest } = exampleInvocation();
    for (const [at, { label, bound }] of cases.entries()) {
      const called = { ...weir.function, id: `aws-lambda:f${at}` };
      const input = { ...rest, weir: { ...weir, function: called, execution: null, data: { ...weir.data, label } } };
      const { deny } = decide(t, evaluator, INVOCATION, input as unknown as JsonValue);
      const exceeded = AXES.filter((axis) =>
        deny.some((denial: Denial) => denial.id === ID_OF[axis] && denial.evidence['place'] === 'function'),
      );
      const expected = AXES.filter((axis) => !labelFlowsTo(lattice, onlyAxis(lattice, axis, label), bound));
      t.deepEqual(exceeded, expected, JSON.stringify({ label, bound }));
    }
    await evaluator.close();
  }
});

/** The lowest label but for one axis. */
const onlyAxis = (lattice: LatticeTables, axis: Axis, label: LabelDescription): LabelDescription => ({
  ...bottomLabel(lattice),
  [axis]: label[axis],
});
