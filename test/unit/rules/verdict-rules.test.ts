/** Rules that report verdicts, on small IR programs that the checker types. */
import test from 'ava';
import { ALL_RULES } from '../../../rules/index.ts';
import { runRules } from '../../../analyzer/query/index.ts';
import type { Application, StoreDeclaration } from '../../../model/application.ts';
import { compositionId, storeId } from '../../../model/brand.ts';
import type { Composition, Step } from '../../../model/ir.ts';
import { contextOf, linesOf, type ContextOptions } from '../query/context.ts';
import * as b from '../flow/build.ts';

/** What all rules say about compositions. */
const all = (compositions: readonly Composition[], setting: b.Setting, options: ContextOptions = {}): string[] =>
  linesOf(contextOf(compositions, setting, options), ...ALL_RULES);

const secretInput = { entries: { flow: b.shape({}, { ssn: { confidentiality: 'secret' } }) } };
const publicTopic = { stores: { topic: { accepts: b.SPACE.bottom, kind: 'topic' as const } } };
const write = (value: ReturnType<typeof b.read>): Step => b.write('tell', 'topic', value, 'end');

test('data by itself is a leak, with source, sink, both labels and where the bound is from', (t) => {
  const flow = b.composition('flow', [write(b.read('in.ssn')), b.end('end')]);
  const context = contextOf([flow], { ...secretInput, ...publicTopic });
  const [finding, ...more] = runRules(context, ALL_RULES);
  t.deepEqual(more, []);
  t.is(finding?.ruleId as string, 'WEIR-FLOW-001');
  t.deepEqual(finding?.message, {
    what: 'Input of flow.ssn (secret) reaches topic topic, which accepts at most public.',
    why: 'Whoever can read topic topic learns data that they are not cleared for; the bound is declared in the test.',
    fix: 'Leave the data out of what tell sends, pass it through a declassifier first, or raise what topic topic accepts.',
  });
  t.deepEqual(finding?.witnesses[0]?.hops.at(-1)?.construct, 'sink');
});

test('the decision alone is an implicit leak, and names the guard', (t) => {
  const flow = b.composition('flow', [
    b.branch('IsIll', [[b.read('in.ssn'), 'tell']], 'end'),
    write(b.literal('clean')),
    b.end('end'),
  ]);
  t.deepEqual(all([flow], { ...secretInput, ...publicTopic }), [
    'warning tell: Whether tell reaches topic topic is decided at IsIll by input of flow.ssn (secret), but topic topic accepts at most public.',
  ]);
});

test('data and decision together are one explicit leak', (t) => {
  const flow = b.composition('flow', [
    b.branch('IsIll', [[b.read('in.ssn'), 'tell']], 'end'),
    write(b.read('in.ssn')),
    b.end('end'),
  ]);
  const lines = all([flow], { ...secretInput, ...publicTopic });
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /^error tell: Input of flow\.ssn/);
});

test('what passes something that is not modelled is undecided, never clean and never a violation', (t) => {
  const opaque: Step = {
    ...b.end('odd'),
    kind: 'opaque',
    reads: [],
    writes: [b.path('x')],
    reason: 'a plugin',
    next: write(b.read('x')).id,
  };
  const flow = b.composition('flow', [opaque, write(b.read('x')), b.end('end')]);
  const lines = all([flow], publicTopic);
  t.is(lines.length, 3);
  t.true(lines.every((line) => line.includes('(undecided)')));
  t.true(
    lines.some((line) =>
      line.startsWith('note flow (undecided): flow has 1 place that cannot be followed: odd (a plugin)'),
    ),
  );
});

test('what only rests on an undeclared function is left to the coverage', (t) => {
  const flow = b.composition('flow', [b.call('ask', 'f', b.literal(1), 'x', 'tell'), write(b.read('x')), b.end('end')]);
  t.deepEqual(all([flow], { ...publicTopic, functions: { f: { isAssumed: true } } }), []);
});

test('untrusted data in a privileged operation is an error, an authenticated caller a warning', (t) => {
  const run = b.call('run', 'query', b.read('in.sql'), null, 'end');
  const flow = b.composition('flow', [
    run.kind === 'call' ? { ...run, effect: { ...b.EFFECT, operation: 'athena:query', privileged: true } } : run,
    b.end('end'),
  ]);
  const lines = (integrity: string): string[] =>
    all([flow], { functions: { query: {} }, entries: { flow: b.shape({ integrity }) } });
  t.deepEqual(lines('untrusted'), [
    'error run: Input of flow (untrusted) is passed to the privileged operation athena:query at run.',
  ]);
  t.deepEqual(lines('trusted'), []);
});

test('a declared bound and a privileged operation at one step are one finding', (t) => {
  const run = b.call('run', 'query', b.read('in.sql'), null, 'end');
  const flow = b.composition('flow', [
    run.kind === 'call' ? { ...run, effect: { ...b.EFFECT, operation: 'athena:query', privileged: true } } : run,
    b.end('end'),
  ]);
  const lines = all([flow], {
    functions: { query: { accepts: b.label({ confidentiality: 'secret' }) } },
    entries: { flow: b.shape({ integrity: 'untrusted' }) },
  });
  t.deepEqual(lines, ['error run: Input of flow (untrusted) reaches function query, which asks for trusted.']);
});

test('a target that untrusted data names is one finding, one that trusted data names is undecided', (t) => {
  const go = b.call('go', 'f', b.literal(1), null, 'end');
  const flow = b.composition('flow', [
    go.kind === 'call' ? { ...go, target: { kind: 'dynamic', from: b.read('in.name'), span: b.nextSpan() } } : go,
    b.end('end'),
  ]);
  t.deepEqual(all([flow], { entries: { flow: b.shape({ integrity: 'untrusted' }) } }), [
    'error go: Input of flow (untrusted) chooses what go reaches.',
  ]);
  t.deepEqual(all([flow], {}), [
    'note flow (undecided): flow has 1 place that cannot be followed: go (its target is chosen at run time).',
  ]);
});

const token = b.labelled({ marks: ['token'] });
const place = (more: Partial<StoreDeclaration>): Partial<Application> => ({
  stores: [
    {
      id: storeId('topic'),
      kind: 'topic',
      name: 'topic',
      aliases: [],
      platform: 'test',
      isPublic: null,
      isForeign: false,
      span: b.nextSpan(),
      ...more,
    },
  ],
});

test('a token that leaves is an error when outsiders read the place, else a warning', (t) => {
  const flow = b.composition('flow', [write(b.object({ token })), b.end('end')]);
  const lines = (more: Partial<StoreDeclaration>): string[] =>
    all([flow], { stores: { topic: {} } }, { application: place(more) });
  t.regex(
    lines({}).join('\n'),
    /^warning tell: The callback token of tell reaches topic topic, which is not declared to hold tokens\.$/,
  );
  t.regex(lines({ isPublic: true }).join('\n'), /^error tell: .*which parties outside can read\.$/);
  t.deepEqual(all([flow], { stores: { topic: { mayHoldTokens: true } } }), []);
});

const failing = b.composition('flow', [
  b.tryStep(
    'try',
    b.region(b.call('work', 'f', b.literal(1), null, null)),
    [{ next: 'failed', binds: 'error' }],
    'fine',
  ),
  b.end('fine'),
  b.end('failed', b.read('error.Cause')),
]);

test('error detail counts only where somebody outside gets it', (t) => {
  const trigger = {
    target: { kind: 'composition' as const, id: compositionId('flow') },
    from: null,
    span: b.nextSpan(),
  };
  const lines = (kind: 'http' | 'schedule', authentication: 'authenticated' | 'internal'): string[] =>
    all([failing], { functions: { f: {} }, triggers: [{ ...trigger, kind, authentication }] });
  t.regex(
    lines('http', 'authenticated').join('\n'),
    /^warning failed: Detail of an error of f is part of the result of flow/,
  );
  t.deepEqual(lines('http', 'internal'), []);
  t.deepEqual(lines('schedule', 'internal'), []);
});

test('a journal is reported once, by the record and not by every step', (t) => {
  const flow = b.composition(
    'flow',
    [
      b.assign('a', 'x', b.read('in.ssn'), 'w'),
      b.write('w', 'safe', b.read('x'), 'v'),
      b.write('v', 'safe', b.read('x'), 'end'),
      b.end('end'),
    ],
    {
      journals: [{ store: storeId('history'), includesData: true, level: 'all', span: b.nextSpan() }],
    },
  );
  t.deepEqual(
    all([flow], {
      ...secretInput,
      stores: { safe: { accepts: b.SECRET }, history: { accepts: b.SPACE.bottom, kind: 'history' } },
    }),
    ['error flow: flow records input of flow.ssn (secret) in history, which accepts at most public.'],
  );
});

test('a credential that a step reads is reported where the record has data, once, where it comes in', (t) => {
  const flow = (includesData: boolean) =>
    b.composition(
      'flow',
      [b.fetch('key', 'vault', 'k', 'use'), b.call('use', 'f', b.read('k'), null, 'end'), b.end('end')],
      {
        journals: [{ store: storeId('history'), includesData, level: 'all', span: b.nextSpan() }],
      },
    );
  const setting = {
    functions: { f: {} },
    stores: { history: {}, vault: { content: b.shape({ marks: ['credential'] }) } },
  };
  t.deepEqual(all([flow(true)], setting), [
    'warning flow: flow reads a credential at key, and its execution data is recorded.',
  ]);
  t.deepEqual(all([flow(false)], setting), []);
});

test('a role that data names is a warning, an error for untrusted data, and a fixed one a note', (t) => {
  const flow = (credentials: ReturnType<typeof b.read>) =>
    b.composition('flow', [
      b.write('put', 'topic', b.read('in.body'), 'end', { effect: { ...b.EFFECT, credentials } }),
      b.end('end'),
    ]);
  const levels = (credentials: ReturnType<typeof b.read>, integrity: string): string[] =>
    all([flow(credentials)], { stores: { topic: {} }, entries: { flow: b.shape({ integrity }) } });
  t.deepEqual(levels(b.read('in.role'), 'trusted'), ['warning flow: flow assumes a role that comes from data at put.']);
  t.deepEqual(levels(b.read('in.role'), 'untrusted'), ['error flow: flow assumes a role that comes from data at put.']);
  t.deepEqual(levels(b.literal('arn:aws:iam::444455556666:role/reader'), 'trusted'), [
    'note flow: flow assumes another role at put.',
  ]);
});

test('a literal secret is reported without its value', (t) => {
  const literalSecrets = [{ kind: 'AWS access key id', masked: 'AKIA…7PD', span: b.nextSpan() }];
  t.deepEqual(all([], {}, { application: { literalSecrets } }), [
    'error AWS access key id: This looks like a secret in clear text: AWS access key id (AKIA…7PD).',
  ]);
});
