import type { PlatformName } from '../../../model/platform.ts';
import type { MonitorClock } from '../types.ts';
import type { PathRules } from './target.ts';

/** Where the proxy listens. Port 0 takes any free port. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** Where a function is. `h2c` is HTTP/2 without TLS by prior knowledge. */
export interface Upstream {
  readonly protocol: 'http/1.1' | 'h2c';
  readonly address: ListenAddress;
}

/** How requests to one function are found, decided and handed on. */
export interface ProxyRoute {
  /** Name of the route in the core's configuration. */
  readonly name: string;
  /** Hosts (`host` or `host:port`, lower case) for which the route is; empty for every host. */
  readonly hosts: readonly string[];
  /** Whole segments from the beginning, e.g. `/orders`; `/` for every path. The longest that fits wins. */
  readonly pathPrefix: string;
  readonly platform: PlatformName;
  /** Null when the platform's requests tell it. */
  readonly functionName: string | null;
  readonly functionVersion: string | null;
  /** As found on the node; null when it is not known. What a platform loads through the proxy (`/init`) is measured and wins. */
  readonly functionDigest: string | null;
  /** Digests of code that a platform may load through the proxy; null for any. */
  readonly loadableDigests: readonly string[] | null;
  readonly memoryLimitBytes: number | null;
  readonly timeoutMs: number | null;
  readonly instanceId: string;
  readonly upstream: Upstream;
  /** Sent as `Host`; null to keep the caller's. */
  readonly upstreamHost: string | null;
  readonly paths: PathRules;
  /** Methods that are let through. */
  readonly methods: readonly string[];
  readonly body: {
    /** Bytes that are read before the decision so that policies see the body; 0 for none. */
    readonly readMaxBytes: number;
    /** Bytes that a request may have at all. */
    readonly maxBytes: number;
  };
  /** Requests under way at once, upgraded connections included. */
  readonly inFlightMax: number;
  /** Hosts to which the platform may be asked to post results. */
  readonly callbackHosts: readonly string[];
  /** Networks (`10.1.0.0/16`, `::1`) of the platform's controller: may load code, probe, and send platform state. */
  readonly platformPeers: readonly string[];
  /** Websockets and other upgrades are let through. */
  readonly isUpgradable: boolean;
}

/** Milliseconds. */
export interface ProxyTimeouts {
  /** From the first byte of a connection or request to the end of its header. */
  readonly headersMs: number;
  /** Without a byte in either direction while a body is under way. */
  readonly idleMs: number;
  /** From the header of a request to the end of the answer; upgraded connections are exempt. */
  readonly totalMs: number;
  /** Until the function accepts a connection. */
  readonly connectMs: number;
  /** From the end of the request to the header of the answer. */
  readonly responseMs: number;
  /** Until a connection without requests is closed. */
  readonly keepAliveMs: number;
  /** Until the core has decided; later is a refusal. */
  readonly decisionMs: number;
  /** How long a function may take to say 100 before the body is sent anyway. */
  readonly continueMs: number;
}

export const DEFAULT_TIMEOUTS: ProxyTimeouts = {
  headersMs: 10_000,
  idleMs: 60_000,
  totalMs: 300_000,
  connectMs: 2_000,
  responseMs: 60_000,
  keepAliveMs: 30_000,
  decisionMs: 1_000,
  continueMs: 1_000,
};

export interface ProxyLimits {
  /** Connections of callers; further ones are answered 503 and closed. */
  readonly connectionsMax: number;
  /** Requests under way over all routes; further ones are answered 503. */
  readonly inFlightMax: number;
  /** Requests under way on one HTTP/1.1 connection (pipelining); further ones are answered 429. */
  readonly pipelinedMax: number;
  /** Streams of one HTTP/2 connection. */
  readonly streamsMax: number;
  /** Fields of a header. */
  readonly headersMax: number;
  /** Bytes of a header, the request line included. */
  readonly headerBytesMax: number;
  /** Characters of a target. */
  readonly targetLengthMax: number;
  /** Connections to one function. */
  readonly upstreamConnectionsMax: number;
  /** Bytes of an answer that has to be read because it may carry a context; larger ones are 502. */
  readonly answerReadMaxBytes: number;
  /** Bytes of a request by which a platform loads code. */
  readonly loadBytesMax: number;
  /** Levels of a JSON body. */
  readonly jsonDepthMax: number;
}

export const DEFAULT_LIMITS: ProxyLimits = {
  connectionsMax: 10_000,
  inFlightMax: 1_000,
  pipelinedMax: 16,
  streamsMax: 128,
  headersMax: 100,
  headerBytesMax: 32 * 1_024,
  targetLengthMax: 8 * 1_024,
  upstreamConnectionsMax: 256,
  answerReadMaxBytes: 6 * 1_024 * 1_024,
  // OpenWhisk takes 48 MiB of code, which the runtime gets in base64.
  loadBytesMax: 66 * 1_024 * 1_024,
  jsonDepthMax: 100,
};

/** What the function is told of where a request came from. */
export interface ForwardedRules {
  /** Networks of proxies whose own `Forwarded` and `X-Forwarded-*` are believed and continued; of everybody else they are removed. */
  readonly trustedPeers: readonly string[];
  readonly emit: 'x-forwarded' | 'forwarded' | 'both' | 'none';
  /** Name in `Via`. */
  readonly pseudonym: string;
}

export const DEFAULT_FORWARDED: ForwardedRules = { trustedPeers: [], emit: 'x-forwarded', pseudonym: 'weir' };

export const DEFAULT_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Everything that happens in the proxy and is worth counting. Nothing of a request is in it. */
export interface ProxyEvent {
  readonly kind:
    | 'connection-refused'
    | 'connection-timed-out'
    | 'request-refused'
    | 'request-denied'
    | 'request-completed'
    | 'upstream-failed'
    | 'lifecycle';
  /** Null before a route is known. */
  readonly route: string | null;
  /** Status that the caller got; null when the connection just ended. */
  readonly status: number | null;
  /** One of the names in `REFUSALS`, or a short fixed word. */
  readonly reason: string;
}

export interface ProxyOptions {
  readonly listen: ListenAddress;
  readonly routes: readonly ProxyRoute[];
  readonly clock: MonitorClock;
  readonly timeouts?: Partial<ProxyTimeouts>;
  readonly limits?: Partial<ProxyLimits>;
  readonly forwarded?: Partial<ForwardedRules>;
  /** Told of everything that is counted; must not throw. */
  readonly observe?: (event: ProxyEvent) => void;
}

/** A running proxy. */
export interface Proxy {
  /** `host:port`, or the path of the socket. */
  readonly address: string;
  /** Port, or null for a socket. */
  readonly port: number | null;
  readonly status: () => ProxyStatus;
  /** Accepts nothing new, lets what is under way end, and closes; what is not done after `deadlineMs` (default 30,000) is aborted. */
  drain(deadlineMs?: number): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

export interface ProxyStatus {
  readonly connections: number;
  readonly inFlight: number;
  readonly isDraining: boolean;
  /** Events so far by `kind:reason`. */
  readonly counts: Readonly<Record<string, number>>;
}
