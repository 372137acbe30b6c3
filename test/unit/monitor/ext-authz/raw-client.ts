import http2 from 'node:http2';
import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** What a call over plain HTTP/2 gave. */
export interface RawAnswer {
  /** `grpc-status` of the trailers or headers; null when the stream ended without. */
  readonly grpcStatus: string | null;
  /** Without gRPC's prefix of 5 bytes. */
  readonly message: Buffer | null;
}

/** Frames a message for gRPC. */
export function framed(message: Buffer, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Connects over HTTP/2 without TLS to `unix:…` or `host:port`. */
export async function connectRaw(address: string): Promise<http2.ClientHttp2Session> {
  const session = http2.connect('http://localhost', { createConnection: () => connectSocket(address) });
  // What happens to the session is seen in its streams.
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}

export function connectSocket(address: string): net.Socket {
  if (address.startsWith('unix:')) return net.connect({ path: address.slice('unix:'.length) });
  const at = address.lastIndexOf(':');
  return net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
}

/** Calls Check with these bytes as they are. Never rejects. */
export function callRaw(
  session: http2.ClientHttp2Session,
  data: Buffer,
  headers: http2.OutgoingHttpHeaders = {},
): Promise<RawAnswer> {
  return startRaw(session, data, headers).answer;
}

/** A call that can be given up. */
export interface RawCall {
  readonly answer: Promise<RawAnswer>;
  cancel(): void;
}

export function startRaw(
  session: http2.ClientHttp2Session,
  data: Buffer,
  headers: http2.OutgoingHttpHeaders = {},
): RawCall {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/envoy.service.auth.v3.Authorization/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  const chunks: Buffer[] = [];
  let grpcStatus: string | null = null;
  const take = (fields: http2.IncomingHttpHeaders): void => {
    const value = fields['grpc-status'];
    if (typeof value === 'string') grpcStatus = value;
  };
  stream.on('response', take);
  stream.on('trailers', take);
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  const answer = new Promise<RawAnswer>((resolve) => {
    stream.on('close', () => {
      const whole = Buffer.concat(chunks);
      resolve({ grpcStatus, message: whole.length < 5 ? null : whole.subarray(5) });
    });
  });
  stream.end(data);
  return {
    answer,
    cancel: () => {
      stream.close(http2.constants.NGHTTP2_CANCEL);
    },
  };
}

/** Waits until something holds, and fails after a while. */
export async function until(isTrue: () => boolean, what: string, msMax = 20_000): Promise<void> {
  const deadlineMs = Date.now() + msMax;
  while (!isTrue()) {
    if (Date.now() > deadlineMs) throw new Error(`never happened: ${what}`);
    await pause(5);
  }
}
