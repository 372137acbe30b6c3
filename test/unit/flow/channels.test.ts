import test from 'ava';
import type { CheckOptions, CheckResult } from '../../../analyzer/flow/index.ts';
import type { Application } from '../../../model/application.ts';
import { compositionId, stepId, storeId } from '../../../model/brand.ts';
import type { AwaitStep, Bound, Composition, Expression, Journal, LoopStep, Step } from '../../../model/ir.ts';
import * as b from './build.ts';

/**
 * Channels that two runs of a concrete interpreter tell apart, one minimal composition each. `in.x` is secret, `in.y` and the store `out` are public.
 */
const secret = (): Expression => b.read('in.x');
const tell = (id: string, next: string | null): Step => b.write(id, 'out', b.literal(1), next);
const flow = (...steps: readonly Step[]): Composition => b.composition('c0', steps);
const computed = (): Bound => ({ kind: 'dynamic', from: secret() });
const guarded = (step: Step): Composition =>
  flow(b.tryStep('try', b.region(step), [{ next: 'sorry' }], 'end'), tell('sorry', 'end'), b.end('end'));

function run(compositions: readonly Composition[], setting: b.Setting = {}, options: CheckOptions = {}): CheckResult {
  const entries = { c0: b.shape({}, { x: { confidentiality: 'secret' } }) };
  const stores = { out: { accepts: b.SPACE.bottom }, ...setting.stores };
  return b.run(compositions, { entries, functions: { ask: {} }, ...setting, stores }, options);
}

/** Whether something that may depend on the secret is reported at a place that everybody may see. */
const isReported = (result: CheckResult): boolean =>
  result.verdicts.some(
    ({ promise, outcome, bound }) =>
      promise === 'confidentiality' &&
      bound.confidentiality === 'public' &&
      (outcome === 'violated' || outcome === 'undecided'),
  );

const isResultSecret = (result: CheckResult): boolean =>
  result.compositions
    .filter((typing) => typing.composition === 'c0')
    .every((typing) =>
      typing.result.some(({ path, rest }) => path === '$' && b.SPACE.describe(rest).confidentiality === 'secret'),
    );

const journalled = (more: Partial<Journal>, ...steps: readonly Step[]): Composition =>
  b.composition('c0', steps, {
    journals: [{ store: storeId('out'), includesData: false, level: 'all', span: b.nextSpan(), ...more }],
  });

test('a journal of names shows which way was taken, also when only assignments stand there', (t) => {
  const result = run([
    journalled(
      {},
      b.branch('if', [[secret(), 'yes']], 'no'),
      b.assign('yes', 'a', b.literal(1), 'end'),
      b.assign('no', 'a', b.literal(2), 'end'),
      b.end('end'),
    ),
  ]);
  t.true(isReported(result));
});

test('a journal with data shows what an assignment reads', (t) => {
  t.true(isReported(run([journalled({ includesData: true }, b.assign('set', 'a', secret(), 'end'), b.end('end'))])));
});

test('a journal with data shows the input of the execution', (t) => {
  t.true(isReported(run([journalled({ includesData: true }, b.end('end'))])));
});

test('a workflow that is only started ends at a failure, which shows in what it leaves behind: strict', (t) => {
  const started = { ...b.callWorkflow('start', 'c1', secret(), null, 'look'), waits: false } as Step;
  const result = run(
    [
      flow(started, b.fetch('look', 'open', 'a', 'show'), b.write('show', 'out', b.read('a'), 'end'), b.end('end')),
      b.composition('c1', [
        b.call('ask', 'ask', b.read('in'), null, 'leave'),
        b.write('leave', 'open', b.literal(1), 'done'),
        b.end('done'),
      ]),
    ],
    { stores: { open: {} } },
    { strict: true },
  );
  t.true(isReported(result));
});

test('a computed time limit decides whether a call fails', (t) => {
  const effect = { ...b.EFFECT, timeoutSeconds: computed() };
  t.true(isReported(run([guarded({ ...b.call('call', 'ask', b.literal(1), null, null), effect } as Step)])));
});

test('a computed heartbeat decides whether a callback fails', (t) => {
  const wait: AwaitStep = {
    id: stepId('wait'),
    name: 'wait',
    span: b.nextSpan(),
    kind: 'await',
    source: { kind: 'callback', channel: storeId('channel') },
    result: null,
    timeoutSeconds: b.NO_BOUND,
    heartbeatSeconds: computed(),
    next: null,
  };
  const channel = { accepts: b.SPACE.bottom, content: b.shape({}) };
  t.true(isReported(run([guarded(wait)], { stores: { channel } })));
});

test('a computed time limit decides whether a call of another workflow fails', (t) => {
  const effect = { ...b.EFFECT, timeoutSeconds: computed() };
  const called = b.composition('c1', [b.end('done')]);
  t.true(
    isReported(run([guarded({ ...b.callWorkflow('go', 'c1', b.literal(1), null, null), effect } as Step), called])),
  );
});

test('a computed number of rounds decides how often the body runs', (t) => {
  const loop: LoopStep = {
    id: stepId('loop'),
    name: 'loop',
    span: b.nextSpan(),
    kind: 'loop',
    guard: b.literal(true),
    test: 'before',
    body: b.region(tell('tell', null)),
    rounds: computed(),
    next: stepId('end'),
  };
  t.true(isReported(run([flow(loop, b.end('end'))])));
});

test('a computed number of attempts decides how often the body runs', (t) => {
  const body = b.region(tell('tell', 'call'), b.call('call', 'ask', b.read('in.y'), null, null));
  const retrying = {
    ...b.tryStep('try', body, [{ next: 'end' }], 'end'),
    retry: [{ errors: { kind: 'any' }, attempts: computed(), span: b.nextSpan() }],
  } as Step;
  t.true(isReported(run([flow(retrying, b.end('end'))])));
});

test('a computed concurrency decides how long a forEach takes, which a race shows', (t) => {
  const items: Expression = { kind: 'array', items: [b.literal(1), b.literal(2)], span: b.nextSpan() };
  const each = {
    ...b.forEach('each', items, b.region(b.end('item')), null, 'one'),
    concurrency: computed(),
  } as Step;
  const arms = [b.region(each, b.end('one', b.literal(1))), b.region(b.end('two', b.literal(2)))];
  t.true(isResultSecret(run([flow(b.parallel('race', arms, 'a', 'end', 'race'), b.end('end', b.read('a')))])));
});

test('whose credentials are used decides what comes back', (t) => {
  const effect = { ...b.EFFECT, credentials: secret() };
  const call = { ...b.call('call', 'ask', b.literal(1), 'a', 'end'), effect } as Step;
  t.true(isResultSecret(run([flow(call, b.end('end', b.read('a')))])));
});

test('which function is called tells what its name was computed from', (t) => {
  const target = { kind: 'dynamic', from: secret(), span: b.nextSpan() };
  t.true(
    isReported(run([flow({ ...b.call('call', 'ask', b.literal(1), null, 'end'), target } as Step, b.end('end'))])),
  );
});

test('which store is written tells what its name was computed from', (t) => {
  const store = { kind: 'dynamic', from: secret(), span: b.nextSpan() };
  t.true(isReported(run([flow({ ...b.write('put', 'out', b.literal(1), 'end'), store } as Step, b.end('end'))])));
});

test('whether a write to a computed store fails depends on its name', (t) => {
  const store = { kind: 'dynamic', from: secret(), span: b.nextSpan() };
  const put = { ...b.write('put', 'out', b.literal(1), null), store } as Step;
  const sorry = b.outcomes(run([guarded(put)]), 'sorry');
  t.deepEqual(sorry, ['violated']);
});

for (const [queue, signature] of Object.entries({
  undeclared: {},
  secret: { accepts: b.SECRET, content: b.shape({ confidentiality: 'secret' }) },
})) {
  test(`a message sent under a secret guard starts a workflow, which others see: ${queue} queue`, (t) => {
    const triggers: Application['triggers'] = [
      {
        target: { kind: 'composition', id: compositionId('c1') },
        kind: 'queue',
        authentication: 'internal',
        from: storeId('queue'),
        span: b.nextSpan(),
      },
    ];
    const sender = flow(
      b.branch('if', [[secret(), 'send']], 'end'),
      b.write('send', 'queue', b.literal(1), 'end'),
      b.end('end'),
    );
    const receiver = b.composition('c1', [tell('tell', 'done'), b.end('done')]);
    t.true(isReported(run([sender, receiver], { stores: { queue: signature }, triggers })));
  });
}
