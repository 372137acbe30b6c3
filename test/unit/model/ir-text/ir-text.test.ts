import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { Application } from '../../../../model/application.ts';
import { stepId, storeId } from '../../../../model/brand.ts';
import type { Composition, Expression, Step } from '../../../../model/ir.ts';
import { IR_EXPRESSION_DEPTH_MAX, IR_REGION_DEPTH_MAX } from '../../../../model/ir-limits.ts';
import { IR_TEXT_LENGTH_MAX, parseApplication, printApplication } from '../../../../model/ir-text/index.ts';
import { spanAtStart } from '../../../../model/span.ts';
import { stepsOf } from '../../../../model/walk.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../../../fixtures/ir-text/ward-cameras.weir-ir');
const FILE = 'a.weir-ir';

function read(text: string): Application {
  const outcome = parseApplication(text, FILE);
  if (!outcome.ok || outcome.diagnostics.length > 0) throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.value;
}

const composed = (steps: string): string => `composition c on p {\n  body {\n${steps}\n  }\n}\n`;

function compositionIn(text: string): Composition {
  const [composition] = read(text).compositions;
  if (composition === undefined) throw new Error('there is no composition');
  return composition;
}

const stepsIn = (steps: string): readonly Step[] => compositionIn(composed(steps)).body.steps;

function returned(expression: string): unknown {
  const [step] = stepsIn(`Done: return ${expression}`);
  if (step?.kind !== 'return') throw new Error('not a return');
  return withoutSpans(step.value);
}

/** A copy without places, for comparing with what is written by hand. */
const withoutSpans = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'span' ? undefined : part)));

test('a realistic application is printed as it is written', (t) => {
  const text = readFileSync(FIXTURE, 'utf8');
  const application = read(text);
  t.is(printApplication(application), text);
  const again = printApplication(application, { spans: true });
  t.deepEqual(read(again), application);
  t.deepEqual([...new Set(application.compositions.flatMap(stepsOf).map((step) => step.kind))].sort(), [
    'assign',
    'await',
    'branch',
    'call',
    'declassify',
    'forEach',
    'loop',
    'opaque',
    'parallel',
    'race',
    'raise',
    'return',
    'try',
    'write',
  ]);
});

test('declarations have the parts that are written, and defaults for the rest', (t) => {
  const { functions, stores, triggers } = read(
    [
      'function charge user on aws foreign aliases pay, "Charge Card" environment TABLE',
      'store "t:Patients" "Patients" table on aws private',
      'trigger http none -> composition "a#b" from "t:Patients"',
    ].join('\n'),
  );
  t.deepEqual(withoutSpans({ functions, stores, triggers }), {
    functions: [
      {
        id: 'charge',
        name: 'charge',
        aliases: ['pay', 'Charge Card'],
        platform: 'aws',
        kind: 'user',
        isForeign: true,
        environmentNames: ['TABLE'],
      },
    ],
    stores: [
      {
        id: 't:Patients',
        kind: 'table',
        name: 'Patients',
        aliases: [],
        platform: 'aws',
        isPublic: false,
        isForeign: false,
      },
    ],
    triggers: [
      { target: { kind: 'composition', id: 'a#b' }, kind: 'http', authentication: 'none', from: 't:Patients' },
    ],
  });
});

test('a composition needs only what differs from the defaults', (t) => {
  const composition = compositionIn('composition order "Order" on aws { body {\n Only: return input\n } }');
  t.deepEqual(withoutSpans({ ...composition, body: null }), {
    id: 'order',
    name: 'Order',
    platform: 'aws',
    input: 'input',
    body: null,
    delivery: 'exactly-once',
    journals: [],
    timeoutSeconds: { kind: 'none' },
    features: [],
    unitCount: 1,
  });
});

const expressions = test.macro({
  title: (_, text: string) => `reads ${text}`,
  exec: (t, text: string, expected: unknown) => {
    t.deepEqual(returned(text), expected);
  },
});
const pathTo = (root: string, ...segments: unknown[]): unknown => ({ kind: 'path', path: { root, segments } });
const field = (name: string): unknown => ({ kind: 'field', name });

test(expressions, '$.a.b', pathTo('$', field('a'), field('b')));
test(
  expressions,
  'x["y z"][0][-1][*].*[]?..*',
  pathTo(
    'x',
    field('y z'),
    { kind: 'index', index: 0 },
    { kind: 'index', index: -1 },
    { kind: 'anyElement' },
    { kind: 'anyChild' },
    { kind: 'spread' },
    { kind: 'own' },
    { kind: 'dynamic' },
  ),
);
test(expressions, '`if`.then', pathTo('if', field('then')));
test(expressions, '"lit"', { kind: 'literal', value: 'lit' });
test(expressions, '-0.5e2', { kind: 'literal', value: -50 });
test(expressions, 'json({"a": [1, {}]})', { kind: 'literal', value: { a: [1, {}] } });
test(expressions, '{}', { kind: 'object', fields: [] });
test(expressions, '{a: x, "b c": [y]}', {
  kind: 'object',
  fields: [
    { name: 'a', value: pathTo('x') },
    { name: 'b c', value: { kind: 'array', items: [pathTo('y')] } },
  ],
});
test(expressions, 'concat(a, b)', { kind: 'apply', operator: 'concat', args: [pathTo('a'), pathTo('b')] });
test(expressions, 'States.UUID()', { kind: 'apply', operator: 'States.UUID', args: [] });
test(expressions, '`+`(1, x)', { kind: 'apply', operator: '+', args: [{ kind: 'literal', value: 1 }, pathTo('x')] });
test(expressions, '(merge(a, b)).c', {
  kind: 'get',
  of: { kind: 'merge', base: pathTo('a'), over: pathTo('b') },
  segments: [field('c')],
});
test(expressions, 'if t then a else if u then b else c', {
  kind: 'conditional',
  test: pathTo('t'),
  then: pathTo('a'),
  otherwise: { kind: 'conditional', test: pathTo('u'), then: pathTo('b'), otherwise: pathTo('c') },
});
test(expressions, 'source(x, secret untrusted in {eu, us} for {} +token +bypass:redact, "d")', {
  kind: 'source',
  of: pathTo('x'),
  label: {
    confidentiality: 'secret',
    integrity: 'untrusted',
    region: ['eu', 'us'],
    tenant: [],
    marks: ['token', 'bypass:redact'],
  },
  description: 'd',
});
test(expressions, 'source(x, _ untrusted, "d")', {
  kind: 'source',
  of: pathTo('x'),
  label: { integrity: 'untrusted' },
  description: 'd',
});
test(expressions, 'source(x, +{}, "d")', { kind: 'source', of: pathTo('x'), label: { marks: [] }, description: 'd' });
test(expressions, 'source(x, _, "d")', { kind: 'source', of: pathTo('x'), label: {}, description: 'd' });

test('a step goes on with the next line, an arrow says otherwise, the last ends the region', (t) => {
  const steps = stepsIn('A: x := 1\nB: x := 2 -> A\nC: x := 3 -> end\nD: x := 4 -> "end"\nE: x := 5');
  t.deepEqual(
    steps.map((step) => (step.kind === 'assign' ? step.next : step.kind)),
    ['B', 'A', null, 'end', null].map((id) => (id === null ? null : stepId(id))),
  );
});

test('a clause on the next line belongs to the next step', (t) => {
  const steps = stepsIn(
    'A: await timer 1\ntimeout: await event ch timeout 5\nB: x <- declassify y by f under a from s to\n t\n privileged: return x',
  );
  t.deepEqual(
    steps.map((step) => step.id),
    ['A', 'timeout', 'B', 'privileged'].map(stepId),
  );
  t.like(steps[1], { source: { kind: 'event', channel: storeId('ch') }, timeoutSeconds: { kind: 'set', value: 5 } });
  t.like(steps[2], { to: { confidentiality: 't' } });
});

test('places that are left out are those of the text, after a byte order mark and through CRLF', (t) => {
  const text = '\uFEFFcomposition c on p {\r\n  body {\r\n    A: x := input.a\r\n  }\r\n}\r\n';
  const [step] = compositionIn(text).body.steps;
  if (step?.kind !== 'assign') throw new Error('not an assignment');
  t.deepEqual(step.value.span, {
    file: FILE,
    start: { line: 3, column: 13, offset: 44 },
    end: { line: 3, column: 20, offset: 51 },
  });
  t.is(text.slice(1).slice(44, 51), 'input.a');
});

const refusals = test.macro({
  title: (given = '') => `refuses ${given}`,
  exec: (t, text: string, expected: string) => {
    const outcome = parseApplication(text, FILE);
    const [first] = outcome.diagnostics;
    t.is(outcome.diagnostics.length, 1);
    t.is(
      `${first?.span.start.line}:${first?.span.start.column} ${first?.code} ${first?.message} | ${first?.help}`,
      expected,
    );
  },
});
const line = (step: string): string => composed(`    ${step}`);

test(
  'an empty body',
  refusals,
  'composition c on p {\n  body {\n  }\n}',
  '3:3 IRT007 a region has neither steps nor an entry | Write a step, or `entry` and the id of the step that is meant.',
);
test('a missing colon', refusals, line('A return x'), '3:7 IRT001 expected `:`, found `return` | Write `:` here.');
test(
  'a text that ends',
  refusals,
  'composition c on p {',
  '1:21 IRT001 expected `body`, found the end of the text | Write `body` here.',
);
test(
  'a string that does not end',
  refusals,
  line('A: return "x'),
  '3:15 IRT002 `"` cannot be read | Write an expression here.',
);
test(
  'an escape that is none',
  refusals,
  line('A: return "\\x"'),
  '3:15 IRT002 `"\\x"` cannot be read | Write an expression here.',
);
test(
  'an unknown kind of store',
  refusals,
  'store a tabel on p',
  '1:9 IRT006 expected the kind of a store, found `tabel` | Use one of table, bucket, queue, topic, bus, stream, log, history, secret, parameter, endpoint, channel, service.',
);
test(
  'an unknown mark',
  refusals,
  line('A: return source(x, +tokn, "d")'),
  '3:26 IRT006 `tokn` is no mark | Use one of token, error, opaque, assumed, public-entry, credential, bypass:<function>.',
);
test(
  'an unknown version',
  refusals,
  'weir-ir 2\n',
  '1:9 IRT005 version 2 of the text form is not known, only 1 | Print the application again with this version of weir.',
);
test(
  'a repeated key',
  refusals,
  line('A: return json({"a": 1, "a": 2})'),
  '3:29 IRT008 the key `a` is repeated | Remove one of the two.',
);
test(
  'an arm to the end',
  refusals,
  line('A: branch { when x -> end }'),
  '3:27 IRT001 expected the id of a step (an arm cannot end the region), found `end` | Write the id of a step (an arm cannot end the region) here.',
);
test(
  'a result of an action that has none',
  refusals,
  line('A: x <- return y'),
  '3:13 IRT001 expected an action that has a result, found `return` | Write an action that has a result here.',
);
test(
  'a reserved variable',
  refusals,
  line('A: return call'),
  '3:15 IRT001 expected an expression (a variable of this name stands in backquotes), found `call` | Write an expression (a variable of this name stands in backquotes) here.',
);
test(
  'a label without anything',
  refusals,
  line('A: return source(x, , "d")'),
  '3:25 IRT001 expected a label, found `,` | Write a label here.',
);
test(
  'something at the top that is no item',
  refusals,
  'compositoin c on p {}',
  '1:1 IRT001 expected one of function, store, trigger, secret, diagnostic, coverage, composition, found `compositoin` | Write one of function, store, trigger, secret, diagnostic, coverage, composition here.',
);

test('one broken item does not hide the others', (t) => {
  const good = (id: string): string => `composition ${id} on p {\n  body {\n    A: return input\n  }\n}\n`;
  const text = `${good('one')}composition two on p {\n  body {\n    A: retrun input\n  }\n}\nstore s tabel on p\n${good('three')}`;
  const outcome = parseApplication(text, FILE);
  t.deepEqual(outcome.ok && outcome.value.compositions.map((composition) => composition.name), ['one', 'three']);
  t.deepEqual(
    outcome.diagnostics.map(({ code, span }) => `${code} ${span.start.line}`),
    ['IRT001 8', 'IRT006 11'],
  );
});

test('nothing at all is an empty application', (t) => {
  t.deepEqual(read('# nothing yet\n'), read('weir-ir 1\n'));
});

/** `depth` expressions, each inside the other. */
function nested(depth: number): Expression {
  const span = spanAtStart(FILE);
  let expression: Expression = { kind: 'literal', value: 1, span };
  for (let at = 1; at < depth; at++) expression = { kind: 'array', items: [expression], span };
  return expression;
}

test('expressions nest as deep as the limit and no deeper', (t) => {
  const text = (depth: number): string => line(`A: return ${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}`);
  t.deepEqual(
    returned(text(IR_EXPRESSION_DEPTH_MAX).split('return ')[1]?.split('\n')[0] ?? ''),
    withoutSpans(nested(IR_EXPRESSION_DEPTH_MAX)),
  );
  const deeper = ['[', '(', 'f(', '{a: ', 'if ', 'json([', 'merge(', 'source('].map((open) =>
    line(`A: return ${open.repeat(100_000)}`),
  );
  for (const each of [text(IR_EXPRESSION_DEPTH_MAX + 1), ...deeper]) {
    const [first] = parseApplication(each, FILE).diagnostics;
    t.true(first?.code === 'IRT003' || first?.code === 'IRT001', first?.message);
  }
  t.is(parseApplication(text(IR_EXPRESSION_DEPTH_MAX + 1), FILE).diagnostics[0]?.code, 'IRT003');
});

test('regions nest as deep as the limit and no deeper', (t) => {
  const text = (depth: number): string =>
    line(`${'A: while x {\n'.repeat(depth - 1)}Z: return 1${'}'.repeat(depth - 1)}`);
  t.is(stepsOf(compositionIn(text(IR_REGION_DEPTH_MAX))).length, IR_REGION_DEPTH_MAX);
  t.is(parseApplication(text(IR_REGION_DEPTH_MAX + 1), FILE).diagnostics[0]?.code, 'IRT003');
  t.is(parseApplication(text(50_000), FILE).diagnostics[0]?.code, 'IRT003');
});

test('a very long string is read, a longer text is refused', (t) => {
  const long = JSON.stringify('\\"'.repeat(2 ** 20));
  t.is((returned(long) as { value: string }).value.length, 2 ** 21);
  t.is(parseApplication(' '.repeat(IR_TEXT_LENGTH_MAX + 1), FILE).diagnostics[0]?.code, 'IRT004');
});
