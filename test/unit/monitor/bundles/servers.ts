import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { BundleManager } from '../../../../monitor/bundles/manager.ts';
import { httpSource } from '../../../../monitor/bundles/http-source.ts';
import { NO_CREDENTIALS, type CredentialFiles } from '../../../../monitor/bundles/credentials.ts';
import type { BundleManagerOptions } from '../../../../monitor/bundles/options.ts';
import type { SourceTimeouts } from '../../../../monitor/bundles/http-source.ts';
import type { BundleEvent, BundleSource, FetchOutcome, FetchRequest } from '../../../../monitor/bundles/types.ts';
import type { MonitorClock } from '../../../../monitor/enforcement/types.ts';
import { NOW_MS, verification } from '../../policies/bundle/bundles.ts';

export function temporaryFolder(t: ExecutionContext): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-bundles-')));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Time that only a test moves. */
export class TestClock implements MonitorClock {
  wallMs = NOW_MS;
  monotonicMs = 1_000;

  nowMs(): number {
    return this.wallMs;
  }

  monotonicNs(): bigint {
    return BigInt(this.monotonicMs) * 1_000_000n;
  }

  /** Both clocks go on. */
  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }
}

export interface TestServer {
  readonly url: URL;
  readonly requests: IncomingMessage[];
}

/** An HTTP server on loopback, closed when the test ends. */
export async function serve(
  t: ExecutionContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: urlOf(server.address() as AddressInfo), requests };
}

/** A server that says whatever bytes it likes. */
export async function serveRaw(t: ExecutionContext, answer: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return urlOf(server.address() as AddressInfo);
}

const urlOf = ({ port }: AddressInfo): URL => new URL(`http://127.0.0.1:${port}/bundles/clinic.tar.gz`);

export function sourceOf(
  url: URL,
  options: { readonly files?: Partial<CredentialFiles>; readonly timeouts?: Partial<SourceTimeouts> } = {},
): BundleSource {
  const timeouts = { answerMs: 5_000, idleMs: 5_000, bodyMs: 5_000, ...options.timeouts };
  return httpSource({ url, files: { ...NO_CREDENTIALS, ...options.files }, timeouts });
}

export function ask(source: BundleSource, changes: Partial<FetchRequest> = {}): Promise<FetchOutcome> {
  return source.fetch({
    etag: null,
    lastModified: null,
    waitSeconds: null,
    acceptsDelta: true,
    archiveBytesMax: 1_048_576,
    signal: new AbortController().signal,
    ...changes,
  });
}

/** Asserts that asking failed with this code; returns the message. */
export function failedWith(t: ExecutionContext, outcome: FetchOutcome, code: string): string {
  if (outcome.kind !== 'failed') {
    t.fail(`expected ${code}, got ${outcome.kind}`);
    return '';
  }
  t.is(outcome.refusal.code, code, outcome.refusal.message);
  return outcome.refusal.message;
}

/** Answers one after the other; the last one stays. Remembers what it was asked. */
export class ScriptedSource implements BundleSource {
  readonly address: string = 'https://bundles.example/clinic.tar.gz';
  readonly asked: FetchRequest[] = [];
  answers: (FetchOutcome | ((request: FetchRequest) => FetchOutcome | Promise<FetchOutcome>))[] = [];

  async fetch(request: FetchRequest): Promise<FetchOutcome> {
    this.asked.push(request);
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === undefined) throw new Error('nothing is scripted');
    return typeof answer === 'function' ? answer(request) : answer;
  }
}

export const bundleAnswer = (
  bytes: Uint8Array,
  changes: Partial<Extract<FetchOutcome, { readonly kind: 'bundle' }>> = {},
): FetchOutcome => ({ kind: 'bundle', bytes, etag: null, lastModified: null, isLongPolling: false, ...changes });

export const UNREACHABLE: FetchOutcome = {
  kind: 'failed',
  refusal: { code: 'BND070', message: 'the source cannot be reached: ECONNREFUSED', help: '-' },
  retryAfterMs: null,
};

export interface Managed {
  readonly manager: BundleManager;
  readonly events: BundleEvent[];
  readonly clock: TestClock;
  /** Revisions that were activated. */
  readonly activated: string[];
}

/** A manager whose policies all work, unless the changes say otherwise. */
export function managed(
  storeFolder: string,
  source: BundleSource,
  changes: Partial<BundleManagerOptions> = {},
): Managed {
  const events: BundleEvent[] = [];
  const activated: string[] = [];
  const clock = changes.clock instanceof TestClock ? changes.clock : new TestClock();
  const manager = new BundleManager({
    name: 'clinic',
    source,
    verification: verification(),
    storeFolder,
    polling: { minDelayMs: 60_000, maxDelayMs: 120_000, longPollSeconds: null },
    maxStalenessMs: null,
    activate: (bundle) => {
      activated.push(bundle.revision);
      return Promise.resolve({ ok: true });
    },
    report: (event) => {
      events.push(event);
    },
    random: () => 0.5,
    ...changes,
    clock,
  });
  return { manager, events, clock, activated };
}
