import test from 'ava';
import { RuntimeApiDouble } from './runtime-api-double.ts';
import { startRuntime } from './runtime-client.ts';
import { ALLOWING, startProxy } from './support.ts';

const TOKEN = 'AbCdEf';

test('the official client: admitted, denied, and what its function sees', async (t) => {
  const { api, core, proxy } = await startProxy(t, ({ claimedId }) => ({
    isAdmitted: claimedId !== 'a-2',
    contextToken: TOKEN,
  }));
  startRuntime(t, 'catch.grade', proxy.address);
  const custom = { locale: 'is', weirContext: 'Zm9yZ2Vk' };
  const first = await api.invoke({
    requestId: 'a-1',
    body: '{"crate":"C-118"}',
    headers: { 'Lambda-Runtime-Client-Context': JSON.stringify({ custom }) },
  });
  t.deepEqual(JSON.parse(first.body), {
    invocations: 1,
    event: { crate: 'C-118' },
    id: 'a-1',
    context: TOKEN,
    hasTime: true,
  });
  const second = await api.invoke({ requestId: 'a-2', body: '{"crate":"C-119"}' });
  t.is(second.headers['lambda-runtime-function-error-type'], 'Weir.Denied');
  const third = await api.invoke({ requestId: 'a-3', body: '{"crate":"C-120"}' });
  t.like(JSON.parse(third.body), { invocations: 2, id: 'a-3', context: TOKEN });
  await core.ended(2);
  t.is(core.arrivals[0]?.contextToken, 'Zm9yZ2Vk');
  t.is(core.outcomes[1]?.outcome, 'ok');
});

test('the official client: an error of the function', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  startRuntime(t, 'catch.grade', proxy.address);
  const told = await api.invoke({ requestId: 'b-1', body: '{"do":"throw"}' });
  t.is(told.kind, 'error');
  t.like(JSON.parse(told.body), { errorType: 'RangeError', errorMessage: 'no such grade' });
  await core.ended(1);
  t.is(core.outcomes[0]?.outcome, 'error');
  t.is((await api.invoke({ requestId: 'b-2', body: '{}' })).kind, 'response');
});

test('the official client: a streamed answer', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  startRuntime(t, 'catch.stream', proxy.address);
  const told = await api.invoke({ requestId: 'c-1', body: '{"parts":3}' });
  t.like(told, { kind: 'response', body: 'part 0\npart 1\npart 2\n', isTruncated: false });
  t.is(told.headers['lambda-runtime-function-response-mode'], 'streaming');
  t.is(told.headers['content-type'], 'text/plain');
  const failed = await api.invoke({ requestId: 'c-2', body: '{"parts":1,"do":"throw"}' });
  t.is(failed.body, 'part 0\n');
  t.is(failed.trailers['lambda-runtime-function-error-type'], 'RangeError');
  const error: unknown = JSON.parse(
    Buffer.from(failed.trailers['lambda-runtime-function-error-body'] ?? '', 'base64').toString(),
  );
  t.like(error, { errorMessage: 'no such part' });
  await core.ended(2);
  t.deepEqual(
    core.outcomes.map(({ outcome }) => outcome),
    ['ok', 'error'],
  );
});

test('the official client: a function that cannot be loaded', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  const called = api.called('/2018-06-01/runtime/init/error');
  const runtime = startRuntime(t, 'nothing.here', proxy.address);
  const call = await called;
  t.is(call.headers['lambda-runtime-function-error-type'], 'Runtime.ImportModuleError');
  t.not(await runtime.exited, 0);
});

test('the official client: it ends in the middle of an invocation and is started again', async (t) => {
  const { api, core, proxy } = await startProxy(t, ALLOWING);
  const first = startRuntime(t, 'catch.grade', proxy.address);
  const lost = api.invoke({ requestId: 'd-1', body: '{"do":"exit"}' });
  t.is(await first.exited, 3);
  startRuntime(t, 'catch.grade', proxy.address);
  t.regex((await lost).body, /Weir\.RuntimeExited/);
  t.like(JSON.parse((await api.invoke({ requestId: 'd-2', body: '{}' })).body), { invocations: 1, id: 'd-2' });
  await core.ended(2);
  t.is(core.outcomes[0]?.outcome, 'error');
});

test('the official client: it does not notice that the Runtime API starts again', async (t) => {
  const { api, proxy } = await startProxy(t, ALLOWING);
  startRuntime(t, 'catch.grade', proxy.address);
  await api.polled();
  const { port } = api;
  await api.close();
  const next = new RuntimeApiDouble();
  await next.listen(port);
  t.teardown(() => next.close());
  t.like(JSON.parse((await next.invoke({ requestId: 'e-1', body: '{}' })).body), { invocations: 1, id: 'e-1' });
});
