import test from 'ava';
import type { EvaluationRequest } from '../../../../policies/engine/types.ts';
import { compileRego, evaluatorOf, sourceOf } from './compiled.ts';

const WASM = compileRego({ 'echo.rego': 'package echo\n\nanswer := input\n' }, ['echo/answer']);
const READY = WASM.then((wasm) => evaluatorOf(sourceOf(wasm)));

const request = (input: unknown): EvaluationRequest => ({
  entrypoint: 'echo/answer',
  // Whatever a caller without types hands over.
  input: input as object,
  nowMs: 0,
  tenant: 'acme',
});

const REFUSED: readonly (readonly [name: string, input: unknown, detail: RegExp])[] = [
  ['null', null, /^ENG011/],
  ['undefined', undefined, /^ENG011/],
  ['false', false, /^ENG011/],
  ['zero', 0, /^ENG011/],
  ['an empty string', '', /^ENG011/],
  ['an array', [1], /^ENG011/],
  ['10 MB', { body: 'x'.repeat(10 * 1024 * 1024) }, /^ENG009: the input is larger than 4194304 bytes/],
  ['many characters of three bytes', { body: '語'.repeat(1_500_000) }, /^ENG009/],
  [
    'a throwing getter',
    Object.defineProperty({}, 'secret', { enumerable: true, get: fail }),
    /^ENG011: the input is no JSON$/,
  ],
  ['a throwing toJSON', { secret: { toJSON: fail } }, /^ENG011: the input is no JSON$/],
  ['a symbol alone', Object.assign(Object.create(null) as object, { toJSON: () => Symbol('x') }), /^ENG011/],
];

function fail(): never {
  throw new Error('the secret is 4711');
}

for (const [name, input, detail] of REFUSED) {
  test(`refused: ${name}`, async (t) => {
    const evaluator = await READY;
    const found = await evaluator.evaluate(request(input));
    t.is(found.kind, 'thrown');
    if (found.kind !== 'thrown') return;
    t.regex(found.detail, detail);
    t.notRegex(found.detail, /4711/);
  });
}

test('a depth bomb is refused, whatever its form', async (t) => {
  const evaluator = await READY;
  for (const depth of [200, 5000, 1_000_000]) {
    let list: unknown = [];
    let object: unknown = {};
    for (let at = 0; at < depth; at++) {
      list = [list];
      object = { a: object };
    }
    for (const body of [list, object]) {
      const found = await evaluator.evaluate(request({ body }));
      t.is(found.kind, 'thrown');
      t.regex(found.kind === 'thrown' ? found.detail : '', /^ENG01[01]/);
    }
  }
  t.true(evaluator.stats.inputsRefused >= 6);
});

test('as deep as allowed is allowed; brackets in strings do not count', async (t) => {
  const evaluator = await READY;
  let list: unknown = 1;
  for (let at = 0; at < 126; at++) list = [list];
  const found = await evaluator.evaluate(request({ list, text: '[{"'.repeat(1000) }));
  t.deepEqual(found.kind === 'result' ? found.value : found, { list, text: '[{"'.repeat(1000) });
});

test('a cycle is refused', async (t) => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const found = await (await READY).evaluate(request(cycle));
  t.like(found, { kind: 'thrown' });
});

test('lone surrogates become U+FFFD, in keys and values; everything else comes back as it was', async (t) => {
  const input = {
    'lone\ud800': 'a\udc00b',
    '\\ud800': '\\\\ud800',
    pair: '😀',
    controls: '\u0000\u0001\u001f\u007f\u2028"\\/',
    ['__proto__']: { polluted: true },
    empty: { '': [] },
    last: null,
  };
  const found = await (await READY).evaluate(request(input));
  const wanted = { ...input, 'lone\ufffd': 'a\ufffdb' } as Record<string, unknown>;
  delete wanted['lone\ud800'];
  t.is(found.kind, 'result');
  if (found.kind !== 'result') return;
  t.deepEqual(Object.fromEntries(Object.entries(found.value ?? {})), wanted);
  t.is(Reflect.get({}, 'polluted'), undefined);
});

test('functions, undefined and dates are what JSON makes of them', async (t) => {
  const input = { f: () => 1, u: undefined, d: new Date(0), n: Number.NaN, list: [undefined, () => 1] };
  const found = await (await READY).evaluate(request(input));
  t.deepEqual(found.kind === 'result' ? found.value : found, {
    d: '1970-01-01T00:00:00.000Z',
    n: null,
    list: [null, null],
  });
});
