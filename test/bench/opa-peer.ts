/** OPA itself on the same policy, data and input: its own benchmark, and its server on loopback. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonValue } from '../../model/json.ts';
import { runOpa, type Opa } from '../../policies/authoring/opa.ts';
import { PACK_ARGUMENTS } from '../support/rego-pack.ts';
import { PACK } from '../tools/policy-folders.ts';
import type { Figure } from './measure.ts';

const QUERY = 'data.weir.invocation.decision';
const BENCH_TIMEOUT_MS = 300_000;
const REQUESTS = 3000;
const WARM_UP_REQUESTS = 500;
const START_ATTEMPTS = 200;
const START_PAUSE_MS = 50;

/** A folder with data and input as files, removed afterwards. */
async function withFiles<Value>(
  data: JsonValue,
  input: unknown,
  use: (folder: string) => Promise<Value>,
): Promise<Value> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-bench-'));
  try {
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
    writeFileSync(path.join(folder, 'input.json'), JSON.stringify(input));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const numberIn = (value: unknown, name: string): number => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'number' ? found : Number.NaN;
};

/** `opa bench`: evaluation alone, in its process. Of the distribution it tells median and p99. */
export const opaBench = (opa: Opa, data: JsonValue, input: unknown): Promise<Figure> =>
  withFiles(data, input, async (folder) => {
    const files = [...PACK_ARGUMENTS, '--data', 'data.json', '--input', 'input.json'];
    const args = ['bench', ...files, '--metrics', '--benchmem=false', '--format', 'json', QUERY];
    const run = await runOpa(opa, args, { cwd: folder, timeoutMs: BENCH_TIMEOUT_MS });
    if (run.code !== 0) throw new Error(run.stderr + run.stdout);
    const result: unknown = JSON.parse(run.stdout);
    const extra: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'Extra') : null;
    return {
      medianNs: numberIn(extra, 'histogram_timer_rego_query_eval_ns_median'),
      p99Ns: numberIn(extra, 'histogram_timer_rego_query_eval_ns_99%'),
    };
  });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One question to the server; resolves with what it answers. */
const ask = (port: number, agent: Agent, method: string, where: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request({ host: '127.0.0.1', port, method, path: where, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** `opa run --server`: one request after the other over a kept connection. */
export const opaServer = (opa: Opa, data: JsonValue, input: unknown): Promise<Figure> =>
  withFiles(data, input, async (folder) => {
    const port = await freePort();
    // Policies and data have a common root, which two bundles must not have, so the pack is read as files.
    const ignored = ['*.yaml', '*_test.rego', 'example-*.json'].flatMap((name) => ['--ignore', name]);
    const args = [
      'run',
      '--server',
      '--addr',
      `127.0.0.1:${port}`,
      '--log-level',
      'error',
      ...ignored,
      PACK,
      'data.json',
    ];
    const server = spawn(opa.path, args, { cwd: folder, stdio: 'ignore' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      await ready(port, agent);
      const body = JSON.stringify({ input });
      const samples: number[] = [];
      for (let at = 0; at < WARM_UP_REQUESTS + REQUESTS; at++) {
        const start = process.hrtime.bigint();
        const answer = await ask(port, agent, 'POST', '/v1/data/weir/invocation/decision', body);
        if (at >= WARM_UP_REQUESTS) samples.push(Number(process.hrtime.bigint() - start));
        if (at === 0 && !answer.includes('"allow":true')) throw new Error(`opa's server answers ${answer}`);
      }
      samples.sort((one, other) => one - other);
      const quantile = (share: number): number => samples[Math.floor(samples.length * share)] ?? Number.NaN;
      return { medianNs: quantile(0.5), p99Ns: quantile(0.99) };
    } finally {
      agent.destroy();
      server.kill();
    }
  });

async function ready(port: number, agent: Agent): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      await ask(port, agent, 'GET', '/health', '');
      return;
    } catch {
      await pause(START_PAUSE_MS);
    }
  }
  throw new Error("opa's server does not answer");
}
