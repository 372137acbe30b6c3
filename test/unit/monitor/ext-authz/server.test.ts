import { execFile } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { DIAGNOSTIC_CODES } from '../../../../model/diagnostic-codes.ts';
import { ExtAuthzError, type ExtAuthzOptions } from '../../../../monitor/enforcement/ext-authz/options.ts';
import { buildGoProgram } from '../../../tools/go-program.ts';
import { askAsEnvoy, askOnce, headerOf } from './envoy-client.ts';
import { connectSocket, until } from './raw-client.ts';
import { ADMITTED, ROUTE, startWorld } from './world.ts';

const REQUEST = { attributes: { request: { http: { method: 'GET', path: '/function/make-thumbnail', headers: {} } } } };
const SERVICE = 'envoy.service.auth.v3.Authorization';

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

async function makeCertificates(): Promise<Readonly<Record<'authority' | 'server' | 'client' | 'stranger', Pair>>> {
  const program = await buildGoProgram('test/tools/envoy-client');
  const { stdout } = await promisify(execFile)(program, ['certificates']);
  return JSON.parse(stdout) as Readonly<Record<'authority' | 'server' | 'client' | 'stranger', Pair>>;
}

test('the socket is for its owner and group, and is gone afterwards', async (t) => {
  const { door, address } = await startWorld(t);
  const file = address.slice('unix:'.length);
  t.is(statSync(file).mode & 0o777, 0o660);
  await door.close();
  t.is(statSync(file, { throwIfNoEntry: false }), undefined);
});

async function codeOf(t: ExecutionContext, changes: Partial<ExtAuthzOptions>): Promise<string> {
  const error = await t.throwsAsync(startWorld(t, changes), { instanceOf: ExtAuthzError });
  const { code, help } = error;
  t.truthy(DIAGNOSTIC_CODES[code]);
  t.regex(help, /^[A-Z].*\.$/);
  return code;
}

const tcp = (host: string, tls: Extract<ExtAuthzOptions['listen'], { kind: 'tcp' }>['tls'] = null) =>
  ({ listen: { kind: 'tcp', host, port: 0, tls } }) as const;

test('MON301: nothing but loopback is open without mutual TLS', async (t) => {
  t.is(await codeOf(t, tcp('0.0.0.0')), 'MON301');
  t.is(await codeOf(t, tcp('::')), 'MON301');
  t.is(await codeOf(t, tcp('weir.example', { certificate: 'x', key: 'y', clientAuthorities: null })), 'MON301');
  const { address } = await startWorld(t, tcp('127.0.0.1'));
  t.regex(address, /^127\.0\.0\.1:\d+$/);
  t.truthy((await askOnce({ address, request: REQUEST })).response?.okResponse);
});

test('MON302: a certificate that is none', async (t) => {
  t.is(await codeOf(t, tcp('127.0.0.1', { certificate: 'x', key: 'y', clientAuthorities: null })), 'MON302');
});

test('MON303: an address that is taken; a socket that was left behind is none', async (t) => {
  const { address, folder } = await startWorld(t);
  const taken = address.slice('unix:'.length);
  t.is(await codeOf(t, { listen: { kind: 'unix', path: taken } }), 'MON303');
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  t.is(await codeOf(t, { listen: { kind: 'unix', path: file } }), 'MON303');
  t.is(await codeOf(t, { listen: { kind: 'unix', path: path.join(folder, 'missing', 's') } }), 'MON303');
  const left = path.join(folder, 'left');
  await leaveSocket(left);
  chmodSync(left, 0o700);
  await startWorld(t, { listen: { kind: 'unix', path: left } });
  t.is(statSync(left).mode & 0o777, 0o660);
});

/** As a process that was killed leaves it: the file of a socket that nobody listens on. */
async function leaveSocket(file: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined);
}

test('MON304: a path that is too long for a socket', async (t) => {
  t.is(await codeOf(t, { listen: { kind: 'unix', path: `/tmp/${'x'.repeat(120)}` } }), 'MON304');
});

test('MON305: routes that contradict each other', async (t) => {
  t.is(await codeOf(t, { routes: [ROUTE, ROUTE] }), 'MON305');
});

test('mutual TLS: only who has a certificate of the authority is answered', async (t) => {
  const { authority, server, client, stranger } = await makeCertificates();
  const { address, core } = await startWorld(
    t,
    tcp('127.0.0.1', { ...server, clientAuthorities: authority.certificate }),
  );
  const common = { authorities: authority.certificate, name: 'server.test' };
  const [known, unknown, without] = await askAsEnvoy([
    { address, request: REQUEST, tls: { ...common, ...client } },
    { address, request: REQUEST, tls: { ...common, ...stranger }, timeoutMs: 3_000 },
    { address, request: REQUEST, tls: { ...common, certificate: '', key: '' }, timeoutMs: 3_000 },
  ]);
  t.truthy(known?.response?.okResponse);
  t.is(unknown?.code, 'Unavailable');
  t.is(without?.code, 'Unavailable');
  const plain = await askOnce({ address, request: REQUEST, timeoutMs: 3_000 });
  t.truthy(plain.code);
  t.is(core.arrivals.length, 1);
});

test('health: serving when a policy is active, and not while draining', async (t) => {
  let isReady = false;
  const { address, door } = await startWorld(t, { isReady: () => isReady });
  const ask = async (): Promise<readonly (string | undefined)[]> => {
    const answers = await askAsEnvoy(['', SERVICE, 'other'].map((health) => ({ address, health })));
    return answers.map(({ health, code }) => health ?? code);
  };
  t.deepEqual(await ask(), ['NOT_SERVING', 'NOT_SERVING', 'NotFound']);
  isReady = true;
  t.deepEqual(await ask(), ['SERVING', 'SERVING', 'NotFound']);
  await door.drain();
  t.deepEqual(await ask(), ['NOT_SERVING', 'NOT_SERVING', 'NotFound']);
});

test('while draining, what runs is answered and what comes is refused', async (t) => {
  const { address, core, door, refusals } = await startWorld(t);
  const held = Promise.withResolvers<typeof ADMITTED>();
  core.decide = () => held.promise;
  const running = askOnce({ address, request: REQUEST });
  await until(() => core.arrivals.length === 1, 'the first check arrives');
  const drained = door.drain();
  const refused = await askOnce({ address, request: REQUEST });
  t.is(headerOf(refused.response?.deniedResponse?.headers, 'x-weir-cause'), 'draining');
  t.is(refused.response?.deniedResponse?.status?.code, 'ServiceUnavailable');
  held.resolve(ADMITTED);
  await drained;
  t.truthy((await running).response?.okResponse);
  t.deepEqual(refusals, [{ cause: 'draining', detail: 'the point is being stopped' }]);
  t.is(door.counters().drained, 1);
});

test('closing is bounded although a decision hangs', async (t) => {
  const { address, core, door } = await startWorld(t, { limits: { closeMsMax: 100 } });
  core.decide = () => new Promise(() => undefined);
  const running = askOnce({ address, request: REQUEST });
  await until(() => core.arrivals.length === 1, 'the check arrives');
  await door.close();
  t.truthy((await running).code, 'no answer, which Envoy takes for a refusal');
});

test('beyond the limit of decisions at once, checks are refused as overload', async (t) => {
  const { address, core, door } = await startWorld(t, { limits: { pendingMax: 1 } });
  const held = Promise.withResolvers<typeof ADMITTED>();
  core.decide = () => held.promise;
  const running = askOnce({ address, request: REQUEST });
  await until(() => core.arrivals.length === 1, 'the first check arrives');
  const { response } = await askOnce({ address, request: REQUEST });
  t.is(response?.deniedResponse?.status?.code, 'ServiceUnavailable');
  t.is(headerOf(response?.deniedResponse?.headers, 'x-weir-cause'), 'overload');
  held.resolve(ADMITTED);
  t.truthy((await running).response?.okResponse);
  t.is(door.counters().overloaded, 1);
});

test('a stalled event loop sheds load', async (t) => {
  const clock = { ns: 0n };
  const { address, core } = await startWorld(t, {
    // Every look at the clock is ten seconds after the one before.
    clock: { nowMs: Date.now, monotonicNs: () => (clock.ns += 10_000_000_000n) },
    limits: { loopLagMsMax: 250 },
  });
  await until(() => clock.ns >= 40_000_000_000n, 'the gauge looks at the clock again');
  const { response } = await askOnce({ address, request: REQUEST });
  t.is(headerOf(response?.deniedResponse?.headers, 'x-weir-cause'), 'overload');
  t.is(core.arrivals.length, 0);
});

test('an invocation may be assumed to run for a while', async (t) => {
  const { address, core, door } = await startWorld(t, {
    routes: [{ ...ROUTE, assumedDurationMs: 3_600_000 }],
    limits: { assumedRunningMax: 1 },
  });
  await askOnce({ address, request: REQUEST });
  t.deepEqual(core.outcomes, []);
  await askOnce({ address, request: REQUEST });
  t.is(core.outcomes.length, 1);
  t.is(door.counters().assumedRunningRefused, 1);
  await door.close();
  t.is(core.outcomes.length, 2);
});

test('a connection that says nothing is closed', async (t) => {
  const { address, door } = await startWorld(t, { limits: { silentMsMax: 50 } });
  const socket = connectSocket(address);
  socket.on('error', () => undefined);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  t.is(door.counters().connectionsSilent, 1);
});
