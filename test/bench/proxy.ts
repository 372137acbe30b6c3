/**
 * What the HTTP proxy costs: the same function called directly, through the proxy with a core that admits at once, and through the shortest reverse
 * proxy that can be written with `node:http`. Each program is a process of its own; all are measured in turns in the same run.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Decision } from '../../model/decision.ts';
import { DEFAULT_METHODS } from '../../monitor/enforcement/proxy/options.ts';
import { startProxy } from '../../monitor/enforcement/proxy/proxy.ts';
import { DEFAULT_PATH_RULES } from '../../monitor/enforcement/proxy/target.ts';
import type { DecisionCore } from '../../monitor/enforcement/types.ts';
import { machine } from './measure.ts';

const ROUNDS = 5;
const MEGABYTE = 1_024 * 1_024;

interface Load {
  readonly name: string;
  readonly bodyBytes: number;
  readonly connections: number;
  readonly requests: number;
}

const LOADS: readonly Load[] = [
  { name: 'GET, 100 bytes back, 1 connection', bodyBytes: 0, connections: 1, requests: 2_000 },
  { name: 'GET, 100 bytes back, 16 connections', bodyBytes: 0, connections: 16, requests: 6_000 },
  { name: 'POST 1 MB, 1 MB back, 1 connection', bodyBytes: MEGABYTE, connections: 1, requests: 150 },
  { name: 'POST 1 MB, 1 MB back, 8 connections', bodyBytes: MEGABYTE, connections: 8, requests: 300 },
];

function serveFunction(): void {
  const small = Buffer.alloc(100, 'x');
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.end(small);
    else {
      response.writeHead(200, { 'content-length': request.headers['content-length'] ?? '0' });
      request.pipe(response);
    }
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

function servePlain(port: number): void {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const onward = httpRequest(
      { host: '127.0.0.1', port, agent, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

const DECISION: Decision = {
  id: 'd',
  invocationId: 'i',
  entrypoint: 'weir/invocation/decision',
  mode: 'enforce',
  verdict: 'allow',
  effective: 'allow',
  cause: 'policy',
  deny: [],
  obligations: [],
  alerts: [],
  revision: 'r',
  envoy: null,
  evaluationNs: 0,
};

const ADMITS: DecisionCore = {
  admit: () =>
    Promise.resolve({
      decision: DECISION,
      isAdmitted: true,
      invocationId: 'i',
      contextToken: 'x'.repeat(600),
      obligations: [],
      label: { confidentiality: 'public', integrity: 'trusted', region: 'all', tenant: 'all', marks: [] },
      refusal: null,
      complete: () => undefined,
    }),
};

async function serveWeir(port: number): Promise<void> {
  const proxy = await startProxy(ADMITS, {
    listen: { host: '127.0.0.1', port: 0 },
    clock: { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() },
    routes: [
      {
        name: 'bench',
        hosts: [],
        pathPrefix: '/',
        platform: 'http',
        functionName: 'bench',
        functionVersion: null,
        functionDigest: null,
        loadableDigests: null,
        memoryLimitBytes: null,
        timeoutMs: null,
        instanceId: 'bench',
        upstream: { protocol: 'http/1.1', address: { host: '127.0.0.1', port } },
        upstreamHost: null,
        paths: DEFAULT_PATH_RULES,
        methods: DEFAULT_METHODS,
        body: { readMaxBytes: 0, maxBytes: 10 * MEGABYTE },
        inFlightMax: 1_000,
        callbackHosts: [],
        platformPeers: [],
        isUpgradable: false,
      },
    ],
  });
  process.send?.(proxy.port);
}

async function start(role: string, port = 0): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(import.meta.filename, [role, String(port)]);
  const [found] = (await once(child, 'message')) as [number];
  return { child, port: found };
}

function call(port: number, agent: Agent, body: Buffer | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        agent,
        path: '/orders/17?expand=lines',
        method: body === null ? 'GET' : 'POST',
        headers: { accept: 'application/json', ...(body === null ? {} : { 'content-length': body.length }) },
      },
      (response: IncomingMessage) => {
        response.resume();
        response.on('end', resolve);
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

interface Result {
  readonly latenciesUs: number[];
  elapsedMs: number;
  requests: number;
}

async function load(port: number, { bodyBytes, connections, requests }: Load, result: Result): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = bodyBytes === 0 ? null : Buffer.alloc(bodyBytes, 'x');
  let left = requests;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) {
        const begun = performance.now();
        await call(port, agent, body);
        result.latenciesUs.push((performance.now() - begun) * 1_000);
      }
    }),
  );
  result.elapsedMs += performance.now() - start;
  result.requests += requests;
  agent.destroy();
}

function print(name: string, { latenciesUs, elapsedMs, requests }: Result): void {
  latenciesUs.sort((a, b) => a - b);
  const quantile = (share: number): string =>
    (latenciesUs[Math.min(latenciesUs.length - 1, Math.floor(latenciesUs.length * share))] ?? 0).toFixed(0).padStart(9);
  const rate = ((requests / elapsedMs) * 1_000).toFixed(0).padStart(9);
  console.log(`  ${name.padEnd(24)}${quantile(0.5)}${quantile(0.95)}${quantile(0.99)}${rate}`);
}

async function main(): Promise<void> {
  console.log(`${machine()}\nnode test/bench/proxy.ts`);
  console.log(
    `\n${'microseconds'.padEnd(26)}${['p50', 'p95', 'p99', 'req/s'].map((title) => title.padStart(9)).join('')}`,
  );
  const target = await start('function');
  const plain = await start('plain', target.port);
  const weir = await start('weir', target.port);
  const places = [
    { name: 'direct', port: target.port },
    { name: 'shortest node proxy', port: plain.port },
    { name: 'weir', port: weir.port },
  ];
  for (const each of LOADS) {
    const results = places.map((): Result => ({ latenciesUs: [], elapsedMs: 0, requests: 0 }));
    for (const { port } of places) {
      await load(
        port,
        { ...each, requests: Math.ceil(each.requests / 4) },
        { latenciesUs: [], elapsedMs: 0, requests: 0 },
      );
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, { port }] of places.entries()) {
        const result = results[at];
        if (result !== undefined) await load(port, { ...each, requests: Math.ceil(each.requests / ROUNDS) }, result);
      }
    }
    console.log(each.name);
    for (const [at, { name }] of places.entries()) {
      const result = results[at];
      if (result !== undefined) print(name, result);
    }
  }
  for (const { child } of [target, plain, weir]) child.kill();
}

const [, , role, port] = process.argv;
if (role === 'weir') process.once('SIGINT', () => process.exit());
if (role === 'function') serveFunction();
else if (role === 'plain') servePlain(Number(port));
else if (role === 'weir') await serveWeir(Number(port));
else await main();
