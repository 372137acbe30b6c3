import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import test from 'ava';
import {
  bodyOf,
  collect,
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

test('fields of one connection and those of Weir do not pass, in either direction', async (t) => {
  let seen: Readonly<Record<string, unknown>> = {};
  const server = await startFunction(t, (request, response) => {
    seen = request.headers;
    response.writeHead(200, [
      ['Connection', 'X-Hop'],
      ['X-Hop', 'a'],
      ['Keep-Alive', 'timeout=9'],
      ['Proxy-Authenticate', 'Basic'],
      ['Weir-Context', 'stolen'],
      ['CE-WeirContext', 'stolen'],
      ['X-Kept', 'b'],
    ]);
    response.end('body');
  });
  const core = testCore(() => ({ contextToken: 'issued' }));
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const answer = await sendRaw(
    proxy.port,
    [
      'GET /x HTTP/1.1',
      'Host: h',
      'Connection: close, X-Hop',
      'X-Hop: a',
      'Keep-Alive: timeout=9',
      'Proxy-Authorization: Basic x',
      'Proxy-Connection: keep-alive',
      'TE: gzip',
      'Weir-Context: came',
      'Weir_Anything: came',
      'X-Forwarded-For: 6.6.6.6',
      'Forwarded: for=6.6.6.6',
      'X-Kept: b',
      '',
      '',
    ].join('\r\n'),
  );
  t.is(seen['x-kept'], 'b');
  t.is(seen['weir-context'], 'issued');
  t.is(seen['x-forwarded-for'], '127.0.0.1');
  t.is(seen['via'], '1.1 weir');
  for (const name of [
    'x-hop',
    'keep-alive',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'weir_anything',
    'forwarded',
  ]) {
    t.false(name in seen, name);
  }
  t.is(core.arrivals[0]?.contextToken, 'came');
  t.false('weir-context' in (core.arrivals[0]?.attributes.request.http.headers ?? {}));
  t.regex(answer, /x-kept: b/i);
  t.notRegex(answer, /x-hop|timeout=9|proxy-authenticate|stolen/i);
});

test('without a new context the one that came does not reach the function', async (t) => {
  let seen: IncomingMessage['headers'] = {};
  const server = await startFunction(t, (request, response) => {
    seen = request.headers;
    response.end();
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  await send(proxy.port, { headers: { 'weir-context': 'came', 'ce-weircontext': 'came' } });
  t.false('weir-context' in seen);
  t.false('ce-weircontext' in seen);
});

test('what a trusted proxy told is continued', async (t) => {
  let seen: IncomingMessage['headers'] = {};
  const server = await startFunction(t, (request, response) => {
    seen = request.headers;
    response.end();
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)], {
    forwarded: { trustedPeers: ['127.0.0.0/8'], emit: 'both' },
  });
  await send(proxy.port, {
    headers: {
      host: 'h',
      'x-forwarded-for': '9.9.9.9',
      'x-forwarded-proto': 'https',
      forwarded: 'for=9.9.9.9',
      via: '1.0 edge',
    },
  });
  t.is(seen['x-forwarded-for'], '9.9.9.9, 127.0.0.1');
  t.is(seen['x-forwarded-proto'], 'https');
  t.is(seen['forwarded'], 'for=9.9.9.9, for=127.0.0.1;host="h";proto=http');
  t.is(seen['via'], '1.0 edge, 1.1 weir');
});

test('trailers pass in both directions, without those that must not', async (t) => {
  let trailers: IncomingMessage['trailers'] = {};
  let announced: string | undefined;
  const server = await startFunction(t, async (request, response) => {
    await bodyOf(request);
    trailers = request.trailers;
    announced = request.headers['trailer'];
    response.writeHead(200, { trailer: 'x-sum, weir-context' });
    response.write('ab');
    response.addTrailers({ 'x-sum': '42', 'weir-context': 'stolen' });
    response.end();
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const sent = httpRequest({
    port: proxy.port,
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked', trailer: 'x-check, authorization' },
  });
  sent.write('data');
  sent.addTrailers({ 'x-check': '7', authorization: 'Bearer late' });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = await collect(response);
  t.deepEqual({ ...trailers }, { 'x-check': '7' });
  t.is(announced, 'x-check');
  t.is(answer.headers['trailer'], 'x-sum');
  t.deepEqual({ ...answer.trailers }, { 'x-sum': '42' });
});

test('trailers pass when the body is read before the decision', async (t) => {
  let trailers: IncomingMessage['trailers'] = {};
  const server = await startFunction(t, async (request, response) => {
    await bodyOf(request);
    trailers = request.trailers;
    response.end();
  });
  const proxy = await startTestProxy(t, testCore(), [
    routeTo(server.port, { body: { readMaxBytes: 100, maxBytes: 1_000 } }),
  ]);
  const sent = httpRequest({ port: proxy.port, method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  sent.write('data');
  sent.addTrailers({ 'x-check': '7' });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  await collect(response);
  t.deepEqual({ ...trailers }, { 'x-check': '7' });
});

test('a caller that waits for 100 hears of a refusal before it sends, and of the function when it is admitted', async (t) => {
  let isAdmitted = false;
  const server = await startFunction(t, async (request, response) => {
    response.end(`got ${(await bodyOf(request)).length}`);
  });
  const proxy = await startTestProxy(
    t,
    testCore(() => ({ isAdmitted })),
    [routeTo(server.port)],
  );
  const head = 'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';
  const denied = await sendRaw(proxy.port, head);
  t.regex(denied, /^HTTP\/1\.1 403 /);
  t.notRegex(denied, /100 Continue/);
  isAdmitted = true;
  const socket = await open(proxy.port);
  const answer = readAll(socket);
  socket.write(head);
  await once(socket, 'data');
  socket.write('abcd');
  t.regex(await answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK[^]*got 4$/);
});

test('an expectation is met when the body is read before the decision', async (t) => {
  let expects: string | undefined;
  const server = await startFunction(t, async (request, response) => {
    expects = request.headers['expect'];
    response.end(await bodyOf(request));
  });
  const proxy = await startTestProxy(t, testCore(), [
    routeTo(server.port, { body: { readMaxBytes: 100, maxBytes: 1_000 } }),
  ]);
  const socket = await open(proxy.port);
  const answer = readAll(socket);
  socket.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n');
  await once(socket, 'data');
  socket.write('abcd');
  t.regex(await answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK[^]*abcd$/);
  t.is(expects, undefined);
});

test('early hints pass', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style', 'weir-context': 'stolen' });
    response.end('late');
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const sent = httpRequest({ port: proxy.port }).end();
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  const [hint] = (await once(sent, 'information')) as [{ statusCode: number; headers: Record<string, string> }];
  t.is(hint.statusCode, 103);
  t.is(hint.headers['link'], '</style.css>; rel=preload; as=style');
  t.false('weir-context' in hint.headers);
  const [response] = await answered;
  t.is((await collect(response)).body, 'late');
});

test('answers without a body keep what they say of it', async (t) => {
  const server = await startFunction(t, (request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { 'content-length': '12345', etag: '"a"' });
    else if (request.url === '/none') response.writeHead(204, { 'x-a': 'b' });
    else response.writeHead(304, { etag: '"a"' });
    response.end();
  });
  const proxy = await startTestProxy(t, testCore(), [routeTo(server.port)]);
  const head = await send(proxy.port, { method: 'HEAD' });
  t.is(head.headers['content-length'], '12345');
  const none = await send(proxy.port, { path: '/none' });
  t.is(none.status, 204);
  t.is(none.headers['content-length'], undefined);
  t.is(none.headers['transfer-encoding'], undefined);
  t.is((await send(proxy.port, { path: '/same' })).status, 304);
});

test('requests that wait behind one another on a connection are answered in order, and not too many', async (t) => {
  const server = await startFunction(t, (request, response) => {
    setImmediate(() => response.end(`<${request.url ?? ''}>`));
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)], { limits: { pipelinedMax: 3 } });
  const one = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
  const answer = await sendRaw(
    proxy.port,
    one('/1') + one('/2') + one('/3') + one('/4') + one('/5', 'Connection: close\r\n'),
  );
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
  t.deepEqual(statuses, ['200', '200', '200', '429', '429']);
  t.regex(answer, /<\/1>[^]*<\/2>[^]*<\/3>/);
  t.is(core.arrivals.length, 3);
});

test('a kept connection that the function closed is replaced where the request may be repeated', async (t) => {
  let connections = 0;
  const server = await startFunction(t, (_, response) => {
    response.end('x');
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => {
    connections += 1;
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  t.is((await send(proxy.port)).status, 200);
  t.is((await send(proxy.port)).status, 200);
  t.is(connections, 1);
  server.closeAllConnections();
  t.is((await send(proxy.port)).status, 200);
  t.is(connections, 2);
  t.deepEqual(
    core.completions.map(({ outcome }) => outcome.outcome),
    ['ok', 'ok', 'ok'],
  );
});

test('the function may answer before it has the whole body', async (t) => {
  const server = await startFunction(t, (_, response) => {
    response.writeHead(413, { connection: 'close' });
    response.end('enough');
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const socket = await open(proxy.port);
  const answer = readAll(socket);
  socket.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\nabc');
  t.regex(await answer, /^HTTP\/1\.1 413 [^]*enough/);
  await until(() => core.completions.length === 1);
  t.is(core.completions[0]?.outcome.status, 413);
});
