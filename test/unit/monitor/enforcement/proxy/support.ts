/** What the tests of the proxy share: a core that answers as told, functions, and callers that write bytes. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
  type RequestOptions,
  type Server,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Decision, Obligation } from '../../../../../model/decision.ts';
import type { LabelDescription } from '../../../../../model/label.ts';
import { startProxy } from '../../../../../monitor/enforcement/proxy/proxy.ts';
import {
  DEFAULT_METHODS,
  type Proxy,
  type ProxyOptions,
  type ProxyRoute,
} from '../../../../../monitor/enforcement/proxy/options.ts';
import { DEFAULT_PATH_RULES } from '../../../../../monitor/enforcement/proxy/target.ts';
import type { Admission, Arrival, DecisionCore, InvocationOutcome } from '../../../../../monitor/enforcement/types.ts';

const LABEL: LabelDescription = {
  confidentiality: 'public',
  integrity: 'trusted',
  region: 'all',
  tenant: 'all',
  marks: [],
};

const DECISION: Decision = {
  id: 'd-1',
  invocationId: 'i-1',
  entrypoint: 'weir/invocation/decision',
  mode: 'enforce',
  verdict: 'allow',
  effective: 'allow',
  cause: 'policy',
  deny: [],
  obligations: [],
  alerts: [],
  revision: 'r-1',
  envoy: null,
  evaluationNs: 1,
};

/** What the core of a test answers. */
export interface Verdict {
  readonly isAdmitted?: boolean;
  readonly obligations?: readonly Obligation[];
  readonly contextToken?: string | null;
  readonly envoy?: Decision['envoy'];
}

/** A core that answers as told and keeps what it was asked and told. */
export interface TestCore extends DecisionCore {
  readonly arrivals: Arrival[];
  readonly completions: { readonly id: number; readonly outcome: InvocationOutcome }[];
  readonly admitted: () => number;
}

export function testCore(verdict: (arrival: Arrival) => Verdict | Promise<Verdict> = () => ({})): TestCore {
  const arrivals: Arrival[] = [];
  const completions: { id: number; outcome: InvocationOutcome }[] = [];
  let admitted = 0;
  return {
    arrivals,
    completions,
    admitted: () => admitted,
    admit: async (arrival): Promise<Admission> => {
      const id = arrivals.push(arrival);
      const given = await verdict(arrival);
      const isAdmitted = given.isAdmitted ?? true;
      if (isAdmitted) admitted += 1;
      return {
        decision: { ...DECISION, envoy: given.envoy ?? null, verdict: isAdmitted ? 'allow' : 'deny' },
        isAdmitted,
        invocationId: `i-${id}`,
        contextToken: isAdmitted ? (given.contextToken ?? null) : null,
        obligations: given.obligations ?? [],
        label: LABEL,
        refusal: isAdmitted
          ? null
          : {
              status: 403,
              headers: { 'content-type': 'application/json', 'x-weir-decision': 'd-1' },
              body: '{"error":"denied","decision":"d-1","reasons":[]}',
            },
        complete: (outcome) => {
          completions.push({ id, outcome });
        },
      };
    },
  };
}

export const CLOCK = { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() };

/** A function that is a web server on a free port. */
export async function startFunction(
  t: ExecutionContext,
  listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<Server & { readonly port: number }> {
  const server = createServer({ insecureHTTPParser: false }, (request, response) => {
    void listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

export function routeTo(port: number, changes: Partial<ProxyRoute> = {}): ProxyRoute {
  return {
    name: 'orders',
    hosts: [],
    pathPrefix: '/',
    platform: 'http',
    functionName: 'orders',
    functionVersion: null,
    functionDigest: null,
    loadableDigests: null,
    memoryLimitBytes: null,
    timeoutMs: null,
    instanceId: 'instance-1',
    upstream: { protocol: 'http/1.1', address: { host: '127.0.0.1', port } },
    upstreamHost: null,
    paths: DEFAULT_PATH_RULES,
    methods: DEFAULT_METHODS,
    body: { readMaxBytes: 0, maxBytes: 1_024 ** 3 },
    inFlightMax: 100,
    callbackHosts: [],
    platformPeers: [],
    isUpgradable: false,
    ...changes,
  };
}

export interface Running extends Proxy {
  readonly port: number;
}

export async function startTestProxy(
  t: ExecutionContext,
  core: DecisionCore,
  routes: readonly ProxyRoute[],
  options: Partial<ProxyOptions> = {},
): Promise<Running> {
  const proxy = await startProxy(core, { listen: { host: '127.0.0.1', port: 0 }, routes, clock: CLOCK, ...options });
  t.teardown(() => proxy.close());
  return { ...proxy, port: proxy.port ?? 0 };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** One request over Node's own client, without a kept connection. */
export function send(port: number, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
      void collect(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export async function collect(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(pieces).toString('utf8'),
    trailers: response.trailers,
  };
}

/** Writes bytes as they are and gives everything that comes back until the other side ends. */
export async function sendRaw(port: number, bytes: string | Buffer, ends = false): Promise<string> {
  const socket = await open(port);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  if (ends) socket.end();
  return readAll(socket);
}

export async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.once('close', () => {
      resolve(text);
    });
  });
}

/** Resolves when the condition holds; looks again after every turn of the event loop. */
export async function until(isTrue: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('the condition did not come true');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
