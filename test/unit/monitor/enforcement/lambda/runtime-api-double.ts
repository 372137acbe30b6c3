import http from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the function's environment is told of an invocation. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an invocation ended, as the Runtime API was told. */
export interface ToldResult {
  readonly requestId: string;
  readonly kind: 'response' | 'error';
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: string;
  /** The connection ended before the message did. */
  readonly isTruncated: boolean;
  /** Parts in which the body arrived. */
  readonly chunks: number;
}

interface Waiting {
  readonly requestId: string;
  readonly resolve: (result: ToldResult) => void;
}

const ANSWER = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;
/** Far enough that nothing here takes as long. */
export const DEADLINE_MS = 20_000;

/**
 * A server that speaks the Runtime API as AWS documents it and as its emulator does: one invocation at a time, 403 for calls out of turn, 400 for
 * another request id, 202 for what is taken.
 */
export class RuntimeApiDouble {
  readonly #server: http.Server;
  readonly #queue: QueuedEvent[] = [];
  readonly #results: Waiting[] = [];
  readonly #watchers: { readonly path: string; readonly resolve: (call: Call) => void }[] = [];
  #poll: ServerResponse | null = null;
  #onPoll: (() => void) | null = null;
  #current: string | null = null;
  /** Every request but polls, as `METHOD path`. */
  readonly calls: string[] = [];

  constructor() {
    this.#server = http.createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  /** @param port 0 for any. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Ends every connection, as a Runtime API that goes away. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  /** Queues an event and waits for how it ends. */
  invoke(event: QueuedEvent): Promise<ToldResult> {
    const told = new Promise<ToldResult>((resolve) => {
      this.#results.push({ requestId: event.requestId, resolve });
    });
    this.#queue.push(event);
    this.#handOver();
    return told;
  }

  /** Waits until somebody polls. */
  polled(): Promise<void> {
    if (this.#poll !== null && !this.#poll.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onPoll = resolve;
    });
  }

  /** Waits for a call of a path other than those of invocations. */
  called(path: string): Promise<Call> {
    return new Promise((resolve) => {
      this.#watchers.push({ path, resolve });
    });
  }

  #handOver(): void {
    if (this.#poll === null || this.#poll.destroyed) return;
    const event = this.#queue.shift();
    if (event === undefined) return;
    this.#current = event.requestId;
    this.#poll.writeHead(200, {
      'Lambda-Runtime-Aws-Request-Id': event.requestId,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + DEADLINE_MS),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-north-1:214365870921:function:grade-catch:live',
      'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
      'Content-Type': 'application/json',
      ...event.headers,
    });
    this.#poll.end(event.body);
    this.#poll = null;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/2018-06-01/runtime/invocation/next') {
      if (this.#current !== null) {
        send(response, 403, { errorType: 'InvalidStateTransition', errorMessage: 'not answered' });
        return;
      }
      this.#poll = response;
      this.#onPoll?.();
      this.#onPoll = null;
      this.#handOver();
      return;
    }
    this.calls.push(`${request.method ?? ''} ${path}`);
    const [, requestId = '', kind] = ANSWER.exec(path) ?? [];
    const read = await readAll(request);
    if (kind === undefined) {
      this.#call(path, { headers: request.headers, body: read.body }, response);
      return;
    }
    const at = this.#results.findIndex((waiting) => waiting.requestId === requestId);
    const [waiting] = this.#current === requestId && at >= 0 ? this.#results.splice(at, 1) : [];
    if (waiting === undefined) {
      send(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
      return;
    }
    this.#current = null;
    send(response, 202, { status: 'OK' });
    const { headers, trailers } = request;
    waiting.resolve({ requestId, kind: kind === 'error' ? 'error' : 'response', headers, trailers, ...read });
  }

  #call(path: string, call: Call, response: ServerResponse): void {
    const at = this.#watchers.findIndex((watcher) => watcher.path === path);
    if (at < 0) {
      send(response, 404, {});
      return;
    }
    for (const watcher of this.#watchers.splice(at, 1)) watcher.resolve(call);
    if (path.endsWith('/restore/next')) response.writeHead(200).end();
    else send(response, 202, { status: 'OK' });
  }
}

export interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

async function readAll(request: IncomingMessage): Promise<Pick<ToldResult, 'body' | 'isTruncated' | 'chunks'>> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  } catch {
    return { body: Buffer.concat(parts).toString(), isTruncated: true, chunks: parts.length };
  }
  return { body: Buffer.concat(parts).toString(), isTruncated: !request.complete, chunks: parts.length };
}
