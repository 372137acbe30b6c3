/**
 * Names of the errors that the language itself raises.
 *
 * Source: States Language, appendix A, and the service's developer guide, "Handling errors in Step Functions workflows".
 */
export const ERROR_NAMES: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/**
 * Names of the errors of evaluations. `States.Runtime` is what the guide gives to `InputPath`, `OutputPath` and other fields that take a path and
 * nothing else; the others belong to templates, `ResultPath` and JSONata.
 */
export const EVALUATION_ERRORS = [
  'States.IntrinsicFailure',
  'States.ParameterPathFailure',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.Runtime',
] as const;

export type EvaluationError = (typeof EVALUATION_ERRORS)[number];

/** Errors that `States.ALL` and other wildcards do not stand for. Source: developer guide, "Error names". */
const TERMINAL: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** What the service calls by the name of `States.Runtime` where the language has names of their own. */
export const RUNTIME_ALIASES: ReadonlySet<string> = new Set([
  'States.IntrinsicFailure',
  'States.ParameterPathFailure',
  'States.ResultPathMatchFailure',
]);

/** Evaluation errors that wildcards stand for. */
export const CATCHABLE_EVALUATION_ERRORS: readonly string[] = EVALUATION_ERRORS.filter((name) => !TERMINAL.has(name));

/** Whether `ErrorEquals` stands for an evaluation error: by name, by the name the service has for it, or by a wildcard. */
export function standsFor(written: readonly string[], error: string): boolean {
  if (written.includes(error)) return true;
  if (RUNTIME_ALIASES.has(error) && written.includes('States.Runtime')) return true;
  return !TERMINAL.has(error) && (written.includes('States.ALL') || written.includes('States.TaskFailed'));
}
