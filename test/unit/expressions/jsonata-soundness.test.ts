import test from 'ava';
import jsonata from 'jsonata';
import { lowerJsonata } from '../../../analyzer/expressions/index.ts';
import type { Expression } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import { findLeak, labelsOf, placesOf, treeWithSecret, withAt, type Detail, type Place } from './labels.ts';
import { scalar, SCOPE } from './nodes.ts';
import { Random, randomInput, randomValue, toJson } from './random.ts';
import { randomJsonata } from './random-jsonata.ts';
import { show } from './show.ts';

const CASES = Number(process.env['WEIR_EXPRESSION_CASES'] ?? 2_500);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

interface Inputs {
  readonly input: JsonValue;
  readonly v: JsonValue;
}

/** The value the `jsonata` package computes; null when it fails or gives nothing. */
async function reference(text: string, inputs: Inputs): Promise<{ readonly value: JsonValue } | null> {
  try {
    // The package leaves flags on arrays it is given, which another evaluation would see.
    const { input, v } = structuredClone(inputs);
    const states = { input, context: { State: { Name: 'Ship' } } };
    const result: unknown = await jsonata(text).evaluate(undefined, { states, v });
    return { value: toJson(result) };
  } catch {
    return null;
  }
}

interface Tally {
  compared: number;
  failed: number;
  lowParts: number;
  differed: number;
}

async function checkSeed(seed: number, tally: Tally): Promise<string | null> {
  const random = new Random(seed);
  const text = randomJsonata(random, 3);
  const { expression } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
  for (let round = 0; round < 4; round++) {
    const inputs: Inputs = { input: randomInput(random), v: randomValue(random, 2) };
    const where = random.chance(0.85) ? 'input' : 'v';
    const secret = random.pick(
      placesOf(inputs[where])
        .slice(round === 0 ? 0 : 1)
        .concat([[]]),
    );
    const changed = { ...inputs, [where]: withAt(inputs[where], secret, randomValue(random, 2)) };
    const detail: Detail = random.pick(['listed', 'summary']);
    const [one, two] = [await reference(text, inputs), await reference(text, changed)];
    if (one === null || two === null) {
      tally.failed += 1;
      continue;
    }
    const tree = labelsOf(expression, {
      input: treeWithSecret(inputs.input, where === 'input' ? secret : null, detail),
      v: treeWithSecret(inputs.v, where === 'v' ? secret : null, detail),
    });
    const { leak, low } = findLeak(tree, [one.value, two.value]);
    tally.compared += 1;
    tally.lowParts += low;
    if (JSON.stringify(one.value) !== JSON.stringify(two.value)) tally.differed += 1;
    if (leak !== null) {
      return [
        `seed ${seed}: ${text}`,
        `  lowered to ${show(expression)}`,
        `  secret at ${where} ${JSON.stringify(secret)} (${detail}) of ${JSON.stringify(inputs)}`,
        `  changed to ${JSON.stringify(changed)}`,
        `  ${JSON.stringify(one.value)} became ${JSON.stringify(two.value)}; low and different at ${JSON.stringify(leak)}`,
      ].join('\n');
    }
  }
  return null;
}

test('what is labelled low does not depend on the secret', async (t) => {
  const tally: Tally = { compared: 0, failed: 0, lowParts: 0, differed: 0 };
  const leaks: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const leak = await checkSeed(seed, tally);
    if (leak !== null) leaks.push(leak);
  }
  t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + CASES - 1}: ${JSON.stringify(tally)}, ${leaks.length} leaks`);
  t.deepEqual(leaks.slice(0, 8), []);
  t.true(tally.compared > CASES, 'most expressions can be evaluated');
  t.true(tally.differed > CASES / 10, 'the secret often matters');
  t.true(tally.lowParts > CASES, 'many parts of results are low');
});

/** Cases that random expressions found, and why they leaked before they were fixed. */
const keepsApart = test.macro({
  title: (_, why: string) => `JSONata: ${why}`,
  exec: async (
    t,
    _: string,
    text: string,
    change: { readonly input: JsonValue; readonly secret: Place; readonly other: JsonValue },
  ) => {
    const { expression } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
    const changed = withAt(change.input, change.secret, change.other);
    const [one, two] = [
      await reference(text, { input: change.input, v: 0 }),
      await reference(text, { input: changed, v: 0 }),
    ];
    t.notDeepEqual(one, two);
    for (const detail of ['listed', 'summary'] as const) {
      const tree = labelsOf(expression, { input: treeWithSecret(change.input, change.secret, detail) });
      t.is(findLeak(tree, [one?.value ?? null, two?.value ?? null]).leak, null);
    }
  },
});

test(
  keepsApart,
  'the number of results of $spread depends on the fields there are',
  '$spread({"p": $states.input.a, "q": 1})',
  {
    input: { a: 1 },
    secret: [],
    other: { b: 1 },
  },
);
test(
  keepsApart,
  'a function is given a single value in an array',
  '$map($states.input, function($e, $i, $all){ {"all": $all} })',
  {
    input: { a: 1, b: 2 },
    secret: ['a'],
    other: 3,
  },
);
test(keepsApart, 'with bound positions an array of one is its element', '$states.input#$i.a', {
  input: { a: [{ b: 1 }] },
  secret: ['a', 0, 'b'],
  other: 2,
});
test(keepsApart, 'after a parent step an index picks from all items', '$states.input.b.%.a[1].c', {
  input: { a: { c: { d: 1 } }, b: [{ e: 1 }, { e: 2 }] },
  secret: ['a', 'c', 'd'],
  other: 2,
});
test(keepsApart, 'an index picks from all elements of an array in an array', '$states.input.c.b[1]', {
  input: { c: [[{ b: 1 }], [{ b: 2 }, { b: { x: 3 } }]] },
  secret: ['c', 1, 1, 'b', 'x'],
  other: 4,
});
test(keepsApart, 'an item of an array of arrays is an array', '$map($states.input.r, function($e){ {"id": $e.id} })', {
  input: { r: [[{ id: { s: 1, t: 2 } }, { id: { s: 3, t: 4 } }]] },
  secret: ['r', 0, 1, 'id', 's'],
  other: 5,
});

test('a lowering that forgets what a predicate reads is caught', async (t) => {
  const input = {
    rows: [
      { id: 1, ok: true },
      { id: 2, ok: true },
    ],
  };
  const secret: Place = ['rows', 1, 'ok'];
  const text = '$states.input.rows[ok].id';
  const [one, two] = [
    await reference(text, { input, v: 0 }),
    await reference(text, { input: withAt(input, secret, false), v: 0 }),
  ];
  const { expression } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
  t.is(expression.kind, 'conditional');
  if (expression.kind !== 'conditional') return;
  const leakOf = (of: Expression): Place | null =>
    findLeak(labelsOf(of, { input: treeWithSecret(input, secret, 'listed') }), [one?.value ?? null, two?.value ?? null])
      .leak;
  t.is(leakOf(expression), null);
  t.deepEqual(leakOf(expression.then), []);
});
