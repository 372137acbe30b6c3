import test from 'ava';
import { stepId } from '../../../model/brand.ts';
import type { Bound, Composition, LoopStep, Step } from '../../../model/ir.ts';
import * as b from './build.ts';

// What decides how often and how long something runs, and what that is not.

const entries = { flow: b.shape({ confidentiality: 'secret' }) };
const PUBLIC = { accepts: b.SPACE.bottom };
const redact = { redact: { release: b.release() } };
const tell = (id: string, next: string | null): Step => b.write(id, 'topic', b.literal('x'), next);

const redacting = (attempts: number): Composition =>
  b.composition('flow', [
    b.tryStep(
      'try',
      b.region(
        b.call('redact', 'redact', b.read('in'), 'answer', 'wrap'),
        b.assign('wrap', 'clean', b.read('answer'), null),
      ),
      [],
      'tell',
      attempts,
    ),
    b.write('tell', 'topic', b.read('clean'), 'end'),
    b.end('end'),
  ]);

test('a retry repeats a declassifier and does not undo it', (t) => {
  for (const attempts of [0, 3]) {
    const result = b.run([redacting(attempts)], { entries, functions: redact, stores: { topic: PUBLIC } });
    t.deepEqual(b.outcomes(result, 'tell'), ['satisfied'], `${attempts} attempts`);
  }
});

test('a retry repeats what stands before the step that fails, which others see', (t) => {
  const body = b.region(tell('tell', 'ask'), b.call('ask', 'ask', b.read('in'), null, null));
  const flow = b.composition('flow', [b.tryStep('try', body, [], 'end', 2), b.end('end')]);
  const result = b.run([flow], { entries, functions: { ask: {} }, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'tell'), ['violated']);
});

test('what another step of a repeated block gives depends on how often it was repeated', (t) => {
  const body = b.region(b.fetch('count', 'counter', 'seen', 'ask'), b.call('ask', 'ask', b.read('in'), null, null));
  const flow = b.composition('flow', [
    b.tryStep('try', body, [], 'tell', 2),
    b.write('tell', 'topic', b.read('seen'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], {
    entries,
    functions: { ask: {} },
    stores: { topic: PUBLIC, counter: { content: b.shape({}) } },
  });
  t.deepEqual(b.outcomes(result, 'tell'), ['violated']);
});

test('a validator that is only started has validated nothing', (t) => {
  const stores = { topic: { requires: [b.requires('check', 'control')] } };
  const ask = b.call('ask', 'check', b.read('in'), null, 'tell');
  const calling = (waits: boolean): Composition =>
    b.composition('flow', [{ ...ask, waits } as Step, tell('tell', 'end'), b.end('end')]);
  t.deepEqual(b.outcomes(b.run([calling(true)], { functions: { check: {} }, stores }), 'tell', 'must-pass'), [
    'satisfied',
  ]);
  t.deepEqual(b.outcomes(b.run([calling(false)], { functions: { check: {} }, stores }), 'tell', 'must-pass'), [
    'violated',
  ]);
});

test('strict: an iteration without end holds up those that wait for it', (t) => {
  const spin: LoopStep = {
    id: stepId('spin'),
    name: 'spin',
    span: b.nextSpan(),
    kind: 'loop',
    guard: b.read('in.x'),
    test: 'before',
    body: b.region(b.assign('count', 'n', b.literal(1), null)),
    rounds: b.NO_BOUND,
    next: stepId('return'),
  };
  const body = b.region(tell('tell', 'spin'), spin, b.end('return'));
  const secretX = { flow: b.shape({}, { x: { confidentiality: 'secret' } }) };
  const each = (concurrency: Bound, tolerates: boolean): string[] => {
    const step = { ...b.forEach('each', b.read('in.list'), body, null, 'end'), concurrency, tolerates } as Step;
    const flow = b.composition('flow', [step, b.end('end')]);
    return b.outcomes(b.run([flow], { entries: secretX, stores: { topic: PUBLIC } }, { strict: true }), 'tell');
  };
  for (const tolerates of [false, true]) {
    t.deepEqual(each({ kind: 'set', value: 1 }, tolerates), ['violated']);
    t.deepEqual(each({ kind: 'default', value: 40 }, tolerates), ['violated']);
    t.deepEqual(each(b.NO_BOUND, tolerates), ['satisfied']);
  }
});

test('strict: a computed time limit decides how far what is called gets, and whether a write is done', (t) => {
  const effect = { ...b.EFFECT, timeoutSeconds: { kind: 'dynamic', from: b.read('in') } as const };
  const flow = b.composition('flow', [
    { ...b.callWorkflow('go', 'inner', b.literal(1), null, 'put'), effect } as Step,
    { ...tell('put', 'end'), effect } as Step,
    b.end('end'),
  ]);
  const inner = b.composition('inner', [tell('tell', 'done'), b.end('done')]);
  const outcomesIn = (strict: boolean): string[] => {
    const result = b.run([flow, inner], { entries, stores: { topic: PUBLIC } }, { strict });
    return [...b.outcomes(result, 'tell'), ...b.outcomes(result, 'put')];
  };
  t.deepEqual(outcomesIn(true), ['violated', 'violated']);
  t.deepEqual(outcomesIn(false)[0], 'satisfied');
});

test('a release goes no further than its step says', (t) => {
  const released = (levels: { readonly from: string; readonly to: string }): ReturnType<typeof b.run> => {
    const step = {
      ...b.call('redact', 'redact', b.read('in'), 'clean', 'tell'),
      kind: 'declassify',
      by: 'redact',
      authority: b.release().authority,
      from: { confidentiality: levels.from },
      to: { confidentiality: levels.to },
    } as unknown as Step;
    const flow = b.composition('flow', [step, b.write('tell', 'topic', b.read('clean'), 'end'), b.end('end')]);
    return b.run([flow], { entries, functions: redact, stores: { topic: PUBLIC } });
  };
  const whole = released({ from: 'secret', to: 'public' });
  t.deepEqual(
    [b.outcomes(whole, 'tell'), b.outcomes(whole, 'redact', 'release-input')],
    [['satisfied'], ['not-applicable']],
  );
  t.deepEqual(b.outcomes(released({ from: 'secret', to: 'internal' }), 'tell'), ['violated']);
  t.deepEqual(b.outcomes(released({ from: 'internal', to: 'public' }), 'redact', 'release-input'), ['violated']);
});

const TELLING = { entries, functions: { ask: {} }, stores: { topic: PUBLIC } };
const asking = (handled: string, ...more: readonly Step[]): Composition =>
  b.composition('flow', [
    b.tryStep('try', b.region(b.call('ask', 'ask', b.read('in'), null, null)), [{ next: handled, binds: 'e' }], 'tell'),
    tell('tell', 'end'),
    b.end('end'),
    ...more,
  ]);
const fail = b.raise('fail', b.literal('OrderFailed'));

test('a failure that is caught only to be reported is like one that nobody catches', (t) => {
  const reporting = asking('note', b.assign('note', 'last', b.read('e'), 'fail'), fail);
  t.deepEqual(b.outcomes(b.run([reporting], TELLING), 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(b.run([reporting], TELLING, { strict: true }), 'tell'), ['violated']);
});

test('an evaluation that fails is a failure, and no decision', (t) => {
  const testing = (operator: string): Composition => {
    const guard = { kind: 'apply', operator, args: [b.read('in')], span: b.nextSpan() } as const;
    return b.composition('flow', [
      b.branch('test', [[guard, 'fail']], 'tell'),
      tell('tell', 'end'),
      b.end('end'),
      fail,
    ]);
  };
  t.deepEqual(b.outcomes(b.run([testing('fails')], TELLING), 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(b.run([testing('fails')], TELLING, { strict: true }), 'tell'), ['violated']);
  t.deepEqual(b.outcomes(b.run([testing('isLarge')], TELLING), 'tell'), ['violated']);
});

test('a failure that others see before it is reported is not', (t) => {
  const announcing = asking('announce', tell('announce', 'fail'), fail);
  const result = b.run([announcing], TELLING);
  t.deepEqual(b.outcomes(result, 'tell'), ['violated']);
  t.deepEqual(b.outcomes(result, 'announce'), ['violated']);
});

test('a failure that is also raised without one is no report', (t) => {
  const shared = b.composition('flow', [
    b.branch('refuse', [[b.read('in'), 'fail']], 'tell'),
    tell('tell', 'end'),
    b.end('end'),
    fail,
  ]);
  t.deepEqual(b.outcomes(b.run([shared], TELLING), 'tell'), ['violated']);
});

const deciding = b.region(
  b.branch('choose', [[b.read('in'), 'refuse']], 'fine'),
  b.raise('refuse', b.literal('Refused')),
  b.end('fine'),
);
const around = (body: Step, ...more: readonly Step[]): Composition =>
  b.composition('flow', [
    b.tryStep('try', b.region(body), [{ next: 'fail', binds: 'e' }], 'tell'),
    tell('tell', 'end'),
    b.end('end'),
    fail,
    ...more,
  ]);

test('an error that was decided on is no failure, wherever it is raised and whoever reports it', (t) => {
  const bodies = [
    b.parallel('both', [deciding], null, null),
    b.forEach('each', b.read('in'), deciding, null, null),
    b.callWorkflow('go', 'inner', b.read('in'), null, null),
  ];
  const inner = b.composition('inner', deciding.steps);
  for (const body of bodies) t.deepEqual(b.outcomes(b.run([around(body), inner], TELLING), 'tell'), ['violated']);
});

test('a failure that a called workflow reports stays one', (t) => {
  const reporting = b.composition('inner', [
    b.tryStep('try', b.region(b.call('ask', 'ask', b.read('in'), null, null)), [{ next: 'fail' }], 'end'),
    b.end('end'),
    fail,
  ]);
  const flow = around(b.callWorkflow('go', 'inner', b.read('in'), null, null));
  t.deepEqual(b.outcomes(b.run([flow, reporting], TELLING), 'tell'), ['satisfied']);
});

test('a Fail state that a decision and a failure share is each of them', (t) => {
  const shared = (guard: string): Composition =>
    b.composition('flow', [
      b.branch('refuse', [[b.read(guard), 'fail']], 'try'),
      b.tryStep('try', b.region(b.call('ask', 'ask', b.read('in.x'), null, null)), [{ next: 'note' }], 'tell'),
      b.assign('note', 'e', b.literal(1), 'fail'),
      tell('tell', 'end'),
      b.end('end'),
      fail,
    ]);
  const secretX = { ...TELLING, entries: { flow: b.shape({}, { x: { confidentiality: 'secret' } }) } };
  t.deepEqual(b.outcomes(b.run([shared('in.y')], secretX), 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(b.run([shared('in.x')], secretX), 'tell'), ['violated']);
});

test('two names under which decided errors are reported tell which it was', (t) => {
  const body = b.region(
    b.parallel(
      'both',
      [
        b.region(
          b.branch('choose', [[b.read('in'), 'high']], 'low'),
          b.raise('high', b.literal('High')),
          b.raise('low', b.literal('Low')),
        ),
      ],
      null,
      null,
    ),
  );
  const flow = b.composition('flow', [
    b.tryStep('try', body, [{ next: 'first', names: ['High'] }, { next: 'second' }], 'end'),
    b.end('end'),
    b.raise('first', b.literal('First')),
    b.raise('second', b.literal('Second')),
  ]);
  const result = b.run([flow], { ...TELLING, results: { flow: b.SPACE.bottom } });
  t.deepEqual(b.outcomes(result, 'first'), ['violated']);
});

test('a failure that an iteration reports is none of the caller', (t) => {
  const body = b.region(
    b.tryStep('try', b.region(b.call('ask', 'ask', b.read('in'), null, null)), [{ next: 'fail' }], 'fine'),
    b.end('fine'),
    fail,
  );
  const flow = b.composition('flow', [b.forEach('each', b.read('list'), body, null, 'end'), b.end('end')]);
  const result = b.run([flow], { ...TELLING, results: { flow: b.SPACE.bottom } });
  t.deepEqual(b.outcomes(result, 'each'), ['satisfied']);
});

test('a failure that a caller catches is seen', (t) => {
  const outer = b.composition('outer', [
    b.tryStep('try', b.region(b.callWorkflow('go', 'flow', b.read('in'), null, null)), [{ next: 'sorry' }], 'done'),
    b.write('sorry', 'topic', b.literal('sorry'), 'done'),
    b.end('done'),
  ]);
  const setting = { ...TELLING, entries: { outer: b.shape({ confidentiality: 'secret' }) } };
  t.deepEqual(b.outcomes(b.run([outer, asking('fail', fail)], setting), 'sorry'), ['violated']);
});

test('what an execution fails with is told to its caller', (t) => {
  const results = { flow: b.SPACE.bottom };
  const failing = (cause: string): Composition =>
    b.composition('flow', [b.raise('fail', b.literal('Refused'), b.read(cause))]);
  const setting = { entries: { flow: b.shape({}, { x: { confidentiality: 'secret' } }) }, results };
  t.deepEqual(b.outcomes(b.run([failing('in.x')], setting), 'fail'), ['violated']);
  t.deepEqual(b.outcomes(b.run([failing('in.y')], setting), 'fail'), ['satisfied']);
  // That it fails at all is told, too, unless a failure is only reported.
  const choosing = b.composition('flow', [b.branch('if', [[b.read('in.x'), 'fail']], 'end'), fail, b.end('end')]);
  t.deepEqual(b.outcomes(b.run([choosing], setting), 'fail'), ['violated']);
  t.deepEqual(b.outcomes(b.run([asking('fail', fail)], { ...TELLING, results }), 'fail'), ['satisfied']);
});
