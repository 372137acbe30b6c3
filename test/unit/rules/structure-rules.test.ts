/** Rules that look at the shape of a workflow, on small IR programs; what platforms make of real definitions is tested by the cases. */
import test from 'ava';
import type { Bound, Expression, Step } from '../../../model/ir.ts';
import { compositionId, storeId } from '../../../model/brand.ts';
import { rule as requireBounds } from '../../../rules/cost/require-bounds/rule.ts';
import { rule as noRepeatedEffect } from '../../../rules/delivery/no-repeated-effect/rule.ts';
import { rule as noWriteRace } from '../../../rules/store/no-write-race/rule.ts';
import { rule as requireCallbackTimeout } from '../../../rules/token/require-callback-timeout/rule.ts';
import { rule as noPublicReach } from '../../../rules/access/no-public-reach/rule.ts';
import { contextOf, linesOf } from '../query/context.ts';
import * as b from '../flow/build.ts';

const replacing = { ...b.EFFECT, operation: 'put', idempotent: true };
const once = { ...b.EFFECT, operation: 'start', idempotent: false };
const put = (id: string, key: Expression): Step =>
  b.write(id, 'Files', b.read('in.body'), null, { key, effect: replacing });
const table = { stores: { Files: { kind: 'bucket' as const }, Jobs: { kind: 'queue' as const } } };
const inMap = (step: Step, concurrency: Bound): Step => {
  const map = b.forEach('map', b.read('in.list'), b.region(step), null, 'end');
  return map.kind === 'forEach' ? { ...map, concurrency } : map;
};

test('two arms that write the same key race', (t) => {
  const flow = (left: string, right: string) =>
    b.composition('photos', [
      b.parallel('both', [b.region(put('crop', b.read(left))), b.region(put('shrink', b.read(right)))], null, 'end'),
      b.end('end'),
    ]);
  t.deepEqual(linesOf(contextOf([flow('in.id', 'in.id')], table), noWriteRace), [
    "warning photos: Steps of photos that run at the same time replace one another's value: crop and shrink (writes the same key of Files as shrink).",
  ]);
  t.deepEqual(linesOf(contextOf([flow('in.id', 'in.other')], table), noWriteRace), []);
});

test('a map races only on a key that no item changes, and only when it runs items at once', (t) => {
  const lines = (key: string, concurrency: Bound): number =>
    linesOf(
      contextOf([b.composition('photos', [inMap(put('put', b.read(key)), concurrency), b.end('end')])], table),
      noWriteRace,
    ).length;
  t.is(lines('in.id', { kind: 'none' }), 1);
  t.is(lines('item.id', { kind: 'none' }), 0);
  t.is(lines('in.id', { kind: 'set', value: 1 }), 0);
});

test('messages and writes with an unknown key do not race', (t) => {
  const send = (id: string): Step => b.write(id, 'Jobs', b.read('in'), null, { effect: replacing });
  const unkeyed = (id: string): Step => put(id, b.literal(null));
  for (const make of [send, unkeyed]) {
    const flow = b.composition('photos', [
      b.parallel('both', [b.region(make('a')), b.region(make('b'))], null, 'end'),
      b.end('end'),
    ]);
    t.deepEqual(linesOf(contextOf([flow], table), noWriteRace), []);
  }
});

const start = (waits: boolean): Step => {
  const step = b.call('start', 'Job', b.literal(1), null, null);
  return step.kind === 'call' ? { ...step, effect: once, waits } : step;
};
const job = { functions: { Job: {} }, stores: table.stores };

test('starting work is reported under a retry of any error, waiting for it is not', (t) => {
  const flow = (waits: boolean, attempts: number) =>
    b.composition('report', [b.tryStep('try', b.region(start(waits)), [], 'end', attempts), b.end('end')]);
  t.deepEqual(linesOf(contextOf([flow(false, 3)], job), noRepeatedEffect), [
    'warning report: report may repeat an effect that is not idempotent at start: start Job is retried after any error.',
  ]);
  t.deepEqual(linesOf(contextOf([flow(true, 3)], job), noRepeatedEffect), []);
  t.deepEqual(linesOf(contextOf([flow(false, 0)], job), noRepeatedEffect), []);
});

test('a message that may be sent twice is a note, and only where executions may be delivered twice', (t) => {
  const flow = (delivery: 'at-least-once' | 'exactly-once') =>
    b.composition('report', [b.write('tell', 'Jobs', b.literal(1), 'end', { effect: once }), b.end('end')], {
      delivery,
    });
  t.deepEqual(linesOf(contextOf([flow('at-least-once')], job), noRepeatedEffect), [
    'note report: report may send a message twice at tell: start Jobs may run twice, as executions are delivered at least once.',
  ]);
  t.deepEqual(linesOf(contextOf([flow('exactly-once')], job), noRepeatedEffect), []);
});

const wait = (timeoutSeconds: Bound, heartbeatSeconds: Bound): Step => ({
  ...b.literal(null),
  kind: 'await',
  id: b.end('wait').id,
  name: 'wait',
  source: { kind: 'callback', channel: storeId('Answers') },
  result: null,
  timeoutSeconds,
  heartbeatSeconds,
  next: b.end('end').id,
});

test('a wait for a callback needs a limit of its own or one on the execution', (t) => {
  const none: Bound = { kind: 'none' };
  const minute: Bound = { kind: 'set', value: 60 };
  const lines = (step: Step, timeoutSeconds: Bound): string[] => {
    const flow = b.composition('approve', [step, b.end('end')], { timeoutSeconds });
    return linesOf(contextOf([flow], { stores: { Answers: { kind: 'channel' } } }), requireCallbackTimeout);
  };
  t.deepEqual(lines(wait(none, none), none), [
    'warning approve: approve waits for a callback without timeout or heartbeat at wait.',
  ]);
  t.deepEqual(lines(wait(minute, none), none), []);
  t.deepEqual(lines(wait(none, minute), none), []);
  t.deepEqual(lines(wait(none, none), minute), []);
});

const polling = [
  b.call('poll', 'Job', b.read('in'), 'in', 'done'),
  b.branch('done', [[b.read('in'), 'end']], 'poll'),
  b.end('end'),
];

test('an endless loop is reported by the label of the data that drives it', (t) => {
  const flow = b.composition('render', polling);
  const level = (confidentiality: string): string[] =>
    linesOf(
      contextOf([flow], { functions: { Job: {} }, entries: { render: b.shape({ confidentiality }) } }),
      requireBounds,
    );
  t.deepEqual(level('public'), []);
  t.regex(level('internal').join('\n'), /^note render: .*poll \(can be repeated without a limit\)\.$/);
  t.regex(level('secret').join('\n'), /^warning render: /);
});

test('in strict mode a loop on data without a label is a note', (t) => {
  const flow = b.composition('render', polling);
  const context = contextOf([flow], { functions: { Job: {} } });
  t.deepEqual(linesOf(context, requireBounds), []);
  t.regex(linesOf({ ...context, strict: true }, requireBounds).join('\n'), /^note render: /);
});

test('a limit on the execution ends every loop', (t) => {
  const flow = b.composition('render', polling, { timeoutSeconds: { kind: 'set', value: 900 } });
  t.deepEqual(
    linesOf(
      contextOf([flow], { functions: { Job: {} }, entries: { render: b.shape({ confidentiality: 'secret' }) } }),
      requireBounds,
    ),
    [],
  );
});

test('many unbounded places are one finding that lists them', (t) => {
  const flow = b.composition('render', [
    inMap(b.end('body'), { kind: 'default', value: 10_000 }),
    { ...b.tryStep('end', b.region(b.end('inner', b.read('in'))), [], null, 99) },
  ]);
  const context = contextOf([flow], { entries: { render: b.shape({ confidentiality: 'secret' }) } });
  t.deepEqual(linesOf(context, requireBounds), [
    'warning render: render has 2 places without a limit, with confidential data or data that anyone can send at stake: map and end (runs any number of iterations at once).',
  ]);
});

test('an open entry is reported for what a sub-workflow reads, by its label', (t) => {
  const outer = b.composition('outer', [b.callWorkflow('go', 'inner', b.literal(1), null, 'end'), b.end('end')]);
  const inner = b.composition('inner', [b.fetch('read', 'Patients', 'x', 'end'), b.end('end')]);
  const trigger = {
    target: { kind: 'composition' as const, id: compositionId('outer') },
    kind: 'http' as const,
    from: null,
    span: b.nextSpan(),
  };
  const lines = (authentication: 'none' | 'authenticated', confidentiality: string): string[] =>
    linesOf(
      contextOf([outer, inner], {
        stores: { Patients: { content: b.shape({ confidentiality }) } },
        triggers: [{ ...trigger, authentication }],
      }),
      noPublicReach,
    );
  t.regex(
    lines('none', 'secret').join('\n'),
    /^error outer: Anyone can start outer, which at read reaches what needs rights: it reads secret data \(test:operation Patients\)\.$/,
  );
  t.regex(lines('none', 'internal').join('\n'), /^warning outer: /);
  t.deepEqual(lines('none', 'public'), []);
  t.deepEqual(lines('authenticated', 'secret'), []);
});
