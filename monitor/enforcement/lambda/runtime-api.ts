/** Words of the Lambda Runtime API, version 2018-06-01 (OpenAPI document in the Lambda developer guide). */

export const HEADER = {
  requestId: 'lambda-runtime-aws-request-id',
  deadlineMs: 'lambda-runtime-deadline-ms',
  invokedFunctionArn: 'lambda-runtime-invoked-function-arn',
  traceId: 'lambda-runtime-trace-id',
  clientContext: 'lambda-runtime-client-context',
  cognitoIdentity: 'lambda-runtime-cognito-identity',
  errorType: 'lambda-runtime-function-error-type',
  errorBody: 'lambda-runtime-function-error-body',
  responseMode: 'lambda-runtime-function-response-mode',
} as const;

export const NEXT_PATH = '/2018-06-01/runtime/invocation/next';
/** Content type of the documents that tell an error. */
export const ERROR_CONTENT_TYPE = 'application/vnd.aws.lambda.error+json';

/** What a runtime may ask for. Everything else is answered with 404 and not passed on. */
export type RuntimeCall =
  | { readonly kind: 'next' }
  | { readonly kind: 'response' | 'error'; readonly requestId: string }
  /** Start, restore from a snapshot, and extensions inside the runtime's process: nothing of an invocation is in it. */
  | { readonly kind: 'passed' };

const PASSED: readonly (readonly [method: string, pattern: RegExp])[] = [
  ['POST', /^\/2018-06-01\/runtime\/init\/error$/],
  ['GET', /^\/2018-06-01\/runtime\/restore\/next$/],
  ['POST', /^\/2018-06-01\/runtime\/restore\/error$/],
  ['POST', /^\/2020-01-01\/extension\/(register|init\/error|exit\/error)$/],
  ['GET', /^\/2020-01-01\/extension\/event\/next$/],
];
const ANSWER = /^\/2018-06-01\/runtime\/invocation\/([A-Za-z0-9-]{1,128})\/(response|error)$/;

/** What a request of the runtime is; null for what the API does not have. */
export function readCall(method: string, path: string): RuntimeCall | null {
  if (method === 'GET' && path === NEXT_PATH) return { kind: 'next' };
  const [, requestId, kind] = method === 'POST' ? (ANSWER.exec(path) ?? []) : [];
  if (requestId !== undefined) return { kind: kind === 'error' ? 'error' : 'response', requestId };
  return PASSED.some(([passed, pattern]) => passed === method && pattern.test(path)) ? { kind: 'passed' } : null;
}

/** A document that tells an error, as runtimes and the Runtime API write it. */
export function errorDocument(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorType, errorMessage, stackTrace: [] });
}

/** Name and version in the ARN of a function: `arn:aws:lambda:<region>:<account>:function:<name>[:<version or alias>]`. Null for no such ARN. */
export function readFunctionArn(arn: string): { readonly name: string; readonly qualifier: string | null } | null {
  const [, name, qualifier] =
    /^arn:[\w-]+:lambda:[\w-]*:\d*:function:([\w.-]{1,140})(?::([\w$.-]{1,128}))?$/.exec(arn) ?? [];
  return name === undefined ? null : { name, qualifier: qualifier ?? null };
}
