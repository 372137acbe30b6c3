import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import {
  bodyOf,
  open,
  readAll,
  routeTo,
  send,
  sendRaw,
  startFunction,
  startTestProxy,
  testCore,
  until,
} from './support.ts';

/** A server that does with a connection what it is told. */
async function startRaw(t: ExecutionContext, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers whatever comes with these bytes, and closes. */
const answering = (bytes: string) => (socket: Socket) => {
  socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1')));
};

const BAD_ANSWERS: readonly (readonly [string, string])[] = [
  ['no HTTP', 'hello\r\n\r\n'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
  ['a coding that is not known', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a status that is none', 'HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ['a header that is too large', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
];

for (const [name, bytes] of BAD_ANSWERS) {
  test(`an answer with ${name} is a bad gateway`, async (t) => {
    const core = testCore();
    const proxy = await startTestProxy(t, core, [routeTo(await startRaw(t, answering(bytes)))]);
    const answer = await send(proxy.port, { method: 'POST' }, 'x');
    t.is(answer.status, 502);
    t.regex(answer.body, /PRX02[35]/);
    await until(() => core.completions.length === 1);
    t.is(core.completions[0]?.outcome.outcome, 'error');
  });
}

test('a function that is not there is a bad gateway', async (t) => {
  const port = await startRaw(t, () => undefined);
  const core = testCore();
  const gone = createServer();
  gone.listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const free = (gone.address() as AddressInfo).port;
  gone.close();
  await once(gone, 'close');
  t.not(port, free);
  const proxy = await startTestProxy(t, core, [routeTo(free)]);
  const answer = await send(proxy.port, { method: 'POST' }, 'x');
  t.is(answer.status, 502);
  t.regex(answer.body, /PRX023/);
  await until(() => core.completions.length === 1);
});

test('a function that does not answer in time is a gateway time-out', async (t) => {
  const port = await startRaw(t, (socket) => socket.resume());
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(port)], { timeouts: { responseMs: 50 } });
  const answer = await send(proxy.port, { method: 'POST' }, 'x');
  t.is(answer.status, 504);
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'timeout');
});

test('a function killed in the middle of its answer breaks the answer off, visibly', async (t) => {
  const core = testCore();
  const port = await startRaw(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', () =>
        socket.resetAndDestroy(),
      );
    });
  });
  const proxy = await startTestProxy(t, core, [routeTo(port)]);
  await t.throwsAsync(send(proxy.port), { message: /aborted|socket hang up|ECONNRESET/ });
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'error');
  t.is(proxy.status().inFlight, 0);
});

test('a function that falls silent in the middle of its answer is cut off', async (t) => {
  const core = testCore();
  const port = await startRaw(t, (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'));
  });
  const proxy = await startTestProxy(t, core, [routeTo(port)], { timeouts: { idleMs: 60 } });
  await t.throwsAsync(send(proxy.port));
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'timeout');
});

test('a caller that goes away is told to the function and to the core, once', async (t) => {
  const core = testCore();
  let isGone = false;
  const server = await startFunction(t, (request, response) => {
    request.resume();
    response.writeHead(200);
    response.write('first');
    response.once('close', () => {
      isGone = true;
    });
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const socket = await open(proxy.port);
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await until(() => isGone && core.completions.length > 0);
  await until(() => proxy.status().inFlight === 0);
  t.deepEqual(
    core.completions.map(({ outcome }) => outcome.outcome),
    ['aborted'],
  );
  t.true(core.arrivals[0]?.signal?.aborted);
});

test('a caller that goes away before the function answers, or in the middle of its body, is aborted once', async (t) => {
  const core = testCore();
  const port = await startRaw(t, (socket) => socket.resume());
  const proxy = await startTestProxy(t, core, [routeTo(port)]);
  for (const [at, bytes] of [
    'GET /x HTTP/1.1\r\nHost: h\r\n\r\n',
    'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc',
  ].entries()) {
    const socket = await open(proxy.port);
    socket.write(bytes);
    await until(() => core.admitted() === at + 1);
    socket.destroy();
    await until(() => core.completions.length === at + 1);
  }
  await until(() => proxy.status().inFlight === 0);
  t.deepEqual(
    core.completions.map(({ outcome }) => outcome.outcome),
    ['aborted', 'aborted'],
  );
});

test('a caller that goes away while the core decides is not handed on', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  let decide: () => void = () => undefined;
  const core = testCore(async () => {
    await new Promise<void>((resolve) => {
      decide = resolve;
    });
    return {};
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)], { timeouts: { decisionMs: 10_000 } });
  const socket = await open(proxy.port);
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => core.arrivals.length === 1);
  socket.destroy();
  await until(() => core.arrivals[0]?.signal?.aborted === true);
  decide();
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'aborted');
  t.is(calls, 0);
});

test('an admission that comes too late is ended and not used', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  let decide: () => void = () => undefined;
  const core = testCore(async () => {
    await new Promise<void>((resolve) => {
      decide = resolve;
    });
    return {};
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)], { timeouts: { decisionMs: 20 } });
  t.is((await send(proxy.port)).status, 503);
  decide();
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'aborted');
  t.is(calls, 0);
});

test('slow headers and slow bodies are ended with 408', async (t) => {
  const core = testCore();
  const server = await startFunction(t, async (request, response) => {
    await bodyOf(request).catch(() => undefined);
    response.end();
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)], { timeouts: { headersMs: 200, idleMs: 100 } });
  // Nothing, the beginning of a preface, the beginning of a header.
  for (const bytes of ['', 'PR', 'GET /x HTTP/1.1\r\nHost: h\r\nX-A: ']) {
    t.regex(await sendRaw(proxy.port, bytes), /^HTTP\/1\.1 408 /);
  }
  t.is(core.arrivals.length, 0);
  // One byte every few milliseconds is not faster.
  const dripping = await open(proxy.port);
  const answer = readAll(dripping);
  const drip = setInterval(() => dripping.write('x'), 20);
  dripping.write('GET /x HTTP/1.1\r\nX-A: ');
  t.regex(await answer, /^HTTP\/1\.1 408 /);
  clearInterval(drip);
  const body = await sendRaw(proxy.port, 'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
  t.regex(body, /^HTTP\/1\.1 408 [^]*PRX010/);
  await until(() => core.completions.length === 1);
});

test('headers, targets and bodies that are too large have their own status', async (t) => {
  const core = testCore();
  let calls = 0;
  const server = await startFunction(t, async (request, response) => {
    calls += 1;
    await bodyOf(request).catch(() => undefined);
    response.end();
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { body: { readMaxBytes: 0, maxBytes: 1_000 } })], {
    limits: { headerBytesMax: 8_000, targetLengthMax: 2_000, headersMax: 20 },
  });
  const get = (target: string, fields: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`;
  t.regex(await sendRaw(proxy.port, get(`/${'a'.repeat(2_000)}`, '')), /^HTTP\/1\.1 414 [^]*PRX006/);
  t.regex(await sendRaw(proxy.port, get(`/${'a'.repeat(50_000)}`, '')), /^HTTP\/1\.1 414 /);
  t.regex(await sendRaw(proxy.port, get('/', 'x-a: b\r\n'.repeat(19))), /^HTTP\/1\.1 431 [^]*PRX007/);
  t.regex(await sendRaw(proxy.port, get('/', `x-a: ${'b'.repeat(8_500)}\r\n`)), /^HTTP\/1\.1 431 /);
  t.regex(await sendRaw(proxy.port, get('/', `x-a: ${'b'.repeat(200_000)}\r\n`)), /^HTTP\/1\.1 431 /);
  t.is(core.arrivals.length, 0);
  // A declared length is refused before the decision, one that turns out too large in the middle.
  t.is((await send(proxy.port, { method: 'POST' }, 'x'.repeat(1_001))).status, 413);
  t.is(core.arrivals.length, 0);
  t.is(calls, 0);
  const chunked = httpRequest({ port: proxy.port, method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  chunked.on('error', () => undefined);
  chunked.write('x'.repeat(600));
  chunked.write('x'.repeat(600));
  const [response] = (await once(chunked, 'response')) as [{ statusCode: number }];
  t.is(response.statusCode, 413);
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.status, 413);
  chunked.destroy();
});

test('there is no more under way than allowed, over all routes and for each', async (t) => {
  const core = testCore();
  const waiting: (() => void)[] = [];
  const server = await startFunction(t, (_, response) => {
    waiting.push(() => response.end());
  });
  const proxy = await startTestProxy(
    t,
    core,
    [
      routeTo(server.port, { name: 'a', pathPrefix: '/a', inFlightMax: 1 }),
      routeTo(server.port, { name: 'b', pathPrefix: '/b' }),
    ],
    { limits: { inFlightMax: 2 } },
  );
  const first = send(proxy.port, { path: '/a' });
  await until(() => waiting.length === 1);
  t.is((await send(proxy.port, { path: '/a' })).status, 503);
  const second = send(proxy.port, { path: '/b' });
  await until(() => waiting.length === 2);
  const third = await send(proxy.port, { path: '/b' });
  t.is(third.status, 503);
  t.is(third.headers['retry-after'], '1');
  t.is(core.arrivals.length, 2);
  for (const end of waiting) end();
  t.is((await first).status, 200);
  t.is((await second).status, 200);
  t.is((await send(proxy.port, { path: '/c' })).status, 404);
});

test('draining lets what is under way end, refuses what is new, and closes', async (t) => {
  const core = testCore();
  let end: () => void = () => undefined;
  const server = await startFunction(t, (_, response) => {
    response.write('begun ');
    end = () => response.end('done');
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const idle = await open(proxy.port);
  const ended = readAll(idle);
  const kept = await open(proxy.port);
  const keptText = readAll(kept);
  kept.write('GET /slow HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => core.admitted() === 1);
  await once(kept, 'data');
  const drained = proxy.drain(5_000);
  kept.write('GET /late HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => proxy.status().counts['request-refused:draining'] === 1);
  end();
  const text = await keptText;
  t.regex(text, /begun [^]*done[^]*HTTP\/1\.1 503 [^]*PRX019/);
  idle.destroy();
  await ended;
  await drained;
  t.is(core.admitted(), 1);
  t.is(core.completions[0]?.outcome.outcome, 'ok');
  await t.throwsAsync(send(proxy.port), { code: 'ECONNREFUSED' });
});

test('draining ends what does not end by itself', async (t) => {
  const core = testCore();
  const server = await startFunction(t, (_, response) => {
    response.write('begun');
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const socket = await open(proxy.port);
  const text = readAll(socket);
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
  await once(socket, 'data');
  await proxy.drain(50);
  await text;
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'aborted');
});

test('a body that drips is never idle and ends all the same', async (t) => {
  const core = testCore();
  const server = await startFunction(t, (_, response) => {
    response.end();
  });
  const route = routeTo(server.port, { body: { readMaxBytes: 1_000, maxBytes: 1_000 } });
  const proxy = await startTestProxy(t, core, [route], { timeouts: { headersMs: 150, idleMs: 5_000, totalMs: 200 } });
  const socket = await open(proxy.port);
  const answer = readAll(socket);
  socket.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n');
  const drip = setInterval(() => socket.write('x'), 20);
  t.regex(await answer, /^HTTP\/1\.1 408 /);
  clearInterval(drip);
  t.is(core.arrivals.length, 0);
});
