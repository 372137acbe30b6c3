import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
  BUILTIN_CATALOGUE,
  HOST_BUILTINS,
  HOST_FUNCTIONS,
  PERMITTED_BUILTINS,
} from '../../../../policies/engine/builtins/catalogue.ts';
import { BuiltinRefusal } from '../../../../policies/engine/builtins/builtin.ts';
import { objectOf } from '../../../../policies/engine/value/compare.ts';
import type { RegoValue } from '../../../../policies/engine/value/rego-value.ts';
import { builtinsPage } from '../../../tools/generate-builtins-page.ts';

const call = (name: string, ...operands: RegoValue[]): RegoValue | undefined =>
  HOST_FUNCTIONS[name]?.(operands, { nowNs: 1_700_000_000_000_000_000n });

/** Calls that could be answered otherwise than OPA would, or that cost too much: each is refused, so that the evaluation ends. */
const REFUSED: readonly (readonly [name: string, ...operands: RegoValue[]])[] = [
  ['time.clock', [0, 'Local']],
  ['time.format', [0, 'Europe/Berlin', 'RFC1123']],
  ['time.parse_ns', 'RFC822', '02 Jan 06 15:04 CET'],
  ['time.add_date', 0, 10_000_000, 0, 0],
  ['time.parse_duration_ns', '1'.repeat(500)],
  ['net.cidr_expand', '10.0.0.0/8'],
  ['net.cidr_merge', ['10.0.0.1']],
  ['net.cidr_is_valid', '::ffff:10.0.0.0/104'],
  ['hex.decode', 'ff'],
  ['base64.decode', '/w=='],
  ['urlquery.decode', '%ff'],
  ['urlquery.decode_object', '&a=1'.repeat(20_000)],
  ['sprintf', '%x', [1.5]],
  ['sprintf', '%100000d', [1]],
  ['sprintf', '%#08x', [1]],
  ['numbers.range_step', 0, 10_000_000, 1],
  ['graph.reachable_paths', layeredGraph(16), ['n0-0']],
  [
    'json.patch',
    objectOf([['a', 1]]),
    [
      objectOf([
        ['op', 'remove'],
        ['path', ''],
      ]),
    ],
  ],
  ['json.patch', objectOf([]), Array.from({ length: 2000 }, () => objectOf([]))],
  ['regex.split', 'a'.repeat(20_000), 'a'],
  ['regex.replace', 'a'.repeat(10_000), 'a', 'b'.repeat(10_000)],
  ['regex.find_n', 'a', 'a'.repeat(2_000_000), -1],
  ['replace', 'é', '', '-'],
  ['replace', 'a'.repeat(10_000), 'a', 'b'.repeat(10_000)],
  ['units.parse', '1e5000'],
  ['json.marshal_with_options', [1], objectOf([['indent', ' '.repeat(1000)]])],
];

/** Two nodes in each layer, each with an edge to both of the next: as many paths as powers of two. */
function layeredGraph(layers: number): RegoValue {
  const names = (layer: number): RegoValue => (layer === layers ? [] : [`n${layer}-0`, `n${layer}-1`]);
  return objectOf(
    Array.from({ length: layers }, (_, layer) =>
      [0, 1].map((at) => [`n${layer}-${at}`, names(layer + 1)] as const),
    ).flat(),
  );
}

for (const [name, ...operands] of REFUSED) {
  test(`refused: ${name}(${JSON.stringify(operands[0]).slice(0, 40)} …)`, (t) => {
    const error = t.throws(() => call(name, ...operands), { instanceOf: BuiltinRefusal });
    t.true(error.message.length > 10);
  });
}

test('every host builtin answers any operands with a value, nothing, or a refusal', (t) => {
  const samples: readonly RegoValue[] = [
    null,
    true,
    0,
    -1,
    1.5,
    2n ** 70n,
    '',
    'a',
    '😀',
    'a.b.c',
    '10.0.0.0/8',
    [],
    ['a'],
    [1, 'b'],
    objectOf([]),
    objectOf([['a', 1]]),
  ];
  for (const name of HOST_BUILTINS) {
    for (const one of samples) {
      for (const other of samples) {
        try {
          call(name, one, other, other, one);
        } catch (error) {
          t.true(error instanceof BuiltinRefusal, `${name}: ${String(error)}`);
        }
      }
    }
  }
  t.pass();
});

test('lists are disjoint, and every refusal has a reason', (t) => {
  t.deepEqual(
    HOST_BUILTINS.filter((name) => !Object.hasOwn(HOST_FUNCTIONS, name)),
    [],
  );
  t.is(HOST_BUILTINS.length, Object.keys(HOST_FUNCTIONS).length);
  for (const entry of BUILTIN_CATALOGUE) {
    t.is(PERMITTED_BUILTINS.includes(entry.name), entry.kind !== 'refused', entry.name);
    if (entry.kind === 'refused') t.true(entry.reason.length > 10, entry.name);
  }
});

test('the page of builtins is what the catalogue says', (t) => {
  const file = path.resolve(import.meta.dirname, '../../../../policies/engine/BUILTINS.md');
  t.is(readFileSync(file, 'utf8'), builtinsPage(), 'run `node test/tools/generate-builtins-page.ts`');
});
