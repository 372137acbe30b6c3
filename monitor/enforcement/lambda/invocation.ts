import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '../../../model/json.ts';
import type { CallerContext, CheckHttpRequest } from '../../../model/run-time-input.ts';
import { readRuntimeClientContext } from '../context/client-context.ts';
import { isList, isObject, member, parseJson } from '../context/json-edit.ts';
import type { Arrival } from '../types.ts';
import { readEventContexts } from './event.ts';
import type { LambdaProxyOptions } from './options.ts';
import { HEADER, readFunctionArn } from './runtime-api.ts';

/** One event as the Runtime API handed it over. */
export interface Invocation {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const BREAK_GLASS_HEADER = 'weir-break-glass';
const BREAK_GLASS_MEMBER = 'weirBreakGlass';

/** One text of the header; repeated ones are joined as HTTP says. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** Header of an HTTP event, in any case. */
function eventHeader(event: JsonValue, name: string): string | null {
  const headers = member(event, 'headers');
  if (!isObject(headers)) return null;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return textOf(found?.[1]);
}

/** Only the platform can set this header, for callers that Amazon Cognito authenticated. */
function callerOf(headers: IncomingHttpHeaders): CallerContext | null {
  const identity = textOf(member(parseJson(headerText(headers, HEADER.cognitoIdentity) ?? ''), 'cognitoIdentityId'));
  if (identity === null || identity === '') return null;
  return { kind: 'user', id: `cognito:${identity}`, tenant: null, provedBy: 'platform', provedAtMs: null };
}

/** The invocation as the HTTP request that it is to whoever invokes a function; HTTP events tell their own. */
function requestOf(event: JsonValue, invocation: Invocation, functionName: string): CheckHttpRequest {
  const http = member(member(event, 'requestContext'), 'http');
  const method = textOf(member(http, 'method')) ?? textOf(member(event, 'httpMethod'));
  const path = textOf(member(http, 'path')) ?? textOf(member(event, 'rawPath')) ?? textOf(member(event, 'path'));
  const size = String(invocation.body.length);
  if (method === null || path === null) {
    const invokePath = `/2015-03-31/functions/${functionName}/invocations`;
    return { id: invocation.requestId, method: 'POST', headers: {}, path: invokePath, size, protocol: 'HTTP/1.1' };
  }
  const given = member(event, 'headers');
  const texts = Object.entries(isObject(given) ? given : {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  const query = textOf(member(event, 'rawQueryString'));
  const whole = query === null || query === '' ? path : `${path}?${query}`;
  return {
    id: invocation.requestId,
    method,
    headers: Object.fromEntries(texts),
    path: whole,
    size,
    protocol: 'HTTP/1.1',
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function queryOf(path: string): Readonly<Record<string, readonly string[]>> {
  const at = path.indexOf('?');
  const found = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(at < 0 ? '' : path.slice(at + 1))) {
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return Object.fromEntries(found);
}

/** How often a queue has delivered the messages already, this time included. */
function attemptOf(event: JsonValue): number {
  const records = member(event, 'Records');
  if (!isList(records)) return 1;
  let most = 1;
  for (const record of records) {
    const count = Number(textOf(member(member(record, 'attributes'), 'ApproximateReceiveCount')));
    if (Number.isSafeInteger(count) && count > most) most = count;
  }
  return most;
}

/** Describes the invocation for the decision core. `event` is the parsed body. */
export function describe(
  invocation: Invocation,
  event: JsonValue,
  options: LambdaProxyOptions,
): Omit<Arrival, 'signal'> {
  const arn = readFunctionArn(headerText(invocation.headers, HEADER.invokedFunctionArn) ?? '');
  const functionName = arn?.name ?? options.function.name;
  const clientContext = headerText(invocation.headers, HEADER.clientContext);
  const contexts = readEventContexts(event);
  const http = requestOf(event, invocation, functionName);
  const [path = ''] = http.path.split('?');
  const authorization = eventHeader(event, 'authorization');
  const custom = member(parseJson(clientContext ?? ''), 'custom');
  return {
    door: 'lambda-runtime',
    platform: options.platform,
    route: options.route,
    functionName,
    functionVersion: options.function.version,
    functionDigest: options.function.digest,
    memoryLimitBytes: options.function.memoryLimitBytes,
    timeoutMs: Math.max(0, Math.round(invocation.deadlineMs - options.clock.nowMs())),
    instanceId: options.instanceId,
    trigger: 'runtime-api',
    claimedId: invocation.requestId,
    attempt: attemptOf(event),
    attributes: { request: { http } },
    parsedPath: path.split('/').slice(1).map(decode),
    parsedQuery: queryOf(http.path),
    parsedBody: event,
    isBodyTruncated: false,
    sizeBytes: invocation.body.length,
    contextToken: readRuntimeClientContext(clientContext) ?? contexts.token,
    ...(contexts.batch === null ? {} : { contextBatch: contexts.batch }),
    transportCaller: callerOf(invocation.headers),
    bearerToken: /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1] ?? null,
    platformState: [],
    isFromPlatform: false,
    breakGlassGrant: eventHeader(event, BREAK_GLASS_HEADER) ?? textOf(member(custom, BREAK_GLASS_MEMBER)),
  };
}
