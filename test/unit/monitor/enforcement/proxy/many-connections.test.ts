import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import test from 'ava';
import { routeTo, send, startFunction, startTestProxy, testCore, until } from './support.ts';

const CONNECTIONS = 10_000;
const CONNECTIONS_MAX = 2_000;

interface Report {
  readonly refused: number;
  readonly served: number;
  readonly broken: number;
}

test('of 10,000 connections as many as allowed are served, and the others are told so', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.end('ok');
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { inFlightMax: 5_000 })], {
    limits: { connectionsMax: CONNECTIONS_MAX, upstreamConnectionsMax: 64, inFlightMax: 5_000 },
  });
  // Another process, so that both ends together need no more files than one process may open.
  const crowd = fork(path.join(import.meta.dirname, 'crowd.ts'), [String(proxy.port), String(CONNECTIONS)]);
  t.teardown(() => crowd.kill());
  const [held] = (await once(crowd, 'message')) as [{ readonly opened: number }];
  t.is(held.opened, CONNECTIONS);
  let peak = proxy.status().connections;
  const watch = setInterval(() => {
    peak = Math.max(peak, proxy.status().connections);
  }, 5);
  t.teardown(() => {
    clearInterval(watch);
  });
  crowd.send('go');
  const [report] = (await once(crowd, 'message')) as [Report];
  t.log(report);
  // Those that waited to be accepted get the places of those that are done.
  t.true(report.served >= CONNECTIONS_MAX);
  t.true(peak <= CONNECTIONS_MAX);
  t.true(report.refused > 0);
  // Beyond a number of farewells at a time connections are just closed.
  t.true(report.broken < CONNECTIONS / 4);
  crowd.kill();
  await until(() => proxy.status().connections === 0);
  t.is((await send(proxy.port)).body, 'ok');
  t.is(core.admitted(), report.served + 1);
});
