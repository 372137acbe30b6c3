import test from 'ava';
import { bodyOf, routeTo, sendRaw, startFunction, startTestProxy, testCore } from './support.ts';

/**
 * Requests whose end, host or target two programs may read differently: each is one row. Forms after RFC 9112, 11.2 and "HTTP Desync Attacks"
 * (J. Kettle, 2019, 2022). `smuggled` must never be seen by the core or by the function.
 */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';

interface Row {
  readonly name: string;
  readonly bytes: string;
  readonly status: number;
}

const post = (fields: string, body = ''): string => `POST /x HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`;

const ROWS: readonly Row[] = [
  {
    name: 'a length and chunks',
    bytes: post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'chunks and a length',
    bytes: post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  { name: 'two lengths', bytes: post('Content-Length: 0\r\nContent-Length: 36\r\n', SMUGGLED), status: 400 },
  { name: 'the same length twice', bytes: post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'), status: 400 },
  { name: 'a list of lengths', bytes: post('Content-Length: 2, 2\r\n', 'ab'), status: 400 },
  { name: 'a length with a sign', bytes: post('Content-Length: +2\r\n', 'ab'), status: 400 },
  { name: 'a negative length', bytes: post('Content-Length: -1\r\n', SMUGGLED), status: 400 },
  { name: 'a hexadecimal length', bytes: post('Content-Length: 0x24\r\n', SMUGGLED), status: 400 },
  { name: 'an empty length', bytes: post('Content-Length: \r\n', SMUGGLED), status: 400 },
  { name: 'a length beyond 2^64', bytes: post('Content-Length: 18446744073709551617\r\n', SMUGGLED), status: 400 },
  {
    name: 'a coding that is not known',
    bytes: post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 501,
  },
  {
    name: 'chunked in the middle',
    bytes: post('Transfer-Encoding: chunked, gzip\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  { name: 'gzip before chunked', bytes: post('Transfer-Encoding: gzip, chunked\r\n', `0\r\n\r\n`), status: 501 },
  { name: 'identity', bytes: post('Transfer-Encoding: identity\r\n', SMUGGLED), status: 501 },
  {
    name: 'two codings',
    bytes: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'chunked twice',
    bytes: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a space before the colon',
    bytes: post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a tab before the colon',
    bytes: post('Transfer-Encoding\t: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a vertical tab before the coding',
    bytes: post('Transfer-Encoding:\x0bchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a coding on the next line',
    bytes: post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  { name: 'a folded field', bytes: post('X-Folded: a\r\n b\r\nContent-Length: 0\r\n'), status: 400 },
  { name: 'a first field that is folded', bytes: 'POST /x HTTP/1.1\r\n Host: h\r\n\r\n', status: 400 },
  { name: 'a bare line feed after a field', bytes: post('X-Bare: a\nContent-Length: 36\r\n', SMUGGLED), status: 400 },
  {
    name: 'a bare line feed after the request line',
    bytes: `POST /x HTTP/1.1\nHost: h\r\nContent-Length: 0\r\n\r\n`,
    status: 400,
  },
  {
    name: 'a bare line feed at the end of the header',
    bytes: 'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 36\r\n\n' + SMUGGLED,
    status: 400,
  },
  {
    name: 'a bare carriage return in a value',
    bytes: post('X-Bare: a\rTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  { name: 'a null in a value', bytes: post('X-Null: a\0b\r\n'), status: 400 },
  { name: 'a null in a name', bytes: post('X-Nu\0ll: a\r\n'), status: 400 },
  { name: 'a coding spelled with an underscore', bytes: post('Transfer_Encoding: chunked\r\n', ''), status: 400 },
  { name: 'a length spelled with an underscore', bytes: post('Content_Length: 5\r\n', ''), status: 400 },
  {
    name: 'a chunk with a bad size',
    bytes: post('Transfer-Encoding: chunked\r\n', `0x5\r\nabcde\r\n0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a chunk longer than it says',
    bytes: post('Transfer-Encoding: chunked\r\n', `2\r\nabcd\r\n0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a chunk that ends with a bare line feed',
    bytes: post('Transfer-Encoding: chunked\r\n', `2\nab\r\n0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'a chunk extension with a bare line feed',
    bytes: post('Transfer-Encoding: chunked\r\n', `2;a\nxx\r\nab\r\n0\r\n\r\n${SMUGGLED}`),
    status: 400,
  },
  {
    name: 'chunks in HTTP/1.0',
    bytes: `POST /x HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    status: 400,
  },
  { name: 'HTTP/1.2', bytes: 'GET /x HTTP/1.2\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'HTTP/0.9', bytes: 'GET /x\r\n\r\n', status: 505 },
  { name: 'no host', bytes: 'GET /x HTTP/1.1\r\n\r\n', status: 400 },
  { name: 'two hosts', bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nHost: internal\r\n\r\n', status: 400 },
  { name: 'a host of two names', bytes: 'GET /x HTTP/1.1\r\nHost: h, internal\r\n\r\n', status: 400 },
  { name: 'a host with user information', bytes: 'GET /x HTTP/1.1\r\nHost: user@h\r\n\r\n', status: 400 },
  { name: 'a host with a path', bytes: 'GET /x HTTP/1.1\r\nHost: h/smuggled\r\n\r\n', status: 400 },
  {
    name: 'an absolute target for another host',
    bytes: 'GET http://internal/x HTTP/1.1\r\nHost: h\r\n\r\n',
    status: 400,
  },
  {
    name: 'an absolute target with user information',
    bytes: 'GET http://h@internal/x HTTP/1.1\r\nHost: h\r\n\r\n',
    status: 400,
  },
  { name: 'an absolute target of another scheme', bytes: 'GET ftp://h/x HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a target without a slash', bytes: 'GET x HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an asterisk for a method other than OPTIONS', bytes: 'GET * HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a space in the target', bytes: 'GET /x /y HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a fragment in the target', bytes: 'GET /x#y HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'bytes beyond ASCII in the target', bytes: 'GET /\xe4 HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an encoded slash', bytes: 'GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a path that is encoded twice', bytes: 'GET /a/%252e%252e/b HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a backslash', bytes: 'GET /a\\..\\b HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an encoded backslash', bytes: 'GET /a%5c..%5cb HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an encoded null', bytes: 'GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an encoded line break', bytes: 'GET /a%0d%0ab HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a broken escape', bytes: 'GET /a%zz HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'an escape that is not UTF-8', bytes: 'GET /a%c0%ae HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a path above the root', bytes: 'GET /../x HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a dot segment with parameters', bytes: 'GET /a/..;/b HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  {
    name: 'Connection takes the host away',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: close, Host\r\n\r\n',
    status: 400,
  },
  {
    name: 'Connection takes the proof away',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nConnection: Authorization\r\n\r\n',
    status: 400,
  },
  {
    name: 'Connection takes the context away',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: weir-context\r\n\r\n',
    status: 400,
  },
  {
    name: 'Connection takes the way away',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: X-Forwarded-For\r\n\r\n',
    status: 400,
  },
  {
    name: 'two contexts',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nWeir-Context: a\r\nWeir-Context: b\r\n\r\n',
    status: 400,
  },
  {
    name: 'two contexts in two spellings',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nWeir-Context: a\r\nWeir_Context: b\r\n\r\n',
    status: 400,
  },
  {
    name: 'two proofs',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n',
    status: 400,
  },
  {
    name: 'two content types',
    bytes: post('Content-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 2\r\n', '{}'),
    status: 400,
  },
  { name: 'CONNECT', bytes: 'CONNECT internal:80 HTTP/1.1\r\nHost: internal:80\r\n\r\n', status: 405 },
  { name: 'TRACE', bytes: 'TRACE /x HTTP/1.1\r\nHost: h\r\n\r\n', status: 405 },
  {
    name: 'an expectation that is not known',
    bytes: post('Expect: 200-ok\r\nContent-Length: 2\r\n', 'ab'),
    status: 417,
  },
  {
    name: 'an upgrade that is not allowed',
    bytes: 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    status: 400,
  },
  { name: 'a method that is none', bytes: 'G3T /x HTTP/1.1\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'text that is no HTTP', bytes: 'hello\r\n\r\n', status: 400 },
];

for (const { name, bytes, status } of ROWS) {
  test(`refused: ${name}`, async (t) => {
    const seen: string[] = [];
    const core = testCore();
    const server = await startFunction(t, async (request, response) => {
      seen.push(request.url ?? '');
      await bodyOf(request).catch(() => undefined);
      response.end();
    });
    const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
    const answer = await sendRaw(proxy.port, bytes, true);
    t.regex(answer, new RegExp(`^HTTP/1\\.1 ${status} `), answer);
    t.deepEqual(
      core.arrivals.map(({ attributes }) => attributes.request.http.path).filter((path) => path.includes('smuggled')),
      [],
    );
    t.false(seen.some((url) => url.includes('smuggled')));
  });
}

test('the corpus cannot pass by a proxy that refuses everything', async (t) => {
  const core = testCore();
  const server = await startFunction(t, async (request, response) => {
    response.end(await bodyOf(request));
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const rows = [
    post('Content-Length: 2\r\nConnection: close\r\n', 'ab'),
    post('Transfer-Encoding: chunked\r\nConnection: close\r\n', '2\r\nab\r\n0\r\n\r\n'),
    'GET http://h/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    'GET /x HTTP/1.0\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    'GET /a/./b/../c%7e%2d HTTP/1.1\r\nHost: h:80\r\nConnection: close\r\n\r\n',
  ];
  for (const bytes of rows) t.regex(await sendRaw(proxy.port, bytes), /^HTTP\/1\.1 200 /);
  t.deepEqual(
    core.arrivals.map(({ attributes }) => attributes.request.http.path),
    ['/x', '/x', '/x', '/x', '*', '/a/c~-'],
  );
});
