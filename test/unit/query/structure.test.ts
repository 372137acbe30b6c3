import test from 'ava';
import { cyclesOf, isLimited, placedSteps, readsAny, variesWith } from '../../../analyzer/query/index.ts';
import * as b from '../flow/build.ts';

const namesOf = (cycles: ReturnType<typeof cyclesOf>): string[][] => cycles.map((steps) => steps.map(({ id }) => id));

test('a region without a way back has no cycle', (t) => {
  t.deepEqual(cyclesOf(b.region(b.assign('a', 'x', b.literal(1), 'b'), b.end('b'))), []);
});

test('polling is a cycle of exactly the steps that repeat', (t) => {
  const region = b.region(
    b.assign('start', 'x', b.literal(1), 'poll'),
    b.call('poll', 'status', b.read('x'), 'x', 'done'),
    b.branch('done', [[b.read('x'), 'end']], 'wait'),
    b.assign('wait', 'y', b.literal(1), 'poll'),
    b.end('end'),
  );
  t.deepEqual(namesOf(cyclesOf(region)), [['poll', 'done', 'wait']]);
});

test('a step that jumps to itself is a cycle, and two cycles that share no step are two', (t) => {
  const region = b.region(
    b.branch('self', [[b.read('x'), 'self']], 'left'),
    b.assign('left', 'x', b.literal(1), 'right'),
    b.branch('right', [[b.read('x'), 'left']], null),
  );
  t.deepEqual(namesOf(cyclesOf(region)).sort(), [['left', 'right'], ['self']]);
});

test('a chain of 20,000 steps needs no call stack', (t) => {
  const steps = Array.from({ length: 20_000 }, (_, at) =>
    b.assign(`s${at}`, 'x', b.literal(1), `s${(at + 1) % 20_000}`),
  );
  t.is(cyclesOf(b.region(...steps))[0]?.length, 20_000);
});

test('a step knows what it stands in, outermost first', (t) => {
  const inner = b.region(b.tryStep('try', b.region(b.write('put', 'table', b.literal(1), null)), [], null));
  const flow = b.composition('flow', [b.forEach('map', b.read('in'), inner, null, 'end'), b.end('end')]);
  const placed = placedSteps(flow);
  t.deepEqual(
    placed.map(({ step }) => step.id as string),
    ['map', 'try', 'put', 'end'],
  );
  t.deepEqual(
    placed[2]?.within.map(({ id }) => id as string),
    ['map', 'try'],
  );
});

test('what is computed from an item, or comes from outside, varies; what is not does not', (t) => {
  const body = b.region(
    b.assign('a', 'fromItem', b.read('item.id'), 'b'),
    b.assign('b', 'second', b.apply(b.read('fromItem')), 'c'),
    b.call('c', 'now', b.literal(1), 'answer', 'd'),
    b.assign('d', 'fixed', b.read('outer.name'), null),
  );
  const varying = variesWith(body, ['item']);
  t.deepEqual([...varying].sort(), ['answer', 'fromItem', 'item', 'second']);
  t.false(readsAny(b.read('fixed'), varying));
  t.true(readsAny(b.object({ key: b.apply(b.read('second')) }), varying));
});

test('a platform default counts as a limit only up to what was asked', (t) => {
  t.false(isLimited({ kind: 'none' }));
  t.true(isLimited({ kind: 'set', value: 1e9 }));
  t.false(isLimited({ kind: 'default', value: 300 }));
  t.true(isLimited({ kind: 'default', value: 300 }, 300));
  t.false(isLimited({ kind: 'default', value: 301 }, 300));
});
