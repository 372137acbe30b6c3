import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import {
  routeTo,
  send,
  sendRaw,
  startFunction,
  startTestProxy,
  testCore,
  until,
  type Running,
  type TestCore,
} from './support.ts';

async function world(
  t: ExecutionContext,
  core: TestCore,
  timeouts = {},
): Promise<{ readonly proxy: Running; readonly server: WebSocketServer }> {
  const server = await startFunction(t, (_, response) => {
    response.writeHead(426).end('no');
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    socket.send(`${request.url ?? ''} ${request.headers['weir-context']?.toString() ?? 'none'}`);
    socket.on('message', (data: RawData, isBinary) => {
      socket.send(data, { binary: isBinary });
    });
  });
  t.teardown(() => {
    sockets.close();
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { isUpgradable: true })], { timeouts });
  return { proxy, server: sockets };
}

const text = async (socket: WebSocket): Promise<string> => {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return data.toString();
};

test('a websocket is decided before the upgrade and then passes', async (t) => {
  const core = testCore(() => ({ contextToken: 'issued' }));
  const { proxy } = await world(t, core);
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/chat?room=1`, { headers: { 'weir-context': 'came' } });
  t.is(await text(socket), '/chat?room=1 issued');
  socket.send('hello');
  t.is(await text(socket), 'hello');
  const large = 'x'.repeat(1_000_000);
  socket.send(large);
  t.is((await text(socket)).length, large.length);
  t.is(proxy.status().inFlight, 1);
  t.deepEqual(core.completions, []);
  socket.close(1000);
  await once(socket, 'close');
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.status, 101);
  await until(() => proxy.status().inFlight === 0);
});

test('a websocket that is denied is answered with 403 and never upgraded', async (t) => {
  const core = testCore(() => ({ isAdmitted: false }));
  const { proxy, server } = await world(t, core);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
  const [error] = (await once(socket, 'error')) as [Error];
  t.regex(error.message, /403/);
  t.is(connections, 0);
});

test('a websocket of a function that goes away, and one of a caller that does, are ended on the other side', async (t) => {
  const core = testCore();
  const { proxy, server } = await world(t, core);
  const first = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
  await text(first);
  for (const client of server.clients) client.terminate();
  await once(first, 'close');
  const second = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
  const serverSide = once(server, 'connection') as Promise<[WebSocket]>;
  await text(second);
  const [accepted] = await serverSide;
  second.terminate();
  await once(accepted, 'close');
  await until(() => core.completions.length === 2);
  t.pass();
});

test('a silent websocket is ended', async (t) => {
  const core = testCore();
  const { proxy } = await world(t, core, { idleMs: 100 });
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
  await text(socket);
  await once(socket, 'close');
  await until(() => core.completions.length === 1);
  t.pass();
});

test('a function that does not want the upgrade answers as it likes', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.writeHead(426, { 'x-a': 'b' }).end('no');
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { isUpgradable: true })]);
  const answer = await sendRaw(
    proxy.port,
    'GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  t.regex(answer, /^HTTP\/1\.1 426 [^]*x-a: b[^]*\r\nno\r\n/);
  await until(() => core.completions.length === 1);
});

test('an upgrade to another version of HTTP is not passed on, and the request is answered without it', async (t) => {
  const core = testCore();
  const { proxy } = await world(t, core);
  const answer = await sendRaw(
    proxy.port,
    'GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n',
  );
  t.regex(answer, /^HTTP\/1\.1 (426|400) /);
  t.notRegex(answer, / 101 /);
  const body = await sendRaw(
    proxy.port,
    'GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc',
  );
  t.regex(body, /^HTTP\/1\.1 400 [^]*PRX026/);
  t.is((await send(proxy.port)).status, 426);
});
