import test from 'ava';
import { ALLOWING, RuntimeDouble, startProxy } from './support.ts';

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
