import { adapterOf } from '../adapters/index.ts';
import { claim, PLAIN_CALL, type AdapterRequest, type Facts } from '../adapters/types.ts';
import { CLOUD_EVENTS_HEADER, CONTEXT_HEADER } from '../context/carriers.ts';
import type { Arrival } from '../types.ts';
import type { CheckRequest } from './check-request.ts';
import { parseBody, parseTarget, type ParsedBody, type ParsedTarget } from './request-input.ts';
import { callerOf, type ExtAuthzRoute, type PrincipalTrust, type RouteChoice, type RouteTable } from './routes.ts';

const BREAK_GLASS_HEADER = 'weir-break-glass';
/** Bytes of a bearer token or context that is looked at; more is no token. */
const TOKEN_BYTES_MAX = 16 * 1024;
const ATTEMPTS_MAX = 1_000;

/** What an arrival is made with. */
export interface ArrivalMaker {
  readonly routes: RouteTable;
  readonly principals: PrincipalTrust;
}

/** What came of reading a request; `detail` has nothing of it. */
export type Arriving =
  | { readonly ok: true; readonly arrival: Arrival; readonly route: ExtAuthzRoute | null }
  | { readonly ok: false; readonly detail: string };

/** Makes the arrival that the core decides about. Never throws. */
export function makeArrival(request: CheckRequest, maker: ArrivalMaker, signal: AbortSignal | null): Arriving {
  const { attributes } = request;
  const { http } = attributes.request;
  const target = parseTarget(http.method, http.path);
  if (!target.ok) return target;
  const body = parseBody(http.headers, request.body);
  if (!body.ok) return body;
  const chosen = maker.routes.choose(attributes, target.value);
  if (!chosen.ok) return chosen;
  const read: Read = { target: target.value, body: body.value, choice: chosen.choice, maker };
  const facts = describe(request, read);
  if (facts.kind === 'refused') return { ok: false, detail: facts.reason };
  return { ok: true, route: chosen.choice.route, arrival: arrivalOf(request, read, facts, signal) };
}

/** The parts of a request that were read. */
interface Read {
  readonly target: ParsedTarget;
  readonly body: ParsedBody;
  readonly choice: RouteChoice;
  readonly maker: ArrivalMaker;
}

/** What the platform's adapter says of the request. */
function describe({ attributes, body: bytes }: CheckRequest, { target, body, choice, maker }: Read): Facts {
  const { http } = attributes.request;
  const { route, functionName } = choice;
  const adapter = adapterOf(route?.platform ?? 'http');
  const isRead = !body.isTruncated && (bytes === null || body.value !== null);
  const request: AdapterRequest = {
    method: http.method,
    path: `/${target.path.join('/')}`,
    headers: http.headers,
    body: !isRead ? { kind: 'unread' } : bytes === null ? { kind: 'none' } : { kind: 'json', value: body.value },
    isFromPlatform: isFromPlatform(route, attributes.source?.principal, maker.principals),
    route: { functionName: functionName === '' ? null : functionName, callbackHosts: [] },
  };
  if (!isRead && adapter.needsBody(request) !== 'no') {
    return {
      kind: 'refused',
      status: 415,
      reason: 'Envoy did not hand over the whole body, which this platform needs to be read',
    };
  }
  return adapter.describe(request);
}

function arrivalOf(
  { attributes }: CheckRequest,
  { target, body, choice, maker }: Read,
  facts: Exclude<Facts, { kind: 'refused' }>,
  signal: AbortSignal | null,
): Arrival {
  const { http } = attributes.request;
  const { route, name, functionName } = choice;
  const principal = attributes.source?.principal;
  const platform = route?.platform ?? 'http';
  const told = facts.kind === 'invocation' ? facts : PLAIN_CALL;
  return {
    door: 'ext-authz',
    platform,
    route: name,
    functionName,
    functionVersion: route?.functionVersion ?? null,
    functionDigest: route?.functionDigest ?? null,
    memoryLimitBytes: route?.memoryLimitBytes ?? null,
    timeoutMs: route?.timeoutMs ?? null,
    instanceId: route?.instanceId ?? `ext-authz/${platform}:${functionName}`,
    trigger: route === null || route.trigger === 'http' ? told.trigger : route.trigger,
    claimedId: told.claimedId ?? claim(http.headers['x-request-id']),
    attempt: Math.max(told.attempt, attemptOf(http.headers)),
    attributes,
    parsedPath: target.path,
    parsedQuery: target.query,
    parsedBody: body.value,
    isBodyTruncated: body.isTruncated,
    sizeBytes: sizeOf(http.size, http.headers),
    contextToken:
      headerOf(http.headers, CONTEXT_HEADER) ?? headerOf(http.headers, CLOUD_EVENTS_HEADER) ?? told.contextToken,
    transportCaller: callerOf(principal, maker.principals),
    bearerToken: bearerOf(http.headers),
    platformState: told.platformState,
    isFromPlatform: isFromPlatform(route, principal, maker.principals),
    breakGlassGrant: headerOf(http.headers, BREAK_GLASS_HEADER),
    signal,
  };
}

function isFromPlatform(route: ExtAuthzRoute | null, principal: string | undefined, trust: PrincipalTrust): boolean {
  if (route === null || principal === undefined) return false;
  return callerOf(principal, trust) !== null && route.platformPrincipals.includes(principal);
}

/** Own properties only: a header may be called like something that every object has. */
function headerOf(headers: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(headers, name) ? (headers[name] ?? null) : null;
}

function attemptOf(headers: Readonly<Record<string, string>>): number {
  const attempt = Number(headerOf(headers, 'x-envoy-attempt-count') ?? '1');
  return Number.isInteger(attempt) && attempt >= 1 ? Math.min(attempt, ATTEMPTS_MAX) : 1;
}

function bearerOf(headers: Readonly<Record<string, string>>): string | null {
  const authorization = headerOf(headers, 'authorization');
  if (authorization === null || authorization.length > TOKEN_BYTES_MAX) return null;
  return /^bearer +([^\s,]+) *$/i.exec(authorization)?.[1] ?? null;
}

function sizeOf(size: string | undefined, headers: Readonly<Record<string, string>>): number | null {
  const told = Number(size ?? headerOf(headers, 'content-length') ?? '-1');
  return Number.isSafeInteger(told) && told >= 0 ? told : null;
}
