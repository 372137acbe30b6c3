import { createHash } from 'node:crypto';
import test from 'ava';
import { bodyOf, routeTo, send, startFunction, startTestProxy, testCore, until } from './support.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

test('an OpenWhisk runtime is loaded once, by the platform, with code that may be; its digest is known from then on', async (t) => {
  const seen: string[] = [];
  const server = await startFunction(t, async (request, response) => {
    seen.push(`${request.url ?? ''} ${(await bodyOf(request)).toString()}`);
    response.writeHead(200, JSON_HEADERS);
    response.end(seen.at(-1)?.startsWith('/run') === true ? '{"done":true}' : '{"ok":true}');
  });
  const code = 'function main(args) { return args }';
  const digest = `sha256:${createHash('sha256').update(code).digest('hex')}`;
  const core = testCore(() => ({ contextToken: 'issued' }));
  const route = routeTo(server.port, {
    platform: 'openwhisk',
    functionName: null,
    platformPeers: ['127.0.0.1'],
    loadableDigests: [digest],
    body: { readMaxBytes: 10_000, maxBytes: 10_000_000 },
  });
  const proxy = await startTestProxy(t, core, [route]);
  const init = (source: string) =>
    send(
      proxy.port,
      { method: 'POST', path: '/init', headers: JSON_HEADERS },
      JSON.stringify({ value: { name: 'echo', main: 'main', code: source, binary: false } }),
    );
  const wrong = await init('process.exit()');
  t.is(wrong.status, 502);
  t.deepEqual(Object.keys(JSON.parse(wrong.body) as object), ['error']);
  t.is((await init(code)).status, 200);
  t.is((await init(code)).status, 502);
  const run = await send(
    proxy.port,
    { method: 'POST', path: '/run', headers: JSON_HEADERS },
    JSON.stringify({
      value: { n: 12345678901234567890n.toString(), __weir_context: 'came' },
      namespace: 'guest',
      action_name: '/guest/echo',
      activation_id: 'abc',
      deadline: String(Date.now() + 60_000),
    }),
  );
  t.is(run.status, 200);
  t.is(run.body, '{"done":true}');
  t.deepEqual(
    seen.map((line) => line.split(' ')[0]),
    ['/init', '/run'],
  );
  t.regex(seen[1] ?? '', /"__weir_context":"issued"/);
  t.notRegex(seen[1] ?? '', /came/);
  t.is(core.arrivals.length, 1);
  t.is(core.arrivals[0]?.functionName, 'echo');
  t.is(core.arrivals[0]?.functionDigest, digest);
  t.is(core.arrivals[0]?.contextToken, 'came');
  t.true(core.arrivals[0]?.isFromPlatform);
  await until(() => core.completions.length === 1);
});

test('nobody but the platform prepares an instance', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [
    routeTo(server.port, { name: 'w', pathPrefix: '/init', platform: 'openwhisk' }),
    routeTo(server.port, { name: 'f', platform: 'fission' }),
  ]);
  const load = await send(
    proxy.port,
    { method: 'POST', path: '/init', headers: JSON_HEADERS },
    '{"value":{"code":"x"}}',
  );
  t.regex(load.body, /PRX029/);
  t.is((await send(proxy.port, { method: 'POST', path: '/v2/specialize' })).status, 403);
  t.is((await send(proxy.port, { path: '/healthz' })).status, 403);
  t.is(calls, 0);
  t.is(core.arrivals.length, 0);
});

test('a conductor hands its context on, an action does not hand its own back', async (t) => {
  let answer = '';
  const server = await startFunction(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(200, JSON_HEADERS);
    response.end(answer);
  });
  const core = testCore(() => ({ contextToken: 'issued' }));
  const proxy = await startTestProxy(t, core, [
    routeTo(server.port, {
      platform: 'openwhisk',
      functionName: 'flow',
      body: { readMaxBytes: 10_000, maxBytes: 10_000 },
    }),
  ]);
  const run = async (result: object): Promise<unknown> => {
    answer = JSON.stringify(result);
    const { body } = await send(proxy.port, { method: 'POST', path: '/run', headers: JSON_HEADERS }, '{"value":{}}');
    return JSON.parse(body);
  };
  t.deepEqual(await run({ a: 1, __weir_context: 'issued' }), { a: 1 });
  t.deepEqual(await run({ action: 'next', params: { a: 1 }, state: { $step: 1 } }), {
    action: 'next',
    params: { a: 1, __weir_context: 'issued' },
    state: { $step: 1 },
  });
  // In a place where it cannot be taken out it must not leave.
  answer = '{"deep":{"token":"issued"}}';
  const kept = await send(proxy.port, { method: 'POST', path: '/run', headers: JSON_HEADERS }, '{"value":{}}');
  t.is(kept.status, 502);
  t.notRegex(kept.body, /issued/);
});

test('a function that is named by nobody but the caller is not called', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { platform: 'fission', functionName: null })]);
  const answer = await send(proxy.port, { headers: { 'x-fission-function-name': 'harmless' } });
  t.is(answer.status, 400);
  t.is(calls, 0);
  t.is(core.arrivals.length, 0);
});

test('a structured event gets its context in the event', async (t) => {
  let seen = '';
  const server = await startFunction(t, async (request, response) => {
    seen = (await bodyOf(request)).toString();
    response.writeHead(200, { 'content-type': 'application/cloudevents+json' });
    response.end(seen);
  });
  const core = testCore(() => ({ contextToken: 'issued' }));
  const proxy = await startTestProxy(t, core, [
    routeTo(server.port, { body: { readMaxBytes: 10_000, maxBytes: 10_000 } }),
  ]);
  const event = { specversion: '1.0', id: 'e-1', source: '/s', type: 't', weircontext: 'came', data: { a: 1 } };
  const answer = await send(
    proxy.port,
    { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' } },
    JSON.stringify(event),
  );
  t.deepEqual(JSON.parse(seen), { ...event, weircontext: 'issued' });
  t.is(core.arrivals[0]?.contextToken, 'came');
  t.is(core.arrivals[0]?.claimedId, 'e-1');
  t.deepEqual(JSON.parse(answer.body), { specversion: '1.0', id: 'e-1', source: '/s', type: 't', data: { a: 1 } });
});

test('a probe of Knative is answered without the function', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  const core = testCore();
  const proxy = await startTestProxy(t, core, [routeTo(server.port, { platform: 'knative' })]);
  const answer = await send(proxy.port, { headers: { 'k-network-probe': 'queue' } });
  t.is(answer.status, 200);
  t.is(answer.body, 'queue');
  t.is(calls, 0);
});
