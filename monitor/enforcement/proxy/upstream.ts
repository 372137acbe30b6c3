import type { Duplex, Readable, Writable } from 'node:stream';
import type { Fields } from './fields.ts';
import { createHttp1Client } from './upstream-http1.ts';
import { createHttp2Client } from './upstream-http2.ts';
import type { ProxyLimits, ProxyTimeouts, Upstream } from './options.ts';

/** What a function is sent. */
export interface FunctionRequest {
  readonly method: string;
  /** Path and query in their one form. */
  readonly target: string;
  /** Host and port. */
  readonly host: string;
  /** Without fields of one connection, without framing and host. */
  readonly fields: Fields;
  /** `none`: no body. A number: its length. `stream`: a body of a length that is not known. */
  readonly body: number | 'none' | 'stream';
  /** Trailers that will follow. */
  readonly announced: readonly string[];
  readonly acceptsTrailers: boolean;
  readonly expectsContinue: boolean;
  /** Protocol to upgrade to; null for an ordinary request. */
  readonly upgrade: string | null;
}

export interface FunctionAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** As they came. */
  readonly fields: Fields;
  readonly body: Readable;
  readonly trailers: () => Fields;
}

/** The function took the upgrade. */
export interface FunctionUpgrade {
  readonly kind: 'upgraded';
  readonly fields: Fields;
  readonly socket: Duplex;
  /** What came after the head. */
  readonly head: Buffer;
}

/** `unreachable`: no connection, or it broke. `malformed`: no HTTP came back. `unsendable`: the request has no form in the function's protocol. */
export interface FunctionFailure {
  readonly kind: 'unreachable' | 'connect-late' | 'malformed' | 'unsendable';
}

export type FunctionOutcome = FunctionAnswer | FunctionUpgrade | FunctionFailure;

/** A request under way. */
export interface FunctionCall {
  readonly body: Writable;
  readonly outcome: Promise<FunctionOutcome>;
  /** Resolves when the function says 100. */
  readonly proceeds: Promise<void>;
  finishWith(trailers: Fields): void;
  abort(): void;
}

export interface FunctionClient {
  call(request: FunctionRequest, inform: (status: number, fields: Fields) => void): FunctionCall;
  close(): void;
}

/** The client for one function with its pool of connections. */
export function createClient(upstream: Upstream, limits: ProxyLimits, timeouts: ProxyTimeouts): FunctionClient {
  return upstream.protocol === 'h2c'
    ? createHttp2Client(upstream.address, timeouts)
    : createHttp1Client(upstream.address, limits, timeouts);
}
