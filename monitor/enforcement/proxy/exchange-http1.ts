import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, type Duplex } from 'node:stream';
import type { AnswerHead, Exchange, Takeover } from './exchange.ts';
import { flat, pairs, valueOf, type Fields } from './fields.ts';

/** Names in lower case of what a message brought after its body. */
export const trailersOf = (message: IncomingMessage): Fields => pairs(message.rawTrailers);

/** What only the connection tells. */
export interface Http1Circumstances {
  /** The parser found `Expect: 100-continue`. */
  readonly waitsForContinue: boolean;
  readonly isCrowded: boolean;
  /** Whether the connection is to be ended after answers that begin from now on. */
  readonly isLast: () => boolean;
}

/** A request of HTTP/1 with its answer. */
export function http1Exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { waitsForContinue, isCrowded, isLast }: Http1Circumstances,
): Exchange {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  let isWaiting = waitsForContinue;
  return {
    ...headOf(request, request.socket),
    body: request,
    upgrade: null,
    isCrowded,
    signal: gone.signal,
    trailers: () => trailersOf(request),
    proceed: () => {
      if (isWaiting && !response.headersSent) response.writeContinue();
      isWaiting = false;
    },
    inform: (status, fields) => {
      sendInterim(response, status, fields);
    },
    respond: (head) => begin(response, isLast() ? { ...head, isFinal: true } : head),
    finishWith: (trailers) => {
      if (trailers.length > 0) response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    },
    abort: () => {
      request.socket.destroy();
    },
    takeOver: () => null,
  };
}

/** A request that asks for another protocol. `head` is what came after it. */
export function upgradeExchange(request: IncomingMessage, socket: Duplex, head: Buffer): Exchange {
  const gone = new AbortController();
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.once('finish', () => {
    socket.end();
  });
  // Whoever is behind may reset the connection at any time; the abort says all there is to say.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    gone.abort();
  });
  return {
    ...headOf(request, request.socket),
    body: Readable.from([]),
    upgrade: (valueOf(pairs(request.rawHeaders), 'upgrade') ?? '').trim().toLowerCase(),
    isCrowded: false,
    signal: gone.signal,
    trailers: () => [],
    proceed: () => undefined,
    inform: () => undefined,
    respond: (answer) => {
      response.assignSocket(request.socket);
      return begin(response, { ...answer, isFinal: true });
    },
    finishWith: () => undefined,
    abort: () => {
      socket.destroy();
    },
    takeOver: () => takeover(socket, head),
  };
}

function takeover(socket: Duplex, head: Buffer): Takeover {
  return {
    accept: (fields) => {
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.write(Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`, 'latin1'));
      if (head.length > 0) socket.unshift(head);
      return socket;
    },
  };
}

function headOf(
  request: IncomingMessage,
  socket: Socket,
): Pick<Exchange, 'version' | 'method' | 'target' | 'authority' | 'fields' | 'peer' | 'hasBody'> {
  const fields = pairs(request.rawHeaders);
  const length = valueOf(fields, 'content-length');
  return {
    version: request.httpVersion === '1.1' ? '1.1' : '1.0',
    method: request.method ?? '',
    target: request.url ?? '',
    authority: null,
    fields,
    peer: { address: socket.remoteAddress ?? null, port: socket.remotePort ?? null },
    hasBody: valueOf(fields, 'transfer-encoding') !== null || (length !== null && !/^0*$/.test(length)),
  };
}

function begin(response: ServerResponse, { status, fields, isFinal }: AnswerHead): ServerResponse {
  if (isFinal) response.shouldKeepAlive = false;
  response.writeHead(status, flat(fields));
  return response;
}

/** Node sends 102 and 103 only, and 103 only with links that it can read. */
function sendInterim(response: ServerResponse, status: number, fields: Fields): void {
  if (response.headersSent) return;
  if (status === 102) response.writeProcessing();
  if (status !== 103) return;
  const hints = Object.fromEntries(
    [...new Set(fields.map(([name]) => name))].map((name) => [
      name,
      fields.filter((field) => field[0] === name).map(([, value]) => value),
    ]),
  );
  try {
    response.writeEarlyHints(hints);
  } catch {
    // A hint that cannot be written is left out: it is advice, and the answer still comes.
  }
}
