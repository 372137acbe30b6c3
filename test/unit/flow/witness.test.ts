import test from 'ava';
import * as b from './build.ts';

test('a source that reaches the sink by data and by a shorter path through control has an explicit witness', (t) => {
  const body = b.region(
    b.assign('copy', 'x', b.read('item.name'), 'tell'),
    b.write('tell', 'topic', b.read('x'), null),
  );
  const flow = b.composition('flow', [
    b.fetch('read', 'Patients', 'list', 'each'),
    b.forEach('each', b.read('list'), body, null, 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], {
    stores: { topic: { accepts: b.SPACE.bottom }, Patients: { content: b.shape({ confidentiality: 'secret' }) } },
  });
  const [verdict] = b.verdictsAt(result, 'tell', 'confidentiality');
  t.deepEqual(
    verdict?.witnesses.map(({ flow: kind }) => kind),
    ['explicit'],
  );
});

test('a path by data comes before a shorter one of another source by control', (t) => {
  const flow = b.composition('flow', [
    b.fetch('read', 'Patients', 'x', 'copy'),
    b.assign('copy', 'y', b.read('x'), 'choose'),
    b.branch('choose', [[b.read('in.ssn'), 'tell']], 'end'),
    b.write('tell', 'topic', b.read('y'), 'end'),
    b.end('end'),
  ]);
  const result = b.run([flow], {
    entries: { flow: b.shape({ confidentiality: 'secret' }) },
    stores: { topic: { accepts: b.SPACE.bottom }, Patients: { content: b.shape({ confidentiality: 'secret' }) } },
  });
  const [verdict] = b.verdictsAt(result, 'tell', 'confidentiality');
  t.deepEqual(
    verdict?.witnesses.map(({ flow: kind }) => kind),
    ['explicit', 'implicit'],
  );
});

const failing = b.composition('flow', [
  b.tryStep(
    'try',
    b.region(b.call('work', 'f', b.literal(1), null, 'read'), b.fetch('read', 'table', 'x', null)),
    [{ next: 'tell', binds: 'error' }],
    'end',
  ),
  b.write('tell', 'log', b.read('error.Cause'), 'end'),
  b.end('end'),
]);

test('detail of an error has the failing step as its source', (t) => {
  const result = b.run([failing], { functions: { f: {} }, stores: { table: {}, log: { kind: 'log' } } });
  const [verdict] = b.verdictsAt(result, 'tell', 'error-detail');
  t.is(verdict?.outcome, 'violated');
  t.deepEqual(verdict?.witnesses.map(({ source }) => source.description).sort(), [
    'an error of f',
    'an error of test:operation',
  ]);
});

test('an error that brings in nothing labelled breaks no other promise', (t) => {
  const result = b.run([failing], {
    functions: { f: {}, redact: {} },
    stores: { table: {}, log: { kind: 'log', accepts: b.SPACE.bottom, requires: [b.requires('redact', 'data')] } },
  });
  t.deepEqual(b.outcomes(result, 'tell'), ['satisfied']);
});

test('a function that brings in nothing does not break a passage that its argument has made', (t) => {
  const flow = b.composition('flow', [
    b.call('redact', 'redact', b.read('in'), 'x', 'format'),
    b.call('format', 'format', b.read('x'), 'y', 'put'),
    b.write('put', 'safe', b.read('y'), 'end'),
    b.end('end'),
  ]);
  const stores = { safe: { requires: [b.requires('redact', 'data')] } };
  const passed = b.run([flow], { entries: { flow: b.shape({}) }, functions: { redact: {}, format: {} }, stores });
  t.deepEqual(b.outcomes(passed, 'put', 'must-pass'), ['satisfied']);
  const fetches = { output: b.shape({ confidentiality: 'internal' }) };
  const mixed = b.run([flow], { entries: { flow: b.shape({}) }, functions: { redact: {}, format: fetches }, stores });
  t.deepEqual(b.outcomes(mixed, 'put', 'must-pass'), ['violated']);
  t.is(b.trail(b.verdictsAt(mixed, 'put', 'must-pass')[0]).split(':')[0], 'format');
});

test('a path into a journal names the step that it shows, once', (t) => {
  const journals = [{ store: b.storeNamed('log'), includesData: true, level: 'error', span: b.nextSpan() } as const];
  const flow = b.composition('flow', [b.call('ask', 'ask', b.read('in.ssn'), null, 'end'), b.end('end')], { journals });
  const setting = { entries: { flow: b.shape({}, { ssn: { confidentiality: 'secret' } }) }, functions: { ask: {} } };
  const seen = (more: b.Setting): string => {
    const result = b.run(
      [flow],
      { ...setting, ...more, stores: { log: { accepts: b.SPACE.bottom } } },
      { strict: true },
    );
    return b.trail(result.verdicts.find(({ sink, outcome }) => sink.kind === 'journal' && outcome === 'violated'));
  };
  t.is(seen({}), 'flow:source > ask:write > flow:sink');
  const declared = { ask: { error: b.SECRET } };
  t.is(seen({ entries: {}, functions: declared }), 'ask:source > flow:sink');
});
