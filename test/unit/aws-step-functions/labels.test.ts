import test from 'ava';
import { labelApplication, loadConfiguration } from '../../../analyzer/config/index.ts';
import { check } from '../../../analyzer/flow/index.ts';
import { parseDocument } from '../../../analyzer/source/index.ts';
import { lowerDefinition } from './workspace.ts';

const CONFIGURATION = `
version: 1
lattice:
  confidentiality: [public, personal]
  integrity: [trusted, untrusted]
sources:
  input:flow:
    $.ssn: personal
functions:
  lookup: { accepts: personal, returns: personal }
  stamp: { accepts: personal, returns: public }
`;

/** Paths of the result of a workflow that are personal when `$.ssn` of its input is, written as JSONPath. */
function personal(definition: object): readonly string[] {
  const application = lowerDefinition(definition);
  const errors = application.diagnostics.filter((found) => found.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((found) => found.message).join('\n'));
  const loaded = loadConfiguration(parseDocument({ path: 'weir.yaml', text: CONFIGURATION }));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((found) => found.message).join('\n'));
  const labelled = labelApplication(application, loaded.value);
  if (!labelled.ok) throw new Error(labelled.diagnostics.map((found) => found.message).join('\n'));
  const { compositions } = check(application, labelled.value);
  const { space } = labelled.value;
  const isPersonal = (label: Parameters<typeof space.describe>[0]): boolean =>
    space.describe(label).confidentiality === 'personal';
  return compositions
    .flatMap((composition) => composition.result)
    .flatMap(({ path, own, rest }) => [...(isPersonal(own) ? [path] : []), ...(isPersonal(rest) ? [`${path}.*`] : [])])
    .sort();
}

const steps = (...states: readonly object[]): object => ({
  StartAt: 'S0',
  States: Object.fromEntries(
    states.map((state, at) => [
      `S${at}`,
      { ...state, ...('Choices' in state ? {} : at + 1 < states.length ? { Next: `S${at + 1}` } : { End: true }) },
    ]),
  ),
});

const flows = test.macro((t, definition: object, ...expected: readonly string[]) => {
  t.deepEqual(personal(definition), expected);
});

const SSN = ['$.ssn', '$.ssn.*'] as const;
const WHOLE = ['$', '$.*'] as const;
const LAMBDA = 'arn:aws:lambda:eu-west-1:210987654321:function';

test('a Pass keeps labels apart', flows, steps({ Type: 'Pass' }), ...SSN);
test('InputPath selects', flows, steps({ Type: 'Pass', InputPath: '$.ssn' }), ...WHOLE);
test('InputPath null gives nothing', flows, steps({ Type: 'Pass', InputPath: null }));
test(
  'InputPath null with ResultPath keeps the input',
  flows,
  steps({ Type: 'Pass', InputPath: null, ResultPath: '$.x' }),
  ...SSN,
);
test('OutputPath selects', flows, steps({ Type: 'Pass', OutputPath: '$.name' }));
test('OutputPath null gives nothing', flows, steps({ Type: 'Pass', OutputPath: null }));
test('Result replaces by default', flows, steps({ Type: 'Pass', Result: { a: 1 } }));
test('ResultPath null keeps the input', flows, steps({ Type: 'Pass', Result: 1, ResultPath: null }), ...SSN);
test('ResultPath overwrites the place it names', flows, steps({ Type: 'Pass', Result: 'none', ResultPath: '$.ssn' }));
test(
  'ResultPath leaves the rest alone',
  flows,
  steps({ Type: 'Pass', Parameters: { 'a.$': '$.ssn' }, ResultPath: '$.b' }),
  '$.b.a',
  '$.b.a.*',
  ...SSN,
);
test(
  'Parameters build the output',
  flows,
  steps({ Type: 'Pass', Parameters: { 'a.$': '$.name', 'b.$': '$.ssn' } }),
  '$.b',
  '$.b.*',
);
test(
  'the context object has the input of the execution',
  flows,
  steps({ Type: 'Pass', Result: 1 }, { Type: 'Pass', Parameters: { 'a.$': '$$.Execution.Input.ssn' } }),
  '$.a',
  '$.a.*',
);
test(
  'variables keep labels',
  flows,
  steps(
    { Type: 'Pass', Assign: { 's.$': '$.ssn', 'n.$': '$.name' } },
    { Type: 'Pass', Parameters: { 'n.$': '$n', 's.$': '$s' } },
  ),
  '$.s',
  '$.s.*',
);
test(
  'variables are set all at once',
  flows,
  steps(
    { Type: 'Pass', Assign: { 'a.$': '$.ssn', 'b.$': '$.name' } },
    { Type: 'Pass', Assign: { 'a.$': '$b', 'b.$': '$a' } },
    { Type: 'Pass', Parameters: { 'a.$': '$a', 'b.$': '$b' } },
  ),
  '$.b',
  '$.b.*',
);
test(
  'Output of JSONata sees the variables from before Assign',
  flows,
  steps(
    {
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Assign: { v: '{% $states.input.ssn %}' },
      Output: { ssn: '{% $states.input.ssn %}' },
    },
    { Type: 'Pass', QueryLanguage: 'JSONata', Assign: { v: 'none' }, Output: { old: '{% $v %}' } },
  ),
  // One value or several: a sequence.
  '$.old',
  '$.old.*',
  '$.old[*]',
  '$.old[*].*',
);
test(
  'variables of a branch do not leave it',
  flows,
  steps(
    { Type: 'Pass', Assign: { 'v.$': '$.name' } },
    {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'In', States: { In: { Type: 'Pass', Assign: { 'v.$': '$.ssn' }, OutputPath: null, End: true } } },
      ],
    },
    { Type: 'Pass', Parameters: { 'v.$': '$v' } },
  ),
);
test(
  'a function is asked with what Parameters send',
  flows,
  steps({ Type: 'Task', Resource: `${LAMBDA}:stamp`, Parameters: { 'n.$': '$.name' } }),
);
test(
  'ResultSelector goes before ResultPath',
  flows,
  steps({
    Type: 'Task',
    Resource: `${LAMBDA}:lookup`,
    ResultSelector: { 'a.$': '$.b', c: 1 },
    ResultPath: '$.found',
    OutputPath: '$.found',
  }),
  '$.a',
  '$.a.*',
);
test(
  'a Choice decides what is assigned after it',
  flows,
  {
    StartAt: 'Pick',
    States: {
      Pick: { Type: 'Choice', Choices: [{ Variable: '$.ssn', StringEquals: 'x', Next: 'One' }], Default: 'Two' },
      One: { Type: 'Pass', Result: 1, Next: 'Done' },
      Two: { Type: 'Pass', Result: 2, Next: 'Done' },
      Done: { Type: 'Succeed' },
    },
  },
  ...WHOLE,
);
test('a Choice over something else decides nothing personal', flows, {
  StartAt: 'Pick',
  States: {
    Pick: { Type: 'Choice', Choices: [{ Variable: '$.name', StringEquals: 'x', Next: 'One' }], Default: 'One' },
    One: { Type: 'Pass', Result: 1, End: true },
  },
});
test(
  'a Map keeps items apart from the rest',
  flows,
  steps({
    Type: 'Map',
    ItemsPath: '$.names',
    ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } },
  }),
);
test(
  'a Map over an object passes its fields on',
  flows,
  steps({
    Type: 'Map',
    ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', OutputPath: '$.Value', End: true } } },
  }),
  '$[*]',
  '$[*].*',
);
test(
  'items that are personal do not make their number personal',
  flows,
  steps(
    { Type: 'Pass', Parameters: { 'list.$': 'States.Array($.ssn, $.name)' } },
    {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', Result: 1, End: true } } },
    },
  ),
);
test(
  'an ItemSelector sends what it names',
  flows,
  steps({
    Type: 'Map',
    ItemsPath: '$.names',
    ItemSelector: { 's.$': '$.ssn', 'n.$': '$$.Map.Item.Value' },
    ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } },
  }),
  '$[*].s',
  '$[*].s.*',
);
test(
  'a handler sees what may have been sent',
  flows,
  {
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: `${LAMBDA}:stamp`,
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Late' }],
        End: true,
      },
      Late: { Type: 'Pass', Parameters: { 'why.$': '$.Cause' }, End: true },
    },
  },
  '$',
  '$.*',
  '$.why',
  '$.why.*',
);
test(
  'States.TaskFailed catches what a Fail state in a branch raises',
  flows,
  {
    StartAt: 'Try',
    States: {
      Try: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Out', States: { Out: { Type: 'Fail', Error: 'Ward.Closed', CausePath: '$.ssn' } } }],
        Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.error', Next: 'Tell' }],
        End: true,
      },
      Tell: { Type: 'Pass', InputPath: '$.error.Cause', End: true },
    },
  },
  '$',
  '$.*',
  // The place of the branch's own result, which never comes.
  '$[0]',
  '$[0].*',
);

const branch = (name: string, state: object): object => ({
  StartAt: name,
  States: { [name]: { ...state, End: true } },
});
const branches = (Output: object): object => ({
  QueryLanguage: 'JSONata',
  ...steps({
    Type: 'Parallel',
    Branches: [
      branch('Look', { Type: 'Task', Resource: `${LAMBDA}:lookup` }),
      branch('Ward', { Type: 'Pass', Output: { ward: 'B4' } }),
    ],
    Output,
  }),
});
test(
  'the branches of a Parallel are kept apart in JSONata, too',
  flows,
  branches({
    first: '{% $states.result[0] %}',
    second: '{% $states.result[1] %}',
    ward: '{% $states.result[1].ward %}',
  }),
  '$.first',
  '$.first.*',
);
test('a branch that is chosen by a computed number may be any', (t) => {
  const any = '{% $states.result[$count($states.context.Execution.Name)] %}';
  t.true(personal(branches({ any })).includes('$.any.*'));
});
