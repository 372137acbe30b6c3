import test from 'ava';
import type { Obligation } from '../../../../../model/decision.ts';
import { bodyOf, routeTo, send, startFunction, startTestProxy, testCore, until, type Verdict } from './support.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const READS = { body: { readMaxBytes: 1_000, maxBytes: 100_000 } };

async function world(t: Parameters<typeof startFunction>[0], verdict: Verdict = {}) {
  const seen: { url: string; body: string; headers: Readonly<Record<string, unknown>> }[] = [];
  const server = await startFunction(t, async (request, response) => {
    seen.push({ url: request.url ?? '', body: (await bodyOf(request)).toString(), headers: request.headers });
    response.end('done');
  });
  const core = testCore(() => verdict);
  const proxy = await startTestProxy(t, core, [routeTo(server.port, READS)]);
  const post = (body: string, headers: Record<string, string> = JSON_HEADERS, path = '/') =>
    send(proxy.port, { method: 'POST', headers, path }, body);
  return { seen, core, post };
}

test('policies see a JSON body, a form, and neither of another type', async (t) => {
  const { core, post, seen } = await world(t);
  await post('{"a":{"b":[1,12345678901234567890]}}');
  await post('a=1&a=2&b=%20c', { 'content-type': 'application/x-www-form-urlencoded' });
  await post('text', { 'content-type': 'text/plain' });
  await post('{"a":1}', { 'content-type': 'application/vnd.order+json; charset=utf-8' });
  await post('', {});
  t.deepEqual(
    core.arrivals.map(({ parsedBody }) => parsedBody),
    [{ a: { b: [1, '12345678901234567890'] } }, { a: ['1', '2'], b: [' c'] }, undefined, { a: 1 }, undefined],
  );
  t.true(core.arrivals.every(({ isBodyTruncated }) => !isBodyTruncated));
  t.is(seen[0]?.body, '{"a":{"b":[1,12345678901234567890]}}');
  t.is(core.arrivals[2]?.attributes.request.http.body, 'text');
});

test('a body beyond the limit is truncated for policies and whole for the function', async (t) => {
  const { core, post, seen } = await world(t);
  const body = JSON.stringify({ text: 'x'.repeat(50_000) });
  t.is((await post(body)).status, 200);
  t.true(core.arrivals[0]?.isBodyTruncated);
  t.is(core.arrivals[0]?.parsedBody, undefined);
  t.is(core.arrivals[0]?.sizeBytes, body.length);
  t.is(seen[0]?.body, body);
});

const BAD_BODIES: readonly (readonly [string, string])[] = [
  ['broken JSON', '{"a":'],
  ['repeated names', '{"a":1,"a":2}'],
  ['repeated names in two spellings', '{"a":1,"\\u0061":2}'],
  ['names repeated deep inside', '{"a":[{"b":1},{"c":1,"c":2}]}'],
  ['too many levels', '['.repeat(150) + ']'.repeat(150)],
  ['a bomb of levels', '['.repeat(900)],
  ['a mark of byte order', '\ufeff{}'],
];
for (const [name, body] of BAD_BODIES) {
  test(`a JSON body with ${name} is refused`, async (t) => {
    const { core, post } = await world(t);
    const answer = await post(body);
    t.is(answer.status, 400);
    t.regex(answer.body, /PRX011/);
    t.is(core.arrivals.length, 0);
  });
}

test('invalid UTF-8 is refused in JSON and passes elsewhere', async (t) => {
  const server = await startFunction(t, async (request, response) => {
    response.end(await bodyOf(request));
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port, READS)]);
  const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
  t.is((await send(proxy.port, { method: 'POST', headers: JSON_HEADERS }, bytes)).status, 400);
  t.is((await send(proxy.port, { method: 'POST', headers: { 'content-type': 'image/png' } }, bytes)).status, 200);
});

const mask = (...paths: string[]): Obligation => ({ kind: 'mask-fields', paths });

test('fields are masked, numbers keep their form, and digests of the old body go', async (t) => {
  const { seen, post } = await world(t, { obligations: [mask('/card', '/lines/*/price', '/a~1b', '/none')] });
  const body = '{"id":12345678901234567890,"card":{"n":1},"lines":[{"price":1.50,"n":2},{"price":3}],"a/b":1,"t":1.0}';
  t.is((await post(body, { ...JSON_HEADERS, digest: 'sha-256=x', 'content-md5': 'y' })).status, 200);
  t.is(
    seen[0]?.body,
    '{"id":12345678901234567890,"card":null,"lines":[{"price":null,"n":2},{"price":null}],"a/b":null,"t":1.0}',
  );
  t.is(seen[0]?.headers['content-length'], String(seen[0]?.body.length));
  t.false('digest' in (seen[0]?.headers ?? {}));
  t.false('content-md5' in (seen[0]?.headers ?? {}));
});

test('what cannot be masked is refused, and told as an error', async (t) => {
  const { seen, core, post } = await world(t, { obligations: [mask('/a')] });
  t.is((await post('text', { 'content-type': 'text/plain' })).status, 403);
  t.is((await post(JSON.stringify({ a: 'x'.repeat(2_000) }))).status, 403);
  t.is((await post('{}', { ...JSON_HEADERS, 'content-encoding': 'gzip' })).status, 403);
  t.is(seen.length, 0);
  await until(() => core.completions.length === 3);
  t.deepEqual(core.completions[0]?.outcome, { outcome: 'error', status: 403, sizeBytes: null });
  const wrong = await world(t, { obligations: [mask('a')] });
  t.is((await wrong.post('{"a":1}')).status, 403);
});

test('headers are added, but none that frames the message or is Weir’s', async (t) => {
  const { seen, post } = await world(t, {
    obligations: [{ kind: 'add-header', name: 'X-Tenant', value: 'acme' }],
  });
  t.is((await post('{}', { ...JSON_HEADERS, 'x-tenant': 'forged', x_tenant: 'forged' })).status, 200);
  t.is(seen[0]?.headers['x-tenant'], 'acme');
  t.false('x_tenant' in (seen[0]?.headers ?? {}));
  const bad: readonly (readonly [string, string])[] = [
    ['content-length', '1'],
    ['transfer-encoding', 'chunked'],
    ['host', 'h'],
    ['weir-context', 'x'],
    ['x-a', 'b\r\nx-c: d'],
    ['x a', 'b'],
  ];
  for (const [name, value] of bad) {
    const one = await world(t, { obligations: [{ kind: 'add-header', name, value }] });
    t.is((await one.post('{}')).status, 403, name);
    t.is(one.seen.length, 0);
  }
});

test('a proof that is too old is asked for again as RFC 9470 has it', async (t) => {
  const { seen, post } = await world(t, {
    obligations: [{ kind: 'require-reauthentication', maxAgeSeconds: 300 }],
  });
  const answer = await post('{}');
  t.is(answer.status, 401);
  t.is(answer.headers['www-authenticate'], 'Bearer error="insufficient_user_authentication", max_age=300');
  t.is(seen.length, 0);
});

test('what a policy for OPA-Envoy answers is done to both sides', async (t) => {
  const { seen, post } = await world(t, {
    envoy: {
      allowed: true,
      headers: { 'x-user': 'alice', 'x-roles': ['a', 'b'] },
      requestHeadersToRemove: ['authorization'],
      responseHeadersToAdd: { 'x-policy': 'seen' },
      queryParametersToSet: { as: 'a b' },
      queryParametersToRemove: ['token'],
      httpStatus: null,
      body: null,
      dynamicMetadata: {},
    },
  });
  const answer = await post(
    '{}',
    { ...JSON_HEADERS, 'x-user': 'forged', authorization: 'Bearer t' },
    '/x?a=1&t%6fken=s&as=root&b',
  );
  t.is(seen[0]?.url, '/x?a=1&b&as=a%20b');
  t.is(seen[0]?.headers['x-user'], 'alice');
  t.is(seen[0]?.headers['x-roles'], 'a, b');
  t.false('authorization' in (seen[0]?.headers ?? {}));
  t.is(answer.headers['x-policy'], 'seen');
});
