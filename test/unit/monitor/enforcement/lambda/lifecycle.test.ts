import http from 'node:http';
import test from 'ava';
import { ALLOWING, RuntimeDouble, startProxy } from './support.ts';
import { RuntimeApiDouble } from './runtime-api-double.ts';

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
    headers: { 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 1_200) },
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
