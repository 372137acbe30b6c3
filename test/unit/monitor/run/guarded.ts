import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { parseSigningKey } from '../../../../policies/bundle/sign.ts';
import { writeSignedBundle } from '../../../../policies/bundle/write.ts';
import { opaOfTests, temporaryFolder } from '../../policies/authoring/temporary.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../../monitor/cli/main.ts');
const OPA = opaOfTests();

/** A policy of a few lines: who is told which colour. Its decisions and its log are small. */
const POLICY = `package weir.invocation

import rego.v1

decision := {"allow": count(deny) == 0, "deny": deny, "obligations": set(), "alerts": set()}

deny contains {
	"id": "WEIR-RUN-100",
	"severity": "high",
	"message": sprintf("%s is not served here", [input.parsed_path[0]]),
	"action": "Ask for another colour.",
	"evidence": {},
	"undecided": false,
} if not data.colours[input.parsed_path[0]]
`;

const MASK = `package system.log

import rego.v1

mask contains "/input/attributes/request/http/headers/authorization"
`;

export interface SigningPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeKeys(): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** A signed bundle that serves these colours. */
export async function makeBundle(
  t: ExecutionContext,
  keys: SigningPair,
  { sequence, colours }: { readonly sequence: number; readonly colours: readonly string[] },
): Promise<Uint8Array> {
  const folder = temporaryFolder(t, { 'policy.rego': POLICY, 'mask.rego': MASK });
  const args = [
    'build',
    '-t',
    'wasm',
    '-e',
    'weir/invocation/decision',
    '-e',
    'system/log/mask',
    '-o',
    'b.tar.gz',
    '.',
  ];
  const built = spawnSync(OPA.path, args, { cwd: folder, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const unpacked = spawnSync('tar', ['xzf', 'b.tar.gz', '-P', '--transform', 's,^/,,', 'policy.wasm', '/policy.wasm'], {
    cwd: folder,
  });
  if (unpacked.error !== undefined) throw unpacked.error;
  const entrypoints = ['weir/invocation/decision', 'system/log/mask'];
  const manifest = {
    revision: `r${sequence}`,
    roots: [''],
    wasm: entrypoints.map((entrypoint) => ({ entrypoint, module: '/policy.wasm' })),
    metadata: { weir: { sequence } },
  };
  const data = { colours: Object.fromEntries(colours.map((colour) => [colour, true])) };
  const key = parseSigningKey({ id: 'release', algorithm: 'ES256', key: keys.privateKey });
  if (!key.ok) throw new Error(key.refusal.message);
  const bundle = await writeSignedBundle(
    [
      { path: '.manifest', content: Buffer.from(JSON.stringify(manifest)) },
      { path: 'data.json', content: Buffer.from(JSON.stringify(data)) },
      { path: 'policy.wasm', content: readFileSync(path.join(folder, 'policy.wasm')) },
    ],
    key.value,
  );
  if (!bundle.ok) throw new Error(bundle.refusal.message);
  return bundle.value;
}

/** A function that tells what it was sent. */
export async function startFunction(
  t: ExecutionContext,
): Promise<{ readonly url: string; readonly seen: IncomingHttpHeaders[] }> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((asked, response) => {
    seen.push(asked.headers);
    asked.resume();
    asked.once('end', () => response.end('served\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A monitor as a process of its own. */
export interface Guarded {
  readonly child: ChildProcess;
  /** Where calls go. */
  readonly url: string;
  readonly socket: string;
  /** Resolves with the next line of its log that has this message. */
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `weir-monitor run` on a configuration and waits until its doors are open. */
export async function startMonitor(
  t: ExecutionContext,
  folder: string,
  configuration: Readonly<Record<string, unknown>>,
): Promise<Guarded> {
  writeFileSync(path.join(folder, 'weir-monitor.yaml'), JSON.stringify(configuration));
  const child = spawn(process.execPath, [MAIN, 'run'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: Readonly<Record<string, unknown>>[] = [];
  const waiting = new Set<() => void>();
  const texts: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    texts.push(line);
    if (line.startsWith('{')) lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
    for (const look of waiting) look();
  });
  const logged = (message: string): Promise<Readonly<Record<string, unknown>>> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const at = lines.findIndex((line) => line['msg'] === message);
        if (at < 0) return;
        waiting.delete(look);
        const [found = {}] = lines.splice(at, 1);
        resolve(found);
      };
      waiting.add(look);
      child.once('exit', () => {
        look();
        reject(new Error(`the monitor ended before "${message}":\n${texts.join('\n')}`));
      });
      look();
    });
  const listening = await logged('listening');
  return {
    child,
    url: `http://${String(listening['address'])}`,
    socket: path.join(folder, 'state/control.sock'),
    logged,
    stop: async (signal = 'SIGTERM') => {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

/** A configuration with one proxy in front of one function. */
export function proxyConfiguration(
  upstream: string,
  bundle: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    node: { id: 'edge-3', region: 'eu-1' },
    stateFolder: 'state',
    bundle: { name: 'colours', keys: { release: { algorithm: 'ES256', file: 'release.pem' } }, ...bundle },
    routes: { colours: { function: 'paint' } },
    doors: { proxies: [{ listen: '127.0.0.1:0', upstream, route: 'colours' }] },
    telemetry: { listen: '127.0.0.1:0', logLevel: 'debug' },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One call, or one question on a unix socket. */
export function ask(
  target: string | { readonly socketPath: string; readonly path: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    };
    const asked = typeof target === 'string' ? request(target, { headers, agent: false }, take) : request(target, take);
    asked.on('error', reject);
    asked.end();
  });
}

/** Every event in the decision log of a stopped monitor. */
export function readLog(folder: string): Readonly<Record<string, unknown>>[] {
  const text = readFileSync(path.join(folder, 'state/decisions/decisions-000000000001.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
