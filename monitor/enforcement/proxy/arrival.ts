import type { CheckAttributes } from '../../../model/run-time-input.ts';
import type { AdapterRequest, InvocationFacts } from '../adapters/types.ts';
import type { Arrival, MonitorClock } from '../types.ts';
import type { ReadBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { BREAK_GLASS_FIELD, CLOUD_EVENTS_CONTEXT_FIELD, CONTEXT_FIELD, valueOf, type Fields } from './fields.ts';
import type { RouteState } from './routes.ts';
import type { CanonicalTarget } from './target.ts';

/** Everything about a request that is known before the decision. */
export interface Reception {
  readonly exchange: Exchange;
  readonly state: RouteState;
  readonly target: CanonicalTarget;
  readonly host: string | null;
  /** End-to-end fields without Weir's. What policies see is what the function gets. */
  readonly fields: Fields;
  readonly headers: Readonly<Record<string, string>>;
  readonly lengthBytes: number | null;
  readonly expectsContinue: boolean;
  readonly isFromPlatform: boolean;
}

/** The reception as adapters see it. */
export function adapterRequest(reception: Reception, body: ReadBody): AdapterRequest {
  const { exchange, state, target, headers, isFromPlatform } = reception;
  return {
    method: exchange.method,
    path: target.path,
    headers,
    isFromPlatform,
    body:
      body.json !== null && body.parsed !== undefined
        ? { kind: 'json', value: body.parsed }
        : { kind: exchange.hasBody ? 'unread' : 'none' },
    route: { functionName: state.route.functionName, callbackHosts: state.route.callbackHosts },
  };
}

/** Describes the invocation to the core. */
export function arrivalOf(reception: Reception, facts: InvocationFacts, body: ReadBody, clock: MonitorClock): Arrival {
  const { exchange, state, target, headers } = reception;
  const { route } = state;
  const isTruncated = exchange.hasBody && !body.isWhole && route.body.readMaxBytes > 0;
  return {
    door: 'http-proxy',
    platform: route.platform,
    route: route.name,
    functionName: nameOf(reception, facts) ?? '',
    functionVersion: facts.functionVersion ?? route.functionVersion,
    functionDigest: state.loaded.digest ?? route.functionDigest,
    memoryLimitBytes: route.memoryLimitBytes,
    timeoutMs: route.timeoutMs,
    instanceId: route.instanceId,
    trigger: facts.trigger,
    claimedId: facts.claimedId,
    attempt: facts.attempt,
    attributes: attributesOf(reception, body, clock),
    parsedPath: target.segments,
    parsedQuery: target.parameters,
    ...(body.parsed === undefined ? {} : { parsedBody: body.parsed }),
    isBodyTruncated: isTruncated,
    sizeBytes: body.isWhole ? body.bytes.length : reception.lengthBytes,
    contextToken:
      valueOf(exchange.fields, CONTEXT_FIELD) ??
      valueOf(exchange.fields, CLOUD_EVENTS_CONTEXT_FIELD) ??
      facts.contextToken,
    transportCaller: null,
    bearerToken: bearerOf(headers['authorization']),
    platformState: facts.platformState,
    isFromPlatform: reception.isFromPlatform,
    breakGlassGrant: valueOf(exchange.fields, BREAK_GLASS_FIELD),
    signal: exchange.signal,
  };
}

/**
 * The function that will run. The route's name stands; where it has none, the request's does when it cannot be claimed by anybody. Null when nobody tells
 * it, or when the request tells another than the route.
 */
export function nameOf(
  { state, isFromPlatform }: Pick<Reception, 'state' | 'isFromPlatform'>,
  facts: InvocationFacts,
): string | null {
  const fixed = state.route.functionName;
  const told = facts.isNameBinding || isFromPlatform ? facts.functionName : null;
  if (fixed === null) return told;
  return told === null || told === fixed ? fixed : null;
}

function attributesOf(reception: Reception, body: ReadBody, clock: MonitorClock): CheckAttributes {
  const { exchange, target, headers, host } = reception;
  const { address, port } = exchange.peer;
  const size = body.isWhole ? body.bytes.length : reception.lengthBytes;
  return {
    ...(address === null
      ? {}
      : {
          source: {
            address: { socketAddress: { address, protocol: 'TCP', ...(port === null ? {} : { portValue: port }) } },
          },
        }),
    request: {
      time: new Date(clock.nowMs()).toISOString(),
      http: {
        method: exchange.method,
        path: target.text,
        headers,
        scheme: 'http',
        protocol: exchange.version === '2' ? 'HTTP/2' : `HTTP/${exchange.version}`,
        ...(host === null ? {} : { host }),
        ...(target.query === null ? {} : { query: target.query }),
        ...(size === null ? {} : { size: String(size) }),
        ...(body.text === null || body.text === '' ? {} : { body: body.text }),
      },
    },
  };
}

/** The token after `Bearer` (RFC 6750, 2.1); null for another scheme. */
function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1] ?? null;
}
