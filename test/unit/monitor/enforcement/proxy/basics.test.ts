import test from 'ava';
import { bodyOf, routeTo, send, startFunction, startTestProxy, testCore, until } from './support.ts';

test('an admitted call reaches the function, and its end is told once', async (t) => {
  const core = testCore();
  const server = await startFunction(t, async (request, response) => {
    const body = await bodyOf(request);
    response.writeHead(201, { 'content-type': 'text/plain', 'x-seen': `${request.method} ${request.url}` });
    response.end(`got ${body.toString()}`);
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const answer = await send(proxy.port, { method: 'POST', path: '/a/b?c=d', headers: { 'x-custom': 'v' } }, 'hello');
  t.is(answer.status, 201);
  t.is(answer.body, 'got hello');
  t.is(answer.headers['x-seen'], 'POST /a/b?c=d');
  await until(() => core.completions.length === 1);
  t.deepEqual(core.completions, [{ id: 1, outcome: { outcome: 'ok', status: 201, sizeBytes: 9 } }]);
  const [arrival] = core.arrivals;
  t.deepEqual(arrival?.parsedPath, ['a', 'b']);
  t.deepEqual(arrival?.parsedQuery, { c: ['d'] });
  t.is(arrival?.attributes.request.http.headers['x-custom'], 'v');
  t.is(proxy.status().inFlight, 0);
});

test('a denied call never reaches the function', async (t) => {
  const core = testCore(() => ({ isAdmitted: false }));
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const answer = await send(proxy.port, { method: 'POST', path: '/' }, 'x'.repeat(100_000));
  t.is(answer.status, 403);
  t.is(answer.headers['x-weir-decision'], 'd-1');
  t.is(calls, 0);
  t.deepEqual(core.completions, []);
});

test('a core that throws, rejects or never answers lets nothing through', async (t) => {
  let calls = 0;
  const server = await startFunction(t, (_, response) => {
    calls += 1;
    response.end();
  });
  const cores = [
    {
      admit: () => {
        throw new Error('defect');
      },
    },
    { admit: () => Promise.reject(new Error('defect')) },
    { admit: () => new Promise<never>(() => undefined) },
  ];
  for (const core of cores) {
    const proxy = await startTestProxy(t, core, [routeTo(server.port)], { timeouts: { decisionMs: 30 } });
    const answer = await send(proxy.port);
    t.is(answer.status, 503);
    t.regex(answer.body, /PRX020/);
  }
  t.is(calls, 0);
});
