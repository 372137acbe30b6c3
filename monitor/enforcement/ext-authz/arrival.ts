import type { JsonValue } from '../../../model/json.ts';
import type { Arrival } from '../types.ts';
import type { CheckRequest } from './check-request.ts';
import { parseBody, parseTarget } from './request-input.ts';
import { callerOf, type ExtAuthzRoute, type PrincipalTrust, type RouteTable } from './routes.ts';

/** Header that carries the signed context. */
export const CONTEXT_HEADER = 'weir-context';
/** The same in the binary mode of CloudEvents. */
export const CLOUD_EVENTS_HEADER = 'ce-weircontext';
const BREAK_GLASS_HEADER = 'weir-break-glass';
/** Bytes of a bearer token or context that is looked at; more is no token. */
const TOKEN_BYTES_MAX = 16 * 1024;
const ATTEMPTS_MAX = 1_000;

/** Finds names of platform state in a request, e.g. `__ow_user`; see the adapters of the HTTP door. */
export type PlatformStateFinder = (
  headers: Readonly<Record<string, string>>,
  body: JsonValue,
  platform: Arrival['platform'],
) => readonly string[];

/** What an arrival is made with. */
export interface ArrivalMaker {
  readonly routes: RouteTable;
  readonly principals: PrincipalTrust;
  readonly findPlatformState: PlatformStateFinder;
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
  const { route, name, functionName } = chosen.choice;
  const principal = attributes.source?.principal;
  const platform = route?.platform ?? 'http';
  return {
    ok: true,
    route,
    arrival: {
      door: 'ext-authz',
      platform,
      route: name,
      functionName,
      functionVersion: route?.functionVersion ?? null,
      functionDigest: route?.functionDigest ?? null,
      memoryLimitBytes: route?.memoryLimitBytes ?? null,
      timeoutMs: route?.timeoutMs ?? null,
      instanceId: route?.instanceId ?? `ext-authz/${platform}:${functionName}`,
      trigger: route?.trigger ?? 'http',
      claimedId: headerOf(http.headers, 'x-request-id'),
      attempt: attemptOf(http.headers),
      attributes,
      parsedPath: target.value.path,
      parsedQuery: target.value.query,
      parsedBody: body.value.value,
      isBodyTruncated: body.value.isTruncated,
      sizeBytes: sizeOf(http.size, http.headers),
      contextToken: headerOf(http.headers, CONTEXT_HEADER) ?? headerOf(http.headers, CLOUD_EVENTS_HEADER),
      transportCaller: callerOf(principal, maker.principals),
      bearerToken: bearerOf(http.headers),
      platformState: maker.findPlatformState(http.headers, body.value.value, platform),
      isFromPlatform: isFromPlatform(route, principal, maker.principals),
      breakGlassGrant: headerOf(http.headers, BREAK_GLASS_HEADER),
      signal,
    },
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
