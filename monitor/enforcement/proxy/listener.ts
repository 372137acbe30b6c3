import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { http1Exchange, upgradeExchange } from './exchange-http1.ts';
import { http2Exchange } from './exchange-http2.ts';
import type { Exchange } from './exchange.ts';
import type { ProxyLimits, ProxyTimeouts } from './options.ts';
import { rawRefusal, type RefusalName } from './refusals.ts';

/** How every HTTP/2 connection begins (RFC 9113, 3.4); three bytes tell it from every method of HTTP/1. */
const PREFACE = Buffer.from('PRI');
/** Time that a refused connection gets to read why, milliseconds. */
const FAREWELL_MS = 1_000;
/** Refused connections that are told why at the same time; more are just closed. */
const FAREWELLS_MAX = 2_048;

export interface ListenerOptions {
  readonly limits: ProxyLimits;
  readonly timeouts: ProxyTimeouts;
  /** Carries out one request; never throws. */
  readonly handle: (exchange: Exchange) => void;
  readonly isDraining: () => boolean;
  /** Told of every connection that ends without a request. */
  readonly refused: (name: RefusalName) => void;
}

export interface Listener {
  readonly server: Server;
  readonly connections: () => number;
  stopAccepting(): void;
  /** Ends connections without requests, and tells the others to end after theirs. */
  retire(): void;
  /** Resolves when every connection has ended, or after `milliseconds`. */
  flushed(milliseconds: number): Promise<void>;
  destroy(): void;
}

/**
 * One port for HTTP/1.1 and h2c: the first bytes of a connection tell which. Connections are counted before anything is read, and one that does not
 * begin in time is ended.
 */
export function createListener(options: ListenerOptions): Listener {
  const { limits, timeouts } = options;
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const http1 = createHttp1(options);
  const http2 = createHttp2(options, sessions);
  const [serveHttp1] = http1.listeners('connection');
  http1.removeAllListeners('connection');
  const turnAway = createTurnAway(options);
  http1.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    if (sockets.size >= limits.connectionsMax) {
      turnAway(socket);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
    });
    socket.setNoDelay(true);
    detectVersion(socket, timeouts.headersMs, {
      http1: () => {
        serveHttp1?.call(http1, socket);
      },
      http2: () => {
        // HTTP/2 has no half of a connection; without this the session would not learn that the peer is gone.
        socket.allowHalfOpen = false;
        http2.emit('connection', socket);
      },
      late: () => {
        options.refused('header-too-slow');
        farewell(socket, 'header-too-slow');
      },
    });
  });
  return {
    server: http1,
    connections: () => sockets.size,
    stopAccepting: () => {
      http1.close();
    },
    flushed: (milliseconds) => allClosed(sockets, milliseconds),
    retire: () => {
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
    },
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Tells connections that are too many why they are closed, as long as there are not too many of these. */
function createTurnAway(options: ListenerOptions): (socket: Socket) => void {
  let farewells = 0;
  return (socket) => {
    options.refused('connections');
    if (farewells >= FAREWELLS_MAX) {
      socket.destroy();
      return;
    }
    farewells += 1;
    socket.once('close', () => {
      farewells -= 1;
    });
    farewell(socket, 'connections');
  };
}

/** Resolves when all of the sockets are closed, or after `milliseconds`. */
function allClosed(sockets: ReadonlySet<Socket>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (sockets.size === 0) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, milliseconds);
    for (const socket of sockets) {
      socket.once('close', () => {
        if (sockets.size > 0) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

/** Says why, and closes when that was read or the time is over. What still comes is read away, else the answer would be lost with a reset. */
function farewell(socket: Socket, name: RefusalName): void {
  socket.end(rawRefusal(name));
  socket.on('data', () => undefined);
  socket.setTimeout(FAREWELL_MS, () => {
    socket.destroy();
  });
}

interface Versions {
  readonly http1: () => void;
  readonly http2: () => void;
  readonly late: () => void;
}

function detectVersion(socket: Socket, headersMs: number, versions: Versions): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => {
    socket.removeListener('data', look);
    versions.late();
  }, headersMs);
  const look = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const known = Math.min(seen.length, PREFACE.length);
    const isLikePreface = PREFACE.subarray(0, known).equals(seen.subarray(0, known));
    if (isLikePreface && seen.length < PREFACE.length) return;
    clearTimeout(timer);
    socket.removeListener('data', look);
    socket.pause();
    socket.unshift(seen);
    if (isLikePreface) {
      // Node's HTTP/2 takes what was put back by itself, and would lose it to a stream that flows.
      versions.http2();
      return;
    }
    versions.http1();
    socket.resume();
  };
  socket.on('data', look);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

function createHttp1(options: ListenerOptions): Server {
  const { limits, timeouts, handle } = options;
  const server = createServer({
    insecureHTTPParser: false,
    // The parser's own limit is a little higher, so that the checks can tell a long target from a large header.
    maxHeaderSize: limits.headerBytesMax + limits.targetLengthMax,
    headersTimeout: timeouts.headersMs,
    requestTimeout: Math.max(timeouts.totalMs, timeouts.headersMs),
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: Math.max(50, Math.min(1_000, timeouts.headersMs / 4)),
    requireHostHeader: false,
    // h2c by upgrade is not taken: the request is answered as HTTP/1.1, which RFC 9110, 7.8 leaves to us.
    shouldUpgradeCallback: (request) => (request.headers.upgrade ?? '').toLowerCase() !== 'h2c',
  });
  // A limit of Node drops what is over it without a word; the checks count instead.
  server.maxHeadersCount = 0;
  const underWay = new WeakMap<Socket, number>();
  const take = (request: IncomingMessage, response: ServerResponse, waitsForContinue: boolean): void => {
    const { socket } = request;
    if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0') {
      options.refused('version');
      socket.end(rawRefusal('version'));
      return;
    }
    const before = underWay.get(socket) ?? 0;
    underWay.set(socket, before + 1);
    response.once('close', () => {
      underWay.set(socket, (underWay.get(socket) ?? 1) - 1);
    });
    const isCrowded = before >= limits.pipelinedMax;
    handle(http1Exchange(request, response, { waitsForContinue, isCrowded, isLast: options.isDraining }));
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    take(request, response, false);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    take(request, response, true);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    take(request, response, false);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    handle(upgradeExchange(request, socket, head));
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    handle(upgradeExchange(request, socket, head));
  });
  server.on('clientError', (error: Error, socket: Duplex) => {
    const name = nameOfParserError(error, limits.targetLengthMax);
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    if (isAnswering(socket)) {
      // What was answered so far is sent; the caller sees that the connection ends with it.
      if (socket instanceof Socket) socket.destroySoon();
      else socket.destroy();
      return;
    }
    options.refused(name);
    socket.end(rawRefusal(name));
  });
  return server;
}

/** Whether what was too large begins with a request line that is. */
function isInRequestLine(error: Error, targetLengthMax: number): boolean {
  const packet = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0);
  if (!/^[A-Z]+ \S/.test(packet.subarray(0, 32).toString('latin1'))) return false;
  const end = packet.indexOf(0x0a);
  return end === -1 || end > targetLengthMax;
}

/** A refusal in the middle of an answer would be taken for a part of it. */
function isAnswering(socket: Duplex): boolean {
  const message: unknown = '_httpMessage' in socket ? socket._httpMessage : null;
  return typeof message === 'object' && message !== null && 'headersSent' in message && message.headersSent === true;
}

function nameOfParserError(error: Error, targetLengthMax: number): RefusalName {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return isInRequestLine(error, targetLengthMax) ? 'target-too-long' : 'header-too-large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'header-too-slow';
    case 'HPE_INVALID_CONTENT_LENGTH':
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
    case 'HPE_INVALID_TRANSFER_ENCODING':
      return 'framing';
    default:
      return 'malformed';
  }
}

function createHttp2(options: ListenerOptions, sessions: Set<ServerHttp2Session>): Http2Server {
  const { limits, timeouts, handle } = options;
  const server = createHttp2Server({
    settings: {
      maxConcurrentStreams: limits.streamsMax,
      maxHeaderListSize: limits.headerBytesMax + limits.targetLengthMax,
      enablePush: false,
    },
    maxHeaderListPairs: limits.headersMax + 8,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
  });
  server.on('session', (session) => {
    sessions.add(session);
    let open = 0;
    // Only streams count as work: a peer that sends a header byte by byte, or pings, is idle.
    const idle = setTimeout(() => {
      if (open === 0) session.destroy();
    }, timeouts.keepAliveMs);
    session.on('stream', (stream) => {
      open += 1;
      stream.once('close', () => {
        open -= 1;
        if (open === 0) idle.refresh();
      });
    });
    session.on('error', () => undefined);
    session.once('close', () => {
      clearTimeout(idle);
      sessions.delete(session);
    });
  });
  server.on('stream', (stream, _headers, _flags, rawHeaders) => {
    handle(http2Exchange(stream, rawHeaders));
  });
  server.on('sessionError', () => undefined);
  return server;
}
