import type { QueryLanguage } from './machine.ts';

/** What kind of value a field takes. */
export type ValueKind =
  | 'any'
  | 'text'
  | 'boolean'
  | 'map'
  | 'list'
  | 'template'
  /** A JSONPath. */
  | 'path'
  /** A JSONPath, or null for "nothing". */
  | 'nullablePath'
  /** A JSONPath that names one place, or null for "nowhere". */
  | 'resultPath'
  /** A JSONPath or an intrinsic function. */
  | 'pathOrIntrinsic'
  | 'number'
  | 'timestamp'
  /** Names of variables with values. */
  | 'assign';

/** A field of a state or of one of its parts. */
export interface FieldRule {
  readonly kind: ValueKind;
  /** The only query language that has the field; absent: both have it. */
  readonly language?: QueryLanguage;
  /** Smallest number, for `number`. */
  readonly min?: number;
  /** Largest number, for `number`. */
  readonly max?: number;
  /** Whether a `number` has to be whole. */
  readonly whole?: boolean;
}

export type Fields = Readonly<Record<string, FieldRule>>;

const JSON_PATH = 'JSONPath' as const;
const JSONATA = 'JSONata' as const;

/** Longest that the service waits for a task, in seconds. */
const SECONDS_MAX = 99_999_999;

const seconds: FieldRule = { kind: 'number', min: 1, max: SECONDS_MAX, whole: true };
const count: FieldRule = { kind: 'number', min: 0, whole: true };
const percentage: FieldRule = { kind: 'number', min: 0, max: 100 };
const path: FieldRule = { kind: 'path', language: JSON_PATH };

const EVERY: Fields = { Type: { kind: 'text' }, Comment: { kind: 'text' }, QueryLanguage: { kind: 'text' } };
const STEP: Fields = { Next: { kind: 'text' }, End: { kind: 'boolean' } };
const INPUT: Fields = {
  InputPath: { kind: 'nullablePath', language: JSON_PATH },
  OutputPath: { kind: 'nullablePath', language: JSON_PATH },
  Output: { kind: 'template', language: JSONATA },
};
const ASSIGN: Fields = { Assign: { kind: 'assign' } };
const RESULT: Fields = { ResultPath: { kind: 'resultPath', language: JSON_PATH } };
const PARAMETERS: Fields = { Parameters: { kind: 'template', language: JSON_PATH } };
const WORK: Fields = {
  ResultSelector: { kind: 'template', language: JSON_PATH },
  Retry: { kind: 'list' },
  Catch: { kind: 'list' },
};
const ARGUMENTS: Fields = { Arguments: { kind: 'template', language: JSONATA } };

/** The fields of each type of state (States Language, "Input and output processing" and the sections of the types). */
export const STATE_FIELDS: Readonly<Record<string, Fields>> = {
  Task: {
    ...EVERY,
    ...STEP,
    ...INPUT,
    ...ASSIGN,
    ...RESULT,
    ...PARAMETERS,
    ...WORK,
    ...ARGUMENTS,
    Resource: { kind: 'text' },
    TimeoutSeconds: seconds,
    TimeoutSecondsPath: path,
    HeartbeatSeconds: seconds,
    HeartbeatSecondsPath: path,
    Credentials: { kind: 'template' },
  },
  Pass: {
    ...EVERY,
    ...STEP,
    ...INPUT,
    ...ASSIGN,
    ...RESULT,
    ...PARAMETERS,
    Result: { kind: 'any', language: JSON_PATH },
  },
  Wait: {
    ...EVERY,
    ...STEP,
    ...INPUT,
    ...ASSIGN,
    Seconds: { kind: 'number', min: 0, max: SECONDS_MAX, whole: true },
    Timestamp: { kind: 'timestamp' },
    SecondsPath: path,
    TimestampPath: path,
  },
  Choice: { ...EVERY, ...INPUT, ...ASSIGN, Choices: { kind: 'list' }, Default: { kind: 'text' } },
  Succeed: { ...EVERY, ...INPUT },
  Fail: {
    ...EVERY,
    Error: { kind: 'text' },
    Cause: { kind: 'text' },
    ErrorPath: { kind: 'pathOrIntrinsic', language: JSON_PATH },
    CausePath: { kind: 'pathOrIntrinsic', language: JSON_PATH },
  },
  Parallel: {
    ...EVERY,
    ...STEP,
    ...INPUT,
    ...ASSIGN,
    ...RESULT,
    ...PARAMETERS,
    ...WORK,
    ...ARGUMENTS,
    Branches: { kind: 'list' },
  },
  Map: {
    ...EVERY,
    ...STEP,
    ...INPUT,
    ...ASSIGN,
    ...RESULT,
    ...PARAMETERS,
    ...WORK,
    ItemProcessor: { kind: 'map' },
    Iterator: { kind: 'map' },
    Items: { kind: 'template', language: JSONATA },
    ItemsPath: path,
    ItemSelector: { kind: 'template' },
    ItemReader: { kind: 'map' },
    ItemBatcher: { kind: 'map' },
    ResultWriter: { kind: 'map' },
    Label: { kind: 'text' },
    MaxConcurrency: count,
    MaxConcurrencyPath: path,
    ToleratedFailureCount: count,
    ToleratedFailureCountPath: path,
    ToleratedFailurePercentage: percentage,
    ToleratedFailurePercentagePath: path,
  },
};

/** The fields of the parts of states. */
export const PART_FIELDS = {
  machine: {
    Comment: { kind: 'text' },
    QueryLanguage: { kind: 'text' },
    StartAt: { kind: 'text' },
    States: { kind: 'map' },
    Version: { kind: 'text' },
    TimeoutSeconds: { kind: 'number', min: 0, max: SECONDS_MAX, whole: true },
    ProcessorConfig: { kind: 'map' },
  },
  retrier: {
    Comment: { kind: 'text' },
    ErrorEquals: { kind: 'list' },
    IntervalSeconds: seconds,
    MaxAttempts: { kind: 'number', min: 0, max: SECONDS_MAX, whole: true },
    BackoffRate: { kind: 'number', min: 1 },
    MaxDelaySeconds: { kind: 'number', min: 1, max: SECONDS_MAX, whole: true },
    JitterStrategy: { kind: 'text' },
  },
  catcher: {
    Comment: { kind: 'text' },
    ErrorEquals: { kind: 'list' },
    Next: { kind: 'text' },
    ...ASSIGN,
    ...RESULT,
    Output: { kind: 'template', language: JSONATA },
  },
  reader: {
    Resource: { kind: 'text' },
    Parameters: { kind: 'template', language: JSON_PATH },
    Arguments: { kind: 'template', language: JSONATA },
    ReaderConfig: { kind: 'map' },
  },
  readerConfig: {
    InputType: { kind: 'text' },
    Transformation: { kind: 'text' },
    CSVHeaderLocation: { kind: 'text' },
    CSVHeaders: { kind: 'list' },
    CSVDelimiter: { kind: 'text' },
    ManifestType: { kind: 'text' },
    ItemsPointer: { kind: 'text' },
    MaxItems: { kind: 'number', min: 0, whole: true },
    MaxItemsPath: path,
  },
  batcher: {
    BatchInput: { kind: 'template' },
    MaxItemsPerBatch: { kind: 'number', min: 1, whole: true },
    MaxItemsPerBatchPath: path,
    MaxInputBytesPerBatch: { kind: 'number', min: 1, max: 262_144, whole: true },
    MaxInputBytesPerBatchPath: path,
  },
  writer: {
    Resource: { kind: 'text' },
    Parameters: { kind: 'template', language: JSON_PATH },
    Arguments: { kind: 'template', language: JSONATA },
    WriterConfig: { kind: 'map' },
  },
} as const satisfies Readonly<Record<string, Fields>>;

/** Fields of which a state or part may have at most one. */
export const EXCLUSIVE: readonly (readonly string[])[] = [
  ['Next', 'End'],
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
  ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['ItemProcessor', 'Iterator'],
  ['ItemSelector', 'Parameters'],
  ['Items', 'ItemsPath'],
  ['MaxItems', 'MaxItemsPath'],
  ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
  ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
];
