/**
 * What an invocation is on each platform. An adapter is a set of pure functions: it is handed a request that was already checked and brought into one
 * form, and says which function is called, by what, under which id, and how a refusal has to be spoken so that the platform understands it.
 */
import type { JsonValue } from '../../../model/json.ts';
import type { PlatformName } from '../../../model/platform.ts';
import type { InvocationContext } from '../../../model/run-time-input.ts';
import type { Refusal } from '../types.ts';

/** Body as far as it was read. `unread`: too large for the route, streamed, or of another type. */
export type AdapterBody = { readonly kind: 'none' | 'unread' } | { readonly kind: 'json'; readonly value: JsonValue };

/** A request without what is of one connection. */
export interface AdapterRequest {
  readonly method: string;
  /** In its one form, without the query. */
  readonly path: string;
  /** Lower-case names; repeated fields joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AdapterBody;
  /** The connection comes from the platform's own controller (per configuration). */
  readonly isFromPlatform: boolean;
  readonly route: AdapterRoute;
}

/** What the route's configuration tells the adapter. */
export interface AdapterRoute {
  /** Null when the request tells it. A request that names another is refused. */
  readonly functionName: string | null;
  /** Hosts, as `host` or `host:port`, to which the platform may post results; `*.example.org` covers subdomains. */
  readonly callbackHosts: readonly string[];
}

export type AdapterHead = Omit<AdapterRequest, 'body'>;
export type BodyNeed = 'no' | 'call' | 'load';

/** One call of the function. */
export interface InvocationFacts {
  readonly kind: 'invocation';
  /** As the request tells it; null when it does not. */
  readonly functionName: string | null;
  /** The name is what the function is found by (a path), so that nobody can claim another. A name in a header is believed from the platform only. */
  readonly isNameBinding: boolean;
  readonly functionVersion: string | null;
  readonly trigger: InvocationContext['invocation']['trigger'];
  readonly claimedId: string | null;
  /** 1 for the first. */
  readonly attempt: number;
  /** Until the platform gives up; null when it does not say. Never below 0. */
  readonly deadlineAtMs: number | null;
  /** Context found in the body or in platform headers; the `weir-context` header is read by the proxy. */
  readonly contextToken: string | null;
  /** Names of platform state in the request, sorted. */
  readonly platformState: readonly string[];
}

/** Not a call of the function: the platform prepares or probes the instance. */
export interface LifecycleFacts {
  readonly kind: 'lifecycle';
  /** `load` brings code and happens once in an instance; `probe` asks the runtime whether it is there. */
  readonly step: 'load' | 'probe';
  /** The code that is loaded, for its digest; null when the request has none. */
  readonly code: string | null;
  /** What the proxy answers by itself; null when the request goes to the runtime. */
  readonly answer: SpokenRefusal | null;
}

/** The platform forbids such a request, or Weir cannot decide it. */
export interface RefusedFacts {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 404 | 405 | 415;
  /** One sentence without anything of the request. */
  readonly reason: string;
}

export type Facts = InvocationFacts | LifecycleFacts | RefusedFacts;

/** An answer in the platform's own form. */
export interface SpokenRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A context that travels in the body, where the platform hands no headers to functions. */
export interface BodyCarrier {
  /** The request's body with this context only; null for none. */
  put(body: JsonValue, token: string | null): JsonValue;
  /** An answer's body without any context. */
  strip(body: JsonValue): JsonValue;
  /** An answer that asks the platform to call something: with the context for what is called. Null when the answer asks for nothing. */
  continuation?(body: JsonValue, token: string): JsonValue | null;
}

export interface Adapter {
  readonly platform: PlatformName;
  /**
   * Whether `describe` needs the body of such a request, as JSON: a body that is larger than what may be read is then refused. `load`: it brings code and
   * may be as large as code is.
   */
  needsBody(request: AdapterHead): BodyNeed;
  describe(request: AdapterRequest): Facts;
  /** Null when the header carries the context. */
  carrier(request: AdapterRequest): BodyCarrier | null;
  speak(refusal: Refusal, request: AdapterRequest): SpokenRefusal;
}

export const refused = (status: RefusedFacts['status'], reason: string): RefusedFacts => ({
  kind: 'refused',
  status,
  reason,
});

/** A call about which the platform says nothing. */
export const PLAIN_CALL: InvocationFacts = {
  kind: 'invocation',
  functionName: null,
  isNameBinding: false,
  functionVersion: null,
  trigger: 'http',
  claimedId: null,
  attempt: 1,
  deadlineAtMs: null,
  contextToken: null,
  platformState: [],
};

/** The longest id that is taken over as a claim. */
const CLAIM_LENGTH_MAX = 256;

/** An id that the request claims: printable and short, or nothing. */
export function claim(text: JsonValue | undefined): string | null {
  return typeof text === 'string' && text.length <= CLAIM_LENGTH_MAX && /^[\x21-\x7e]+$/.test(text) ? text : null;
}

/** Names of headers for which `isState` holds, sorted. */
export function stateHeaders(
  headers: Readonly<Record<string, string>>,
  isState: (name: string) => boolean,
): readonly string[] {
  return Object.keys(headers).filter(isState).sort();
}

/** Speaks a refusal as plain HTTP does. */
export const speakHttp = (refusal: Refusal): SpokenRefusal => ({
  status: refusal.status,
  headers: refusal.headers,
  body: refusal.body,
});
