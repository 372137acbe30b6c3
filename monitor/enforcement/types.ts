/**
 * What passes between the doors of the enforcement point (Envoy's external authorization, the HTTP proxy, the Lambda Runtime API proxy) and the
 * decision core: a door describes an arrival, the core admits it or not, the door carries that out and tells how it ended.
 *
 *   Arrival -> admit -> Admission -> (carry out) -> complete(Outcome)
 */
import type { Decision, Obligation } from '../../model/decision.ts';
import type { JsonValue } from '../../model/json.ts';
import type { LabelDescription } from '../../model/label.ts';
import type { PlatformName } from '../../model/platform.ts';
import type { CallerContext, CheckAttributes, InvocationContext } from '../../model/run-time-input.ts';

export type Door = 'ext-authz' | 'http-proxy' | 'lambda-runtime';

/** An invocation as a door sees it, before anything is believed. */
export interface Arrival {
  readonly door: Door;
  readonly platform: PlatformName;
  /** Name of the configured route; decides policy, mode, function and exceptions. */
  readonly route: string;
  /** Name of the function as the platform calls it; the core makes `<platform>:<name>` of it. */
  readonly functionName: string;
  readonly functionVersion: string | null;
  readonly functionDigest: string | null;
  readonly memoryLimitBytes: number | null;
  readonly timeoutMs: number | null;
  readonly instanceId: string;
  readonly trigger: InvocationContext['invocation']['trigger'];
  /** Id that the request claims; a hint. */
  readonly claimedId: string | null;
  readonly attempt: number;
  readonly attributes: CheckAttributes;
  readonly parsedPath: readonly string[];
  readonly parsedQuery: Readonly<Record<string, readonly string[]>>;
  /** Absent when there is none, when it is no JSON, or when it was truncated. */
  readonly parsedBody?: JsonValue;
  readonly isBodyTruncated: boolean;
  readonly sizeBytes: number | null;
  /** Signed context found in the header, CloudEvents extension, client context, message attribute or payload envelope; null for none. */
  readonly contextToken: string | null;
  /**
   * Contexts of the messages of a batch, null for those without one; for `verifyBatch`. `contextToken` is empty then, so that whoever does not look
   * here refuses the batch as malformed. Absent when no message has a context.
   */
  readonly contextBatch?: readonly (string | null)[];
  /** What the transport proved by itself (mTLS, a platform's own authorizer); the core adds what the signed context and tokens prove. */
  readonly transportCaller: CallerContext | null;
  /** Bearer token of the request, for routes that verify JWTs; never logged. */
  readonly bearerToken: string | null;
  /** Platform state that the adapter found in the request, by name. Counts as smuggled unless the caller is the platform itself. */
  readonly platformState: readonly string[];
  /** The connection comes from the platform's own controller (per configuration), which may send platform state. */
  readonly isFromPlatform: boolean;
  /** Id of a break-glass grant that the request asks for (`weir-break-glass` header); null for none. */
  readonly breakGlassGrant: string | null;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal | null;
}

/** How an admitted invocation ended. */
export interface InvocationOutcome {
  readonly outcome: 'ok' | 'error' | 'timeout' | 'aborted';
  readonly status: number | null;
  readonly sizeBytes: number | null;
}

/** The core's answer. */
export interface Admission {
  readonly decision: Decision;
  /** True when the call goes on: allowed, or let through by dry-run or an exception. */
  readonly isAdmitted: boolean;
  /** Minted; also in the context. */
  readonly invocationId: string;
  /** The signed context to hand to the function, replacing the one that came; null when the call is not admitted or the route issues none. */
  readonly contextToken: string | null;
  readonly obligations: readonly Obligation[];
  /** Label of what the function is given; joined into the instance's residual label. */
  readonly label: LabelDescription;
  /** For a refused call: HTTP status, headers and a JSON body without any data of the request. */
  readonly refusal: Refusal | null;
  /** Must be called once for every admitted invocation; further calls do nothing. */
  complete(outcome: InvocationOutcome): void;
}

/** What a refused caller is told. */
export interface Refusal {
  /** 401, 403, 429 (rate), 503 (overload, draining, no policy), 400 (malformed). */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `{"error":"denied","decision":"<id>","reasons":[{"id","message","action"}]}` */
  readonly body: string;
}

/** The decision core as doors see it. Never rejects: whatever goes wrong is a deny with its cause. */
export interface DecisionCore {
  admit(arrival: Arrival): Promise<Admission>;
}

/** Clock and randomness are handed in, so that monitor code runs unchanged in tests and simulations. */
export interface MonitorClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Monotonic nanoseconds. */
  monotonicNs(): bigint;
}
