import test from 'ava';
import jsonata from 'jsonata';
import {
  lowerIntrinsic,
  lowerJsonata,
  lowerJsonataTemplate,
  lowerJsonPath,
  lowerPayloadTemplate,
  type Selection,
} from '../../../analyzer/expressions/index.ts';
import { placesOf, readsHigh, treeWithSecret, withAt, type Detail } from './labels.ts';
import { scalar, SCOPE, template } from './nodes.ts';
import { Random, randomInput, randomValue } from './random.ts';
import { randomFailing } from './random-failing.ts';
import { randomIntrinsic } from './random-intrinsic.ts';
import { randomJsonPath, type Inputs } from './random-jsonpath.ts';
import { show } from './show.ts';

const CASES = Number(process.env['WEIR_EXPRESSION_CASES'] ?? 1_000);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

interface Language {
  /** How many changes each selection is tried with; those of cheap languages are many. */
  readonly rounds: number;
  make(random: Random): {
    readonly text: string;
    readonly selection: Selection;
    readonly fails: (inputs: Inputs) => boolean | Promise<boolean>;
  };
}

interface Tally {
  compared: number;
  differed: number;
  low: number;
}

async function checkSeed(seed: number, language: Language, tally: Tally): Promise<string | null> {
  const random = new Random(seed);
  const { text, selection, fails } = language.make(random);
  for (let round = 0; round < language.rounds; round++) {
    const inputs: Inputs = { input: randomInput(random), v: randomValue(random, 2) };
    const where = random.chance(0.85) ? 'input' : 'v';
    const secret = random.pick(placesOf(inputs[where]));
    const changed = { ...inputs, [where]: withAt(inputs[where], secret, randomValue(random, 2)) };
    const detail: Detail = random.pick(['listed', 'summary']);
    const [one, two] = [await fails(inputs), await fails(changed)];
    const variables = {
      input: treeWithSecret(inputs.input, where === 'input' ? secret : null, detail),
      v: treeWithSecret(inputs.v, where === 'v' ? secret : null, detail),
    };
    const reads = selection.failures.flatMap((failure) => failure.reads);
    const isHigh = readsHigh(reads, variables);
    tally.compared += 1;
    if (!isHigh) tally.low += 1;
    if (one === two) continue;
    tally.differed += 1;
    if (isHigh) continue;
    const change = `secret at ${where} ${JSON.stringify(secret)} (${detail}) of ${JSON.stringify(inputs)}`;
    return `seed ${seed}: ${text}\n  ${change}\n  changed to ${JSON.stringify(changed)}\n  fails: ${one} became ${two}`;
  }
  return null;
}

const soundness = test.macro({
  title: (_, name: string) => `${name}: whether evaluation fails depends on nothing but what is noted`,
  exec: async (t, _: string, language: Language) => {
    const tally: Tally = { compared: 0, differed: 0, low: 0 };
    const problems: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
      const problem = await checkSeed(seed, language, tally);
      if (problem !== null) problems.push(problem);
    }
    t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + CASES - 1}: ${JSON.stringify(tally)}, ${problems.length} problems`);
    t.deepEqual(problems.slice(0, 6), []);
    t.true(tally.differed > CASES / 20, 'the secret often decides');
    t.true(tally.low > CASES / 4, 'not everything counts as decisive');
  },
});

/** Whether the `jsonata` package fails, or gives nothing. */
async function jsonataFails(text: string, inputs: Inputs): Promise<boolean> {
  try {
    const { input, v } = structuredClone(inputs);
    const result: unknown = await jsonata(text).evaluate(undefined, { states: { input }, v });
    return result === undefined;
  } catch {
    return true;
  }
}

test(soundness, 'JSONata', {
  rounds: 8,
  make: (random) => {
    const text = randomFailing(random, 3);
    const selection = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
    return { text, selection, fails: (inputs) => jsonataFails(text, inputs) };
  },
});
test(soundness, 'JSONPath', {
  rounds: 60,
  make: (random) => {
    const made = randomJsonPath(random);
    const { text } = made;
    return { text, selection: lowerJsonPath(scalar(text), SCOPE), fails: (inputs) => made.evaluate(inputs) === null };
  },
});
test(soundness, 'intrinsics', {
  rounds: 60,
  make: (random) => {
    const made = randomIntrinsic(random, 2);
    const { text } = made;
    return { text, selection: lowerIntrinsic(scalar(text), SCOPE), fails: (inputs) => made.evaluate(inputs) === null };
  },
});

const decisive = (selection: Selection): readonly string[] =>
  [...new Set(selection.failures.flatMap((failure) => failure.reads.map(show)))].sort();

const reads = test.macro<[string, ...string[]]>({
  title: (_, text) => `what decides whether ${text} fails`,
  exec: (t, text, ...expected) => {
    const selection = text.startsWith('{%')
      ? lowerJsonata(scalar(text), SCOPE)
      : text.startsWith('$')
        ? lowerJsonPath(scalar(text), SCOPE)
        : lowerIntrinsic(scalar(text), SCOPE);
    t.deepEqual(selection.failures.length === 0 ? ['nothing fails'] : decisive(selection), expected);
  },
});

test(reads, '{% $states.input %}', 'nothing fails');
test(reads, '{% $states.result %}', 'nothing fails');
test(reads, '{% $v %}', 'nothing fails');
test(reads, '{% "x" %}', 'nothing fails');
test(reads, '{% {"a": $states.input.a, "b": [$states.input.b]} %}', 'nothing fails');
test(reads, '{% "x" & $states.input.a %}', 'nothing fails');
test(reads, '{% $states.input.a = 1 and $exists($states.input.b) %}', 'nothing fails');
test(reads, '{% $count($states.input.a) %}', 'nothing fails');
test(reads, '{% $states.context.Execution.Id %}', 'nothing fails');
test(reads, '{% $states.errorOutput.Cause %}', 'nothing fails');
test(reads, '{% $states.input.a ? "x" : null %}', 'nothing fails');
test(reads, '{% $states.input.a ? "x" %}', 'jsonata:boolean(sequence(input[].a))');
test(reads, '{% $states.input.a %}', '(sequence(input[].a)).own');
test(reads, '{% $states.context.Execution.Input.a %}', '(sequence(context.Execution.Input[].a)).own');
test(
  reads,
  '{% $states.input.a > 5 ? $error("x") : 1 %}',
  '(sequence(input[].a)).own',
  'jsonata:$error("x")',
  'jsonata:boolean(jsonata:>(sequence(input[].a), 5))',
);
test(reads, '{% {"a": $number($states.input.a), "b": 1}.b %}', 'sequence(input[].a)');
test(reads, '{% ($number($states.input.a); 1) %}', 'sequence(input[].a)');
test(reads, '{% $merge([$states.input, {"a": 1}]) %}', '(list(input[], {a: 1})).own', '(list(input[], {a: 1}))[].own');
test(reads, '$', 'nothing fails');
test(reads, '$$', 'nothing fails');
test(reads, '$v', 'nothing fails');
test(reads, '$$.Execution.Id', 'nothing fails');
test(reads, '$.a.b', 'input.a.b.own');
test(reads, '$.a[*].b', 'input.a.own');
test(reads, '$.a[?(@.b == 1)]', 'input.a.own');
test(reads, "States.Format('{}', $)", 'input');
test(reads, 'States.JsonToString($)', 'nothing fails');
test(reads, 'States.JsonMerge($.a, $, false)', 'input.a.own', 'input.own');
test(reads, 'States.StringToJson($.a)', 'input.a', 'input.a.own');

test('places that are there by construction', (t) => {
  const field = (name: string) => ({ kind: 'field', name }) as const;
  const scope = { ...SCOPE, present: [{ root: 'result', segments: [field('Payload')] }] };
  t.deepEqual(lowerJsonata(scalar('{% $states.result.Payload %}'), scope).failures, []);
  t.is(lowerJsonata(scalar('{% $states.result.Payload.a %}'), scope).failures.length, 1);
  t.deepEqual(lowerJsonPath(scalar('$.Payload'), { ...scope, input: { root: 'result', segments: [] } }).failures, []);
});

test('every text of a template that may fail is noted', (t) => {
  const query = lowerJsonataTemplate(template({ a: '{% $states.input.a %}', b: ['{% $states.input.b %}', 1] }), SCOPE);
  t.deepEqual(decisive(query), ['(sequence(input[].a)).own', '(sequence(input[].b)).own']);
  const payload = lowerPayloadTemplate(template({ 'a.$': '$.a', b: { 'c.$': 'States.MathAdd($.c, 1)' } }), SCOPE);
  t.deepEqual(
    payload.failures.map((failure) => failure.kind),
    ['path', 'path', 'intrinsic'],
  );
});
