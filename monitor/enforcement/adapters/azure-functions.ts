/**
 * Azure Functions with a custom handler: the host posts `{ "Data": …, "Metadata": … }` to `/<function>`, or forwards HTTP requests as they are when
 * `enableForwardingHttpRequest` is set.
 * Source: https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers (request payload, response payload). The host adds
 * `X-Azure-Functions-InvocationId`; `Metadata.sys.MethodName` is the function, `Metadata.DequeueCount` the attempt of a queue message.
 */
import type { JsonValue } from '../../../model/json.ts';
import { isObject, member } from '../context/json-edit.ts';
import {
  claim,
  PLAIN_CALL,
  refused,
  speakHttp,
  stateHeaders,
  type Adapter,
  type AdapterHead,
  type AdapterRequest,
  type Facts,
} from './types.ts';

const INVOCATION = 'x-azure-functions-invocationid';
const FUNCTION_PATH = /^\/([A-Za-z][A-Za-z0-9_-]{0,126})$/;

/** The host's own requests; what is forwarded keeps the path of the route, `/api/…` by default. */
const isPayload = ({ method, headers, path }: AdapterHead): boolean =>
  method === 'POST' &&
  headers[INVOCATION] !== undefined &&
  FUNCTION_PATH.test(path) &&
  (headers['content-type'] ?? '').includes('application/json');

function describe(request: AdapterRequest): Facts {
  const { headers, path, body } = request;
  const call = {
    ...PLAIN_CALL,
    claimedId: claim(headers[INVOCATION]),
    platformState: stateHeaders(headers, (name) => name.startsWith('x-azure-functions-')),
  };
  if (!isPayload(request)) return call;
  const value = body.kind === 'json' ? body.value : null;
  const data = member(value ?? undefined, 'Data');
  const metadata = member(value ?? undefined, 'Metadata');
  if (!isObject(data) || !isObject(metadata)) return refused(400, 'The body is no invocation request.');
  const name = FUNCTION_PATH.exec(path)?.[1] ?? null;
  const method = member(member(metadata, 'sys'), 'MethodName');
  if (method !== undefined && method !== name) return refused(400, 'Path and metadata name different functions.');
  const isHttp = Object.values(data).some((input) => isObject(input) && typeof member(input, 'Method') === 'string');
  return {
    ...call,
    functionName: name,
    isNameBinding: true,
    trigger: isHttp ? 'http' : 'event',
    attempt: attemptOf(member(metadata, 'DequeueCount')),
  };
}

/** Numbers come as text in the metadata. */
function attemptOf(value: JsonValue | undefined): number {
  const count = Number(typeof value === 'string' ? value.replaceAll('"', '') : value);
  return Number.isInteger(count) && count > 0 ? count : 1;
}

export const AZURE_FUNCTIONS: Adapter = {
  platform: 'azure-functions',
  needsBody: (request) => (isPayload(request) ? 'call' : 'no'),
  describe,
  carrier: () => null,
  speak: speakHttp,
};
