import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { joinResource, parseAddress } from '../../../../monitor/bundles/address.ts';
import { pollDelayMs, retryDelayMs } from '../../../../monitor/bundles/delays.ts';
import { fileSource } from '../../../../monitor/bundles/file-source.ts';
import { refused, signedBundle, valueOf } from '../../policies/bundle/bundles.ts';
import { ask, failedWith, serve, serveRaw, sourceOf, temporaryFolder } from './servers.ts';

const BYTES = Buffer.from(await signedBundle());
const TYPE = 'application/vnd.openpolicyagent.bundles';

test('asks as OPA does, and hands on what came', async (t) => {
  const { url, requests } = await serve(t, (_, response) => {
    response.writeHead(200, { etag: '"7"', 'content-type': TYPE }).end(BYTES);
  });
  const source = sourceOf(url);
  const outcome = await ask(source);
  t.deepEqual(outcome, { kind: 'bundle', bytes: BYTES, etag: '"7"', lastModified: null, isLongPolling: true });
  t.is(requests[0]?.method, 'GET');
  t.is(requests[0]?.url, '/bundles/clinic.tar.gz');
  t.is(requests[0]?.headers['prefer'], 'modes=snapshot,delta');
  t.is(requests[0]?.headers['if-none-match'], undefined);
  t.is(requests[0]?.headers.authorization, undefined);
  await ask(source, { etag: '"6"', waitSeconds: 30, acceptsDelta: false });
  t.is(requests[1]?.headers['prefer'], 'modes=snapshot;wait=30');
  t.is(requests[1]?.headers['if-none-match'], '"6"');
});

test('304 means unchanged only to somebody who has something', async (t) => {
  const { url } = await serve(t, (_, response) => response.writeHead(304).end());
  t.deepEqual(await ask(sourceOf(url), { etag: '"7"' }), { kind: 'unchanged' });
  t.deepEqual(await ask(sourceOf(url), { lastModified: 'Tue, 24 Nov 2026 12:00:00 GMT' }), { kind: 'unchanged' });
  failedWith(t, await ask(sourceOf(url)), 'BND076');
});

test('a server of plain static files serves too', async (t) => {
  const modified = 'Tue, 24 Nov 2026 12:00:00 GMT';
  const { url } = await serve(t, (request, response) => {
    if (request.headers['if-modified-since'] === modified) response.writeHead(304).end();
    else
      response
        .writeHead(200, {
          'last-modified': modified,
          'content-type': 'application/x-gzip',
          'content-encoding': 'x-gzip',
        })
        .end(BYTES);
  });
  const outcome = await ask(sourceOf(url), { waitSeconds: 5 });
  t.deepEqual(outcome, { kind: 'bundle', bytes: BYTES, etag: null, lastModified: modified, isLongPolling: false });
  t.deepEqual(await ask(sourceOf(url), { lastModified: modified }), { kind: 'unchanged' });
});

test('answers that are no bundle are told apart', async (t) => {
  const answers: Readonly<
    Record<
      string,
      { readonly code: string; readonly head: [number, Record<string, string>]; readonly body: string | Buffer }
    >
  > = {
    html: {
      code: 'BND075',
      head: [200, { 'content-type': 'text/html; charset=utf-8' }],
      body: '<html>please log in</html>',
    },
    empty: { code: 'BND075', head: [200, {}], body: '' },
    brotli: { code: 'BND075', head: [200, { 'content-encoding': 'br' }], body: BYTES },
    large: { code: 'BND013', head: [200, { 'content-length': '2000000' }], body: '' },
    missing: { code: 'BND071', head: [404, {}], body: 'not found' },
    forbidden: { code: 'BND071', head: [403, {}], body: '' },
    broken: { code: 'BND071', head: [500, {}], body: '' },
    nothing: { code: 'BND071', head: [204, {}], body: '' },
    headless: { code: 'BND071', head: [302, {}], body: '' },
  };
  const { url } = await serve(t, (request, response) => {
    const answer = answers[request.url?.slice(1) ?? ''];
    response.writeHead(answer?.head[0] ?? 500, answer?.head[1]).end(answer?.body);
  });
  for (const [name, { code }] of Object.entries(answers)) {
    const message = failedWith(t, await ask(sourceOf(new URL(`/${name}`, url))), code);
    t.false(message.includes('please log in'), 'what the server sent does not get into logs');
  }
});

test('a server may ask to be left alone, within reason', async (t) => {
  const { url } = await serve(t, (request, response) => {
    response.writeHead(503, { 'retry-after': request.url === '/long' ? '999999' : '120' }).end();
  });
  const outcome = await ask(sourceOf(url));
  t.is(outcome.kind === 'failed' ? outcome.retryAfterMs : null, 120_000);
  const long = await ask(sourceOf(new URL('/long', url)));
  t.is(long.kind === 'failed' ? long.retryAfterMs : null, 3_600_000);
});

test('redirects stay within the origin and are few', async (t) => {
  const other = await serve(t, (_, response) => response.writeHead(200).end(BYTES));
  const { url } = await serve(t, (request, response) => {
    const target = { '/near': '/bundle', '/far': other.url.href, '/loop': '/loop', '/odd': 'http://' }[
      request.url ?? ''
    ];
    if (target === undefined) response.writeHead(200).end(BYTES);
    else response.writeHead(307, { location: target }).end();
  });
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'token'), 'secret-token\n');
  const from = (name: string) =>
    ask(sourceOf(new URL(name, url), { files: { tokenFile: path.join(folder, 'token') } }));
  t.is((await from('/near')).kind, 'bundle');
  failedWith(t, await from('/far'), 'BND072');
  t.is(other.requests.length, 0, 'the token went nowhere else');
  failedWith(t, await from('/loop'), 'BND072');
  failedWith(t, await from('/odd'), 'BND072');
});

test('servers that lie about lengths, or break off, give nothing', async (t) => {
  const said = (head: string, body: Buffer, end: boolean) =>
    serveRaw(t, (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
      socket.write(body);
      if (end) socket.end();
    });
  failedWith(t, await ask(sourceOf(await said(`Content-Length: ${BYTES.length + 10}`, BYTES, true))), 'BND074');
  failedWith(
    t,
    await ask(sourceOf(await said('Transfer-Encoding: chunked', Buffer.from('400\r\nabc'), true))),
    'BND074',
  );
  // A shorter length than what is sent: the answer is what the length says, and the signature decides about that.
  const short = await ask(sourceOf(await said(`Content-Length: ${BYTES.length - 10}`, BYTES, true)));
  t.true(short.kind === 'failed' || (short.kind === 'bundle' && short.bytes.length === BYTES.length - 10));
});

test('slow servers are given up at every stage', async (t) => {
  const silent = await serveRaw(t, () => undefined);
  t.regex(failedWith(t, await ask(sourceOf(silent, { timeouts: { answerMs: 50 } })), 'BND073'), /did not answer/);
  const stopped = await serveRaw(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n`);
    socket.write(BYTES.subarray(0, 10));
  });
  t.regex(failedWith(t, await ask(sourceOf(stopped, { timeouts: { idleMs: 50 } })), 'BND073'), /stopped/);
  const dripping = await serveRaw(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n`);
    const timer = setInterval(() => socket.write('x'), 10);
    socket.once('close', () => {
      clearInterval(timer);
    });
  });
  t.regex(failedWith(t, await ask(sourceOf(dripping, { timeouts: { bodyMs: 100 } })), 'BND073'), /did not end/);
});

test('a body that never ends is cut at the limit', async (t) => {
  const endless = await serveRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n');
    const fill = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x1f)));
      socket.once('drain', fill);
    };
    fill();
  });
  failedWith(t, await ask(sourceOf(endless)), 'BND013');
});

test('large heads and malformed answers are refused', async (t) => {
  const bomb = await serveRaw(t, (socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`);
  });
  failedWith(t, await ask(sourceOf(bomb)), 'BND070');
  const garbage = await serveRaw(t, (socket) => {
    socket.end('SSH-2.0-OpenSSH_9.9\r\n');
  });
  failedWith(t, await ask(sourceOf(garbage)), 'BND070');
  const both = await serveRaw(t, (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  });
  t.is((await ask(sourceOf(both))).kind, 'failed');
});

test('nobody there, and a request that is ended', async (t) => {
  const { url } = await serve(t, () => undefined);
  failedWith(t, await ask(sourceOf(new URL('http://127.0.0.1:1/'))), 'BND070');
  const controller = new AbortController();
  const asked = ask(sourceOf(url), { signal: controller.signal });
  controller.abort();
  failedWith(t, await asked, 'BND070');
});

test('the bearer token is read anew each time', async (t) => {
  const { url, requests } = await serve(t, (_, response) => response.writeHead(200).end(BYTES));
  const tokenFile = path.join(temporaryFolder(t), 'token');
  const source = sourceOf(url, { files: { tokenFile } });
  failedWith(t, await ask(source), 'BND077');
  writeFileSync(tokenFile, 'first\n');
  await ask(source);
  writeFileSync(tokenFile, 'second\n');
  await ask(source);
  t.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ['Bearer first', 'Bearer second'],
  );
  for (const bad of ['', 'two words', 'a\r\nx: y', 'x'.repeat(70_000)]) {
    writeFileSync(tokenFile, bad);
    failedWith(t, await ask(source), 'BND077');
  }
  t.is(requests.length, 2);
});

test('TLS: the server must be known, and the client shows its certificate', async (t) => {
  const folder = temporaryFolder(t);
  const at = (name: string): string => path.join(folder, name);
  for (const name of ['server', 'client']) {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...[
          '-subj',
          `/CN=${name}`,
          '-addext',
          'subjectAltName=IP:127.0.0.1',
          '-keyout',
          at(`${name}.key`),
          '-out',
          at(`${name}.pem`),
        ],
      ],
      { stdio: 'ignore' },
    );
  }
  const read = (name: string): Buffer => readFileSync(at(name));
  const server = createTlsServer(
    {
      key: read('server.key'),
      cert: read('server.pem'),
      ca: read('client.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_, response) => response.end(BYTES),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/clinic.tar.gz`);
  const client = { certificateFile: at('client.pem'), keyFile: at('client.key') };
  t.is((await ask(sourceOf(url, { files: { caFile: at('server.pem'), client } }))).kind, 'bundle');
  failedWith(t, await ask(sourceOf(url, { files: { client } })), 'BND070');
  failedWith(t, await ask(sourceOf(url, { files: { caFile: at('server.pem') } })), 'BND070');
  failedWith(t, await ask(sourceOf(url, { files: { caFile: at('none.pem'), client } })), 'BND077');
});

test('addresses', (t) => {
  t.is(valueOf(parseAddress('https://bundles.example/clinic.tar.gz')).kind, 'http');
  t.is(valueOf(parseAddress('http://localhost:8080/clinic.tar.gz')).kind, 'http');
  t.is(valueOf(parseAddress('http://[::1]/clinic.tar.gz')).kind, 'http');
  t.deepEqual(valueOf(parseAddress('file:///srv/clinic.tar.gz')), { kind: 'file', path: '/srv/clinic.tar.gz' });
  t.deepEqual(valueOf(parseAddress('/srv/clinic.tar.gz')), { kind: 'file', path: '/srv/clinic.tar.gz' });
  for (const bad of [
    '',
    'clinic.tar.gz',
    'http://bundles.example/x',
    'ftp://bundles.example/x',
    'https://user:pass@bundles.example/x',
    'https://bundles.example/x#y',
    'file://elsewhere/x',
    'http://127.0.0.1.example/x',
  ]) {
    const message = refused(t, parseAddress(bad), 'BND078');
    t.false(message.includes('pass@'));
  }
  t.is(
    joinResource('https://bundles.example/v1/', '/clinic/bundle.tar.gz'),
    'https://bundles.example/v1/clinic/bundle.tar.gz',
  );
});

test('files', async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'clinic.tar.gz');
  failedWith(t, await ask(fileSource(file)), 'BND079');
  writeFileSync(file, BYTES);
  const outcome = await ask(fileSource(file));
  t.deepEqual(outcome.kind === 'bundle' ? Buffer.from(outcome.bytes) : null, BYTES);
  t.is(fileSource(file).address, pathToFileURL(file).href);
  failedWith(t, await ask(fileSource(file), { archiveBytesMax: 10 }), 'BND013');
  mkdirSync(path.join(folder, 'folder'));
  failedWith(t, await ask(fileSource(path.join(folder, 'folder'))), 'BND079');
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  failedWith(t, await ask(fileSource(path.join(folder, 'pipe'))), 'BND079');
  symlinkSync('/dev/zero', path.join(folder, 'zero'));
  failedWith(t, await ask(fileSource(path.join(folder, 'zero'))), 'BND079');
});

test('pauses stay within their bounds', (t) => {
  const polling = { minDelayMs: 60_000, maxDelayMs: 120_000, longPollSeconds: null };
  t.is(pollDelayMs(polling, 0), 60_000);
  t.is(pollDelayMs(polling, 0.999), 119_940);
  const retry = (failures: number, random = 1, retryAfterMs: number | null = null) =>
    retryDelayMs(polling, { failures, random, retryAfterMs });
  t.deepEqual(
    [1, 2, 3, 7, 8, 9, 1_000].map((failures) => retry(failures)),
    [1_000, 2_000, 4_000, 64_000, 120_000, 120_000, 120_000],
  );
  t.is(retry(3, 0), 2_000);
  t.is(retry(1, 0, 30_000), 30_000);
});
