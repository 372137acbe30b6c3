import http from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Invocation } from './invocation.ts';
import { headerText } from './invocation.ts';
import { ERROR_CONTENT_TYPE, HEADER, NEXT_PATH } from './runtime-api.ts';

/** Answers of the Runtime API that are read whole, other than events, in bytes. */
const ANSWER_BYTES_MAX = 1024 * 1024;
const OK = 200;
/** Headers that belong to one connection (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that go on to the other side. */
export function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'host' && !HOP_BY_HOP.has(name) && !named.has(name)),
  );
}

/** What came of asking for the next event. */
export type NextEvent =
  | { readonly kind: 'event'; readonly invocation: Invocation }
  /** The event is larger than permitted and was not read. */
  | { readonly kind: 'too-large'; readonly requestId: string }
  /** The Runtime API could not be reached in all tries, or answers something that is no event. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'closed' };

/** What became of an answer that was relayed. */
export interface Relayed {
  readonly isDelivered: boolean;
  readonly status: number | null;
  /** Of the runtime's answer. */
  readonly sizeBytes: number;
  /** A streamed answer ended with an error in its trailers. */
  readonly hasErrorTrailer: boolean;
}

export interface UpstreamOptions {
  /** `host:port`. */
  readonly runtimeApi: string;
  readonly eventBytesMax: number;
  readonly triesMax: number;
  readonly retryDelayMs: number;
}

/** Splits `host:port`; port 80 when there is none. Null for anything else. */
export function readAuthority(text: string): { readonly host: string; readonly port: number } | null {
  const [, host, port = '80'] = /^(\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return host === undefined ? null : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

async function readWhole(message: IncomingMessage, sizeBytesMax: number): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > sizeBytesMax) {
      message.destroy();
      return 'too-large';
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The real Runtime API. Nothing here throws or rejects: what goes wrong is in the result. */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #closing = new AbortController();
  #retries = 0;

  /** @param target from {@link readAuthority}. */
  constructor(options: UpstreamOptions, target: { readonly host: string; readonly port: number }) {
    this.#options = options;
    this.#target = target;
  }

  /** Tries beyond the first, since the start. */
  get retries(): number {
    return this.#retries;
  }

  /** Waits for the next event, as long as it takes. */
  async next(): Promise<NextEvent> {
    for (let tries = 1; ; tries++) {
      if (this.#closing.signal.aborted) return { kind: 'closed' };
      try {
        return await this.#nextOnce();
      } catch {
        if (tries >= this.#options.triesMax) return { kind: 'unavailable' };
      }
      await this.#pause();
    }
  }

  /** Tells the Runtime API that an invocation failed. False when it could not be told. */
  async fail(requestId: string, errorType: string, document: string): Promise<boolean> {
    const path = `/2018-06-01/runtime/invocation/${requestId}/error`;
    const headers = { 'content-type': ERROR_CONTENT_TYPE, [HEADER.errorType]: errorType };
    for (let tries = 1; ; tries++) {
      try {
        const answer = await this.#request('POST', path, headers, document);
        await readWhole(answer, ANSWER_BYTES_MAX);
        // Anything below 500 is an answer: that the invocation is over is not changed by telling it again.
        if ((answer.statusCode ?? 0) < 500) return true;
      } catch {
        if (this.#closing.signal.aborted) return false;
      }
      if (tries >= this.#options.triesMax) return false;
      await this.#pause();
    }
  }

  /** Hands the runtime's request on and the answer back, both as streams; an abort of either side aborts the other. */
  relay(request: IncomingMessage, response: ServerResponse): Promise<Relayed> {
    return new Promise((resolve) => {
      let sizeBytes = 0;
      const outgoing = http.request({
        ...this.#target,
        agent: this.#agent,
        method: request.method,
        path: request.url,
        headers: endToEnd(request.headers),
        signal: this.#closing.signal,
      });
      const finish = (status: number | null, isDelivered: boolean): void => {
        const hasErrorTrailer = request.trailers[HEADER.errorType] !== undefined;
        resolve({ isDelivered, status, sizeBytes, hasErrorTrailer });
      };
      const fail = (): void => {
        outgoing.destroy();
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
        finish(null, false);
      };
      request.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
      });
      request.on('end', () => {
        if (Object.keys(request.trailers).length > 0)
          outgoing.addTrailers(Object.entries(request.trailers).map(asPair));
      });
      request.on('error', fail);
      outgoing.on('error', fail);
      outgoing.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.on('error', fail);
        answer.on('end', () => {
          finish(answer.statusCode ?? null, true);
        });
        answer.pipe(response);
      });
      request.pipe(outgoing);
    });
  }

  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  async #pause(): Promise<void> {
    this.#retries += 1;
    try {
      await delay(this.#options.retryDelayMs, undefined, { signal: this.#closing.signal });
    } catch {
      // Closing ends the pause; whoever waits looks at it next.
    }
  }

  async #nextOnce(): Promise<NextEvent> {
    const answer = await this.#request('GET', NEXT_PATH, {}, null);
    const requestId = headerText(answer.headers, HEADER.requestId) ?? '';
    const deadlineMs = Number(headerText(answer.headers, HEADER.deadlineMs) ?? Number.NaN);
    const body = await readWhole(answer, this.#options.eventBytesMax);
    const isEvent = answer.statusCode === OK && /^[A-Za-z0-9-]{1,128}$/.test(requestId);
    if (!isEvent) throw new Error('no event');
    if (body === 'too-large') return { kind: 'too-large', requestId };
    // Without a deadline that can be read there is no time left.
    const invocation = {
      requestId,
      deadlineMs: Number.isFinite(deadlineMs) ? deadlineMs : 0,
      headers: answer.headers,
      body,
    };
    return { kind: 'event', invocation };
  }

  #request(method: string, path: string, headers: OutgoingHttpHeaders, body: string | null): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#closing;
      const request = http.request({ ...this.#target, agent: this.#agent, method, path, headers, signal });
      request.on('response', resolve);
      request.on('error', reject);
      if (body === null) request.end();
      else request.end(body);
    });
  }
}

function asPair([name, value]: readonly [string, string | undefined]): [string, string] {
  return [name, value ?? ''];
}
