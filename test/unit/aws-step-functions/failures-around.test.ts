import test from 'ava';
import { CATCH, FAILS, FILE_JSONATA, LAMBDA, TELL, clean, found, leaks, machine, tells } from './leaks.ts';

/** A state in a branch, with a catcher around it. */
const inBranch = (state: object, ErrorEquals: readonly string[] = ['States.ALL']): object =>
  machine({
    Both: {
      Type: 'Parallel',
      Branches: [machine({ In: { End: true, ...state } })],
      Catch: [{ ErrorEquals, Next: 'Tell' }],
      End: true,
    },
    Tell: TELL,
  });
const pass = { Type: 'Pass', QueryLanguage: 'JSONata', Output: FAILS } as const;

test(tells, 'a Pass in a Parallel that catches', inBranch(pass), FAILS);
test(tells, 'a Parallel that catches failed branches', inBranch(pass, ['States.BranchFailed']), FAILS);
test(
  tells,
  'States.Runtime, which States.ALL of a Parallel between does not catch',
  machine({
    Around: {
      Type: 'Parallel',
      Branches: [
        machine({
          Both: {
            Type: 'Parallel',
            Branches: [machine({ In: { Type: 'Pass', InputPath: '$.ssn.part', End: true } })],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Quiet' }],
            End: true,
          },
          Quiet: { Type: 'Succeed' },
        }),
      ],
      Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Tell' }],
      End: true,
    },
    Tell: TELL,
  }),
  '$.ssn.part',
);
test(clean, 'a Parallel that catches something else', inBranch(pass, ['Chart.Locked']));
test(
  tells,
  'a Wait',
  inBranch({ Type: 'Wait', QueryLanguage: 'JSONata', Seconds: '{% $states.input.ssn %}' }),
  '{% $states.input.ssn %}',
);
test(tells, 'a Succeed', inBranch({ Type: 'Succeed', QueryLanguage: 'JSONata', Output: FAILS, End: undefined }), FAILS);
test(tells, 'an Assign with a JSONPath', inBranch({ Type: 'Pass', Assign: { 'n.$': '$.ssn.part' } }), '$.ssn.part');
test(
  tells,
  'a Choice whose condition fails',
  machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        machine({
          In: {
            Type: 'Choice',
            QueryLanguage: 'JSONata',
            Choices: [{ Condition: '{% ($number($states.input.ssn); true) %}', Next: 'Done' }],
            Default: 'Done',
          },
          Done: { Type: 'Succeed' },
        }),
      ],
      Catch: CATCH,
      End: true,
    },
    Tell: TELL,
  }),
  '{% ($number($states.input.ssn); true) %}',
);
test('leak: a Choice without a matching rule', (t) => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        machine({
          In: { Type: 'Choice', Choices: [{ Variable: '$.ssn', StringEquals: 'x', Next: 'Done' }] },
          Done: { Type: 'Succeed' },
        }),
      ],
      Catch: [{ ErrorEquals: ['States.NoChoiceMatched'], Next: 'Tell' }],
      End: true,
    },
    Tell: TELL,
  });
  t.is(leaks({ flow: definition }).length, 1);
});
test(
  clean,
  'a catcher inside takes the error',
  machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        machine({
          In: { ...FILE_JSONATA, Output: FAILS, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Quiet' }] },
          Quiet: { Type: 'Pass', Result: 0, End: true },
        }),
      ],
      ResultPath: null,
      Catch: [{ ErrorEquals: ['Chart.Locked'], Next: 'Tell' }],
      End: true,
    },
    Tell: TELL,
  }),
);

/** Iterations over something that is not personal. */
const each = (more: object, state: object = { Type: 'Pass', Result: 0 }): object =>
  machine({
    Each: {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      Items: [1, 2],
      ItemProcessor: machine({ In: { End: true, ...state } }),
      Catch: CATCH,
      End: true,
      ...more,
    },
    Tell: TELL,
  });

test(tells, 'Items', each({ Items: '{% $states.input.ssn.parts %}' }), '{% $states.input.ssn.parts %}');
test(tells, 'ItemSelector', each({ ItemSelector: { n: FAILS } }), FAILS);
test(tells, 'MaxConcurrency', each({ MaxConcurrency: '{% $states.input.ssn %}' }), '{% $states.input.ssn %}');
test(
  tells,
  'an iteration',
  each({}, { ...pass, Output: '{% $number($states.context.Execution.Input.ssn) %}' }),
  '{% $number($states.context.Execution.Input.ssn) %}',
);
test(clean, 'a Map that cannot fail', each({}));
test(
  tells,
  'an iteration of a distributed Map that ends itself',
  each({
    ItemSelector: { ssn: '{% "x" & $states.input.ssn %}' },
    ItemProcessor: machine(
      { In: { Type: 'Pass', QueryLanguage: 'JSONPath', InputPath: '$.ssn.part', End: true } },
      { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    ),
    Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Tell' }],
  }),
  '$.ssn.part',
);

/** A workflow that waits for `flow` and tells when it fails. */
const outer = (more: object = { Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Tell' }] }): object =>
  machine({
    Run: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: 'arn:aws:states:eu-west-1:210987654321:stateMachine:flow', Input: {} },
      End: true,
      ...more,
    },
    Tell: TELL,
  });
const inner = machine({
  Read: { Type: 'Task', Resource: `${LAMBDA}:read-chart`, Next: 'In' },
  In: { Type: 'Pass', InputPath: '$.chart.id', End: true },
});
const innerCatchesAll = machine({
  Both: {
    Type: 'Parallel',
    Branches: [inner],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Quiet' }],
    Next: 'Quiet',
  },
  Quiet: { Type: 'Pass', Result: 0, End: true },
});

test(found, 'a workflow that waits for this one', inner, { outer: outer() });
test(found, 'what States.ALL does not catch reaches who waits', innerCatchesAll, { outer: outer() });
test(
  clean,
  'a workflow that waits for one that cannot fail',
  machine({ Read: { Type: 'Task', Resource: `${LAMBDA}:read-chart`, End: true } }),
  {
    outer: outer(),
  },
);
test(clean, 'a workflow that waits and does not catch', inner, { outer: outer({ End: undefined, Next: 'Tell' }) });
test(clean, 'a workflow that does not wait', inner, {
  outer: outer({
    Resource: 'arn:aws:states:::states:startExecution',
    Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Tell' }],
    Parameters: { StateMachineArn: 'arn:aws:states:eu-west-1:210987654321:stateMachine:flow', Input: {} },
  }),
});
