import test from 'ava';
import { lowerDefinition } from './workspace.ts';
import { LAMBDA, TELL, clean, found, leaks, machine } from './leaks.ts';

// What a request gives to a workflow or function beside its input.

const STARTED = 'arn:aws:states:eu-west-1:210987654321:stateMachine:inner';
const start = (more: object): object =>
  machine({
    Start: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Parameters: { StateMachineArn: STARTED, Input: {}, ...more },
      End: true,
    },
  });
const tell = (path: string): object =>
  machine({ Tell: { ...TELL, Parameters: { ...TELL.Parameters, Message: undefined, 'Message.$': path } } });
const named = start({ 'Name.$': '$.ssn' });

test(found, 'the name of the execution', named, { inner: tell('$$.Execution.Name') });
test(found, 'the id of the execution, which ends with its name', named, { inner: tell('$$.Execution.Id') });
test(found, 'all that is known of the execution', named, { inner: tell('$$.Execution') });
test(
  found,
  'a name in a request that is computed as a whole',
  machine({
    Start: {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: `{% {"StateMachineArn": "${STARTED}", "Name": $states.input.ssn} %}`,
      End: true,
    },
  }),
  { inner: tell('$$.Execution.Name') },
);
for (const [pattern, field] of [
  ['', 'ExecutionArn'],
  ['.sync:2', 'ExecutionArn'],
  ['.sync', 'Name'],
])
  test(
    found,
    `what the answer of a start${pattern ?? ''} says of the name: ${field ?? ''}`,
    machine({
      Start: {
        Type: 'Task',
        Resource: `arn:aws:states:::states:startExecution${pattern ?? ''}`,
        Parameters: { StateMachineArn: STARTED, Input: {}, 'Name.$': '$.ssn' },
        Next: 'Tell',
      },
      Tell: { ...TELL, Parameters: { ...TELL.Parameters, Message: undefined, 'Message.$': `$.${field ?? ''}` } },
    }),
    { inner: machine({ Rest: { Type: 'Succeed' } }) },
  );
test(clean, 'a constant name', start({ Name: 'nightly' }), { inner: tell('$$.Execution.Name') });
test(clean, 'a name of the service', start({}), { inner: tell('$$.Execution.Name') });
test(clean, 'when the execution started', named, { inner: tell('$$.Execution.StartTime') });

test('the history of the started workflow shows its name', (t) => {
  const definitions = { flow: named, inner: machine({ Rest: { Type: 'Succeed' } }) };
  const told = leaks(definitions, 'history of inner', { 'history:history of inner': 'public' });
  t.deepEqual(
    told.map((leak) => leak.at),
    ['inner'],
  );
});

test('a workflow that is not known is told the name', (t) => {
  const { compositions } = lowerDefinition(start({ 'Name.$': '$.ssn' }), 'outer.asl.json');
  const [call] = compositions.flatMap(({ body }) => body.steps).filter((step) => step.kind === 'call');
  t.true(JSON.stringify(call?.argument).includes('ssn'));
});

const invoke = (more: object): object =>
  machine({
    Invoke: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: `${LAMBDA}:read-chart`, Payload: {}, ...more },
      End: true,
    },
  });
test('the client context of a Lambda call', (t) => {
  const told = leaks({ flow: invoke({ 'ClientContext.$': 'States.Base64Encode($.ssn)' }) }, 'read-chart');
  t.deepEqual(
    told.map((leak) => leak.at),
    ['Invoke'],
  );
  t.deepEqual(leaks({ flow: invoke({ ClientContext: 'e30=' }) }, 'read-chart'), []);
});

const waiting = machine({
  Wait: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: {
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/210987654321/jobs',
      MessageBody: { 't.$': '$$.Task.Token' },
    },
    Next: 'Tell',
  },
  Tell: { ...TELL, Parameters: { ...TELL.Parameters, Message: undefined, 'Message.$': '$.answer' } },
});
const answering = (answer: string): object =>
  machine({
    Answer: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess',
      Parameters: { 'TaskToken.$': '$.token', Output: { 'answer.$': answer, 'rest.$': '$.ssn' } },
      End: true,
    },
  });
test(found, 'what a workflow answers to a callback token', answering('$.ssn'), { waiting });
test(clean, 'another part of what a workflow answers', answering('$.ward'), { waiting });
test(clean, 'a callback that no workflow answers', machine({ Rest: { Type: 'Succeed' } }), { waiting });
