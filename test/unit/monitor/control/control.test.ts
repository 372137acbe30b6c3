import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { DecisionLogEvent } from '../../../../monitor/decision-log/event.ts';
import { serveControl, TAILS_MAX, type ControlTarget } from '../../../../monitor/control/server.ts';

interface Called {
  readonly calls: unknown[][];
  readonly listeners: Set<(event: DecisionLogEvent) => void>;
}

async function serve(t: ExecutionContext): Promise<Called & { socket: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-control-'));
  const socket = path.join(folder, 'control.sock');
  const called: Called = { calls: [], listeners: new Set() };
  const target: ControlTarget = {
    status: () => ({ bundle: 'r7' }),
    quarantine: (...args) => void called.calls.push(['quarantine', ...args]),
    release: (instance) => instance === 'thumbnail-7',
    setLogLevel: (level) => void called.calls.push(['level', level]),
    tail: (listener) => {
      called.listeners.add(listener);
      return () => called.listeners.delete(listener);
    },
  };
  const server = await serveControl(socket, target);
  t.teardown(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...called, socket };
}

function ask(
  socketPath: string,
  method: string,
  url: string,
  body?: string,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path: url }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

test('the socket belongs to its owner alone', async (t) => {
  const { socket } = await serve(t);
  t.is(statSync(socket).mode & 0o777, 0o600);
});

test('status, quarantine, release and log level', async (t) => {
  const { socket, calls } = await serve(t);
  t.deepEqual(await ask(socket, 'GET', '/v1/status'), { status: 200, body: { bundle: 'r7' } });
  const quarantine = JSON.stringify({ instance: 'thumbnail-7', cause: 'shell', untilMs: 5 });
  t.is((await ask(socket, 'POST', '/v1/quarantine', quarantine)).status, 200);
  t.is((await ask(socket, 'POST', '/v1/release', '{"instance":"thumbnail-7"}')).status, 200);
  t.is((await ask(socket, 'POST', '/v1/release', '{"instance":"other"}')).status, 404);
  t.is((await ask(socket, 'PUT', '/v1/log-level', '{"level":"debug"}')).status, 200);
  t.deepEqual(calls, [
    ['quarantine', 'thumbnail-7', 'shell', 5],
    ['level', 'debug'],
  ]);
});

for (const [name, method, url, body, status] of [
  ['no such command', 'GET', '/v1/nothing', undefined, 404],
  ['no JSON', 'POST', '/v1/quarantine', '{', 400],
  ['no object', 'POST', '/v1/quarantine', '3', 400],
  ['no cause', 'POST', '/v1/quarantine', '{"instance":"a"}', 400],
  ['a text for a time', 'POST', '/v1/quarantine', '{"instance":"a","cause":"b","untilMs":"soon"}', 400],
  ['an unknown level', 'PUT', '/v1/log-level', '{"level":"chatty"}', 400],
  ['a large body', 'POST', '/v1/quarantine', JSON.stringify({ instance: 'a'.repeat(100_000) }), 413],
] as const) {
  test(`${name} is refused with ${status} and does nothing`, async (t) => {
    const { socket, calls } = await serve(t);
    t.is((await ask(socket, method, url, body)).status, status);
    t.deepEqual(calls, []);
  });
}

const EVENT = {
  decision_id: 'd1',
  timestamp: '2026-11-24T12:00:00.000Z',
  input: { parsed_body: { patient: 'Mira' } },
  result: { allow: false, deny: [{ id: 'WEIR-RUN-003', message: 'not a caller', evidence: { patient: 'Mira' } }] },
  metrics: {},
  custom: { weir: { function: 'openfaas:make-thumbnail', effective: 'deny' } },
} as unknown as DecisionLogEvent;

test('the tail shows decisions as they happen, without what they were about, and ends with its reader', async (t) => {
  const { socket, listeners } = await serve(t);
  const line = await new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath: socket, path: '/v1/decisions' }, (response) => {
      response.setEncoding('utf8');
      response.once('data', (chunk: string) => {
        resolve(chunk);
        asked.destroy();
      });
      for (const listener of listeners) listener(EVENT);
    });
    asked.on('error', (error) => {
      if (!asked.destroyed) reject(error);
    });
    asked.end();
  });
  t.notRegex(line, /Mira/);
  t.like(JSON.parse(line) as object, {
    decision_id: 'd1',
    effective: 'deny',
    reasons: [{ id: 'WEIR-RUN-003', message: 'not a caller' }],
  });
  while (listeners.size > 0) await new Promise(setImmediate);
  t.is(listeners.size, 0);
});

test('tails are limited', async (t) => {
  const { socket } = await serve(t);
  const open = Array.from(
    { length: TAILS_MAX },
    () =>
      new Promise<() => void>((resolve, reject) => {
        const asked = request({ socketPath: socket, path: '/v1/decisions' }, () => {
          resolve(() => asked.destroy());
        });
        asked.on('error', reject);
        asked.end();
      }),
  );
  const ends = await Promise.all(open);
  t.is((await ask(socket, 'GET', '/v1/decisions')).status, 503);
  for (const end of ends) end();
});

test('a socket left over from a crash is replaced, one in use and a file are not', async (t) => {
  const { socket } = await serve(t);
  await t.throwsAsync(serveControl(socket, {} as ControlTarget), { message: /another monitor/ });
  const folder = path.dirname(socket);
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  await t.throwsAsync(serveControl(file, {} as ControlTarget), { message: /no socket/ });
  const dead = path.join(folder, 'dead.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.stdout.write('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.true(statSync(dead).isSocket());
  const server = await serveControl(dead, {} as ControlTarget);
  await server.close();
});
