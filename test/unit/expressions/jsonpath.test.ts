import test from 'ava';
import { lowerJsonPath, parseReferencePath } from '../../../analyzer/expressions/index.ts';
import { scalar, SCOPE } from './nodes.ts';
import { show } from './show.ts';

const lowersTo = test.macro({
  title: (_, text: string) => `JSONPath ${text}`,
  exec: (t, text: string, expected: string, features: readonly string[] = []) => {
    const { expression, notes, diagnostics } = lowerJsonPath(scalar(text), SCOPE);
    t.is(show(expression), expected);
    t.deepEqual(
      notes.map((note) => note.feature),
      features,
    );
    t.deepEqual(diagnostics, []);
  },
});

test(lowersTo, '$', 'input');
test(lowersTo, '$$', 'context');
test(lowersTo, '$$.Execution.Input.orderId', 'context.Execution.Input.orderId');
test(lowersTo, '$v', 'v');
test(lowersTo, '$v.items[2]', 'v.items[2]');
test(lowersTo, '$.patient.ssn', 'input.patient.ssn');
test(lowersTo, "$['patient']['date of birth']", "input.patient['date of birth']");
test(lowersTo, '$["it\\u0027s"]', "input['it's']");
test(lowersTo, '$.user-id', "input['user-id']");
test(lowersTo, '$.größe.値', "input['größe']['値']");
test(lowersTo, '$.frames[-1].blob', 'input.frames[-1].blob');
test(lowersTo, '$.frames[*].blob', 'list(input.frames.*.blob)');
test(lowersTo, '$.frames.*', 'list(input.frames.*)');
test(lowersTo, '$.frames[0,2].blob', 'list(input.frames[0].blob, input.frames[2].blob)');
test(lowersTo, "$['id','total']", '{id: input.id, total: input.total}');
test(lowersTo, "$['id','total'].unit", 'list(input.id.unit, input.total.unit)');
test(lowersTo, '$.frames[1:3]', 'list(input.frames[*])', ['jsonpath-slice']);
test(lowersTo, '$..blob', 'list(input..)', ['jsonpath-descent']);
test(lowersTo, '$.frames.length()', 'jsonpath:length(input.frames)');
test(lowersTo, '$.prices.max()', 'jsonpath:max(input.prices)', ['jsonpath-function']);
test(lowersTo, '$.${Field}.x', 'input..', ['jsonpath-placeholder']);
test(
  lowersTo,
  "$.orders[?(@.total > $.limit && !(@.state in ['paid','sent']))].id",
  'if guards(joined(input.orders.*.total, input.orders.total), input.limit, joined(input.orders.*.state, input.orders.state))' +
    ' then list(input.orders.*.id, input.orders.id) else null',
  ['jsonpath-filter'],
);
test(
  lowersTo,
  '$.orders[?(@.note =~ /.*\\/urgent/i)]',
  'if joined(input.orders.*.note, input.orders.note) then list(input.orders.*, input.orders) else null',
  ['jsonpath-filter'],
);

const isMalformed = test.macro({
  title: (_, text: string) => `JSONPath ${text} is malformed`,
  exec: (t, text: string, code: string, from: number) => {
    const { expression, diagnostics } = lowerJsonPath(scalar(text), SCOPE);
    t.deepEqual(
      diagnostics.map((each) => [each.code, each.span.start.offset]),
      [[code, from]],
    );
    t.not(diagnostics[0]?.help, '');
    t.regex(show(expression), /^\(?source<opaque>\((?:everything|jsonpath:)/);
  },
});

test(isMalformed, 'orders', 'EXP001', 0);
test(isMalformed, '$.', 'EXP001', 1);
test(isMalformed, '$.a.', 'EXP001', 3);
test(isMalformed, '$.a[', 'EXP001', 3);
test(isMalformed, '$.a[x]', 'EXP001', 4);
test(isMalformed, "$['a", 'EXP001', 2);
test(isMalformed, '$.a[?(@.b >)]', 'EXP001', 11);
test(isMalformed, '$.a b', 'EXP001', 4);
test(isMalformed, '$other.a', 'EXP003', 0);
test(isMalformed, '$.a.size()', 'EXP002', 0);

test('text that mentions variables reads them even if it cannot be parsed', (t) => {
  t.is(
    show(lowerJsonPath(scalar('$v.a['), SCOPE).expression),
    'source<opaque>(everything(input, context, result, error, v))',
  );
});

test('spans point at the part of the path', (t) => {
  const { expression, notes } = lowerJsonPath(scalar('$.a[?(@.secret)].b'), SCOPE);
  t.deepEqual(
    notes.map(({ span }) => [span.start.offset, span.end.offset]),
    [[3, 16]],
  );
  t.is(expression.kind, 'conditional');
  if (expression.kind !== 'conditional') return;
  t.deepEqual([expression.test.span.start.offset, expression.test.span.end.offset], [6, 14]);
});

const refersTo = test.macro({
  title: (_, text: string) => `reference path ${text}`,
  exec: (t, text: string, expected: unknown) => {
    const path = parseReferencePath(text);
    t.deepEqual(
      path.ok
        ? [
            path.variable,
            path.segments.map((each) =>
              each.kind === 'field' ? each.name : each.kind === 'index' ? each.index : each.kind,
            ),
          ]
        : path.message,
      expected,
    );
  },
});

test(refersTo, '$', [null, []]);
test(refersTo, "$.a['b c'][0]", [null, ['a', 'b c', 0]]);
test(refersTo, '$v.a', ['v', ['a']]);
test(refersTo, '$$.Execution', 'the context object `$$` is read only');
test(refersTo, '$.a[*]', '`[*]` may name more than one place');
test(refersTo, '$.a[-1]', '`[-1]` may name more than one place');
test(refersTo, "$['a','b']", "`['a','b']` may name more than one place");
test(refersTo, '$..a', '`..` may name more than one place');
test(refersTo, '$.a[?(@.b)]', '`[?(@.b)]` may name more than one place');
test(refersTo, '$.a.length()', '`.length()` may name more than one place');
test(refersTo, 'a.b', 'a path starts with `$` at offset 0');
