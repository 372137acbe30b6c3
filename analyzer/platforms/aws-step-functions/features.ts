import type { FeatureUse } from '../../../model/ir.ts';

/** How a construct is handled. Approximated: to the safe side, as `how` says. Refused: taken as the worst, with a note in the result. */
export interface Feature {
  /** Id that uses of the construct name in a result; also of supported ones, for documentation. */
  readonly id: string;
  readonly area: string;
  readonly construct: string;
  readonly support: 'supported' | FeatureUse['support'];
  /** What is done, in one sentence. */
  readonly how: string;
}

type Row = readonly [id: string, support: Feature['support'], construct: string, how: string];

const AREAS: Readonly<Record<string, readonly Row[]>> = {
  'Where workflows are found': [
    [
      'file-definition',
      'supported',
      'Stand-alone JSON, JSON5 and YAML definitions',
      'Any file with `StartAt` and `States`.',
    ],
    [
      'file-template',
      'supported',
      'CloudFormation, SAM and Serverless Framework templates',
      'Placeholders keep the identity of the resource they stand for.',
    ],
    [
      'file-structure',
      'supported',
      'Placeholders in `Type`, `Next` and other structural fields',
      'Replaced when their text is known.',
    ],
    [
      'workflow-type-unknown',
      'approximated',
      'A workflow whose type is not known',
      'Taken as standard: a history that holds all data, executed once.',
    ],
  ],
  States: [
    ['state-task', 'supported', 'Task', 'A call, read, write or wait, by its resource.'],
    ['state-pass', 'supported', 'Pass', '`Result`, `Parameters` or the input.'],
    [
      'state-choice',
      'supported',
      'Choice',
      'All operators, `And`, `Or`, `Not`, `…Path` operands, JSONata conditions; without `Default` raises `States.NoChoiceMatched`.',
    ],
    ['state-wait', 'supported', 'Wait', 'All four forms and JSONata; the duration counts in strict mode.'],
    ['state-succeed', 'supported', 'Succeed', 'Returns the output.'],
    ['state-fail', 'supported', 'Fail', '`Error`, `Cause`, their `Path` forms with intrinsic functions, JSONata.'],
    ['state-parallel', 'supported', 'Parallel', 'Each branch has variables of its own and sees the outer ones.'],
    [
      'state-map',
      'supported',
      'Map, inline and with the old `Iterator`',
      'Over arrays, and over objects as `{Key, Value}`.',
    ],
    [
      'state-map-distributed',
      'supported',
      'Map, distributed',
      '`ItemReader` reads and `ResultWriter` writes the bucket; the input of an iteration is that of its own execution.',
    ],
    [
      'map-batch',
      'approximated',
      '`ItemBatcher`',
      'A batch holds any items; how many fit into it is taken as deciding nothing else.',
    ],
    [
      'map-tolerated-failure',
      'approximated',
      'Tolerated failures',
      'Failed items join the results; whether there are too many depends on all of them.',
    ],
    [
      'map-variables-distributed',
      'approximated',
      'Variables in a distributed Map',
      'Outer variables count as visible, although the service hides them.',
    ],
    ['unknown-state-type', 'refused', 'Unknown state types', 'The output is the worst; the transition is followed.'],
  ],
  'Input and output': [
    [
      'io-jsonpath',
      'supported',
      '`InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`, `ItemsPath`, `ItemSelector`',
      'In their order, with their null forms; `ResultPath` changes only the place it names.',
    ],
    [
      'io-jsonata',
      'supported',
      '`Arguments`, `Output`, `Items`',
      'Both `Output` and `Assign` see the variables as they were.',
    ],
    [
      'io-mixed',
      'supported',
      'JSONPath and JSONata in one machine',
      'Chosen per state; a state that names none inside a JSONata state takes the one its fields belong to.',
    ],
    [
      'assign',
      'supported',
      '`Assign` in states, choice rules and catchers',
      'All values are computed before any variable is set.',
    ],
    [
      'assign-after-selector',
      'approximated',
      '`Assign` with `ResultSelector`',
      '`$` stands for the raw and for the selected result.',
    ],
    [
      'context-object',
      'supported',
      'Context object',
      '`$$.Execution.Input` is the input of the execution; `Map.Item` and `Task.Token` are those of the state.',
    ],
    [
      'context-names',
      'approximated',
      'Names and times in the context object',
      'A name that another workflow of the repository gives is followed; other ids, names and times are public and trusted.',
    ],
  ],
  'Selection languages': [
    ['jsonpath', 'supported', 'JSONPath fields, indices, wildcards, unions', 'Each path has labels of its own.'],
    ['jsonpath-slice', 'approximated', 'JSONPath slices', 'Any elements may be selected.'],
    [
      'jsonpath-filter',
      'approximated',
      'JSONPath filters',
      'Any elements may be selected, and what is compared decides.',
    ],
    ['jsonpath-descent', 'approximated', 'JSONPath recursive descent', 'Everything below is read.'],
    ['jsonpath-function', 'approximated', 'JSONPath functions', 'The result depends on everything they read.'],
    ['jsonpath-placeholder', 'approximated', 'Placeholders inside a JSONPath', 'Everything below the place is read.'],
    ['jsonpath-syntax', 'refused', 'JSONPath that cannot be parsed', 'Everything in scope is read.'],
    [
      'intrinsics',
      'supported',
      'All intrinsic functions',
      'Arrays and merges keep their structure, other results depend on all arguments.',
    ],
    ['intrinsic-unknown', 'refused', 'Unknown intrinsic functions', 'The result depends on all arguments.'],
    ['intrinsic-syntax', 'refused', 'Calls that cannot be parsed', 'Everything in scope is read.'],
    [
      'jsonata',
      'supported',
      'JSONata paths, predicates, conditions, blocks, functions',
      'Over the syntax tree of the `jsonata` package; predicates and conditions are implicit flows.',
    ],
    ['jsonata-dynamic-lookup', 'approximated', 'JSONata lookups by a computed key', 'The whole value is read.'],
    ['jsonata-computed-key', 'approximated', 'JSONata objects with computed keys', 'The fields are not told apart.'],
    ['jsonata-descendants', 'approximated', 'JSONata descendants', 'Everything below is read.'],
    ['jsonata-parent', 'approximated', 'JSONata parent operator', 'Everything the path came through is read.'],
    [
      'jsonata-bind',
      'approximated',
      'JSONata bindings of context and position',
      'The bound value depends on all that was selected from.',
    ],
    [
      'jsonata-transform',
      'approximated',
      'JSONata transforms',
      'The result depends on the value and all updates; fields of the whole value that are removed or set to constants are exact.',
    ],
    [
      'jsonata-computed-function',
      'approximated',
      'JSONata functions that are computed',
      'The result depends on the function and all arguments.',
    ],
    [
      'jsonata-recursion',
      'approximated',
      'JSONata functions that call themselves',
      'The result depends on all arguments and everything in scope.',
    ],
    ['jsonata-limits', 'approximated', 'JSONata that is too large to follow', 'Everything in scope is read.'],
    ['jsonata-eval', 'refused', 'JSONata `$eval`', 'Everything in scope is read.'],
    ['jsonata-unknown', 'refused', 'JSONata syntax that is not known', 'Everything in scope is read.'],
    ['jsonata-unknown-function', 'refused', 'Unknown JSONata functions', 'The result depends on all arguments.'],
    ['jsonata-syntax', 'refused', 'JSONata that cannot be parsed', 'Everything in scope is read.'],
  ],
  Tasks: [
    [
      'task-lambda',
      'supported',
      'Lambda functions by ARN and `lambda:invoke`',
      'The answer of `lambda:invoke` is wrapped in `Payload`; `InvocationType: Event` does not wait.',
    ],
    ['task-activity', 'supported', 'Activities', 'A call of a worker.'],
    [
      'task-workflow',
      'supported',
      '`states:startExecution`, also `.sync` and `.sync:2`',
      'Linked to workflows of the repository; else unresolved, with the worst result.',
    ],
    [
      'task-callback',
      'supported',
      '`.waitForTaskToken`',
      'The request carries the token, then the execution waits for whoever resumes it.',
    ],
    [
      'task-store',
      'supported',
      'Tables, buckets, queues, topics, buses, streams, secrets, parameters, logs',
      'Reads and writes of the store that the request names; a conditional write reads first.',
    ],
    ['task-batch', 'supported', 'Requests for several stores', 'One effect on each.'],
    [
      'task-http',
      'supported',
      '`http:invoke`, `apigateway:invoke`',
      'A write to the endpoint, then a read of its answer.',
    ],
    [
      'task-dynamic-target',
      'supported',
      'Computed names of targets',
      'A dynamic target: whoever computes it has to be trusted. Of a computed URL a constant host is kept.',
    ],
    [
      'task-service',
      'supported',
      'Operations of the provider',
      'A call whose answer depends on the argument; some need a trusted caller.',
    ],
    [
      'task-uncatalogued-integration',
      'approximated',
      'Operations that the catalogue does not list',
      'Told by their verb: reading from or writing to a store that stands for the whole service.',
    ],
    ['task-unknown-resource', 'refused', 'Unknown resources', 'The result is the worst.'],
    ['task-credentials', 'supported', '`Credentials`', 'Names are looked up in the account of the role.'],
    [
      'task-limits',
      'supported',
      '`TimeoutSeconds`, `HeartbeatSeconds` and their `Path` forms',
      'Kept as limits; a time-out is an error that any request may raise.',
    ],
  ],
  Errors: [
    [
      'error-retry',
      'approximated',
      '`Retry`',
      'A loop whose guard is the error of the request; intervals, back-off and jitter decide nothing but time. That an evaluation after the request failed, so that it is sent again, is not seen.',
    ],
    [
      'error-catch',
      'supported',
      '`Catch` with `ResultPath`, `Assign`, `Output`',
      'The handler depends on what may have failed.',
    ],
    ['error-names', 'supported', 'Error names', '`States.TaskFailed` stands for every name that a Fail state raises.'],
    [
      'error-wildcard',
      'supported',
      '`States.ALL`, `States.TaskFailed`',
      'Stand for every error but `States.Runtime`, and the latter not for time-outs.',
    ],
    [
      'error-jsonata',
      'supported',
      'JSONata that fails or gives nothing',
      '`States.QueryEvaluationError`, in every field: a flow to what catches it, in the state or around it; the message tells what was read.',
    ],
    [
      'error-jsonpath',
      'approximated',
      'Templates, intrinsic functions and `ResultPath` that fail',
      'Caught by the names and wildcards that the language has for them, although the service may end the execution with `States.Runtime`.',
    ],
    [
      'error-runtime',
      'supported',
      '`InputPath`, `OutputPath` and other single paths that select nothing',
      '`States.Runtime`: caught by its name only; ends the execution, which whoever waits for it and catches sees.',
    ],
    [
      'error-unassigned',
      'approximated',
      'Variables that no state on the way has assigned',
      'Reading one gives null instead of an error.',
    ],
    [
      'error-data-limit',
      'approximated',
      'Data that is too large',
      '`States.DataLimitExceeded` is taken not to happen.',
    ],
  ],
  Records: [
    ['record-history', 'supported', 'Execution history of standard workflows', 'Holds the data of every state.'],
    ['record-log', 'supported', 'Logs, by level and with or without execution data', 'As `LoggingConfiguration` says.'],
    ['delivery', 'supported', 'Delivery', 'Standard workflows run once, express workflows at least once.'],
  ],
};

/** Every construct of the platform, in the order of the documentation. */
export const FEATURES: readonly Feature[] = Object.entries(AREAS).flatMap(([area, rows]) =>
  rows.map(([id, support, construct, how]) => ({ id, area, construct, support, how })),
);
