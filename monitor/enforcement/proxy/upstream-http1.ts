import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import type { Socket } from 'node:net';
import { trailersOf } from './exchange-http1.ts';
import { flat, pairs, type Field, type Fields } from './fields.ts';
import type { ListenAddress, ProxyLimits, ProxyTimeouts } from './options.ts';
import type { FunctionCall, FunctionClient, FunctionFailure, FunctionOutcome, FunctionRequest } from './upstream.ts';

/** Methods that may be sent again when a kept connection turned out to be closed (RFC 9110, 9.2.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Connections without requests that are kept. */
const IDLE_CONNECTIONS_MAX = 64;

/** HTTP/1.1 to one function over kept connections. */
export function createHttp1Client(
  address: ListenAddress,
  limits: ProxyLimits,
  timeouts: ProxyTimeouts,
): FunctionClient {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: limits.upstreamConnectionsMax,
    maxFreeSockets: Math.min(IDLE_CONNECTIONS_MAX, limits.upstreamConnectionsMax),
    scheduling: 'lifo',
  });
  const place =
    'socketPath' in address ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
  const common: RequestOptions = {
    ...place,
    insecureHTTPParser: false,
    setHost: false,
    maxHeaderSize: limits.headerBytesMax,
  };
  return {
    call: (request, inform) => start({ request, inform, timeouts, options: common, agent }),
    close: () => {
      agent.destroy();
    },
  };
}

interface Start {
  readonly request: FunctionRequest;
  readonly inform: (status: number, fields: Fields) => void;
  readonly timeouts: ProxyTimeouts;
  readonly options: RequestOptions;
  readonly agent: Agent;
}

function start(given: Start): FunctionCall {
  let isAborted = false;
  let sent = open(given, given.agent);
  const proceeds = new Promise<void>((resolve) => {
    sent.once('continue', resolve);
  });
  const outcome = settle(sent, given).then((first) => {
    const isStale = first.kind === 'unreachable' && sent.reusedSocket && !isAborted;
    if (!isStale || given.request.body !== 'none' || !REPEATABLE.has(given.request.method)) return first;
    // The function closed a kept connection while the request was on its way: a new one tells whether it is there.
    sent = open(given, false);
    const second = settle(sent, given);
    sent.end();
    return second;
  });
  return {
    body: sent,
    outcome,
    proceeds,
    finishWith: (trailers) => {
      if (trailers.length > 0) sent.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    },
    abort: () => {
      isAborted = true;
      sent.destroy();
    },
  };
}

function open({ request, options }: Start, agent: Agent | false): ClientRequest {
  const sent = httpRequest({
    ...options,
    // An upgraded connection never goes back to the pool.
    agent: request.upgrade === null ? agent : false,
    method: request.method,
    path: request.target,
    headers: flat([['host', request.host], ...request.fields, ...connectionFields(request)]),
  });
  sent.maxHeadersCount = 0;
  sent.setNoDelay(true);
  return sent;
}

/** What is of this connection: framing, trailers, expectation and upgrade, all told by us. */
function connectionFields(request: FunctionRequest): Field[] {
  const fields: Field[] = [];
  if (typeof request.body === 'number') fields.push(['content-length', String(request.body)]);
  else if (request.body === 'stream') fields.push(['transfer-encoding', 'chunked']);
  else if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') {
    fields.push(['content-length', '0']);
  }
  if (request.body === 'stream' && request.announced.length > 0) fields.push(['trailer', request.announced.join(', ')]);
  if (request.expectsContinue) fields.push(['expect', '100-continue']);
  if (request.upgrade !== null) fields.push(['connection', 'upgrade'], ['upgrade', request.upgrade]);
  return fields;
}

function settle(sent: ClientRequest, { request, inform, timeouts }: Start): Promise<FunctionOutcome> {
  return new Promise((resolve) => {
    const fail = (kind: FunctionFailure['kind']): void => {
      resolve({ kind });
    };
    sent.once('socket', (socket: Socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => {
        fail('connect-late');
        sent.destroy();
      }, timeouts.connectMs);
      const clear = (): void => {
        clearTimeout(timer);
      };
      socket.once('connect', clear);
      socket.once('close', clear);
    });
    sent.on('information', ({ statusCode, rawHeaders }: { statusCode: number; rawHeaders: string[] }) => {
      inform(statusCode, pairs(rawHeaders));
    });
    sent.once('response', (response: IncomingMessage) => {
      resolve({
        kind: 'answer',
        status: response.statusCode ?? 0,
        fields: pairs(response.rawHeaders),
        body: response,
        trailers: () => trailersOf(response),
      });
    });
    sent.once('upgrade', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      if (request.upgrade === null) {
        socket.destroy();
        fail('malformed');
        return;
      }
      resolve({ kind: 'upgraded', fields: pairs(response.rawHeaders), socket, head });
    });
    sent.on('error', (error: Error) => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
      fail(code.startsWith('HPE_') ? 'malformed' : 'unreachable');
    });
    sent.once('close', () => {
      fail('unreachable');
    });
  });
}
