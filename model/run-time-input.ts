/**
 * What Rego policies are given as `input` (DESIGN §4). The JSON Schemas in `policies/schemas/` are generated from these types.
 *
 * Null means *not known*: a policy must ask whether a value is known before it draws a conclusion from its absence. Lists are sorted sets.
 */
import type { JsonValue } from './json.ts';
import type { LabelDescription } from './label.ts';
import type { PlatformName } from './platform.ts';

/** The moment of the decision. The only clock a policy has: `time.now_ns()` gives the same moment. */
export interface InputTime {
  /** RFC 3339 in UTC with milliseconds, e.g. `2026-11-24T21:48:48.123Z`. */
  readonly rfc3339: string;
  /** Milliseconds since 1970 in UTC; whole. */
  readonly unixMs: number;
}

/** Envoy's `AttributeContext` in the form OPA-Envoy's users know it (protobuf JSON). A name in it is Envoy's, not ours. */
export interface CheckAttributes {
  readonly source?: CheckPeer;
  readonly destination?: CheckPeer;
  readonly request: {
    /** RFC 3339. */
    readonly time?: string;
    readonly http: CheckHttpRequest;
  };
  readonly contextExtensions?: Readonly<Record<string, string>>;
  /** Whatever filters before this one left: untyped by nature. */
  readonly metadataContext?: JsonValue;
  readonly routeMetadataContext?: JsonValue;
  readonly tlsSession?: { readonly sni?: string };
}

/** One end of a connection. */
export interface CheckPeer {
  readonly address?: {
    readonly socketAddress?: { readonly address?: string; readonly portValue?: number; readonly protocol?: string };
  };
  readonly service?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The authenticated identity, e.g. a SPIFFE id; absent when the peer is not authenticated. */
  readonly principal?: string;
  readonly certificate?: string;
}

/** An HTTP request as Envoy's external authorization describes it. */
export interface CheckHttpRequest {
  readonly id?: string;
  readonly method: string;
  /** Lower-case names; `:authority`, `:method`, `:path` and `:scheme` are among them when Envoy sends them. */
  readonly headers: Readonly<Record<string, string>>;
  /** With the query. */
  readonly path: string;
  readonly host?: string;
  readonly scheme?: string;
  readonly query?: string;
  readonly fragment?: string;
  /** Bytes; Envoy writes 64-bit numbers as text. */
  readonly size?: string;
  readonly protocol?: string;
  readonly body?: string;
  /** Base64, when Envoy packs bodies as bytes. */
  readonly rawBody?: string;
}

/** Input of `weir/invocation/decision`: one function is about to be invoked. */
export interface InvocationInput {
  readonly time: InputTime;
  readonly attributes: CheckAttributes;
  /** The path without the query, split at `/` and percent-decoded, e.g. `["v1", "orders"]`. */
  readonly parsed_path: readonly string[];
  readonly parsed_query: Readonly<Record<string, readonly string[]>>;
  /** The body when it is JSON or a form and whole; absent otherwise. */
  readonly parsed_body?: JsonValue;
  /** The body was larger than the limit, so that `parsed_body` is absent. */
  readonly truncated_body: boolean;
  /** As OPA-Envoy tells its own version. */
  readonly version: { readonly ext_authz: 'v3'; readonly encoding: 'protojson' };
  readonly weir: InvocationContext;
}

/** Who calls. */
export interface CallerContext {
  readonly kind: 'anonymous' | 'user' | 'function' | 'service';
  /** A function's id (`openfaas:resize`), a subject or a SPIFFE id; null when anonymous. */
  readonly id: string | null;
  readonly tenant: string | null;
  /** How the identity was proved; `none` for anonymous, and for names that were only claimed. */
  readonly provedBy: 'none' | 'context' | 'mtls' | 'jwt' | 'platform';
  /** When the proof was given (a token's `auth_time` or issue), milliseconds since 1970. */
  readonly provedAtMs: number | null;
}

/** The function that is called. */
export interface FunctionContext {
  /** `<platform>:<name>`, as in the contract. */
  readonly id: string;
  readonly name: string;
  readonly platform: PlatformName;
  readonly version: string | null;
  /** Digest of the code or image as found on the node, e.g. `sha256:…`. */
  readonly digest: string | null;
  readonly memoryLimitBytes: number | null;
  readonly timeoutMs: number | null;
  /** Invocations admitted at this node in the last 60 s, this one not counted. */
  readonly admittedPerMinute: number;
}

/** The process, container or sandbox that will run it. */
export interface InstanceContext {
  readonly id: string;
  /** Join of what the instance has received since it started; null when it is not known. */
  readonly residualLabel: LabelDescription | null;
  readonly quarantine: { readonly cause: string; readonly untilMs: number | null } | null;
  /** Invocations that it is running now, this one not counted. */
  readonly inFlight: number;
}

/** The node the point runs on. */
export interface NodeContext {
  readonly id: string;
  readonly region: string | null;
  /** Kernel events are being lost, or do not arrive; null when nobody watches this node. */
  readonly isBlind: boolean | null;
  readonly blindReason: string | null;
}

/** Where in a composition's execution the call stands. */
export interface ExecutionContext {
  readonly id: string;
  readonly composition: string;
  /** Step from which the call comes; null for the start of the composition. */
  readonly fromStep: string | null;
  /** Invocation that called; null for the first. */
  readonly parent: string | null;
  /** Calls on the way here, this one not counted. */
  readonly depth: number;
  readonly startedAtMs: number;
}

/** What the data of the call is known to be. */
export interface DataContext {
  readonly label: LabelDescription;
  /** `context`: carried and signed. `declared`: from the route's configuration. `entry`: the label of unauthenticated entries. `unknown`: assumed the worst. */
  readonly evidence: 'context' | 'declared' | 'entry' | 'unknown';
  readonly expiresAtMs: number | null;
  readonly sizeBytes: number | null;
}

/** What Weir knows about the invocation; everything here was established by the enforcement point itself, nothing is copied from the request unverified. */
export interface InvocationContext {
  readonly schema: 'weir.invocation/1';
  readonly invocation: {
    /** Minted by the point. */
    readonly id: string;
    /** The id that the request claims to have; a hint that callers can forge. */
    readonly claimedId: string | null;
    readonly attempt: number;
    readonly trigger: 'http' | 'event' | 'action' | 'runtime-api' | 'callback';
  };
  readonly function: FunctionContext;
  readonly instance: InstanceContext;
  readonly node: NodeContext;
  readonly caller: CallerContext;
  readonly execution: ExecutionContext | null;
  readonly data: DataContext;
  /** The signed context the call came with. `refused`: there was one and it did not verify, `reason` says how. */
  readonly context: {
    readonly status: 'verified' | 'absent' | 'refused';
    readonly reason: string | null;
  };
  /** Names of platform state that the request carries although it comes from outside, e.g. `$composer`, `__ow_user`. */
  readonly smuggled: readonly string[];
  readonly policy: {
    readonly revision: string;
    /** Since the bundle server last confirmed it, milliseconds. */
    readonly ageMs: number;
    readonly isStale: boolean;
  };
  /** Asked for with a valid grant; policies decide what it opens. */
  readonly breakGlass: {
    readonly grant: string;
    readonly by: string;
    readonly reason: string;
    readonly expiresAtMs: number;
  } | null;
}

/** Input of `weir/result/decision`: a function has answered and the answer is about to be handed on. */
export interface ResultInput {
  readonly time: InputTime;
  readonly weir: InvocationContext;
  readonly result: {
    readonly status: number | null;
    readonly outcome: 'ok' | 'error' | 'timeout';
    readonly durationMs: number;
    readonly sizeBytes: number | null;
    /** Join of the data's label, the instance's residual label and what the function is declared to bring in. */
    readonly label: LabelDescription;
  };
}

/** Input of `weir/event/decision`: a kernel event that was attributed to an invocation. */
export interface EventInput {
  readonly time: InputTime;
  readonly weir: InvocationContext | null;
  readonly attribution: 'exact' | 'inherited' | 'ambiguous' | 'none';
  readonly event: {
    readonly kind:
      'exec' | 'exit' | 'connect' | 'file-read' | 'file-write' | 'privilege' | 'module' | 'namespace' | 'other';
    readonly binary: string;
    readonly arguments: readonly string[];
    readonly path: string | null;
    readonly address: string | null;
    readonly port: number | null;
    readonly hook: string | null;
    readonly uid: number | null;
  };
}

/** Input of `weir/placement/decision`: may this function run on this node? */
export interface PlacementInput {
  readonly time: InputTime;
  readonly function: { readonly id: string; readonly digest: string | null; readonly label: LabelDescription };
  readonly node: { readonly id: string; readonly region: string | null; readonly isolation: string | null };
  readonly coTenants: readonly string[];
}
