import test from 'ava';
import type { Trigger } from '../../../model/application.ts';
import { APPLICATION, fn, label, store, trigger, WARD } from './application.ts';

const entryOf = (
  triggers: readonly Trigger[],
  text = '',
): { text: string; marks: readonly string[]; origin: string } => {
  const { space, entries } = label(text, { ...APPLICATION, triggers });
  const entry = entries.get(WARD.id);
  if (entry === undefined) throw new Error('no entry');
  return {
    text: space.format(entry.label),
    marks: space.describe(entry.label).marks,
    origin: entry.origin.description,
  };
};

const entry = test.macro({
  exec: (t, triggers: readonly Trigger[], expected: { text: string; marks?: readonly string[]; origin: RegExp }) => {
    const found = entryOf(triggers);
    t.is(found.text, expected.text);
    t.deepEqual(found.marks, expected.marks ?? []);
    t.regex(found.origin, expected.origin);
  },
  title: (name) => `entry: ${name ?? ''}`,
});

test('without authorizer', entry, [trigger(WARD, 'http', 'none')], {
  text: 'untrusted',
  marks: ['public-entry'],
  origin: /HTTP entry without authorizer/,
});
test('authenticated', entry, [trigger(WARD, 'http', 'authenticated')], {
  text: 'authenticated',
  origin: /authenticated callers/,
});
test('unknown over HTTP', entry, [trigger(WARD, 'function-url', 'unknown')], {
  text: 'untrusted',
  origin: /not known/,
});
test('unknown elsewhere', entry, [trigger(WARD, 'schedule', 'unknown')], { text: 'public', origin: /a schedule/ });
test('devices', entry, [trigger(WARD, 'iot', 'unknown')], { text: 'authenticated', origin: /devices/ });
test('internal', entry, [trigger(WARD, 'event', 'internal')], { text: 'public', origin: /inside the application/ });
test('none found', entry, [], { text: 'public', origin: /no trigger of FrameWorkflow was found/ });
test(
  'the worst of several',
  entry,
  [trigger(WARD, 'schedule', 'internal'), trigger(WARD, 'http', 'none'), trigger(WARD, 'http', 'authenticated')],
  { text: 'untrusted', marks: ['public-entry'], origin: /without authorizer/ },
);

test('with two levels authenticated callers are trusted, and privileged operations accept nothing else', (t) => {
  const text = 'lattice: { integrity: [trusted, untrusted] }';
  t.is(entryOf([trigger(WARD, 'http', 'authenticated')], text).text, 'public');
  const { space, privileged } = label(text);
  t.is(space.describe(privileged.accepts).integrity, 'trusted');
});

test('functions: user code is assumed to pass labels through, operations of the provider do', (t) => {
  const { functions, space } = label('');
  const blur = functions.get(fn('BlurFaces').id);
  t.like(blur, { isAssumed: true, isOpaque: false, dependsOnArgument: true, release: null });
  t.is(blur?.accepts, space.top);
  t.is(blur?.output.label, space.bottom);
  t.like(functions.get(fn('ecs:runTask', 'service').id), { isAssumed: false, isOpaque: false });
});

test('unknown functions can be opaque', (t) => {
  const { functions } = label('unknownFunctions: opaque');
  t.like(functions.get(fn('BlurFaces').id), { isAssumed: false, isOpaque: true });
  t.like(functions.get(fn('ecs:runTask', 'service').id), { isAssumed: false, isOpaque: false });
});

test('stores hold what is written to them, but for secrets and callbacks', (t) => {
  const { stores, space } = label('');
  t.like(stores.get(store('table', 'Patients').id), { accepts: null, content: null });
  const secret = stores.get(store('secret', 'CameraKey').id)?.content;
  t.is(space.format(secret?.label ?? space.top), 'secret');
  t.deepEqual(space.describe(secret?.label ?? space.top).marks, ['credential']);
  const channel = stores.get(store('channel', 'callback of CallNurse').id)?.content;
  t.is(space.format(channel?.label ?? space.top), 'authenticated');
});

test('a store that the definition makes public takes nothing confidential', (t) => {
  const { stores, space } = label('');
  const signature = stores.get(store('bucket', 'Brochures').id);
  t.like(space.describe(signature?.accepts ?? space.top), { confidentiality: 'public', integrity: 'untrusted' });
  t.regex(signature?.origin.description ?? '', /public by its definition/);
});

test('tokens: own code, queues and tables may hold them, topics and mail may not', (t) => {
  const { stores, tokenHolders } = label('');
  t.true(stores.get(store('queue', 'HallwayBoard').id)?.mayHoldTokens);
  t.false(stores.get(store('topic', 'NursePager').id)?.mayHoldTokens);
  t.false(stores.get(store('bucket', 'Brochures').id)?.mayHoldTokens);
  t.deepEqual([...tokenHolders], ['aws-lambda:BlurFaces', 'aws-lambda:CountFalls', 'aws-lambda:ecs:runTask']);
  t.true(label('tokens: topic:NursePager').stores.get(store('topic', 'NursePager').id)?.mayHoldTokens);
});
