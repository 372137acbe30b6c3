import test from 'ava';
import { diagnosticLines, lowerDefinition } from './workspace.ts';

/** A machine with one state, which ends it. */
const one = (state: object): object => ({ StartAt: 'Pack', States: { Pack: state } });
const task = (fields: object): object =>
  one({ Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:210987654321:function:pack', End: true, ...fields });

const valid = test.macro({
  exec(t, definition: object) {
    t.is(diagnosticLines(lowerDefinition(definition)), '');
  },
  title: (name = '') => `accepts ${name}`,
});

/** Each expected line without the file: `line:column severity code message`. */
const invalid = test.macro({
  exec(t, definition: object, ...expected: readonly string[]) {
    const found = diagnosticLines(lowerDefinition(definition)).split('\n');
    t.deepEqual(
      found.map((line) => line.replace('flow.asl.json:', '')),
      [...expected],
    );
  },
  title: (name = '') => `reports ${name}`,
});

test('null paths', valid, one({ Type: 'Pass', InputPath: null, OutputPath: null, ResultPath: null, End: true }));
test('placeholders in numbers', valid, task({ TimeoutSeconds: '${Limit}' }));
test('template functions as resources', valid, task({ Resource: { 'Fn::GetAtt': ['Pack', 'Arn'] } }));
test('numbers computed with JSONata', valid, task({ QueryLanguage: 'JSONata', TimeoutSeconds: '{% 5 * 60 %}' }));
test(
  'every field of a retrier',
  valid,
  task({
    Retry: [
      {
        ErrorEquals: ['States.Timeout'],
        IntervalSeconds: 1,
        MaxAttempts: 0,
        BackoffRate: 1,
        MaxDelaySeconds: 9,
        JitterStrategy: 'FULL',
      },
    ],
  }),
);
test('a choice without Default', valid, {
  StartAt: 'Pick',
  States: {
    Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Done' }] },
    Done: { Type: 'Succeed' },
  },
});
test(
  'a distributed map',
  valid,
  one({
    Type: 'Map',
    ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'scans' } },
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: 'Read',
      States: { Read: { Type: 'Succeed' } },
    },
    End: true,
  }),
);

/** A JSONata state around a state that names no language, in a machine that is JSONPath. */
const around = (inner: object): object =>
  one({
    Type: 'Parallel',
    QueryLanguage: 'JSONata',
    Branches: [{ StartAt: 'Inner', States: { Inner: inner } }],
    Output: '{% $states.result[0] %}',
    End: true,
  });
test('JSONata inside a JSONata state', valid, around({ Type: 'Pass', Output: '{% $states.input.a %}', End: true }));
test('JSONPath inside a JSONata state', valid, around({ Type: 'Pass', InputPath: '$.a', End: true }));

test(
  'a missing field',
  invalid,
  one({ Type: 'Task', End: true }),
  '5:7 error ASL001 the Task state Pack has no `Resource`',
);
test('a state without type', invalid, one({ End: true }), '4:5 error ASL001 the state Pack has no `Type`');
test(
  'a wait without duration',
  invalid,
  one({ Type: 'Wait', End: true }),
  '4:5 error ASL001 the Wait state Pack does not say for how long',
);
test(
  'a field that no state has',
  invalid,
  task({ TimoutSeconds: 5 }),
  '8:7 error ASL002 the Task state Pack has no field `TimoutSeconds`',
);
test(
  'a field of another state type',
  invalid,
  one({ Type: 'Pass', Resource: 'x', End: true }),
  '6:7 error ASL002 the Pass state Pack has no field `Resource`',
);
test(
  'a reader in an inline map',
  invalid,
  one({
    Type: 'Map',
    ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'scans' } },
    ItemProcessor: { StartAt: 'Read', States: { Read: { Type: 'Succeed' } } },
    End: true,
  }),
  '6:7 error ASL002 `ItemReader` of Pack needs a distributed Map',
);
test(
  'JSONPath in a JSONata state',
  invalid,
  task({ QueryLanguage: 'JSONata', Parameters: {} }),
  '9:7 error ASL003 `Parameters` is a field of JSONPath, and the Task state Pack uses JSONata',
);
test(
  'JSONata in a JSONPath state',
  invalid,
  task({ Arguments: {} }),
  '8:7 error ASL003 `Arguments` is a field of JSONata, and the Task state Pack uses JSONPath',
);
test(
  'an intrinsic function as InputPath',
  invalid,
  one({ Type: 'Pass', InputPath: 'States.UUID()', End: true }),
  '6:20 error ASL004 `InputPath` of the Pass state Pack has to be a path that starts with `$`, or null',
  '6:21 error EXP001 `States.UUID()` is no JSONPath: a path starts with `$`',
);
test(
  'a ResultPath that names many places',
  invalid,
  one({ Type: 'Pass', ResultPath: '$.a[*]', End: true }),
  '6:21 error ASL004 `ResultPath` of the Pass state Pack has to be a path to one place of the input such as `$.result`, or null',
);
test(
  'a timestamp that is none',
  invalid,
  one({ Type: 'Wait', Timestamp: 'tomorrow', End: true }),
  '6:20 error ASL004 `Timestamp` of the Wait state Pack has to be a timestamp such as 2026-03-14T01:59:00Z',
);
test(
  'a placeholder that is not closed',
  invalid,
  task({ Resource: '${PackArn' }),
  '6:19 error ASL004 the placeholder in `Resource` of Pack has no closing brace',
);
test(
  'a list of names with a number',
  invalid,
  task({ Retry: [{ ErrorEquals: [404] }] }),
  '11:13 error ASL004 ErrorEquals of retrier 1 of Pack has to be a list of strings',
);
test(
  'a comparison with the wrong kind of value',
  invalid,
  {
    StartAt: 'Pick',
    States: {
      Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: '1', Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  },
  '9:28 error ASL004 `NumericEquals` of rule 1 of Pick has to be a number',
);
test(
  'Next beside End',
  invalid,
  task({ Next: 'Pack' }),
  '8:7 error ASL005 the Task state Pack has `End` and `Next`, of which it may have one',
);
test(
  'two durations',
  invalid,
  one({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true }),
  '7:7 error ASL005 the Wait state Pack has `Seconds` and `SecondsPath`, of which it may have one',
);
test(
  'a transition to nowhere',
  invalid,
  {
    StartAt: 'Pack',
    States: { Pack: { Type: 'Pass', Next: 'ship' }, Ship: { Type: 'Succeed' } },
  },
  '6:15 error ASL006 there is no state `ship` in this machine',
  '8:5 warning ASL008 no transition leads to Ship',
);
test(
  'a way out of a branch',
  invalid,
  {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'After' } } }],
        Next: 'After',
      },
      After: { Type: 'Succeed' },
    },
  },
  '8:22 error ASL007 no state ends branch 1 of Both',
  '12:23 error ASL006 there is no state `After` in this machine',
);
test(
  'a machine that never ends',
  invalid,
  { StartAt: 'Turn', States: { Turn: { Type: 'Pass', Next: 'Turn' } } },
  '2:14 error ASL007 no state ends the state machine',
);
test(
  'an unknown state type',
  invalid,
  one({ Type: 'Fork', End: true }),
  '5:15 error ASL009 there is no state type `Fork`',
);
test(
  'two states of one name in different machines',
  invalid,
  {
    StartAt: 'Pack',
    States: {
      Pack: { Type: 'Map', ItemProcessor: { StartAt: 'Pack', States: { Pack: { Type: 'Succeed' } } }, End: true },
    },
  },
  '9:11 error ASL010 the name Pack is used by another state',
);
test(
  'a name of 81 characters',
  invalid,
  { StartAt: 'n'.repeat(81), States: { ['n'.repeat(81)]: { Type: 'Succeed' } } },
  '4:5 error ASL011 the name has 81 of at most 80 characters',
);
test(
  'a wildcard before other catchers',
  invalid,
  {
    StartAt: 'Pack',
    States: {
      Pack: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { Type: 'Succeed' } } }],
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'Done' },
          { ErrorEquals: ['Late'], Next: 'Done' },
        ],
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  },
  '19:13 error ASL012 catcher 1 of Pack catches `States.ALL` and hides what follows',
);
test(
  'an empty ErrorEquals',
  invalid,
  task({ Retry: [{ ErrorEquals: [] }] }),
  '10:26 error ASL013 ErrorEquals of retrier 1 of Pack is empty',
);
test(
  'an unknown query language',
  invalid,
  { QueryLanguage: 'jq', ...one({ Type: 'Succeed' }) },
  '2:20 error ASL014 there is no query language `jq`',
);
test(
  'JSONPath inside JSONata',
  invalid,
  { QueryLanguage: 'JSONata', ...one({ Type: 'Succeed', QueryLanguage: 'JSONPath' }) },
  '7:24 error ASL014 the Succeed state Pack is JSONPath in a machine that is JSONata',
);
test(
  'a percentage above 100',
  invalid,
  one({
    Type: 'Map',
    ToleratedFailurePercentage: 105,
    ItemProcessor: { StartAt: 'Read', States: { Read: { Type: 'Succeed' } } },
    End: true,
  }),
  '6:37 error ASL015 `ToleratedFailurePercentage` of the Map state Pack is 105 and not from 0 to 100',
);
test(
  'a back-off below 1',
  invalid,
  task({ Retry: [{ ErrorEquals: ['Busy'], BackoffRate: 0.5 }] }),
  '13:26 error ASL015 `BackoffRate` of retrier 1 of Pack is 0.5 and not at least 1',
);
test(
  'half a second',
  invalid,
  task({ TimeoutSeconds: 1.5 }),
  '8:25 error ASL015 `TimeoutSeconds` of the Task state Pack is 1.5 and not a whole number from 1 to 99999999',
);
test(
  'a rule that tests two things',
  invalid,
  {
    StartAt: 'Pick',
    States: {
      Pick: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, IsPresent: true, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  },
  '10:11 error ASL016 rule 1 of Pick has both `IsNull` and `IsPresent`',
);
test(
  'a variable named states',
  invalid,
  one({ Type: 'Pass', Assign: { states: 1 }, End: true }),
  '7:9 error ASL017 `states` is no name of a variable',
);
test(
  'a token that is never sent',
  invalid,
  task({
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/210987654321/q', MessageBody: 'x' },
  }),
  '6:19 warning ASL018 Pack waits for a task token that its request does not contain',
);
test(
  'an error name of the language that does not exist',
  invalid,
  task({ Retry: [{ ErrorEquals: ['States.TimeOut'] }] }),
  '11:13 warning ASL019 there is no error `States.TimeOut` of the language',
);

test('waiting patterns in an express workflow are refused', (t) => {
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      Fast: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineType: 'EXPRESS',
          Definition: task({ Resource: 'arn:aws:states:::glue:startJobRun.sync', Parameters: { JobName: 'nightly' } }),
        },
      },
    },
  };
  t.regex(
    diagnosticLines(lowerDefinition(template, 'template.json')),
    /error ASL020 `\.sync` is used in an express workflow/,
  );
});

test('machines that are nested too deep are reported and typed as opaque', (t) => {
  let machine: object = { StartAt: 'Leaf', States: { Leaf: { Type: 'Succeed' } } };
  for (let depth = 0; depth < 36; depth += 1) {
    const map = { Type: 'Map', ItemProcessor: machine, End: true };
    machine = { StartAt: `Level ${depth}`, States: { [`Level ${depth}`]: map } };
  }
  const application = lowerDefinition(machine);
  t.true(application.diagnostics.some((found) => found.code === 'ASL021'));
  t.is(application.compositions.length, 1);
});
