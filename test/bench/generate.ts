/** Workflows of a given size that look like what people write: the same size gives the same text. */

/** States that stand in one block below, those in its branch and map with it. */
const BLOCK_STATES = 10;

type State = Readonly<Record<string, unknown>>;

const functionArn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

const RETRY = [
  {
    ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException'],
    IntervalSeconds: 2,
    MaxAttempts: 3,
    BackoffRate: 2,
  },
];

type NamedState = readonly [string, State];

const failedBy = (prefix: string): readonly State[] => [
  { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: `${prefix}Failed` },
];

/** Read, call, decide, mark. */
function callStates(at: number, prefix: string): readonly NamedState[] {
  const name = (part: string): string => `${part}${at}`;
  const failed = failedBy(prefix);
  return [
    [
      name('Load'),
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:getItem',
        Parameters: { TableName: `orders${at % 7}`, Key: { id: { 'S.$': '$.orderId' } } },
        ResultSelector: { 'total.$': '$.Item.total.N', 'customer.$': '$.Item.customer.S' },
        ResultPath: `$.order${at % 5}`,
        Retry: RETRY,
        Catch: failed,
        TimeoutSeconds: 30,
        Next: name('Price'),
      },
    ],
    [
      name('Price'),
      {
        Type: 'Task',
        Resource: functionArn(`price-${at % 11}`),
        Parameters: { 'order.$': `$.order${at % 5}`, 'trace.$': '$$.Execution.Id' },
        ResultPath: `$.price${at % 3}`,
        Retry: RETRY,
        Catch: failed,
        TimeoutSeconds: 30,
        Next: name('Decide'),
      },
    ],
    [
      name('Decide'),
      {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: `$.price${at % 3}.amount`, NumericGreaterThan: 100 },
              { Variable: '$.customer.isNew', BooleanEquals: true },
            ],
            Next: name('Mark'),
          },
        ],
        Default: name('Each'),
      },
    ],
    [name('Mark'), { Type: 'Pass', Result: { review: true }, ResultPath: '$.flags', Next: name('Each') }],
  ];
}

/** A map with one state, two branches, and what writes the outcome down; the last has no `Next` yet. */
function groupStates(at: number, prefix: string): readonly NamedState[] {
  const name = (part: string): string => `${part}${at}`;
  const failed = failedBy(prefix);
  return [
    [
      name('Each'),
      {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 5,
        ItemSelector: { 'item.$': '$$.Map.Item.Value', 'customer.$': '$.customer' },
        ItemProcessor: {
          StartAt: name('Pack'),
          States: {
            [name('Pack')]: {
              Type: 'Task',
              Resource: functionArn('pack'),
              TimeoutSeconds: 30,
              Retry: RETRY,
              End: true,
            },
          },
        },
        ResultPath: '$.packed',
        Next: name('Both'),
      },
    ],
    [
      name('Both'),
      {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: name('Tell'),
            States: {
              [name('Tell')]: {
                Type: 'Task',
                Resource: 'arn:aws:states:::sns:publish',
                Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:shipped', 'Message.$': '$.packed' },
                End: true,
              },
            },
          },
          {
            StartAt: name('Bill'),
            States: { [name('Bill')]: { Type: 'Task', Resource: functionArn('bill'), TimeoutSeconds: 30, End: true } },
          },
        ],
        ResultPath: '$.done',
        Catch: failed,
        Next: name('Keep'),
      },
    ],
    [
      name('Keep'),
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:putItem',
        Parameters: {
          TableName: `history${at % 7}`,
          Item: { id: { 'S.$': '$.orderId' }, text: { 'S.$': 'States.JsonToString($.done)' } },
        },
        ResultPath: null,
        Next: '',
      },
    ],
  ];
}

/** A definition with `states` states (rounded up to a whole block, and two that end it) as JSON text. */
export function generateWorkflow(states: number, prefix = ''): string {
  const blocks = Math.max(1, Math.ceil((states - 2) / BLOCK_STATES));
  const all: Record<string, State> = {};
  for (let at = 0; at < blocks; at++) {
    const next = at + 1 < blocks ? `Load${at + 1}` : `${prefix}Done`;
    for (const [name, state] of [...callStates(at, prefix), ...groupStates(at, prefix)])
      all[name] = state['Next'] === '' ? { ...state, Next: next } : state;
  }
  all[`${prefix}Done`] = { Type: 'Succeed' };
  all[`${prefix}Failed`] = { Type: 'Fail', Error: 'OrderFailed', CausePath: '$.error.Cause' };
  return JSON.stringify({ StartAt: 'Load0', States: all }, null, 2);
}

/** A workflow whose states all keep their results, retry, and catch into one handler that publishes the error. */
export function generateCatching(stateCount: number): string {
  const states = Array.from({ length: stateCount }, (_, at): [string, object] => [
    `Step${at}`,
    {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: `step-${at % 10}`, Payload: { 'order.$': '$.order.id' } },
      ResultSelector: { 'answer.$': '$.Payload.answer' },
      ResultPath: `$.step${at}`,
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Report' }],
      ...(at + 1 < stateCount ? { Next: `Step${at + 1}` } : { End: true }),
    },
  ]);
  const report = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:errors', 'Message.$': '$.error.Cause' },
    End: true,
  };
  return JSON.stringify({ StartAt: 'Step0', States: { ...Object.fromEntries(states), Report: report } }, null, 2);
}
