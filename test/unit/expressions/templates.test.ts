import test from 'ava';
import {
  lowerIntrinsic,
  lowerJsonataTemplate,
  lowerPathOrIntrinsic,
  lowerPayloadTemplate,
} from '../../../analyzer/expressions/index.ts';
import type { DataNode } from '../../../analyzer/source/index.ts';
import { scalar, SCOPE, spanAt, template } from './nodes.ts';
import { show } from './show.ts';

const codes = (diagnostics: readonly { readonly code: string }[]): readonly string[] =>
  diagnostics.map((each) => each.code);

const calls = test.macro({
  title: (_, text: string) => `intrinsic ${text}`,
  exec: (t, text: string, expected: string, problems: readonly string[] = []) => {
    const { expression, diagnostics } = lowerIntrinsic(scalar(text), SCOPE);
    t.is(show(expression), expected);
    t.deepEqual(codes(diagnostics), problems);
  },
});

test(
  calls,
  "States.Format('Order {} of \\{{}\\}', $.id, $$.Execution.Name)",
  'States.Format("Order {} of \\\\{{}\\\\}", input.id, context.Execution.Name)',
);
test(calls, "States.Format('{}', $.a, $.b)", 'States.Format("{}", input.a, input.b)', ['EXP022']);
test(calls, 'States.Format($.template, $.a)', 'States.Format(input.template, input.a)');
test(calls, 'States.Array($.id, 7, null, States.UUID())', '[input.id, 7, null, States.UUID()]');
test(calls, 'States.ArrayGetItem($.rows, 1)', 'input.rows[1]');
test(calls, 'States.ArrayGetItem(States.Array($.low, $.high), 0)', 'input.low');
test(calls, 'States.ArrayGetItem($.rows, $.index)', 'if input.index then input.rows[*] else null');
test(calls, 'States.JsonMerge($.defaults, $.order, false)', '(input.defaults + input.order)');
test(calls, 'States.JsonMerge($.a, $.b, true)', '(input.a + input.b)', ['EXP023']);
test(calls, "States.StringSplit($.csv, ',')", 'States.StringSplit(input.csv, ",")');
test(calls, 'States.MathRandom(1, 999)', 'States.MathRandom(1, 999)');
test(calls, "States.Hash($.card, 'SHA-256')", 'States.Hash(input.card, "SHA-256")');
test(calls, "States.Array('it\\'s', $['a,b'])", `["it's", input['a,b']]`);
test(calls, 'States.Array()', '[]');
test(calls, 'States.ArrayLength()', 'States.ArrayLength()', ['EXP021']);
test(calls, 'States.Encrypt($.key)', 'source<opaque>(States.Encrypt(input.key))', ['EXP020']);
test(calls, 'States.Array($.a', 'source<opaque>(everything(input, context, result, error))', ['EXP024']);
test(calls, "States.Array('a)", 'source<opaque>(everything(input, context, result, error))', ['EXP024']);
test(calls, 'States.UUID() + 1', 'source<opaque>(everything(input, context, result, error))', ['EXP024']);

test('an unknown function is reported at its name', (t) => {
  const { diagnostics } = lowerIntrinsic(scalar('States.Array($.a, States.Nope(1))'), SCOPE);
  t.deepEqual(
    diagnostics.map(({ span }) => [span.start.offset, span.end.offset]),
    [[18, 29]],
  );
});

test('a value that is either a path or a call', (t) => {
  t.is(show(lowerPathOrIntrinsic(scalar('$.a'), SCOPE).expression), 'input.a');
  t.is(show(lowerPathOrIntrinsic(scalar('States.UUID()'), SCOPE).expression), 'States.UUID()');
  t.deepEqual(codes(lowerPathOrIntrinsic(scalar('42'), SCOPE).diagnostics), ['EXP001']);
});

test('a payload template keeps its structure and drops the suffix', (t) => {
  const { expression, diagnostics } = lowerPayloadTemplate(
    template({
      TableName: 'Orders',
      Item: { id: { 'S.$': '$.id' }, tags: ['x', { 'v.$': '$$.State.Name' }] },
      'all.$': '$',
    }),
    SCOPE,
  );
  t.is(
    show(expression),
    '{TableName: "Orders", Item: {id: {S: input.id}, tags: ["x", {v: context.State.Name}]}, all: input}',
  );
  t.deepEqual(diagnostics, []);
});

test('a payload template that sets a field twice or evaluates what is no string', (t) => {
  const { diagnostics } = lowerPayloadTemplate(template({ a: 1, 'a.$': '$.a', 'b.$': 7, 'c.$': { d: 1 } }), SCOPE);
  t.deepEqual(codes(diagnostics), ['EXP040', 'EXP042', 'EXP042']);
});

test('a JSONata template evaluates strings between the delimiters and nothing else', (t) => {
  const { expression, diagnostics } = lowerJsonataTemplate(
    template({ id: '{% $states.input.id %}', 'note.$': '$.id', rows: ['{% $v %}', 2], late: ' {% $v %}' }),
    SCOPE,
  );
  t.is(show(expression), '{id: sequence(input[].id), note.$: "$.id", rows: [v, 2], late: " {% $v %}"}');
  t.deepEqual(codes(diagnostics), ['EXP061']);
});

test('calls that are nested too deep are not followed, and that is what is said', (t) => {
  const text = `${'States.Array('.repeat(80)}$.id${')'.repeat(80)}`;
  const [problem, ...more] = lowerIntrinsic(scalar(text), SCOPE).diagnostics;
  t.is(more.length, 0);
  t.is(problem?.code, 'EXP044');
  t.regex(problem?.message ?? '', /is not followed: calls are nested more than \d+ deep$/);
  t.regex(problem?.help ?? '', /^Flatten it/);
  t.is(text.slice(problem?.span.start.offset).startsWith('States.Array('), true);
});

test('templates that are nested too deep are refused, not overflowed', (t) => {
  let node: DataNode = scalar('$.a');
  for (let depth = 0; depth < 5_000; depth++) node = { kind: 'list', items: [node], span: spanAt(0, 1) };
  t.deepEqual(codes(lowerPayloadTemplate(node, SCOPE).diagnostics), ['EXP044']);
  t.deepEqual(codes(lowerJsonataTemplate(node, SCOPE).diagnostics), ['EXP044']);
});
