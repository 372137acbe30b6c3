import { EventEmitter } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { readLambdaEnvironment } from '../../../../../monitor/enforcement/lambda/environment.ts';
import { waitForShutdown } from '../../../../../monitor/enforcement/lambda/extension.ts';
import type { LambdaProxyOptions } from '../../../../../monitor/enforcement/lambda/options.ts';
import { runRuntime } from '../../../../../monitor/enforcement/lambda/run-runtime.ts';
import { DIAGNOSTIC_CODES } from '../../../../../model/diagnostic-codes.ts';
import { findRuntimeClient, makeFunction } from './runtime-client.ts';
import { RuntimeApiDouble } from './runtime-api-double.ts';
import { ALLOWING, CoreDouble } from './support.ts';

const environment = {
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  AWS_LAMBDA_FUNCTION_NAME: 'grade-catch',
  AWS_LAMBDA_FUNCTION_VERSION: '12',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_LAMBDA_LOG_STREAM_NAME: '2027/03/16/[12]c0ffee',
};

test('the environment of a runtime tells what the function is', (t) => {
  t.deepEqual(readLambdaEnvironment(environment), {
    ok: true,
    value: {
      runtimeApi: '127.0.0.1:9001',
      function: { name: 'grade-catch', version: '12', digest: null, memoryLimitBytes: 268_435_456 },
      instanceId: '2027/03/16/[12]c0ffee',
    },
  });
});

test('what cannot be guarded is refused with a code', (t) => {
  const without = readLambdaEnvironment({ ...environment, AWS_LAMBDA_RUNTIME_API: '' });
  const several = readLambdaEnvironment({ ...environment, AWS_LAMBDA_MAX_CONCURRENCY: '8' });
  const codes = [without, several].map((read) => (read.ok ? '' : read.refusal.code));
  t.deepEqual(codes, ['LAM001', 'LAM002']);
  for (const code of codes) t.true(code in DIAGNOSTIC_CODES);
});

const optionsFor = (runtimeApi: string): LambdaProxyOptions => ({
  runtimeApi,
  port: 0,
  route: 'grading',
  platform: 'aws-greengrass',
  function: { name: 'grade-catch', version: null, digest: null, memoryLimitBytes: null },
  instanceId: 'i-1',
  carrier: 'client-context',
  clock: { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() },
});

test('a wrapped runtime is behind the proxy, and both end together', async (t) => {
  const api = new RuntimeApiDouble();
  await api.listen();
  t.teardown(() => api.close());
  const core = new CoreDouble(ALLOWING);
  const signals = new EventEmitter();
  const code = runRuntime(core, optionsFor(api.address), {
    command: process.execPath,
    arguments: [findRuntimeClient(), 'catch.grade'],
    environment: { ...makeFunction(t, 'catch.grade'), AWS_LAMBDA_RUNTIME_API: api.address },
    signals,
  });
  const told = await api.invoke({ requestId: 'a-1', body: '{"crate":"C-1"}' });
  t.like(JSON.parse(told.body), { id: 'a-1' });
  t.is(core.arrivals[0]?.platform, 'aws-greengrass');
  signals.emit('SIGTERM', 'SIGTERM');
  t.is(await code, 128 + 15);
});

test('the exit code of a runtime is the wrapper’s', async (t) => {
  const program = { environment: { PATH: process.env['PATH'] }, signals: new EventEmitter() };
  const run = (command: string, ...args: string[]): Promise<number> =>
    runRuntime(new CoreDouble(ALLOWING), optionsFor('127.0.0.1:1'), { ...program, command, arguments: args });
  t.is(await run(process.execPath, '-e', 'process.exit(7)'), 7);
  t.is(await run('/nowhere/bootstrap'), 127);
});

test('an extension hears of the shutdown', async (t) => {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    seen.push(`${request.url ?? ''} ${String(request.headers['lambda-extension-identifier'] ?? '')}`);
    request.resume();
    if (request.url?.endsWith('/register')) {
      response.writeHead(200, { 'Lambda-Extension-Identifier': 'x-7' }).end('{}');
    } else response.writeHead(200).end('{"eventType":"SHUTDOWN","shutdownReason":"spindown","deadlineMs":1}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  t.true(await waitForShutdown(`127.0.0.1:${port}`, 'weir'));
  t.deepEqual(seen, ['/2020-01-01/extension/register ', '/2020-01-01/extension/event/next x-7']);
  t.false(await waitForShutdown('127.0.0.1:1', 'weir'));
  t.false(await waitForShutdown('no address', 'weir'));
});
