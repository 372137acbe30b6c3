import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../policies/authoring/temporary.ts';
import { ask, makeBundle, makeKeys, proxyConfiguration, readLog, startFunction, startMonitor } from './guarded.ts';

const KEYS = makeKeys();

test('a monitor in front of a function: allowed and denied calls, the log, and an end in order', async (t) => {
  const folder = temporaryFolder(t, { 'release.pem': KEYS.publicKey });
  writeFileSync(path.join(folder, 'bundle.tar.gz'), await makeBundle(t, KEYS, { sequence: 4, colours: ['red'] }));
  const { url: upstream, seen } = await startFunction(t);
  const monitor = await startMonitor(t, folder, proxyConfiguration(upstream, { source: 'bundle.tar.gz' }));

  const red = await ask(`${monitor.url}/red`, { authorization: 'Bearer s3cret' });
  t.is(red.status, 200);
  t.is(red.body, 'served\n');
  const blue = await ask(`${monitor.url}/blue`);
  t.is(blue.status, 403);
  t.regex(blue.body, /WEIR-RUN-100/);
  t.is(seen.length, 1, 'the function never sees what was denied');

  const status = JSON.parse((await ask({ socketPath: monitor.socket, path: '/v1/status' })).body) as {
    readonly bundles: readonly { readonly active: { readonly revision: string } }[];
    readonly decisionLog: { readonly recorded: number };
  };
  t.is(status.bundles[0]?.active.revision, 'r4');
  t.is(status.decisionLog.recorded, 2);

  t.is(await monitor.stop(), 0);
  const events = readLog(folder);
  t.deepEqual(
    events.map((event) => event['req_id']),
    [1, 2],
  );
  t.like(events[0], { path: 'weir/invocation/decision', bundles: { colours: { revision: 'r4' } } });
  t.deepEqual(events[0]?.['erased'], ['/input/attributes/request/http/headers/authorization']);
  const kept = readFileSync(path.join(folder, 'state/decisions/decisions-000000000001.jsonl'), 'utf8');
  t.notRegex(kept, /s3cret/);
  t.is(statSync(path.join(folder, 'state')).mode & 0o777, 0o700);
});

test('killed and started without its bundle server, it decides with what it kept; a bundle that was changed on disk is not used', async (t) => {
  const folder = temporaryFolder(t, { 'release.pem': KEYS.publicKey });
  const source = path.join(folder, 'bundle.tar.gz');
  writeFileSync(source, await makeBundle(t, KEYS, { sequence: 1, colours: ['red'] }));
  const { url: upstream } = await startFunction(t);
  const configuration = proxyConfiguration(upstream, { source: 'bundle.tar.gz' });
  const first = await startMonitor(t, folder, configuration);
  t.is((await ask(`${first.url}/red`)).status, 200);
  await first.stop('SIGKILL');

  // The source has another bundle now, of somebody else.
  writeFileSync(source, await makeBundle(t, makeKeys(), { sequence: 2, colours: ['red', 'blue'] }));
  const second = await startMonitor(t, folder, configuration);
  t.like(await second.logged('bundle activated'), { from: 'store', revision: 'r1' });
  t.like(await second.logged('bundle refused'), { from: 'source' });
  t.is((await ask(`${second.url}/red`)).status, 200);
  t.is((await ask(`${second.url}/blue`)).status, 403);
  await second.stop('SIGKILL');
});

test('without any bundle every call is refused, and the first good bundle changes that without a restart', async (t) => {
  const folder = temporaryFolder(t, { 'release.pem': KEYS.publicKey });
  const { url: upstream, seen } = await startFunction(t);
  const source = { source: 'bundle.tar.gz', minDelaySeconds: 1, maxDelaySeconds: 1 };
  const monitor = await startMonitor(t, folder, proxyConfiguration(upstream, source));
  const before = await ask(`${monitor.url}/red`);
  t.is(before.status, 503);
  t.is(before.headers['x-weir-cause'], 'no-policy');
  t.is(seen.length, 0);
  writeFileSync(path.join(folder, 'bundle.tar.gz'), await makeBundle(t, KEYS, { sequence: 1, colours: ['red'] }));
  await monitor.logged('bundle activated');
  t.is((await ask(`${monitor.url}/red`)).status, 200);
  t.is(await monitor.stop(), 0);
});
