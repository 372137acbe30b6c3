/**
 * The door for Envoy beside OPA's plugin for Envoy with the same policy and the same requests, in the same run:
 * `node_modules/.bin/node test/bench/ext-authz.ts [seconds] [rounds]`. Needs Go and `opa`.
 *
 * The load is an open loop: requests are due at a constant rate whatever becomes of those before, and latency counts from the moment at which a request
 * was due. It is made by another process with Envoy's own stubs (`test/tools/envoy-client`). Sides take turns, so that both see the same machine.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findOpa, runOpa, type Opa } from '../../policies/authoring/opa.ts';
import { asDocuments, makePolicyData } from '../support/policy-data.ts';
import { buildPack, fileIn } from '../support/rego-pack.ts';
import { buildGoProgram } from '../tools/go-program.ts';
import { GRANTS_ENTRYPOINT, GRANTS_POLICY, makeGrants, makeSamples } from './ext-authz-policy.ts';
import { machine } from './measure.ts';

const RATES = [100, 1_000, 3_000];
const GRANTS = 1_000;
const SAMPLES = 200;
const WARM_UP_SECONDS = 3;
/** A tick of the processor's time in /proc, microseconds. */
const TICK_US = 10_000;

const [seconds = 8, rounds = 3] = process.argv.slice(2).map(Number);

/** What the load program prints, microseconds. */
interface Report {
  readonly errors: number;
  readonly wrong: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly sendLatenessP99Us: number;
  readonly lastError?: string;
}

interface Side {
  readonly name: string;
  readonly address: string;
  readonly child: ChildProcess;
  readonly samples: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'weir-bench-'));
const fileOf = (name: string, content: string | Uint8Array): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

async function startOurs(kind: 'grants' | 'pack', wasm: string, data: string): Promise<Omit<Side, 'samples'>> {
  const server = path.join(import.meta.dirname, 'ext-authz-server.ts');
  const child = spawn(process.execPath, [server, kind, wasm, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  return { name: kind === 'grants' ? 'weir' : 'weir, default pack', address: first.toString().trim(), child };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

async function startPeer(policy: string, data: string): Promise<Omit<Side, 'samples'>> {
  const program = await buildGoProgram('test/bench/opa-envoy-peer');
  const address = `127.0.0.1:${await freePort()}`;
  const settings = { addr: address, path: GRANTS_ENTRYPOINT };
  const set = Object.entries(settings).flatMap(([name, value]) => [
    '--set',
    `plugins.envoy_ext_authz_grpc.${name}=${value}`,
  ]);
  const args = ['run', '--server', `--addr=127.0.0.1:${await freePort()}`, '--log-level=error', ...set, policy, data];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return { name: 'opa-envoy-plugin', address, child };
}

/** User and system time of a process so far, microseconds. */
function processorUs({ child }: Side): number {
  const stat = readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

function residentMib({ child }: Side): number {
  const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

interface Round extends Report {
  /** Of the server's processor time, for one request. */
  readonly processorUs: number;
}

async function run(client: string, side: Side, rate: number, length: number): Promise<Round> {
  const before = processorUs(side);
  const args = [
    'load',
    '--address',
    side.address,
    '--rate',
    `${rate}`,
    '--seconds',
    `${length}`,
    '--samples',
    side.samples,
  ];
  const { stdout } = await promisify(execFile)(client, args);
  const report = JSON.parse(stdout) as Report;
  if (report.errors > 0 || report.wrong > 0) {
    console.log(`  ${side.name}: ${report.errors} errors, ${report.wrong} wrong answers; ${report.lastError ?? ''}`);
  }
  return { ...report, processorUs: (processorUs(side) - before) / (rate * length) };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const COLUMNS = ['p50', 'p99', 'p99.9', 'late send p99', 'CPU/request', 'RSS MiB'];
const cells = (values: readonly (string | number)[]): string =>
  values.map((value) => (typeof value === 'number' ? value.toFixed(0) : value).padStart(15)).join('');

async function compare(client: string, sides: readonly Side[]): Promise<void> {
  for (const side of sides) await run(client, side, 1_000, WARM_UP_SECONDS);
  for (const rate of RATES) {
    const results = new Map<Side, Round[]>(sides.map((side) => [side, []]));
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? sides : sides.toReversed();
      for (const side of order) results.get(side)?.push(await run(client, side, rate, seconds));
    }
    for (const [side, given] of results) {
      const figures = [
        median(given.map(({ p50Us }) => p50Us)),
        median(given.map(({ p99Us }) => p99Us)),
        median(given.map(({ p999Us }) => p999Us)),
        median(given.map(({ sendLatenessP99Us }) => sendLatenessP99Us)),
        median(given.map((round) => round.processorUs)),
        residentMib(side),
      ];
      console.log(`${`${rate}/s ${side.name}`.padEnd(28)}${cells(figures)}`);
    }
  }
}

async function compileGrants(opa: Opa, policy: string): Promise<Uint8Array> {
  const args = ['build', '--target', 'wasm', '--entrypoint', GRANTS_ENTRYPOINT, '--output', 'grants.tar.gz', policy];
  const built = await runOpa(opa, args, { cwd: folder, timeoutMs: 60_000 });
  if (built.code !== 0) throw new Error(built.stderr + built.stdout);
  return fileIn(readFileSync(path.join(folder, 'grants.tar.gz')), '/policy.wasm');
}

const opa = findOpa({ env: process.env });
if (!opa.ok) throw new Error(`${opa.problem.message}. ${opa.problem.help}`);
const client = await buildGoProgram('test/tools/envoy-client');
const policy = fileOf('policy.rego', GRANTS_POLICY);
const grants = fileOf('data.json', JSON.stringify(makeGrants(GRANTS)));
const wasm = fileOf('grants.wasm', await compileGrants(opa.value, policy));
const packWasm = fileOf('pack.wasm', await buildPack(opa.value));
const packData = fileOf('pack.json', JSON.stringify(asDocuments(makePolicyData(GRANTS))));
const lines = makeSamples(SAMPLES, GRANTS);
const samples = fileOf('samples.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
// Nobody proved who they are, which the default pack refuses: a refusal with its reasons is its dearest answer.
const refused = fileOf('refused.jsonl', lines.map((line) => JSON.stringify({ ...line, allowed: false })).join('\n'));

const sides: readonly Side[] = [
  { ...(await startOurs('grants', wasm, grants)), samples },
  { ...(await startPeer(policy, grants)), samples },
  { ...(await startOurs('pack', packWasm, packData)), samples: refused },
];
try {
  console.log(`${machine()}, opa ${opa.value.version}`);
  console.log(
    `${GRANTS} grants, ${seconds} s, median of ${rounds} rounds, load average ${loadavg()[0]?.toFixed(2) ?? ''} before`,
  );
  console.log(`${'microseconds'.padEnd(28)}${cells(COLUMNS)}`);
  await compare(client, sides);
  console.log(`load average ${loadavg()[0]?.toFixed(2) ?? ''} after`);
} finally {
  for (const { child } of sides) child.kill();
  rmSync(folder, { recursive: true, force: true });
}
