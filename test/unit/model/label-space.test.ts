import test from 'ava';
import { InvariantError } from '../../../model/diagnostic.ts';
import { DIAGNOSTIC_CODES } from '../../../model/diagnostic-codes.ts';
import {
  LEVELS_MAX,
  REGIONS_MAX,
  REQUIRED_MAX,
  TENANTS_MAX,
  type Label,
  type LabelDeclaration,
  type LabelSpace,
  type LabelSpaceDeclaration,
} from '../../../model/label.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../../model/label-space.ts';
import { spanAtStart } from '../../../model/span.ts';

const SPAN = spanAtStart('weir.yaml');
const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

function spaceOf(change: Partial<LabelSpaceDeclaration>): LabelSpace {
  const outcome = compileLabelSpace({ ...DEFAULT_LABEL_SPACE_DECLARATION, ...change }, SPAN);
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((diagnostic) => diagnostic.message).join());
  return outcome.value;
}

function labelOf(space: LabelSpace, declaration: LabelDeclaration, base: Label = space.bottom): Label {
  const resolved = space.resolve(declaration, base);
  if (!('label' in resolved)) throw new Error(`unknown: ${resolved.unknownNames.join()}`);
  return resolved.label;
}

test('the default space has the documented chains', (t) => {
  const space = spaceOf({});
  t.is(space.format(space.bottom), 'public');
  t.is(space.format(space.top), 'secret, untrusted');
  const internal = labelOf(space, { confidentiality: 'internal' });
  const confidential = labelOf(space, { confidentiality: 'confidential', integrity: 'authenticated' });
  t.true(space.flowsTo(internal, confidential));
  t.false(space.flowsTo(confidential, internal));
  t.deepEqual(space.exceeds(confidential, internal), ['confidentiality', 'integrity']);
});

const formats = test.macro({
  title: (_, declaration: LabelDeclaration) => `formats ${JSON.stringify(declaration)}`,
  exec: (t, declaration: LabelDeclaration, expected: string) => {
    const space = spaceOf({ regions: ['us', 'eu', 'ch'], tenants: ['clinic-b', 'clinic-a'] });
    t.is(space.format(labelOf(space, declaration)), expected);
  },
});

test(formats, {}, 'public');
test(formats, { confidentiality: 'secret' }, 'secret');
test(formats, { integrity: 'untrusted' }, 'untrusted');
test(formats, { confidentiality: 'internal', integrity: 'authenticated' }, 'internal, authenticated');
test(formats, { region: ['us', 'ch'] }, 'in {ch, us}');
test(formats, { confidentiality: 'secret', region: [] }, 'secret, nowhere');
test(formats, { region: ['us', 'eu', 'ch'] }, 'public');
test(formats, { tenant: ['clinic-b'] }, 'for {clinic-b}');
test(formats, { tenant: [], region: [], integrity: 'untrusted' }, 'untrusted, nowhere, nobody');
test(formats, { marks: ['token'] }, 'public');

test('data of two regions that do not meet can be placed nowhere', (t) => {
  const space = spaceOf({ regions: ['eu', 'us'] });
  const joined = space.join(labelOf(space, { region: ['eu'] }), labelOf(space, { region: ['us'] }));
  t.deepEqual(space.describe(joined).region, []);
  t.deepEqual(space.exceeds(joined, labelOf(space, { region: ['eu'] })), ['region']);
  t.is(space.meet(labelOf(space, { region: ['eu'] }), labelOf(space, { region: ['us'] })), space.bottom);
});

test('a declaration keeps the axes of its base that it leaves out, and adds marks', (t) => {
  const space = spaceOf({ regions: ['eu', 'us'] });
  const base = labelOf(space, { confidentiality: 'secret', region: ['eu'], marks: ['error'] });
  t.deepEqual(space.describe(labelOf(space, { integrity: 'untrusted', marks: ['token'] }, base)), {
    confidentiality: 'secret',
    integrity: 'untrusted',
    region: ['eu'],
    tenant: 'all',
    marks: ['token', 'error'],
  });
});

test('names that are not declared are told, each once', (t) => {
  const space = spaceOf({ regions: ['eu'], required: ['redact'] });
  const resolved = space.resolve(
    {
      confidentiality: 'top secret',
      integrity: 'trusted',
      region: ['mars', 'eu', 'mars'],
      tenant: ['acme'],
      marks: ['bypass:scrub', 'token', 'bypass:redact'],
    },
    space.bottom,
  );
  t.deepEqual(resolved, { unknownNames: ['top secret', 'mars', 'acme', 'bypass:scrub'] });
});

test('names of the other axis are not known', (t) => {
  const space = spaceOf({});
  t.deepEqual(space.resolve({ confidentiality: 'trusted' }, space.bottom), { unknownNames: ['trusted'] });
});

test('setting a mark that no one declared is our mistake', (t) => {
  const space = spaceOf({ required: ['redact'] });
  t.throws(() => space.withMarks(space.bottom, ['bypass:scrub']), { instanceOf: InvariantError });
  t.false(space.hasMark(space.top, 'bypass:scrub'));
  t.true(space.hasMark(space.top, 'bypass:redact'));
  t.is(space.withoutMarks(space.top, ['bypass:scrub']), space.top);
});

test('64 levels on each axis, 256 regions, 1,024 tenants and 26 required functions work together', (t) => {
  const space = spaceOf({
    confidentiality: { chains: [numbered('c', LEVELS_MAX)] },
    integrity: { chains: [numbered('i', LEVELS_MAX)] },
    regions: numbered('r', REGIONS_MAX),
    tenants: numbered('t', TENANTS_MAX),
    required: numbered('f', REQUIRED_MAX),
  });
  for (const at of [0, 1, 30, 31, 32, 33, 62, 63]) {
    const label = labelOf(space, { confidentiality: `c${at}`, integrity: `i${63 - at}` });
    const other = labelOf(space, { confidentiality: 'c32', integrity: 'i31' });
    const { confidentiality, integrity } = space.describe(space.join(label, other));
    t.deepEqual([confidentiality, integrity], [`c${Math.max(at, 32)}`, `i${Math.max(63 - at, 31)}`]);
    const met = space.describe(space.meet(label, other));
    t.deepEqual([met.confidentiality, met.integrity], [`c${Math.min(at, 32)}`, `i${Math.min(63 - at, 31)}`]);
  }
  const left = labelOf(space, { tenant: numbered('t', TENANTS_MAX).slice(0, 1000), region: ['r255', 'r0'] });
  const right = labelOf(space, { tenant: ['t999', 't1000', 't1023'], region: ['r255', 'r31'] });
  t.is(space.format(space.join(left, right)), 'in {r255}, for {t999}');
  t.true(space.hasMark(space.withMarks(space.bottom, ['bypass:f25']), 'bypass:f25'));
  t.false(space.hasMark(space.withMarks(space.bottom, ['bypass:f25']), 'bypass:f24'));
});

test('a wide lattice of 64 levels works', (t) => {
  const atoms = numbered('project', LEVELS_MAX - 2);
  const space = spaceOf({ confidentiality: { chains: atoms.map((atom) => ['open', atom, 'board']) } });
  const joined = space.join(
    labelOf(space, { confidentiality: 'project3' }),
    labelOf(space, { confidentiality: 'project61' }),
  );
  t.is(space.format(joined), 'board');
  t.is(
    space.meet(labelOf(space, { confidentiality: 'project3' }), labelOf(space, { confidentiality: 'project61' })),
    space.bottom,
  );
});

/** Several times as many as are kept. */
const JOINS_TRIED = 500_000;

test('joins stay right when there are more pairs than are kept', (t) => {
  const space = spaceOf({ tenants: numbered('t', 15) });
  const labels = Array.from({ length: 2 ** 15 }, (_, set) =>
    labelOf(space, { tenant: numbered('t', 15).filter((__, at) => (set >> at) % 2 === 1) }),
  );
  t.is(new Set(labels).size, 2 ** 15);
  for (let pair = 0; pair < JOINS_TRIED; pair++) {
    const [left, right] = [(pair * 31) % 4099, Math.imul(pair, 2_654_435_761) >>> 17];
    const [a, b] = [labels[left], labels[right]];
    if (a === undefined || b === undefined || space.join(a, b) !== labels[left & right]) {
      t.fail(`join of ${left} and ${right}`);
      return;
    }
  }
});

const refusals = test.macro({
  title: (given = '') => `refuses ${given}`,
  exec: (t, change: Partial<LabelSpaceDeclaration>, expected: readonly string[]) => {
    const outcome = compileLabelSpace({ ...DEFAULT_LABEL_SPACE_DECLARATION, ...change }, SPAN);
    t.false(outcome.ok);
    t.deepEqual(
      outcome.diagnostics.map(({ code, message, help }) => `${code} ${message} | ${help}`),
      expected,
    );
    t.true(outcome.diagnostics.every((diagnostic) => diagnostic.code in DIAGNOSTIC_CODES));
  },
});

test('too many regions', refusals, { regions: numbered('r', REGIONS_MAX + 1) }, [
  'LAT010 257 regions are declared, at most 256 are supported | Declare fewer regions.',
]);
test('too many tenants', refusals, { tenants: numbered('t', TENANTS_MAX + 1) }, [
  'LAT010 1025 tenants are declared, at most 1024 are supported | Declare fewer tenants.',
]);
test('too many required functions', refusals, { required: numbered('f', REQUIRED_MAX + 1) }, [
  'LAT010 27 required functions are declared, at most 26 are supported | Declare fewer required functions.',
]);
test('repeated names', refusals, { regions: ['us', 'eu', 'us', 'eu', 'us'], tenants: ['acme', 'acme'] }, [
  'LAT011 the region `eu` is declared more than once | Remove the repetition.',
  'LAT011 the region `us` is declared more than once | Remove the repetition.',
  'LAT011 the tenant `acme` is declared more than once | Remove the repetition.',
]);
test('empty names', refusals, { regions: [''] }, ['LAT007 the name of a region is empty | Give every region a name.']);
test('levels of both axes at once', refusals, { confidentiality: {}, integrity: { chains: [['one', 'one']] } }, [
  'LAT001 no confidentiality levels are declared | Declare at least one confidentiality level.',
  'LAT003 `one` stands twice in one chain of integrity levels | Name each level once.',
]);
