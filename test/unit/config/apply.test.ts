import test from 'ava';
import { STORE_KINDS } from '../../../analyzer/config/patterns.ts';
import type { LabelledShape } from '../../../model/labelling.ts';
import { APPLICATION, fn, label, store, trigger, tryLabel, WARD } from './application.ts';

const PATIENTS = store('table', 'Patients').id;
const BLUR = fn('BlurFaces').id;

/** Label of the whole and of the parts of a shape, as text. */
function textOf(shape: LabelledShape | null | undefined, space: ReturnType<typeof label>['space']): readonly string[] {
  if (shape === null || shape === undefined) return [];
  const parts = shape.parts.map(({ path, label: part }) => {
    const names = path.map((segment) => (segment.kind === 'field' ? segment.name : '*'));
    return `${names.join('.')}: ${space.format(part)}`;
  });
  return [space.format(shape.label), ...parts];
}

test('a store is source and sink at once; axes that are not named are open inward and inferred outward', (t) => {
  const { stores, space } = label('stores: { Patients: secret }');
  const signature = stores.get(PATIENTS);
  t.like(space.describe(signature?.accepts ?? space.bottom), { confidentiality: 'secret', integrity: 'untrusted' });
  t.deepEqual(textOf(signature?.content, space), ['secret']);
  t.deepEqual(signature?.inferredAxes, ['integrity', 'region', 'tenant']);
  t.is(signature?.origin.description, 'declared at weir.yaml:1');
  t.is(signature?.origin.span?.start.column, 21);
});

test('parts of a store: reading gives each its own, writing is bound by the highest', (t) => {
  const { stores, space } = label('stores: { Patients: { $: internal, $.bed: public, $.notes: secret } }');
  const signature = stores.get(PATIENTS);
  t.deepEqual(textOf(signature?.content, space), ['internal', 'bed: public', 'notes: secret']);
  t.is(space.describe(signature?.accepts ?? space.bottom).confidentiality, 'secret');
});

test('source and sink alone', (t) => {
  const { stores, space } = label('sources: { Patients: secret }\nsinks: { HallwayBoard: internal }');
  t.is(stores.get(PATIENTS)?.accepts, null);
  t.is(stores.get(store('queue', 'HallwayBoard').id)?.content, null);
  t.is(space.describe(stores.get(store('queue', 'HallwayBoard').id)?.accepts ?? space.top).confidentiality, 'internal');
});

test('aliases, globs and kinds', (t) => {
  const content = (text: string): readonly string[] => {
    const { stores, space } = label(text);
    return textOf(stores.get(PATIENTS)?.content, space);
  };
  t.deepEqual(content('sources: { PatientsTable: secret }'), ['secret']);
  t.deepEqual(content('sources: { "table:Pat*": secret }'), ['secret']);
  t.deepEqual(content('sources: { "store:*": secret }'), ['secret']);
  t.deepEqual(content('sources: { "queue:Pat*": secret }'), []);
});

test('the narrower pattern wins, axis by axis', (t) => {
  const { stores, space } = label(`
sources:
  "*": { confidentiality: internal, integrity: untrusted }
  Pat*: confidential
  table:Patients: { confidentiality: secret }
`);
  t.deepEqual(textOf(stores.get(PATIENTS)?.content, space), ['secret, untrusted']);
});

test('functions: bounds, what they return, what they write, errors', (t) => {
  const { functions, space } = label(`
functions:
  BlurFaces:
    accepts: secret
    returns: { $.size: public, $: internal }
    dependsOnInput: false
    writes: [HallwayBoard, "topic:*"]
    errors: confidential
`);
  const signature = functions.get(BLUR);
  t.like(signature, { isAssumed: false, isOpaque: false, dependsOnArgument: false });
  t.is(space.describe(signature?.accepts ?? space.top).confidentiality, 'secret');
  t.deepEqual(textOf(signature?.output, space), ['internal', 'size: public']);
  t.deepEqual(
    signature?.effects.map((effect) => effect.store),
    ['aws-queue:HallwayBoard', 'aws-topic:NursePager'],
  );
  t.is(space.format(signature?.error ?? space.bottom), 'confidential');
});

test('functions: accepting the assumption, denying it, and declaring one half', (t) => {
  const { functions } = label('functions: { BlurFaces: pass-through, CountFalls: opaque }');
  t.like(functions.get(BLUR), { isAssumed: false, isOpaque: false, dependsOnArgument: true });
  t.like(functions.get(fn('CountFalls').id), { isAssumed: false, isOpaque: true });
  t.true(label('sinks: { BlurFaces: internal }').functions.get(BLUR)?.isAssumed);
  t.false(label('sources: { BlurFaces: internal }').functions.get(BLUR)?.isAssumed);
});

test('declassifiers: axes, bounds, robustness, and where authority and function may be used', (t) => {
  const { functions, space } = label(`
authorities: { clinic: { in: [Frame*, Nightly*] } }
declassifiers:
  BlurFaces: { from: secret, to: public, authority: clinic, in: FrameWorkflow, requires: authenticated }
  CountFalls: { to: internal, authority: clinic }
`);
  const release = functions.get(BLUR)?.release;
  t.deepEqual(release?.axes, ['confidentiality']);
  t.is(space.describe(release?.from ?? space.bottom).confidentiality, 'secret');
  t.is(space.describe(release?.to ?? space.top).confidentiality, 'public');
  t.like(space.describe(release?.requires ?? space.bottom), { integrity: 'authenticated', confidentiality: 'secret' });
  t.deepEqual(release?.compositions, [WARD.id]);
  const other = functions.get(fn('CountFalls').id)?.release;
  t.is(space.describe(other?.requires ?? space.top).integrity, 'trusted');
  t.is(other?.compositions?.length, 2);
  t.false(functions.get(BLUR)?.isAssumed);
});

test('a function that cleans and checks under one authority does both', (t) => {
  const { functions, space } = label(`
authorities: { clinic: }
declassifiers: { BlurFaces: { from: secret, to: public, authority: clinic, requires: untrusted } }
endorsers: { BlurFaces: { from: untrusted, to: trusted, authority: clinic, requires: authenticated } }
`);
  const release = functions.get(BLUR)?.release;
  t.deepEqual(release?.axes, ['confidentiality', 'integrity']);
  t.is(space.describe(release?.requires ?? space.top).integrity, 'authenticated');
  t.like(space.describe(release?.to ?? space.top), { confidentiality: 'public', integrity: 'trusted' });
});

test('entries: workflows over triggers over callers, and trust that is declared takes the mark away', (t) => {
  const application = { ...APPLICATION, triggers: [trigger(WARD, 'http', 'none')] };
  const entry = (text: string): readonly [string, readonly string[], string] => {
    const { entries, space } = label(text, application);
    const found = entries.get(WARD.id);
    const of = found?.label ?? space.top;
    return [space.format(of), space.describe(of).marks, found?.origin.description ?? ''];
  };
  t.deepEqual(entry('entries: { callers:none: authenticated }'), ['authenticated', [], 'declared at weir.yaml:1']);
  t.deepEqual(entry('entries: { callers:none: authenticated, trigger:http: untrusted }').slice(0, 2), [
    'untrusted',
    ['public-entry'],
  ]);
  t.deepEqual(entry('entries: { trigger:http: untrusted, Frame*: trusted }').slice(0, 2), ['public', []]);
  t.deepEqual(entry('entries: { FrameWorkflow: confidential }').slice(0, 2), [
    'confidential, untrusted',
    ['public-entry'],
  ]);
  t.deepEqual(entry('entries: { callers:internal: trusted }').slice(0, 2), ['untrusted', ['public-entry']]);
});

test('inputs by path keep what the trigger says on the other axes', (t) => {
  const application = { ...APPLICATION, triggers: [trigger(WARD, 'http', 'authenticated')] };
  const { entries, space } = label(
    'sources: { "input:Frame*": { $.patient: secret, "$.readings[*].pulse": { integrity: trusted } } }',
    application,
  );
  t.deepEqual(textOf(entries.get(WARD.id), space), [
    'authenticated',
    'patient: secret, authenticated',
    'readings.*.pulse: public',
  ]);
});

test('results are bounded by sinks', (t) => {
  const { results, space } = label('sinks: { "result:FrameWorkflow": internal }');
  t.is(results.size, 1);
  t.is(space.describe(results.get(WARD.id)?.accepts ?? space.top).confidentiality, 'internal');
});

test('requirements: the function becomes a mark of the space', (t) => {
  const { stores, space } = label(
    'require: [{ before: Patients, through: BlurFaces }, { before: "queue:*", through: BlurFaces, mode: control }]',
  );
  t.deepEqual(space.declaration.required, [BLUR]);
  t.like(stores.get(PATIENTS)?.requires, [{ through: BLUR, mode: 'data' }]);
  t.like(stores.get(store('queue', 'HallwayBoard').id)?.requires, [{ through: BLUR, mode: 'control' }]);
  t.notThrows(() => space.withMarks(space.bottom, [`bypass:${BLUR}`]));
});

test('regions and tenants', (t) => {
  const { stores, space } = label(`
lattice: { regions: [eu, us], tenants: [ward-a, ward-b] }
stores: { Patients: { confidentiality: secret, region: eu, tenant: [ward-a] } }
`);
  t.is(space.format(stores.get(PATIENTS)?.content?.label ?? space.bottom), 'secret, in {eu}, for {ward-a}');
  const accepts = space.describe(stores.get(PATIENTS)?.accepts ?? space.bottom);
  t.deepEqual([accepts.region, accepts.tenant], [['eu'], ['ward-a']]);
});

test('nothing is said about patterns where no workflow was found', (t) => {
  const { messages } = tryLabel('sources: { Nothing: secret }', { ...APPLICATION, compositions: [] });
  t.deepEqual(messages, []);
});

test('every kind of store may require a function', (t) => {
  for (const kind of STORE_KINDS) {
    const application = { ...APPLICATION, stores: [store(kind, 'Board')] };
    const { labelling, messages } = tryLabel(
      `require: [{ before: ${kind}:Board, through: BlurFaces, mode: control }]\n`,
      application,
    );
    t.deepEqual(messages, [], kind);
    const requires = labelling?.stores.get(store(kind, 'Board').id)?.requires ?? [];
    t.deepEqual(
      requires.map(({ through, mode }) => [through, mode]),
      [[BLUR, 'control']],
      kind,
    );
  }
});
