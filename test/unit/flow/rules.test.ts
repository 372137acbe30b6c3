import test from 'ava';
import { compositionId, storeId } from '../../../model/brand.ts';
import * as b from './build.ts';

const PUBLIC = { accepts: b.SPACE.bottom };
const secretInput = { entries: { flow: b.shape({}, { ssn: { confidentiality: 'secret' } }) } };

test('paths of one value have labels of their own', (t) => {
  const flow = b.composition('flow', [
    b.write('leak', 'topic', b.read('in.ssn'), 'fine'),
    b.write('fine', 'topic', b.read('in.name'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'leak'), ['violated']);
  t.deepEqual(b.outcomes(result, 'fine'), ['satisfied']);
  t.is(b.trail(b.verdictsAt(result, 'leak', 'confidentiality')[0]), 'flow:source > leak:sink');
});

test('an effect under a secret guard is an implicit flow', (t) => {
  const flow = b.composition('flow', [
    b.branch('choose', [[b.read('in.ssn'), 'announce']], 'end'),
    b.write('announce', 'topic', b.literal('hello'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, stores: { topic: PUBLIC } });
  const [verdict] = b.verdictsAt(result, 'announce', 'confidentiality');
  t.is(verdict?.outcome, 'violated');
  t.is(verdict?.witnesses[0]?.flow, 'implicit');
  t.is(b.trail(verdict), 'flow:source > choose:guard > announce:sink');
});

test('the scope of a guard ends where its ways meet, but what was assigned keeps it', (t) => {
  const flow = b.composition('flow', [
    b.branch('choose', [[b.read('in.ssn'), 'yes']], 'no'),
    b.assign('yes', 'answer', b.literal(1), 'after'),
    b.assign('no', 'other', b.literal(2), 'after'),
    b.write('after', 'topic', b.literal('done'), 'answer'),
    b.write('answer', 'topic', b.read('answer'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'after'), ['satisfied']);
  t.deepEqual(b.outcomes(result, 'answer'), ['violated']);
  t.is(
    b.trail(b.verdictsAt(result, 'answer', 'confidentiality')[0]),
    'flow:source > choose:guard > yes:assign > answer:sink',
  );
});

test('a branch that may fail puts everything after it under its guard', (t) => {
  const flow = b.composition('flow', [
    b.branch('check', [[b.read('in.ssn'), 'fail']], 'tell'),
    b.raise('fail'),
    b.write('tell', 'topic', b.literal('passed'), 'end'),
    b.end('end'),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { ...secretInput, stores: { topic: PUBLIC } }), 'tell'), ['violated']);
});

test('a later arm is under the guards before it', (t) => {
  const flow = b.composition('flow', [
    b.branch(
      'choose',
      [
        [b.read('in.ssn'), 'first'],
        [b.read('in.name'), 'second'],
      ],
      'end',
    ),
    b.assign('first', 'x', b.literal(1), 'end'),
    b.write('second', 'topic', b.literal('not the first'), 'end'),
    b.end('end'),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { ...secretInput, stores: { topic: PUBLIC } }), 'second'), ['violated']);
});

test('a loop made of jumps keeps its guard for every round', (t) => {
  const flow = b.composition('flow', [
    b.write('tick', 'topic', b.literal('tick'), 'again'),
    b.branch('again', [[b.read('in.ssn'), 'tick']], 'end'),
    b.end('end'),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { ...secretInput, stores: { topic: PUBLIC } }), 'tick'), ['violated']);
});

test('the number of elements decides how often the body runs', (t) => {
  const body = b.region(b.write('each', 'topic', b.literal('one'), 'done'), b.end('done', b.read('item')));
  const flow = b.composition('flow', [
    b.forEach('map', b.read('in.ssn'), body, 'out', 'end'),
    b.end('end', b.read('out')),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { ...secretInput, stores: { topic: PUBLIC } }), 'each'), ['violated']);
});

test('variables of a frame do not leak out of it', (t) => {
  const arm = b.region(b.assign('inside', 'x', b.read('in.ssn'), 'done'), b.end('done', b.literal(1)));
  const other = b.region(b.end('nothing', b.read('in.name')));
  const flow = b.composition('flow', [
    b.assign('before', 'x', b.literal(0), 'both'),
    b.parallel('both', [arm, other], 'out', 'tell'),
    b.write('tell', 'topic', b.read('x'), 'tell2'),
    b.write('tell2', 'topic', b.read('out[1]'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(result, 'tell2'), ['satisfied'], 'results of arms are kept apart by position');
});

test('a handler, and the way on after success, depend on what decides the failure', (t) => {
  const flow = b.composition('flow', [
    b.tryStep(
      'try',
      b.region(b.call('ask', 'f', b.read('in.ssn'), 'r', 'ok'), b.write('ok', 'topic', b.literal('worked'), null)),
      [{ next: 'sorry', binds: 'e' }],
      'end',
    ),
    b.write('sorry', 'topic', b.literal('failed'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, functions: { f: {} }, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'sorry'), ['violated']);
  t.deepEqual(b.outcomes(result, 'ok'), ['violated']);
});

test('a failure that nobody catches is termination: strict mode sees it', (t) => {
  const flow = b.composition('flow', [
    b.call('ask', 'f', b.read('in.ssn'), 'r', 'tell'),
    b.write('tell', 'topic', b.literal('worked'), 'end'),
    b.end('end'),
  ]);
  const setting = { ...secretInput, functions: { f: {} }, stores: { topic: PUBLIC } };
  t.deepEqual(b.outcomes(b.run([flow], setting), 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(b.run([flow], setting, { strict: true }), 'tell'), ['violated']);
});

test('a workflow that is called is typed for what it is called with', (t) => {
  const inner = b.composition('inner', [b.write('tell', 'topic', b.read('in'), 'end'), b.end('end', b.read('in'))]);
  const flow = b.composition('flow', [
    b.callWorkflow('low', 'inner', b.read('in.name'), 'a', 'end'),
    b.end('end', b.read('a')),
  ]);
  const low = b.run([inner, flow], { ...secretInput, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(low, 'tell'), ['satisfied']);
  const leaking = b.composition('flow', [b.callWorkflow('high', 'inner', b.read('in.ssn'), 'a', 'end'), b.end('end')]);
  const high = b.run([inner, leaking], { ...secretInput, stores: { topic: PUBLIC } });
  t.deepEqual(b.outcomes(high, 'tell'), ['violated']);
  t.is(b.trail(b.verdictsAt(high, 'tell', 'confidentiality')[0]), 'flow:source > high:call > inner:enter > tell:sink');
});

test('recursion ends, with the labels of all depths', (t) => {
  const flow = b.composition('flow', [
    b.branch('stop', [[b.read('in.name'), 'end']], 'again'),
    b.callWorkflow('again', 'flow', b.object({ name: b.read('in.ssn'), ssn: b.literal(0) }), 'r', 'tell'),
    b.write('tell', 'topic', b.read('r'), 'end'),
    b.end('end', b.read('in.name')),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { ...secretInput, stores: { topic: PUBLIC } }), 'tell'), ['violated']);
});

test('an undeclared store carries what is written to it into other workflows', (t) => {
  const producer = b.composition('flow', [b.write('put', 'queue', b.read('in.ssn'), 'end'), b.end('end')]);
  const consumer = b.composition('consumer', [
    b.fetch('get', 'queue', 'x', 'tell'),
    b.write('tell', 'topic', b.read('x'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([consumer, producer], { ...secretInput, stores: { queue: {}, topic: PUBLIC } });
  t.deepEqual(b.outcomes(result, 'tell'), ['violated']);
  t.is(b.trail(b.verdictsAt(result, 'tell', 'confidentiality')[0]), 'flow:source > put:write > get:read > tell:sink');
});

test('a store that triggers a workflow is its input', (t) => {
  const producer = b.composition('flow', [b.write('put', 'queue', b.read('in.ssn'), 'end'), b.end('end')]);
  const consumer = b.composition('consumer', [b.write('tell', 'topic', b.read('in.body'), 'end'), b.end('end')]);
  const trigger = {
    target: { kind: 'composition', id: compositionId('consumer') },
    kind: 'queue',
    authentication: 'internal',
    from: storeId('queue'),
    span: b.nextSpan(),
  } as const;
  const result = b.run([consumer, producer], {
    ...secretInput,
    stores: { queue: {}, topic: PUBLIC },
    triggers: [trigger],
  });
  t.deepEqual(b.outcomes(result, 'tell'), ['violated']);
});

test('a declassifier lowers what passes it, and needs authority and robustness', (t) => {
  const flow = b.composition('flow', [
    b.call('redact', 'redact', b.read('in.ssn'), 'clean', 'tell'),
    b.write('tell', 'topic', b.read('clean'), 'end'),
    b.end('end'),
  ]);
  const stores = { topic: PUBLIC };
  const allowed = b.run([flow], { ...secretInput, functions: { redact: { release: b.release() } }, stores });
  t.deepEqual(b.outcomes(allowed, 'tell'), ['satisfied']);
  t.deepEqual(b.outcomes(allowed, 'redact', 'robustness'), ['satisfied']);
  const elsewhere = b.run([flow], {
    ...secretInput,
    functions: { redact: { release: b.release({ compositions: [] }) } },
    stores,
  });
  t.deepEqual(b.outcomes(elsewhere, 'redact', 'authority'), ['violated']);
  t.deepEqual(b.outcomes(elsewhere, 'tell'), ['violated']);
  const entries = { flow: b.shape({ confidentiality: 'secret', integrity: 'untrusted' }) };
  const steered = b.run([flow], { entries, functions: { redact: { release: b.release() } }, stores });
  t.deepEqual(b.outcomes(steered, 'redact', 'robustness'), ['violated']);
  const narrow = b.run([flow], {
    ...secretInput,
    functions: { redact: { release: b.release({ from: b.label({ confidentiality: 'internal' }) }) } },
    stores,
  });
  t.deepEqual(b.outcomes(narrow, 'redact', 'release-input'), ['violated']);
});

test('data that has not passed a required function is a bypass', (t) => {
  const stores = { topic: { requires: [b.requires('redact', 'data')] } };
  const functions = { redact: {}, other: {} };
  const flow = b.composition('flow', [
    b.call('redact', 'redact', b.read('in.ssn'), 'clean', 'good'),
    b.write('good', 'topic', b.read('clean'), 'bad'),
    b.write('bad', 'topic', b.apply(b.read('clean'), b.read('in.name')), 'constant'),
    b.write('constant', 'topic', b.literal('x'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { ...secretInput, functions, stores });
  t.deepEqual(b.outcomes(result, 'good', 'must-pass'), ['satisfied']);
  t.deepEqual(b.outcomes(result, 'bad', 'must-pass'), ['violated']);
  t.deepEqual(b.outcomes(result, 'constant', 'must-pass'), ['satisfied']);
});

test('a validator must have been called on every way to the sink', (t) => {
  const stores = { topic: { requires: [b.requires('redact', 'control')] } };
  const functions = { redact: {} };
  const flow = b.composition('flow', [
    b.branch('skip', [[b.read('in.fast'), 'tell']], 'validate'),
    b.call('validate', 'redact', b.read('in.name'), null, 'tell'),
    b.write('tell', 'topic', b.read('in.name'), 'end'),
    b.end('end'),
  ]);
  t.deepEqual(b.outcomes(b.run([flow], { functions, stores }), 'tell', 'must-pass'), ['violated']);
  const straight = b.composition('flow', [
    b.call('validate', 'redact', b.read('in.name'), null, 'tell'),
    b.write('tell', 'topic', b.read('in.name'), 'end'),
    b.end('end'),
  ]);
  t.deepEqual(b.outcomes(b.run([straight], { functions, stores }), 'tell', 'must-pass'), ['satisfied']);
});

test('a callback token may go to its holders only', (t) => {
  const token = b.labelled({ marks: ['token'] });
  const flow = b.composition('flow', [
    b.write('page', 'topic', b.object({ resume: token }), 'ask'),
    b.call('ask', 'worker', b.object({ resume: token }), null, 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], { functions: { worker: {} }, stores: { topic: {} }, tokenHolders: ['worker'] });
  t.deepEqual(b.outcomes(result, 'page', 'token'), ['violated']);
  t.deepEqual(b.outcomes(result, 'ask', 'token'), []);
});

test('error detail that is returned is found with its path', (t) => {
  const flow = b.composition('flow', [
    b.tryStep('try', b.region(b.call('ask', 'f', b.read('in.name'), 'r', null)), [{ next: 'tell', binds: 'e' }], 'end'),
    b.end('tell', b.read('e.Cause')),
    b.end('end'),
  ]);
  const result = b.run([flow], { functions: { f: {} } });
  t.deepEqual(b.outcomes(result, 'tell', 'error-detail'), ['violated']);
});

test('what rests on an undeclared function is undecided, not satisfied', (t) => {
  const flow = b.composition('flow', [
    b.call('ask', 'f', b.read('in.name'), 'r', 'tell'),
    b.write('tell', 'topic', b.read('r'), 'end'),
    b.end('end'),
  ]);
  const [verdict] = b.verdictsAt(
    b.run([flow], { functions: { f: { isAssumed: true } }, stores: { topic: PUBLIC } }),
    'tell',
    'confidentiality',
  );
  t.is(verdict?.outcome, 'undecided');
  t.regex(verdict?.reason ?? '', /f is assumed/);
});

test('an execution log is a sink for the data of every step', (t) => {
  const journal = { store: storeId('log'), includesData: true, level: 'all', span: b.nextSpan() } as const;
  const flow = b.composition('flow', [b.call('ask', 'f', b.read('in.ssn'), 'r', 'end'), b.end('end')], {
    journals: [journal],
  });
  const result = b.run([flow], { ...secretInput, functions: { f: {} }, stores: { log: { ...PUBLIC, kind: 'log' } } });
  t.deepEqual(
    result.verdicts
      .filter((verdict) => verdict.sink.kind === 'journal' && verdict.outcome === 'violated')
      .map((verdict) => verdict.promise),
    ['confidentiality'],
  );
  const silent = b.composition('flow', [b.call('ask', 'f', b.read('in.ssn'), 'r', 'end'), b.end('end')], {
    journals: [{ ...journal, includesData: false }],
  });
  const quiet = b.run([silent], { ...secretInput, functions: { f: {} }, stores: { log: { ...PUBLIC, kind: 'log' } } });
  t.deepEqual(
    quiet.verdicts.filter((verdict) => verdict.outcome === 'violated'),
    [],
  );
});

test('same input, same verdicts', (t) => {
  const flow = b.composition('flow', [
    b.branch('choose', [[b.read('in.ssn'), 'a']], 'a'),
    b.write('a', 'topic', b.read('in'), 'end'),
    b.end('end'),
  ]);
  const setting = { ...secretInput, stores: { topic: PUBLIC } };
  t.deepEqual(b.run([flow], setting).verdicts, b.run([flow], setting).verdicts);
});

test('a computed time limit decides whether a handler runs', (t) => {
  const ask = b.call('ask', 'f', b.read('in.name'), null, null);
  const limited =
    ask.kind === 'call'
      ? { ...ask, effect: { ...ask.effect, timeoutSeconds: { kind: 'dynamic', from: b.read('in.ssn') } as const } }
      : ask;
  const flow = b.composition('flow', [
    b.tryStep('try', b.region(limited), [{ next: 'late' }], 'end'),
    b.write('late', 'topic', b.literal('too late'), 'end'),
    b.end('end'),
  ]);
  const setting = { ...secretInput, functions: { f: {} }, stores: { topic: PUBLIC } };
  t.deepEqual(b.outcomes(b.run([flow], setting), 'late'), ['violated']);
});
