/**
 * gRPC over `node:http2` for calls with one request: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 *
 * grpc-js serves any service; what it does beyond that (interceptors, metadata, message queues in both directions) was a third of the processor's time of
 * a check.
 */
import http2, {
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { failStream, GRPC_STATUS, GrpcCall, MessageReader } from './grpc-call.ts';
import type { ExtAuthzLimits, ExtAuthzTls } from './options.ts';

/** Bytes of a request's HTTP/2 headers; gRPC needs a few hundred. */
const HEADER_BYTES_MAX = 16 * 1024;
/** Memory of one connection, mebibytes; more streams are refused then. */
const SESSION_MEMORY_MIB_MAX = 64;

export type GrpcHandler = (call: GrpcCall) => void;

/** A server that is not listening yet. */
export interface GrpcServer {
  readonly acceptor: Http2Server;
  /** Takes no more calls, lets those end that there are, and resolves when every connection is closed. */
  shutDown(): Promise<void>;
  /** Ends all connections. */
  destroy(): void;
}

export interface GrpcServerOptions {
  readonly tls: ExtAuthzTls | null;
  readonly limits: ExtAuthzLimits;
  readonly counts: { connectionsSilent: number };
}

/** @param methods handlers by path, e.g. `/grpc.health.v1.Health/Check`. */
export function makeGrpcServer(
  methods: ReadonlyMap<string, GrpcHandler>,
  { tls, limits, counts }: GrpcServerOptions,
): GrpcServer {
  const options = {
    maxSessionMemory: SESSION_MEMORY_MIB_MAX,
    settings: { maxConcurrentStreams: limits.streamsMax, maxHeaderListSize: HEADER_BYTES_MAX, enablePush: false },
  };
  const acceptor =
    tls === null
      ? http2.createServer(options)
      : http2.createSecureServer({ ...options, ...secureOptions(tls), handshakeTimeout: limits.silentMsMax });
  const sessions = new Set<ServerHttp2Session>();
  acceptor.on('session', (session) => {
    sessions.add(session);
    // What happens to a session is seen in its streams; without a listener an error would end the process.
    session.on('error', () => undefined);
    // A peer that speaks HTTP/2 begins with its settings.
    const silent = setTimeout(() => {
      counts.connectionsSilent += 1;
      session.destroy();
    }, limits.silentMsMax).unref();
    session.once('remoteSettings', () => {
      clearTimeout(silent);
    });
    session.once('close', () => {
      clearTimeout(silent);
      sessions.delete(session);
    });
    session.setTimeout(limits.idleMsMax, () => {
      session.close();
    });
  });
  acceptor.on('sessionError', () => undefined);
  acceptor.on('stream', (stream, headers) => {
    serve(stream, headers, { methods, limits });
  });
  return {
    acceptor,
    shutDown: async () => {
      await Promise.all([...sessions].map(closed));
    },
    destroy: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

/** Closes a session; resolves when it is. `close` calls nobody back when the other side has begun to close it. */
function closed(session: ServerHttp2Session): Promise<void> {
  if (session.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    session.once('close', resolve);
    session.close();
  });
}

function secureOptions({ certificate, key, clientAuthorities }: ExtAuthzTls): http2.SecureServerOptions {
  return {
    cert: certificate,
    key,
    ...(clientAuthorities === null ? {} : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: true }),
  };
}

function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { methods, limits }: { readonly methods: ReadonlyMap<string, GrpcHandler>; readonly limits: ExtAuthzLimits },
): void {
  // An error is followed by `close`, which the call hears of.
  stream.on('error', () => undefined);
  const isGrpc = headers[':method'] === 'POST' && headers['content-type']?.startsWith('application/grpc') === true;
  if (!isGrpc) {
    stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  const handler = methods.get(headers[':path'] ?? '');
  if (handler === undefined) {
    failStream(stream, GRPC_STATUS.unimplemented, 'unknown method');
    return;
  }
  const encoding = headers['grpc-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    failStream(stream, GRPC_STATUS.unimplemented, 'compressed messages are not read');
    return;
  }
  const reader = new MessageReader(limits.messageBytesMax);
  stream.on('data', (chunk: Buffer) => {
    if (reader.add(chunk)) return;
    stream.removeAllListeners('data');
    stream.removeAllListeners('end');
    failStream(stream, GRPC_STATUS.resourceExhausted, 'the message is larger than the limit');
    // Nobody reads the rest: the client is told to stop, as gRPC servers do.
    stream.close(http2.constants.NGHTTP2_NO_ERROR);
  });
  stream.once('end', () => {
    if (stream.aborted || stream.destroyed) return;
    const message = reader.finish();
    if (typeof message === 'string') failStream(stream, GRPC_STATUS.internal, message);
    else handler(new GrpcCall(stream, headers, message));
  });
}
