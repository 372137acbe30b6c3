import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { quoted, refusal, refuse, RefusedError } from '../../policies/bundle/refusal.ts';
import type { BundleRefusal } from '../../policies/bundle/types.ts';
import { readCredentials, type Credentials, type CredentialFiles } from './credentials.ts';
import type { BundleSource, FetchOutcome, FetchRequest } from './types.ts';

/** How long a server may take. */
export interface SourceTimeouts {
  /** Until the head of the answer is there, milliseconds; the time that a long poll waits is added. */
  readonly answerMs: number;
  /** Between two pieces of the body, milliseconds. */
  readonly idleMs: number;
  /** For the whole body, milliseconds. */
  readonly bodyMs: number;
}

export const SOURCE_TIMEOUTS: SourceTimeouts = { answerMs: 10_000, idleMs: 10_000, bodyMs: 120_000 };

/** Redirects that are followed, all within the same origin. */
export const REDIRECTS_MAX = 3;

/** Bytes of the head of an answer. */
const HEAD_BYTES_MAX = 16_384;

/** Longest that a server may ask to be left alone, milliseconds. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/** What the server of OPA's protocol answers with; only such servers understand long polling. */
const BUNDLE_TYPE = 'application/vnd.openpolicyagent.bundles';

export interface HttpSourceOptions {
  readonly url: URL;
  readonly files: CredentialFiles;
  readonly timeouts?: SourceTimeouts;
}

/**
 * A bundle server as OPA knows it, or plain static files. Redirects are followed within the origin only, proxies of the environment are not used, and
 * nothing but the exact bytes of a complete answer is handed on.
 */
export function httpSource({ url, files, timeouts = SOURCE_TIMEOUTS }: HttpSourceOptions): BundleSource {
  const address = `${url.origin}${url.pathname}`;
  return {
    address,
    fetch: async (request): Promise<FetchOutcome> => {
      try {
        return await follow({ url, request, timeouts, credentials: await readCredentials(files) });
      } catch (error) {
        if (error instanceof TryLaterError) {
          return { kind: 'failed', refusal: error.refusal, retryAfterMs: error.retryAfterMs };
        }
        if (error instanceof RefusedError) return { kind: 'failed', refusal: error.refusal, retryAfterMs: null };
        throw error;
      }
    },
  };
}

interface Exchange {
  readonly url: URL;
  readonly request: FetchRequest;
  readonly timeouts: SourceTimeouts;
  readonly credentials: Credentials;
}

class TryLaterError extends RefusedError {
  readonly retryAfterMs: number | null;

  constructor(reason: BundleRefusal, retryAfterMs: number | null) {
    super(reason);
    this.retryAfterMs = retryAfterMs;
  }
}

async function follow(exchange: Exchange): Promise<FetchOutcome> {
  let { url } = exchange;
  for (let redirects = 0; ; redirects += 1) {
    const outcome = await once({ ...exchange, url });
    if (!(outcome instanceof URL)) return outcome;
    if (outcome.origin !== exchange.url.origin) refuse('BND072', `the source redirects to ${quoted(outcome.origin)}`);
    if (redirects === REDIRECTS_MAX) refuse('BND072', `the source redirects more than ${REDIRECTS_MAX} times`);
    url = outcome;
  }
}

/** One request. The connection is closed in every case: the next request reads certificates and token anew. */
async function once(exchange: Exchange): Promise<FetchOutcome | URL> {
  const { request, timeouts } = exchange;
  const timer = new Deadline(request.signal);
  try {
    timer.set(timeouts.answerMs + (request.waitSeconds ?? 0) * 1_000, 'it did not answer in time');
    const response = await send(exchange, timer.signal);
    try {
      return await read(response, exchange, timer);
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    if (timer.reason !== null) refuse('BND073', `the source is too slow: ${timer.reason}`);
    if (request.signal.aborted) refuse('BND070', 'the request was ended');
    return refuse('BND070', `the source cannot be reached: ${causeOf(error)}`);
  } finally {
    timer.clear();
  }
}

/** Code of an error; never its message, which may repeat what the peer sent. */
function causeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function send({ url, request, credentials }: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  const modes = request.acceptsDelta ? 'modes=snapshot,delta' : 'modes=snapshot';
  const options: RequestOptions = {
    method: 'GET',
    signal,
    maxHeaderSize: HEAD_BYTES_MAX,
    headers: {
      accept: `${BUNDLE_TYPE}, application/gzip, application/octet-stream;q=0.9, */*;q=0.1`,
      'accept-encoding': 'identity',
      prefer: request.waitSeconds === null ? modes : `${modes};wait=${request.waitSeconds}`,
      'user-agent': 'weir-monitor',
      ...(request.etag === null ? {} : { 'if-none-match': request.etag }),
      ...(request.lastModified === null ? {} : { 'if-modified-since': request.lastModified }),
      ...(credentials.token === null ? {} : { authorization: `Bearer ${credentials.token}` }),
    },
  };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? httpsRequest(url, {
            ...options,
            ...credentials.tls,
            rejectUnauthorized: true,
            minVersion: 'TLSv1.2',
            agent: new HttpsAgent({ keepAlive: false }),
          })
        : httpRequest(url, { ...options, agent: new HttpAgent({ keepAlive: false }) });
    sent.once('response', resolve);
    // Stays for the life of the request: an error after the head is reported by the body too.
    sent.on('error', reject);
    sent.end();
  });
}

async function read(response: IncomingMessage, exchange: Exchange, timer: Deadline): Promise<FetchOutcome | URL> {
  const { statusCode: status = 0, headers } = response;
  const { request } = exchange;
  if (status === 304) {
    if (request.etag === null && request.lastModified === null) {
      refuse('BND076', 'the source says that the bundle is unchanged, though nothing was asked about one');
    }
    return { kind: 'unchanged' };
  }
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    if (!URL.canParse(headers.location, exchange.url.href)) refuse('BND072', 'the source redirects to no address');
    return new URL(headers.location, exchange.url);
  }
  if (status !== 200) {
    const reason = refusal('BND071', `the source answered with status ${status}`);
    throw new TryLaterError(reason, retryAfterOf(headers['retry-after']));
  }
  checkHead(headers, request.archiveBytesMax);
  const bytes = await readBody(response, exchange, timer);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    refuse('BND075', bytes.length === 0 ? 'the answer is empty' : `the answer is no gzip archive, but ${quoted(type)}`);
  }
  return {
    kind: 'bundle',
    bytes,
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    isLongPolling: type === BUNDLE_TYPE,
  };
}

function retryAfterOf(header: string | undefined): number | null {
  if (header === undefined || !/^[0-9]{1,9}$/.test(header)) return null;
  return Math.min(Number(header) * 1_000, RETRY_AFTER_MS_MAX);
}

function checkHead(headers: IncomingMessage['headers'], archiveBytesMax: number): void {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  // Static file servers call the archive's own compression an encoding; the bytes are the archive all the same.
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    refuse('BND075', `the answer is encoded with ${quoted(encoding)}`);
  }
  const length = Number(headers['content-length'] ?? 0);
  if (length > archiveBytesMax)
    refuse('BND013', `the answer has ${length} bytes; at most ${archiveBytesMax} are allowed`);
}

async function readBody(response: IncomingMessage, exchange: Exchange, timer: Deadline): Promise<Buffer> {
  const { request, timeouts } = exchange;
  const pieces: Buffer[] = [];
  let size = 0;
  timer.limit(timeouts.bodyMs, 'the body did not end in time');
  timer.set(timeouts.idleMs, 'the body stopped');
  try {
    for await (const piece of response) {
      if (!Buffer.isBuffer(piece)) continue;
      size += piece.length;
      if (size > request.archiveBytesMax) {
        refuse('BND013', `the answer has more than ${request.archiveBytesMax} bytes`);
      }
      pieces.push(piece);
      timer.set(timeouts.idleMs, 'the body stopped');
    }
  } catch (error) {
    if (error instanceof RefusedError || timer.reason !== null || request.signal.aborted) throw error;
    refuse('BND074', `the answer broke off after ${size} bytes: ${causeOf(error)}`);
  }
  const length = response.headers['content-length'];
  if (!response.complete || (length !== undefined && Number(length) !== size)) {
    refuse('BND074', `the answer has ${size} bytes of ${length ?? 'an unknown number'}`);
  }
  return Buffer.concat(pieces);
}

/** Aborts when time is up, and knows why. */
class Deadline {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;
  #step: NodeJS.Timeout | null = null;
  #whole: NodeJS.Timeout | null = null;
  reason: string | null = null;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#controller.signal]);
  }

  /** Replaces the time for the current step. */
  set(ms: number, reason: string): void {
    if (this.#step !== null) clearTimeout(this.#step);
    this.#step = setTimeout(() => {
      this.#expire(reason);
    }, ms);
  }

  /** Starts the time for everything that follows. */
  limit(ms: number, reason: string): void {
    this.#whole = setTimeout(() => {
      this.#expire(reason);
    }, ms);
  }

  clear(): void {
    if (this.#step !== null) clearTimeout(this.#step);
    if (this.#whole !== null) clearTimeout(this.#whole);
  }

  #expire(reason: string): void {
    this.reason ??= reason;
    this.#controller.abort();
  }
}
