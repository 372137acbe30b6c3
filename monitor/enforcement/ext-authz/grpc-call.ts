import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

/** Codes of gRPC that are answered here: https://grpc.io/docs/guides/status-codes/ */
export const GRPC_STATUS = {
  ok: 0,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

export type GrpcStatus = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

/** Bytes before each message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;
const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
const OK_TRAILERS = { 'grpc-status': '0' };
/** Longest timeout that is kept, milliseconds; a longer one is none. */
const TIMEOUT_MS_MAX = 3_600_000;

/** One call with one request. */
export class GrpcCall {
  /** The request's bytes. */
  readonly message: Buffer;
  readonly #stream: ServerHttp2Stream;
  #timer: NodeJS.Timeout | null = null;
  #onGone: (() => void) | null = null;
  #isEnded = false;
  #hasHeaders = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, message: Buffer) {
    this.#stream = stream;
    this.message = message;
    stream.once('close', () => {
      this.#leave();
    });
    const timeoutMs = timeoutOf(headers['grpc-timeout']);
    if (timeoutMs === null) return;
    this.#timer = setTimeout(() => {
      this.#leave();
      failStream(stream, GRPC_STATUS.deadlineExceeded, 'the deadline passed');
    }, timeoutMs);
  }

  /** Hears of it once when the client gives up, or its deadline passes, before the call was ended. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
  }

  /** Sends the only response and ends the call. */
  respond(message: Buffer): void {
    if (this.#isEnded) return;
    this.#finish();
    this.#begin();
    this.#stream.end(framed(message));
  }

  /** Sends one of several responses. */
  write(message: Buffer): void {
    if (this.#isEnded) return;
    this.#begin();
    this.#stream.write(framed(message));
  }

  /** Ends a call that has sent its responses. */
  end(): void {
    if (this.#isEnded) return;
    this.#finish();
    this.#begin();
    this.#stream.end();
  }

  fail(status: GrpcStatus, details: string): void {
    if (this.#isEnded) return;
    this.#finish();
    failStream(this.#stream, status, details);
  }

  #begin(): void {
    if (this.#hasHeaders || this.#stream.destroyed) return;
    this.#hasHeaders = true;
    this.#stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
    this.#stream.once('wantTrailers', () => {
      this.#stream.sendTrailers(OK_TRAILERS);
    });
  }

  #finish(): void {
    this.#isEnded = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #leave(): void {
    if (this.#isEnded) return;
    this.#finish();
    this.#onGone?.();
  }
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, PREFIX_BYTES);
  return frame;
}

/** Ends a stream with a status and no message. */
export function failStream(stream: ServerHttp2Stream, status: GrpcStatus, details: string): void {
  if (stream.destroyed) return;
  if (stream.headersSent) {
    stream.close(http2.constants.NGHTTP2_CANCEL);
    return;
  }
  stream.respond({ ...RESPONSE_HEADERS, 'grpc-status': String(status), 'grpc-message': details }, { endStream: true });
}

const TIMEOUT_UNITS_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/** `grpc-timeout` in milliseconds; null for none, and for what is none. */
export function timeoutOf(header: string | readonly string[] | undefined): number | null {
  const [, digits = '', unit = ''] = typeof header === 'string' ? (/^(\d{1,8})([HMSmun])$/.exec(header) ?? []) : [];
  const scale = TIMEOUT_UNITS_MS[unit];
  if (scale === undefined) return null;
  const timeoutMs = Math.ceil(Number(digits) * scale);
  return timeoutMs > TIMEOUT_MS_MAX ? null : timeoutMs;
}

/** Gathers one request. */
export class MessageReader {
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @returns false when the message is larger than the limit. */
  add(chunk: Buffer): boolean {
    this.#length += chunk.length;
    if (this.#length > PREFIX_BYTES + this.#bytesMax) {
      this.#chunks = [];
      return false;
    }
    this.#chunks.push(chunk);
    return true;
  }

  /** The message; a text says why there is none. */
  finish(): Buffer | string {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const whole = this.#chunks.length <= 1 ? first : Buffer.concat(this.#chunks);
    if (whole.length < PREFIX_BYTES) return 'the request has no message';
    if (whole[0] !== 0) return 'compressed messages are not read';
    if (whole.readUInt32BE(1) !== whole.length - PREFIX_BYTES) return 'the request is not one whole message';
    return whole.subarray(PREFIX_BYTES);
  }
}
