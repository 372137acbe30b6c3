import http from 'node:http';
import test from 'ava';
import { ALLOWING, RuntimeDouble, startProxy } from './support.ts';
import { RuntimeApiDouble } from './runtime-api-double.ts';

const TOKEN = 'AbCdEf';
const clientContext = (value: object): Record<string, string> => ({
  'Lambda-Runtime-Client-Context': JSON.stringify(value),
});

test('an admitted event reaches the runtime byte by byte, and its answer the Runtime API', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const body = '{ "crate": 12345678901234567890,  "weight": 18.40 }';
  const told = api.invoke({ requestId: 'a-1', body, headers: { 'Lambda-Runtime-Aws-Tenant-Id': 'harbour' } });
  const event = await runtime.next();
  t.is(event.body, body);
  t.is(event.headers['lambda-runtime-aws-request-id'], 'a-1');
  t.is(event.headers['lambda-runtime-aws-tenant-id'], 'harbour');
  t.regex(String(event.headers['lambda-runtime-trace-id']), /^Root=/);
  t.is(event.headers['lambda-runtime-client-context'], undefined);
  const reply = await runtime.respond('a-1', '{"grade":"A"}');
  t.is(reply.status, 202);
  t.like(await told, { kind: 'response', body: '{"grade":"A"}', isTruncated: false });
  await core.ended(1);
  t.deepEqual(core.outcomes, [{ outcome: 'ok', status: 202, sizeBytes: 13 }]);
  t.like(core.arrivals[0], {
    door: 'lambda-runtime',
    platform: 'aws-lambda',
    functionName: 'grade-catch',
    functionVersion: '12',
    trigger: 'runtime-api',
    claimedId: 'a-1',
    attempt: 1,
    contextToken: null,
    transportCaller: null,
    sizeBytes: body.length,
  });
});

test('a denied event is answered by the proxy and never seen by the runtime', async (t) => {
  const { api, core, proxy } = await startProxy(t, ({ claimedId }) => ({ isAdmitted: claimedId === 'b-2' }));
  const runtime = new RuntimeDouble(proxy.address);
  const event = runtime.next();
  const denied = await api.invoke({ requestId: 'b-1', body: '{"crate":"C-SECRET-1"}' });
  const told = api.invoke({ requestId: 'b-2', body: '{"crate":"C-2"}' });
  t.like(denied, { kind: 'error', requestId: 'b-1' });
  t.is(denied.headers['lambda-runtime-function-error-type'], 'Weir.Denied');
  t.deepEqual(JSON.parse(denied.body), {
    errorType: 'Weir.Denied',
    errorMessage:
      'The invocation was refused (decision decision-1). WEIR-CALL-003: The caller may not call grade-catch. Add it to the callers in the contract.',
    stackTrace: [],
  });
  t.is((await event).body, '{"crate":"C-2"}');
  await runtime.respond('b-2', '1');
  await told;
  t.is(core.arrivals.length, 2);
  t.deepEqual(proxy.statistics().denied, { policy: 1 });
  t.is(proxy.statistics().admitted, 1);
});

test('the context that came is taken off, the one that was issued is put on', async (t) => {
  const { api, core, proxy } = await startProxy(t, () => ({ isAdmitted: true, contextToken: TOKEN }));
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({
    requestId: 'c-1',
    body: '{"$weir":{"context":"Zm9v"},"payload":{"crate":12345678901234567890}}',
    headers: clientContext({ client: { app_title: 'tally' }, custom: { weirContext: 'YmFy', locale: 'is' } }),
  });
  const event = await runtime.next();
  t.is(event.body, '{"crate":12345678901234567890}');
  t.deepEqual(JSON.parse(String(event.headers['lambda-runtime-client-context'])), {
    client: { app_title: 'tally' },
    custom: { locale: 'is', weirContext: TOKEN },
  });
  t.is(core.arrivals[0]?.contextToken, 'YmFy');
  await runtime.respond('c-1', 'null');
  await told;
});

test('where the function reads an envelope it gets one', async (t) => {
  const { api, core, proxy } = await startProxy(t, () => ({ isAdmitted: true, contextToken: TOKEN }), {
    carrier: 'envelope',
  });
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'c-2', body: '{"$weir":{"context":"Zm9v"},"payload":[1.0]}' });
  t.is((await runtime.next()).body, `{"$weir":{"context":"${TOKEN}"},"payload":[1.0]}`);
  t.is(core.arrivals[0]?.contextToken, 'Zm9v');
  await runtime.respond('c-2', 'null');
  await told;
});

test('obligations are carried out, and what cannot be done is a denial', async (t) => {
  const { api, core, proxy } = await startProxy(t, ({ claimedId }) => ({
    isAdmitted: true,
    obligations:
      claimedId === 'd-1'
        ? [{ kind: 'mask-fields', paths: ['/crew/*/passport', '/nothing'] }]
        : [{ kind: 'add-header', name: 'x-grade', value: '1' }],
  }));
  const runtime = new RuntimeDouble(proxy.address);
  const first = api.invoke({ requestId: 'd-1', body: '{"crew":[{"passport":"A1","rank":1.50},{"passport":"A2"}]}' });
  t.is((await runtime.next()).body, '{"crew":[{"passport":null,"rank":1.50},{"passport":null}]}');
  await runtime.respond('d-1', 'null');
  await first;
  const poll = runtime.next();
  const second = await api.invoke({ requestId: 'd-2', body: '{"crew":[]}' });
  t.is(second.kind, 'error');
  t.regex(second.body, /cannot be done here/);
  const third = api.invoke({ requestId: 'd-3', body: '{"headers":{"X-Grade":"9"}}' });
  t.is((await poll).body, '{"headers":{"x-grade":"1"}}');
  await runtime.respond('d-3', 'null');
  await third;
  t.deepEqual(
    core.outcomes.map(({ outcome }) => outcome),
    ['ok', 'aborted', 'ok'],
  );
});

const failing: readonly (readonly [string, () => Promise<never>, RegExp])[] = [
  ['rejects', () => Promise.reject(new Error('secret')), /could not be decided on/],
  ['never answers', () => new Promise<never>(() => undefined), /came too late/],
];
for (const [title, rule, message] of failing) {
  test(`a core that ${title} is a denial`, async (t) => {
    const { api, proxy } = await startProxy(t, rule, { limits: { decisionDeadlineMs: 30 } });
    const runtime = new RuntimeDouble(proxy.address);
    runtime.next().catch(() => undefined);
    const told = await api.invoke({ requestId: 'e-1', body: '{}' });
    t.is(told.headers['lambda-runtime-function-error-type'], 'Weir.Denied');
    t.regex(told.body, message);
    t.false(told.body.includes('secret'));
    t.is(proxy.statistics().admitted, 0);
  });
}

test('an admission that comes too late is taken back', async (t) => {
  let admit: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    admit = resolve;
  });
  const rule = async (): Promise<{ isAdmitted: true }> => {
    await late;
    return { isAdmitted: true };
  };
  const { api, core, proxy } = await startProxy(t, rule, { limits: { decisionDeadlineMs: 30 } });
  new RuntimeDouble(proxy.address).next().catch(() => undefined);
  const told = await api.invoke({ requestId: 'e-2', body: '{}' });
  t.is(told.kind, 'error');
  t.true(core.arrivals[0]?.signal?.aborted);
  admit();
  await core.ended(1);
  t.deepEqual(core.outcomes, [{ outcome: 'aborted', status: null, sizeBytes: null }]);
});

const unreadable: readonly (readonly [string, string | Buffer, Record<string, string>, RegExp])[] = [
  ['is no JSON', '{"crate":', {}, /no JSON/],
  ['is no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, /no JSON/],
  ['is too large', JSON.stringify('x'.repeat(3_000)), {}, /too large/],
  ['has no time left', '{}', { 'Lambda-Runtime-Deadline-Ms': '1' }, /no time left/],
  ['has no deadline that can be read', '{}', { 'Lambda-Runtime-Deadline-Ms': 'soon' }, /no time left/],
];
for (const [title, body, headers, message] of unreadable) {
  test(`an event is denied without asking when it ${title}`, async (t) => {
    const { api, core, proxy } = await startProxy(t, ALLOWING, { limits: { eventBytesMax: 2_000 } });
    new RuntimeDouble(proxy.address).next().catch(() => undefined);
    const told = await api.invoke({ requestId: 'f-1', body, headers });
    t.is(told.kind, 'error');
    t.regex(told.body, message);
    t.is(core.arrivals.length, 0);
  });
}

test('what only looks like a context inside an event is taken off as well', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const event = {
    headers: { 'Weir-Context': 'x', accept: '*/*' },
    multiValueHeaders: { 'weir-context': ['x', 'y'], accept: ['*/*'] },
    weircontext: 'x',
    Records: [{ messageAttributes: { 'weir-context': { stringValue: 'x' } } }, { Sns: { MessageAttributes: {} } }],
  };
  // A name with an escape, and a repeated one, whose first value some parsers keep.
  const body = `{"headers":{"\\u0077eir-context":"x"},${JSON.stringify(event).slice(1)}`;
  const told = api.invoke({ requestId: 'g-1', body });
  t.deepEqual(JSON.parse((await runtime.next()).body), {
    headers: { accept: '*/*' },
    multiValueHeaders: { accept: ['*/*'] },
    Records: [{ messageAttributes: {} }, { Sns: { MessageAttributes: {} } }],
  });
  await runtime.respond('g-1', 'null');
  await told;
});

test('one invocation at a time: calls out of turn are refused as the Runtime API does', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'h-1', body: '1' });
  await runtime.next();
  t.is((await runtime.next()).status, 403);
  t.is((await runtime.respond('h-2', '1')).status, 400);
  t.is((await runtime.call('GET', '/2018-06-01/runtime/invocation/h-1/response')).status, 404);
  t.is((await runtime.call('GET', '/2018-06-01/runtime/invocation/next?x=1')).status, 404);
  t.is((await runtime.call('GET', '/2022-07-01/telemetry')).status, 404);
  await runtime.respond('h-1', '1');
  t.is((await told).body, '1');
  t.is((await runtime.respond('h-1', '1')).status, 400, 'it has been answered');
  const polls = [runtime, new RuntimeDouble(proxy.address)].map((each) => each.next());
  t.is((await Promise.race(polls)).status, 403);
  t.is(proxy.statistics().refusedCalls, 7);
  for (const poll of polls) poll.catch(() => undefined);
});

test('an error of the function goes through', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'i-1', body: '1' });
  await runtime.next();
  const document = '{"errorType":"TypeError","errorMessage":"no crate","stackTrace":[]}';
  await runtime.call('POST', '/2018-06-01/runtime/invocation/i-1/error', document, {
    'Lambda-Runtime-Function-Error-Type': 'Runtime.TypeError',
    'Lambda-Runtime-Function-XRay-Error-Cause': '{}',
  });
  const result = await told;
  t.like(result, { kind: 'error', body: document });
  t.is(result.headers['lambda-runtime-function-error-type'], 'Runtime.TypeError');
  await core.ended(1);
  t.is(core.outcomes[0]?.outcome, 'error');
});

test('a streamed answer goes through as it comes, with its trailers', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'j-1', body: '1' });
  await runtime.next();
  const request = http.request(`http://${proxy.address}/2018-06-01/runtime/invocation/j-1/response`, {
    method: 'POST',
    headers: {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: ['Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'],
    },
  });
  request.write('first,');
  request.addTrailers({
    'Lambda-Runtime-Function-Error-Type': 'Runtime.Late',
    'Lambda-Runtime-Function-Error-Body': 'e30=',
  });
  request.end('second');
  const result = await told;
  t.like(result, { body: 'first,second', isTruncated: false });
  t.is(result.headers['lambda-runtime-function-response-mode'], 'streaming');
  t.is(result.trailers['lambda-runtime-function-error-type'], 'Runtime.Late');
  t.is(result.trailers['lambda-runtime-function-error-body'], 'e30=');
  await core.ended(1);
  t.like(core.outcomes[0], { outcome: 'error', sizeBytes: 12 });
});

test('a streamed answer that breaks off is broken off at the Runtime API too', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'j-2', body: '1' });
  await runtime.next();
  const request = http.request(`http://${proxy.address}/2018-06-01/runtime/invocation/j-2/response`, {
    method: 'POST',
    headers: { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked' },
  });
  request.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    request.write('first,', () => {
      resolve();
    });
  });
  request.destroy();
  t.like(await told, { isTruncated: true });
  await core.ended(1);
  t.is(core.outcomes[0]?.outcome, 'aborted');
});

test('start, restore and extensions go through', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const initError = api.called('/2018-06-01/runtime/init/error');
  const reply = await runtime.call(
    'POST',
    '/2018-06-01/runtime/init/error',
    '{"errorType":"Runtime.ImportModuleError"}',
    {
      'Lambda-Runtime-Function-Error-Type': 'Runtime.ImportModuleError',
    },
  );
  t.is(reply.status, 202);
  const call = await initError;
  t.is(call.headers['lambda-runtime-function-error-type'], 'Runtime.ImportModuleError');
  t.is(call.body, '{"errorType":"Runtime.ImportModuleError"}');
  const restore = api.called('/2018-06-01/runtime/restore/next');
  t.is((await runtime.call('GET', '/2018-06-01/runtime/restore/next')).status, 200);
  await restore;
  const register = api.called('/2020-01-01/extension/register');
  await runtime.call('POST', '/2020-01-01/extension/register', '{"events":["INVOKE"]}', {
    'Lambda-Extension-Name': 'tally',
  });
  t.is((await register).headers['lambda-extension-name'], 'tally');
});

test('a runtime that ends is noticed: its invocation fails and the next one goes to its successor', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const first = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'k-1', body: '1' });
  await first.next();
  first.kill();
  const other = api.invoke({ requestId: 'k-2', body: '2' });
  const second = new RuntimeDouble(proxy.address);
  // The end of the first connection and the new poll may arrive in any order.
  let event = await second.next();
  while (event.status === 403) event = await second.next();
  t.regex((await told).body, /Weir\.RuntimeExited/);
  t.is(event.body, '2');
  await second.respond('k-2', '2');
  await other;
  t.deepEqual(
    core.outcomes.map(({ outcome }) => outcome),
    ['error', 'ok'],
  );
  t.is(proxy.statistics().abandoned, 1);
});

test('an event whose runtime ended while it was decided on goes to its successor', async (t) => {
  let admit: () => void = () => undefined;
  const decided = new Promise<void>((resolve) => {
    admit = resolve;
  });
  const { api, core, proxy } = await startProxy(t, async () => {
    await decided;
    return { isAdmitted: true };
  });
  const [first, second, other] = [1, 2, 3].map(() => new RuntimeDouble(proxy.address));
  if (first === undefined || second === undefined || other === undefined) return;
  first.next().catch(() => undefined);
  await api.polled();
  const told = api.invoke({ requestId: 'k-3', body: '3' });
  first.kill();
  // Answered after the end of the first connection was seen.
  await other.call('GET', '/');
  const event = second.next();
  await other.call('GET', '/');
  admit();
  t.is((await event).body, '3');
  await second.respond('k-3', '3');
  t.is((await told).body, '3');
  t.is(core.arrivals.length, 1);
});

test('the deadline of an invocation ends it for the core, and the runtime may still answer', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({
    requestId: 'l-1',
    body: '1',
    headers: { 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 150) },
  });
  await runtime.next();
  await core.ended(1);
  t.is(core.outcomes[0]?.outcome, 'timeout');
  t.is((await runtime.respond('l-1', '1')).status, 202);
  await told;
  t.is(core.outcomes.length, 1);
});

test('a Runtime API that starts again is found again', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  const runtime = new RuntimeDouble(proxy.address);
  const event = runtime.next();
  await api.polled();
  const { port } = api;
  await api.close();
  const next = new RuntimeApiDouble();
  await next.listen(port);
  t.teardown(() => next.close());
  const told = next.invoke({ requestId: 'm-1', body: '1' });
  t.is((await event).body, '1');
  await runtime.respond('m-1', '1');
  t.is((await told).body, '1');
  t.true(proxy.statistics().retries > 0);
});

test('a Runtime API that stays away ends the poll', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING, { limits: { triesMax: 3, retryDelayMs: 5 } });
  const runtime = new RuntimeDouble(proxy.address);
  const event = runtime.next();
  await api.polled();
  await api.close();
  t.is((await event).status, 500);
});

test('closing waits for the running invocation and takes no more', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING, { limits: { drainMs: 10_000 } });
  const runtime = new RuntimeDouble(proxy.address);
  const told = api.invoke({ requestId: 'n-1', body: '1' });
  await runtime.next();
  const { address } = proxy;
  const closed = proxy.close();
  t.is((await new RuntimeDouble(address).next()).status, 500);
  await runtime.respond('n-1', '1');
  await closed;
  t.is((await told).body, '1');
  t.is(core.outcomes[0]?.outcome, 'ok');
  await t.throwsAsync(new RuntimeDouble(address).next());
});
