import { once } from 'node:events';
import {
  connect,
  createServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { bodyOf, open, readAll, routeTo, send, startFunction, startTestProxy, testCore, until } from './support.ts';

function session(t: ExecutionContext, port: number): ClientHttp2Session {
  const made = connect(`http://127.0.0.1:${port}`);
  made.on('error', () => undefined);
  t.teardown(() => {
    made.destroy();
  });
  return made;
}

interface Answer2 {
  readonly headers: IncomingHttpHeaders & { readonly ':status'?: number };
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
}

async function collect2(stream: ClientHttp2Stream): Promise<Answer2> {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (found) => {
    headers = found;
  });
  stream.on('trailers', (found: IncomingHttpHeaders) => {
    trailers = found;
  });
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return { headers, trailers, body: Buffer.concat(pieces).toString() };
}

const ask = (on: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Answer2> => {
  const stream = on.request({ ':method': body === undefined ? 'GET' : 'POST', ...headers });
  stream.end(body);
  return collect2(stream);
};

async function startFunction2(
  t: ExecutionContext,
  serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<number> {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    serve(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('HTTP/2 to a function that speaks HTTP/1.1, on the port that HTTP/1.1 comes to', async (t) => {
  let seen: Readonly<Record<string, unknown>> = {};
  const server = await startFunction(t, async (request, response) => {
    seen = { ...request.headers, method: request.method, url: request.url };
    response.writeHead(201, { 'x-a': 'b', connection: 'x-hop', 'x-hop': '1', trailer: 'x-sum' });
    response.write(`got ${(await bodyOf(request)).toString()}`);
    response.addTrailers({ 'x-sum': '42' });
    response.end();
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const h2 = session(t, proxy.port);
  const answer = await ask(h2, { ':path': '/x?y=z', cookie: ['a=1', 'b=2'], te: 'trailers' }, 'hello');
  t.is(answer.headers[':status'], 201);
  t.is(answer.headers['x-a'], 'b');
  t.false('x-hop' in answer.headers);
  t.is(answer.body, 'got hello');
  t.is(answer.trailers['x-sum'], '42');
  t.is(seen['cookie'], 'a=1; b=2');
  t.is(seen['url'], '/x?y=z');
  t.is(seen['via'], '2 weir');
  t.is(core.arrivals[0]?.attributes.request.http.protocol, 'HTTP/2');
  t.is((await send(proxy.port, { method: 'POST' }, 'hi')).body, 'got hi');
  await until(() => core.completions.length === 2);
});

test('HTTP/1.1 and HTTP/2 to a function that speaks h2c', async (t) => {
  const seen: IncomingHttpHeaders[] = [];
  const port = await startFunction2(t, (stream, headers) => {
    seen.push(headers);
    stream.respond(
      { ':status': 200, 'set-cookie': ['a=1', 'b=2'], 'weir-context': 'stolen' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0', 'weir-context': 'stolen' });
    });
    stream.pipe(stream);
  });
  const core = testCore(() => ({ contextToken: 'issued' }));
  const route = routeTo(port, {
    upstream: { protocol: 'h2c', address: { host: '127.0.0.1', port } },
  });
  const proxy = await startTestProxy(t, core, [route]);
  const first = await send(
    proxy.port,
    { method: 'POST', path: '/a', headers: { host: 'fn.example', connection: 'keep-alive' } },
    'hello',
  );
  t.is(first.body, 'hello');
  t.deepEqual(first.headers['set-cookie'], ['a=1', 'b=2']);
  t.false('weir-context' in first.headers);
  t.deepEqual({ ...first.trailers }, { 'grpc-status': '0' });
  t.is(seen[0]?.[':authority'], 'fn.example');
  t.is(seen[0]?.['weir-context'], 'issued');
  t.is(seen[0]?.['content-length'], '5');
  const second = await ask(session(t, proxy.port), { ':path': '/b', te: 'trailers' }, 'world');
  t.is(second.body, 'world');
  t.is(second.trailers['grpc-status'], '0');
  t.is(seen[1]?.['te'], 'trailers');
  await until(() => core.completions.length === 2);
});

test('a denied stream leaves the connection usable, and one that is reset is told once', async (t) => {
  let isGone = false;
  const server = await startFunction(t, (request, response) => {
    request.resume();
    if (request.url === '/slow') {
      response.write('begun');
      response.once('close', () => {
        isGone = true;
      });
    } else response.end('ok');
  });
  const core = testCore(({ attributes }) => ({ isAdmitted: !attributes.request.http.path.startsWith('/denied') }));
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const h2 = session(t, proxy.port);
  const denied = await ask(h2, { ':path': '/denied' }, 'x'.repeat(10_000));
  t.is(denied.headers[':status'], 403);
  const slow = h2.request({ ':path': '/slow' });
  await once(slow, 'data');
  slow.close(8);
  await until(() => isGone && core.completions.length === 1);
  t.is(core.completions[0]?.outcome.outcome, 'aborted');
  t.is((await ask(h2, { ':path': '/fine' })).body, 'ok');
});

test('a function of h2c that is not there, or resets, is a bad gateway', async (t) => {
  const port = await startFunction2(t, (stream) => {
    stream.close(2);
  });
  const core = testCore();
  const to = (at: number) => routeTo(at, { upstream: { protocol: 'h2c', address: { host: '127.0.0.1', port: at } } });
  const proxy = await startTestProxy(t, core, [to(port)]);
  t.is((await send(proxy.port)).status, 502);
  const gone = await startTestProxy(t, core, [to(1)]);
  t.is((await send(gone.port)).status, 502);
  await until(() => core.completions.length === 2);
});

test('draining tells HTTP/2 connections to go away and lets their streams end', async (t) => {
  let end: () => void = () => undefined;
  const server = await startFunction(t, (_, response) => {
    response.write('begun ');
    end = () => response.end('done');
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const h2 = session(t, proxy.port);
  const stream = h2.request({ ':path': '/x' });
  const answer = collect2(stream);
  await once(stream, 'response');
  const away = once(h2, 'goaway');
  const drained = proxy.drain(5_000);
  await away;
  end();
  t.is((await answer).body, 'begun done');
  await drained;
});

test('a connection of HTTP/2 that its peer ends, drops or leaves idle is gone', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.end('ok');
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)], { timeouts: { keepAliveMs: 200 } });
  const ends: readonly ((on: ClientHttp2Session) => void)[] = [
    (on) => {
      on.close();
    },
    (on) => {
      on.destroy();
    },
    () => undefined,
  ];
  for (const end of ends) {
    const h2 = session(t, proxy.port);
    t.is((await ask(h2, { ':path': '/x' })).body, 'ok');
    t.is(proxy.status().connections, 1);
    end(h2);
    await until(() => proxy.status().connections === 0);
  }
});

/** Frames as RFC 9113, 4.1 has them. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A literal field without indexing and without Huffman coding (RFC 7541, 6.2.2), for what no client would write. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

/** A string of RFC 7541, 5.2: its length as an integer with a prefix of seven bits. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([127, bytes.length - 127]), bytes]);
}

const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))]);
const BASE: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'h'],
  [':path', '/x'],
];

const replaced = (name: string, value: string): readonly (readonly [string, string])[] =>
  BASE.map((field) => (field[0] === name ? [name, value] : field));

const BAD_FIELDS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ['a line break in a value', [...BASE, ['x-a', 'b\r\nx-smuggled: 1']]],
  ['a line feed in a value', [...BASE, ['x-a', 'b\nx-smuggled: 1']]],
  ['a null in a value', [...BASE, ['x-a', 'b\0c']]],
  ['a line break in a name', [...BASE, ['x-a: b\r\nx-smuggled', '1']]],
  ['a colon in a name', [...BASE, ['x-a:b', '1']]],
  ['capitals in a name', [...BASE, ['X-Smuggled', '1']]],
  ['a space in a name', [...BASE, ['x smuggled', '1']]],
  ['a line break in the method', replaced(':method', 'GET / HTTP/1.1\r\nx-smuggled: 1\r\n\r\nGET')],
  ['a line break in the path', replaced(':path', '/x HTTP/1.1\r\nx-smuggled: 1\r\n\r\nGET /')],
  ['a space in the path', replaced(':path', '/x /y')],
  ['a path without a slash', replaced(':path', 'x')],
  ['a line break in the authority', replaced(':authority', 'h\r\nx-smuggled: 1')],
  ['an authority with user information', replaced(':authority', 'u@h')],
  ['an authority and another host', [...BASE, ['host', 'internal']]],
  ['transfer-encoding', [...BASE, ['transfer-encoding', 'chunked']]],
  ['connection', [...BASE, ['connection', 'x-a']]],
  ['keep-alive', [...BASE, ['keep-alive', 'timeout=1']]],
  ['proxy-connection', [...BASE, ['proxy-connection', 'keep-alive']]],
  ['upgrade', [...BASE, ['upgrade', 'websocket']]],
  ['te that is not trailers', [...BASE, ['te', 'gzip']]],
  ['a length that does not fit the body', [...replaced(':method', 'POST'), ['content-length', '10']]],
  ['two lengths', [...BASE, ['content-length', '0'], ['content-length', '1']]],
  ['two paths', [...BASE, [':path', '/y']]],
  ['a pseudo field that is not known', [...BASE, [':smuggled', '1']]],
  ['a pseudo field after another', [['x-a', 'b'], ...BASE]],
  ['no method', BASE.filter(([name]) => name !== ':method')],
  ['CONNECT', replaced(':method', 'CONNECT')],
];

/** The library behind Node leaves out fields that are no fields and goes on: neither the policy nor the function has them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'a line break in a value',
  'a line feed in a value',
  'a null in a value',
  'a line break in a name',
  'a colon in a name',
  'a space in a name',
]);

for (const [name, fields] of BAD_FIELDS) {
  test(`HTTP/2 is not brought down to HTTP/1.1 with ${name}`, async (t) => {
    const seen: string[] = [];
    const server = await startFunction(t, (request, response) => {
      seen.push(request.rawHeaders.join('|'));
      response.end();
    });
    const core = testCore();
    const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
    const socket = await open(proxy.port);
    const answer = readAll(socket);
    const block = Buffer.concat(fields.map(([field, value]) => literal(field, value)));
    // END_HEADERS and END_STREAM; then GOAWAY, so that the other side ends the connection when it is done.
    socket.write(Buffer.concat([PREFACE, frame(4, 1, 0, Buffer.alloc(0)), frame(1, 5, 1, block)]));
    socket.write(frame(7, 0, 0, Buffer.alloc(8)));
    socket.end();
    await answer;
    if (LEFT_OUT.has(name)) await until(() => core.completions.length === 1);
    else t.is(core.arrivals.length, 0);
    const known = core.arrivals.map(({ attributes }) => JSON.stringify(attributes.request.http.headers));
    t.notRegex([...seen, ...known].join('\n'), /smuggled|x-a/);
    t.is(seen.length, core.arrivals.length);
  });
}

test('the frames of these tests would be understood if they were well formed, and a peer may leave without a word', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.end();
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const socket = await open(proxy.port);
  const block = Buffer.concat(BASE.map(([field, value]) => literal(field, value)));
  socket.write(Buffer.concat([PREFACE, frame(4, 1, 0, Buffer.alloc(0)), frame(1, 5, 1, block)]));
  await until(() => core.completions.length === 1);
  t.is(proxy.status().connections, 1);
  // Without a GOAWAY, as curl leaves.
  socket.end();
  await until(() => proxy.status().connections === 0, 3_000);
  t.is(core.arrivals[0]?.attributes.request.http.path, '/x');
});
