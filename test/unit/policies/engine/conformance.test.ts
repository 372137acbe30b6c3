/**
 * Policies whose results are compared between `opa eval` and our evaluation of the same policies compiled to WebAssembly. All are built by one run of
 * `opa` and evaluated by another.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { parse } from 'yaml';
import type { JsonValue } from '../../../../model/json.ts';
import { BUILTIN_CATALOGUE, PERMITTED_BUILTINS } from '../../../../policies/engine/builtins/catalogue.ts';
import type { Evaluation } from '../../../../policies/engine/types.ts';
import { readJson } from '../../../../policies/engine/value/read-value.ts';
import { RegoObject, type RegoValue } from '../../../../policies/engine/value/rego-value.ts';
import { toJson } from '../../../../policies/engine/value/write-value.ts';
import { opaOfTests } from '../authoring/temporary.ts';
import { evaluatorOf, sourceOf, wasmOf, withOpa } from './compiled.ts';
import { makeTokens } from './tokens.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures/rego-conformance');
const VALUE_FILES = ['arithmetic', 'collections', 'text', 'sprintf', 'encoding', 'time', 'addresses', 'tokens'];
const read = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');

interface ConformanceCase {
  readonly file: string;
  readonly name: string;
  readonly rego: string;
  /** The evaluation ends with an error in OPA; ours must then not give a result. */
  readonly isError: boolean;
}

const valueCase = (file: string, value: string): ConformanceCase => ({
  file,
  name: value,
  rego: `answer := ${value}\n`,
  isError: false,
});

function readCases(): ConformanceCase[] {
  const values = VALUE_FILES.flatMap((file) => {
    const { values: listed } = parse(read(`${file}.yaml`)) as { values: string };
    return listed
      .trim()
      .split('\n')
      .map((value) => valueCase(file, value));
  });
  const { rules } = parse(read('language.yaml')) as { rules: { name: string; rego: string; isError?: boolean }[] };
  const { deviations } = parse(read('deviations.yaml')) as { deviations: { value: string }[] };
  return [
    ...values,
    ...rules.map(({ name, rego, isError = false }) => ({ file: 'language', name, rego, isError })),
    ...deviations.map(({ value }) => valueCase('deviations', value)),
  ];
}

const CASES = readCases();
const packageOf = (at: number): string => `case_${String(at).padStart(4, '0')}`;
const entrypointOf = (at: number): string => `conformance/${packageOf(at)}/answer`;

/** Results of `opa eval` by package; a package without an answer has none. */
function resultsOf(stdout: string): RegoObject {
  const results = readJson(stdout);
  if (!(results instanceof RegoObject)) throw new Error('opa eval did not answer with the cases');
  return results;
}

/** The data of the fixtures, and tokens and keys beside it; as text, so that numbers keep their digits. */
function dataText(): string {
  const { tokens, keys } = makeTokens();
  const more = `"tokens": ${JSON.stringify(tokens)}, "keys": ${JSON.stringify(keys)}`;
  return read('data.json')
    .trim()
    .replace(/\}$/, () => `, ${more}}`);
}

const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    CASES.map(({ rego }, at) => [`${packageOf(at)}.rego`, `package conformance.${packageOf(at)}\n\n${rego}`] as const),
  ),
  'input.json': read('input.json'),
  'data.json': dataText(),
};

/** `opa eval` of a document that holds a conflict is an error as a whole, so those cases are asked one by one. */
const compared = withOpa(FILES, async (folder, run) => {
  const files = CASES.map((_, at) => `${packageOf(at)}.rego`);
  const entries = CASES.flatMap((_, at) => ['-e', entrypointOf(at)]);
  await run('build', '-t', 'wasm', ...entries, '-o', 'bundle.tar.gz', ...files);
  const wasm = await wasmOf(readFileSync(path.join(folder, 'bundle.tar.gz')));
  const data = readFileSync(path.join(folder, 'data.json'), 'utf8');
  const asked = CASES.flatMap(({ isError }, at) => (isError ? [] : [at]));
  const query = `{name: answer | some name in [${asked.map((at) => `"${packageOf(at)}"`).join(',')}]; answer := data.conformance[name].answer}`;
  const kept = asked.flatMap((at) => ['-d', `${packageOf(at)}.rego`]);
  const expected = resultsOf(await run('eval', '-f', 'raw', '-i', 'input.json', '-d', 'data.json', ...kept, query));
  const failed = new Map<number, boolean>();
  for (const [at, { isError }] of CASES.entries()) {
    if (!isError) continue;
    const own = ['-i', 'input.json', '-d', 'data.json', '-d', `${packageOf(at)}.rego`];
    const answer = run('eval', ...own, `data.conformance.${packageOf(at)}.answer`);
    failed.set(
      at,
      await answer.then(
        () => false,
        () => true,
      ),
    );
  }
  const evaluator = await evaluatorOf(sourceOf(wasm, { data }));
  return { expected, failed, evaluator };
});

/** The common input, with whole numbers beyond 2^53 as `bigint`. */
const INPUT = {
  ...(JSON.parse(read('input.json')) as Record<string, JsonValue>),
  big: 9007199254740993n,
  huge: 123456789012345678901234567890n,
};

const toText = (value: RegoValue | undefined): JsonValue | undefined =>
  value === undefined ? undefined : toJson(value);

const answerOf = async (at: number): Promise<Evaluation> =>
  (await compared).evaluator.evaluate({
    entrypoint: entrypointOf(at),
    input: INPUT,
    nowMs: 1_700_000_000_000,
    tenant: 'conformance',
  });

/** The value, undefined when there is none, or the whole evaluation when it failed. */
const valueOf = (evaluation: Evaluation): unknown =>
  evaluation.kind === 'result' ? evaluation.value : evaluation.kind === 'undefined' ? undefined : evaluation;

for (const file of [...VALUE_FILES, 'language']) {
  test(`${file}: the same results as opa eval`, async (t) => {
    const { expected } = await compared;
    const differing: unknown[] = [];
    let compares = 0;
    for (const [at, known] of CASES.entries()) {
      if (known.file !== file || known.isError) continue;
      const [found, wanted] = [valueOf(await answerOf(at)), toText(expected.get(packageOf(at)))];
      compares++;
      if (!isDeepStrictEqual(found, wanted)) differing.push({ case: known.name, found, wanted });
    }
    t.true(compares > 20);
    t.deepEqual(differing, []);
  });
}

test('what ends with an error in opa gives no result', async (t) => {
  const { failed } = await compared;
  t.true(failed.size > 0);
  for (const [at, hasFailed] of failed) {
    t.true(hasFailed, CASES[at]?.name);
    t.is((await answerOf(at)).kind, 'thrown', CASES[at]?.name);
  }
});

test('the module deviates as is written down, and in nothing else', async (t) => {
  const { expected } = await compared;
  for (const [at, { file, name }] of CASES.entries()) {
    if (file !== 'deviations') continue;
    t.notDeepEqual(
      valueOf(await answerOf(at)),
      toText(expected.get(packageOf(at))),
      `${name} is no deviation any more`,
    );
  }
});

test('every builtin that is permitted is compared', (t) => {
  const texts = [...VALUE_FILES, 'language', 'deviations'].map((name) => read(`${name}.yaml`)).join('\n');
  const infix: Readonly<Record<string, string>> = Object.fromEntries(
    [
      'plus +',
      'minus -',
      'mul *',
      'div /',
      'rem %',
      'eq =',
      'equal ==',
      'neq !=',
      'lt <',
      'lte <=',
      'gt >',
      'gte >=',
      'and &',
      'or |',
      'assign :=',
    ].map((pair) => [pair.split(' ')[0] ?? '', pair.split(' ')[1] ?? '']),
  );
  /** Deprecated, so that `opa check --strict` refuses them; and what the compiler writes for `in`, template strings and `print`. */
  const other = [
    'all',
    'any',
    're_match',
    'set_diff',
    'net.cidr_overlap',
    'internal.member_2',
    'internal.member_3',
    'internal.template_string',
    'internal.print',
    'time.now_ns',
  ];
  const missing = PERMITTED_BUILTINS.filter(
    (name) => !other.includes(name) && !texts.includes(infix[name] === undefined ? `${name}(` : ` ${infix[name]} `),
  );
  t.deepEqual(missing, []);
});

test('every builtin of opa is in the catalogue once, and no other', async (t) => {
  const stdout = await withOpa({}, (_folder, run) => run('capabilities', '--current'));
  const { builtins } = JSON.parse(stdout) as { builtins: { name: string }[] };
  const known = BUILTIN_CATALOGUE.map(({ name }) => name);
  if (opaOfTests().version === '1.22.2') t.deepEqual(known, builtins.map(({ name }) => name).sort());
  else t.log('skipped: the catalogue is that of another version');
  t.is(new Set(known).size, known.length);
});
