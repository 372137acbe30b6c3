import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

const TOOL = path.resolve(import.meta.dirname, '../../../../tools/lambda-ric/package.json');

/** The runtime interface client that was installed; the test ends with what to run when there is none. */
export function findRuntimeClient(): string {
  const manifest = JSON.parse(readFileSync(TOOL, 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const version = manifest.dependencies['aws-lambda-ric'] ?? '';
  const chosen = process.env['XDG_CACHE_HOME'] ?? '';
  const cache = chosen === '' ? path.join(homedir(), '.cache') : chosen;
  const client = path.join(cache, 'weir/lambda-ric', version, 'node_modules/aws-lambda-ric');
  if (!existsSync(path.join(client, 'rapid-client.node'))) {
    throw new Error(`aws-lambda-ric ${version} is not installed: run test/tools/setup-lambda-ric.sh`);
  }
  return path.join(client, 'index.mjs');
}

/** The function: what it does is told by its event. */
const HANDLERS = `
let invocations = 0;
export const grade = async (event, context) => {
  invocations += 1;
  if (event.do === 'throw') throw new RangeError('no such grade');
  if (event.do === 'exit') process.exit(3);
  return {
    invocations,
    event,
    id: context.awsRequestId,
    context: context.clientContext?.custom?.weirContext ?? null,
    hasTime: context.getRemainingTimeInMillis() > 1000,
  };
};
export const stream = awslambda.streamifyResponse(async (event, output) => {
  output.setContentType('text/plain');
  for (let at = 0; at < event.parts; at++) output.write('part ' + at + '\\n');
  if (event.do === 'throw') throw new RangeError('no such part');
  output.end();
});
`;

/** Environment of a runtime that runs these functions. */
export function makeFunction(t: ExecutionContext, handler: string): Readonly<Record<string, string>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-lambda-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(path.join(folder, 'catch.mjs'), HANDLERS);
  return {
    PATH: process.env['PATH'] ?? '',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: handler,
    AWS_LAMBDA_FUNCTION_NAME: 'grade-catch',
    AWS_LAMBDA_FUNCTION_VERSION: '12',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_STREAM_NAME: '2027/03/16/[12]c0ffee',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/grade-catch',
    AWS_REGION: 'eu-north-1',
  };
}

export interface RunningRuntime {
  readonly process: ChildProcess;
  /** Exit code, null for a signal. */
  readonly exited: Promise<number | null>;
}

/** Runs the official client for Node on the function, against this Runtime API. */
export function startRuntime(t: ExecutionContext, handler: string, runtimeApi: string): RunningRuntime {
  const env = { ...makeFunction(t, handler), AWS_LAMBDA_RUNTIME_API: runtimeApi };
  const child = spawn(process.execPath, [findRuntimeClient(), handler], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
    if (!t.passed) t.log(output);
  });
  return { process: child, exited };
}
