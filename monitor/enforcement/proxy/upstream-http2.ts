import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { fieldsOf, headersOf } from './exchange-http2.ts';
import type { Field, Fields } from './fields.ts';
import type { ListenAddress, ProxyTimeouts } from './options.ts';
import { PassThrough } from 'node:stream';
import type { FunctionCall, FunctionClient, FunctionFailure, FunctionOutcome, FunctionRequest } from './upstream.ts';

/** HTTP/2 without TLS to one function over one connection, which is made when it is needed. */
export function createHttp2Client(address: ListenAddress, timeouts: ProxyTimeouts): FunctionClient {
  let session: ClientHttp2Session | null = null;
  let isClosed = false;
  const current = (): ClientHttp2Session => {
    if (session !== null && !session.closed && !session.destroyed) return session;
    const made = openSession(address, timeouts);
    made.once('close', () => {
      if (session === made) session = null;
    });
    // After GOAWAY what is under way may end; new requests need a new connection.
    made.once('goaway', () => {
      if (session === made) session = null;
    });
    session = made;
    return made;
  };
  return {
    call: (request, inform) => (isClosed ? failedCall('unreachable') : start(current(), request, inform)),
    close: () => {
      isClosed = true;
      session?.destroy();
    },
  };
}

function openSession(address: ListenAddress, timeouts: ProxyTimeouts): ClientHttp2Session {
  const socket = connectSocket('socketPath' in address ? { path: address.socketPath } : address);
  const session = connectHttp2('http://function.invalid', {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  session.on('error', () => undefined);
  const timer = setTimeout(() => {
    session.destroy();
  }, timeouts.connectMs);
  const clear = (): void => {
    clearTimeout(timer);
  };
  session.once('connect', clear);
  session.once('close', clear);
  session.setTimeout(timeouts.keepAliveMs, () => {
    session.close();
  });
  return session;
}

function failedCall(kind: FunctionFailure['kind']): FunctionCall {
  const body = new PassThrough();
  body.resume();
  return {
    body,
    outcome: Promise.resolve({ kind }),
    proceeds: new Promise(() => undefined),
    finishWith: () => undefined,
    abort: () => {
      body.destroy();
    },
  };
}

function start(
  session: ClientHttp2Session,
  request: FunctionRequest,
  inform: (status: number, fields: Fields) => void,
): FunctionCall {
  let stream: ClientHttp2Stream;
  try {
    stream = session.request(
      {
        ':method': request.method,
        ':path': request.target,
        ':scheme': 'http',
        ':authority': request.host,
        ...headersOf([...request.fields, ...framing(request)]),
      },
      { endStream: request.body === 'none', waitForTrailers: request.body !== 'none' },
    );
  } catch {
    return failedCall(session.closed ? 'unreachable' : 'unsendable');
  }
  let sent: Fields = [];
  stream.once('wantTrailers', () => {
    stream.sendTrailers(headersOf(sent));
  });
  return {
    body: stream,
    outcome: settle(stream, inform),
    proceeds: new Promise((resolve) => {
      stream.once('continue', resolve);
    }),
    finishWith: (trailers) => {
      sent = trailers;
    },
    abort: () => {
      stream.close(constants.NGHTTP2_CANCEL);
    },
  };
}

function framing(request: FunctionRequest): Field[] {
  const fields: Field[] = [];
  if (typeof request.body === 'number') fields.push(['content-length', String(request.body)]);
  if (request.body !== 'none' && request.announced.length > 0) fields.push(['trailer', request.announced.join(', ')]);
  if (request.acceptsTrailers) fields.push(['te', 'trailers']);
  if (request.expectsContinue) fields.push(['expect', '100-continue']);
  return fields;
}

function settle(stream: ClientHttp2Stream, inform: (status: number, fields: Fields) => void): Promise<FunctionOutcome> {
  return new Promise((resolve) => {
    let received: Fields = [];
    stream.on('headers', (headers: IncomingHttpHeaders & IncomingHttpStatusHeader) => {
      const status = headers[':status'] ?? 0;
      if (status !== 100) inform(status, fieldsOf(headers));
    });
    stream.on('trailers', (headers: IncomingHttpHeaders) => {
      received = fieldsOf(headers);
    });
    stream.once('response', (headers: IncomingHttpHeaders & IncomingHttpStatusHeader) => {
      resolve({
        kind: 'answer',
        status: headers[':status'] ?? 0,
        fields: fieldsOf(headers),
        body: stream,
        trailers: () => received,
      });
    });
    stream.on('error', () => {
      resolve({ kind: stream.rstCode === constants.NGHTTP2_PROTOCOL_ERROR ? 'malformed' : 'unreachable' });
    });
    stream.once('close', () => {
      resolve({ kind: 'unreachable' });
    });
  });
}
