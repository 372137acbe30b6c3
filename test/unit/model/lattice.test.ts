import test from 'ava';
import { DIAGNOSTIC_CODES } from '../../../model/diagnostic-codes.ts';
import { LEVELS_MAX, type LevelsDeclaration } from '../../../model/label.ts';
import { compileLevels } from '../../../model/lattice.ts';
import { spanAtStart } from '../../../model/span.ts';

const CONTEXT = { axis: 'confidentiality', span: spanAtStart('weir.yaml') };

const refusals = test.macro({
  title: (given = '') => `refuses ${given}`,
  exec: (t, declaration: LevelsDeclaration, expected: readonly string[]) => {
    const outcome = compileLevels(declaration, CONTEXT);
    t.false(outcome.ok);
    t.deepEqual(
      outcome.diagnostics.map(({ code, message, help }) => `${code} ${message} | ${help}`),
      expected,
    );
    t.true(outcome.diagnostics.every((diagnostic) => diagnostic.span === CONTEXT.span));
    t.true(outcome.diagnostics.every((diagnostic) => diagnostic.code in DIAGNOSTIC_CODES));
  },
});

test('nothing', refusals, {}, [
  'LAT001 no confidentiality levels are declared | Declare at least one confidentiality level.',
]);
test('an empty chain', refusals, { chains: [[]] }, [
  'LAT001 no confidentiality levels are declared | Declare at least one confidentiality level.',
]);
test(
  'more levels than are supported',
  refusals,
  { chains: [Array.from({ length: LEVELS_MAX + 1 }, (_, at) => `l${at}`)] },
  ['LAT002 65 confidentiality levels are declared, at most 64 are supported | Merge levels that are never told apart.'],
);
test('a level twice in a chain', refusals, { chains: [['open', 'ward', 'open', 'patient']] }, [
  'LAT003 `open` stands twice in one chain of confidentiality levels | Name each level once.',
]);
test('a pair that is given twice', refusals, { chains: [['open', 'ward']], covers: [['ward', 'open']] }, [
  'LAT003 `ward` is said to be above `open` twice | Remove the repetition.',
]);
test('a level above itself', refusals, { covers: [['ward', 'ward']] }, [
  'LAT004 the confidentiality levels form a cycle: `ward` < `ward` | Remove one of these relations: no level can be above itself.',
]);
test(
  'a cycle through a chain and a pair',
  refusals,
  { chains: [['open', 'ward', 'patient']], covers: [['open', 'patient']] },
  [
    'LAT004 the confidentiality levels form a cycle: `open` < `ward` < `patient` < `open` | Remove one of these relations: no level can be above itself.',
  ],
);
test('an empty name', refusals, { chains: [['open', ' ']] }, [
  'LAT007 the name of a confidentiality level is empty | Give every level a name.',
]);
test(
  'two pairs of departments without a level between them',
  refusals,
  {
    chains: [
      ['open', 'billing', 'finance', 'board'],
      ['open', 'nursing', 'medical', 'board'],
      ['billing', 'medical'],
      ['nursing', 'finance'],
    ],
  },
  [
    'LAT005 the confidentiality levels are no lattice: `billing` and `nursing` have no least upper bound: `finance` and `medical` are above both, and neither is below the other | Add a level above `billing` and `nursing` and below `finance` and `medical`.',
  ],
);
test(
  'two chains without a common end',
  refusals,
  {
    chains: [
      ['open', 'staff'],
      ['guest', 'member'],
    ],
  },
  [
    'LAT006 the confidentiality levels are no lattice: `guest` and `open` have no greatest lower bound: nothing is below both | Add a level below `guest` and `open`.',
    'LAT008 the confidentiality levels are no lattice: `member` and `staff` have no least upper bound: nothing is above both | Add a level above `member` and `staff`.',
  ],
);

test('one missing level is reported once for all pairs that need it', (t) => {
  const atoms = ['a', 'b', 'c'];
  const coatoms = ['x', 'y', 'z'];
  const outcome = compileLevels(
    { chains: atoms.flatMap((low) => coatoms.map((high) => ['bottom', low, high, 'top'])) },
    CONTEXT,
  );
  t.deepEqual(
    outcome.diagnostics.map((diagnostic) => diagnostic.help),
    ['Add a level above `a`, `b` and `c` and below `x`, `y` and `z`.'],
  );
  t.regex(outcome.diagnostics[0]?.message ?? '', /`x`, `y` and `z` are above both, and none is below another$/);
});

test('chains may share levels and repeat what they share', (t) => {
  const outcome = compileLevels(
    {
      chains: [
        ['open', 'internal', 'medical'],
        ['open', 'internal', 'medical', 'secret'],
      ],
    },
    CONTEXT,
  );
  t.true(outcome.ok && outcome.value.names.join() === 'open,internal,medical,secret');
});

test('a relation that follows from others changes nothing', (t) => {
  const plain = compileLevels({ chains: [['open', 'ward', 'patient']] }, CONTEXT);
  const more = compileLevels({ chains: [['open', 'ward', 'patient']], covers: [['patient', 'open']] }, CONTEXT);
  t.deepEqual(more, plain);
});

test('one level is a lattice', (t) => {
  const outcome = compileLevels({ chains: [['everything']] }, CONTEXT);
  t.true(outcome.ok);
  if (!outcome.ok) return;
  t.deepEqual([outcome.value.bottom, outcome.value.top, outcome.value.rank], [0, 0, [0]]);
});

test('rank rises along the longest chain from 0 to 1', (t) => {
  const outcome = compileLevels(
    {
      chains: [
        ['open', 'ward', 'patient', 'genome'],
        ['open', 'billing', 'genome'],
      ],
    },
    CONTEXT,
  );
  t.true(outcome.ok);
  if (!outcome.ok) return;
  const { names, rank } = outcome.value;
  t.deepEqual(Object.fromEntries(names.map((name, at) => [name, rank[at]])), {
    open: 0,
    ward: 1 / 3,
    billing: 1 / 3,
    patient: 2 / 3,
    genome: 1,
  });
});
