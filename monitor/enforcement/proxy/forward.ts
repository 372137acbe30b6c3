import type { Writable } from 'node:stream';
import type { BodyCarrier } from '../adapters/types.ts';
import type { InvocationOutcome } from '../types.ts';
import { clearLeftover } from './answer.ts';
import { decodeText } from './body.ts';
import { isGone, type Exchange } from './exchange.ts';
import {
  announcedTrailers,
  endToEnd,
  isReserved,
  passableTrailers,
  valueOf,
  valuesOf,
  type Field,
  type Fields,
} from './fields.ts';
import type { ProxyLimits, ProxyTimeouts } from './options.ts';
import { editJson } from '../context/json-edit.ts';
import { pump, readUpTo, type PumpResult } from './pump.ts';
import type { RefusalName } from './refusals.ts';
import { carryUpgrade } from './upgrade.ts';
import type { FunctionAnswer, FunctionCall, FunctionClient, FunctionOutcome, FunctionRequest } from './upstream.ts';

/** A request that was admitted, ready for the function. */
export interface Forwarding {
  readonly exchange: Exchange;
  readonly client: FunctionClient;
  readonly request: FunctionRequest;
  /** Bytes before what is still in the exchange, or in its place. */
  readonly prefix: Buffer;
  /** More follows the prefix. */
  readonly hasRest: boolean;
  readonly bodyBytesMax: number;
  /** Token that the function was given, and how it is taken out of answers; null when none travels in a body. */
  readonly carried: { readonly token: string; readonly carrier: BodyCarrier } | null;
  readonly extraAnswerFields: Fields;
  readonly pseudonym: string;
  readonly limits: ProxyLimits;
  readonly timeouts: ProxyTimeouts;
}

/** How it ended: what the core is told, and the refusal that is still to be spoken when no answer was begun. */
export interface ForwardResult {
  readonly outcome: InvocationOutcome;
  readonly refusal: RefusalName | null;
}

const ended = (
  outcome: InvocationOutcome['outcome'],
  status: number | null,
  sizeBytes: number | null = null,
): ForwardResult => ({ outcome: { outcome, status, sizeBytes }, refusal: null });

const refusedWith = (outcome: InvocationOutcome['outcome'], refusal: RefusalName): ForwardResult => ({
  outcome: { outcome, status: null, sizeBytes: null },
  refusal,
});

/** Sends an admitted request to the function and its answer back, both at the pace of whoever receives. Never rejects. */
export async function forward(given: Forwarding): Promise<ForwardResult> {
  const { exchange, timeouts } = given;
  if (isGone(exchange)) return ended('aborted', null);
  const call = given.client.call(given.request, (status, fields) => {
    exchange.inform(
      status,
      endToEnd(fields).filter(([name]) => !isReserved(name)),
    );
  });
  const leave = (): void => {
    call.abort();
  };
  exchange.signal.addEventListener('abort', leave, { once: true });
  const deadline = new Deadline(timeouts.totalMs);
  try {
    const sending = send(given, call);
    const first = await firstOf(given, call, sending, deadline);
    if ('refusal' in first) {
      call.abort();
      return first;
    }
    // What became of the call is then a consequence of the caller's leaving.
    if (first.kind !== 'answer' && first.kind !== 'upgraded' && isGone(exchange)) return ended('aborted', null);
    if (first.kind === 'upgraded') {
      deadline.clear();
      return await carryUpgrade(exchange, first, timeouts.idleMs);
    }
    if (first.kind !== 'answer') return failureOf(first);
    const result = await relay(given, first, deadline);
    if (result.refusal !== null || result.outcome.outcome !== 'ok') call.abort();
    else await clearLeftover(exchange);
    return result;
  } finally {
    deadline.clear();
    exchange.signal.removeEventListener('abort', leave);
  }
}

/** One timer for a whole request. */
class Deadline {
  readonly passed: Promise<'late'>;
  readonly #timer: NodeJS.Timeout;
  isOver = false;

  constructor(milliseconds: number) {
    let tell: (word: 'late') => void = () => undefined;
    this.passed = new Promise((resolve) => {
      tell = resolve;
    });
    this.#timer = setTimeout(() => {
      this.isOver = true;
      tell('late');
    }, milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function failureOf(failure: Exclude<FunctionOutcome, FunctionAnswer | { kind: 'upgraded' }>): ForwardResult {
  switch (failure.kind) {
    case 'connect-late':
      return refusedWith('timeout', 'upstream-too-slow');
    case 'malformed':
      return refusedWith('error', 'upstream-malformed');
    case 'unsendable':
      return refusedWith('error', 'malformed');
    case 'unreachable':
      return refusedWith('error', 'unreachable');
  }
}

/** Sends the body, after the function said 100 where the caller waits for that. */
async function send(given: Forwarding, call: FunctionCall): Promise<PumpResult> {
  const { exchange, request, prefix, timeouts } = given;
  if (request.expectsContinue) {
    await within(Promise.race([call.proceeds, call.outcome]), timeouts.continueMs);
    exchange.proceed();
  }
  if (prefix.length > 0) await writeAll(call.body, prefix);
  if (!given.hasRest) {
    call.finishWith(passableTrailers(exchange.trailers()));
    call.body.end();
    return { end: 'done', bytes: prefix.length };
  }
  return pump(exchange.body, call.body, {
    bytesMax: given.bodyBytesMax - prefix.length,
    idleMs: timeouts.idleMs,
    finish: () => {
      call.finishWith(passableTrailers(exchange.trailers()));
    },
  });
}

/** Resolves with what is awaited or when the time is over, whichever is first. */
async function within<Value>(awaited: Promise<Value>, milliseconds: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, milliseconds);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

function writeAll(writer: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (writer.destroyed) {
      resolve();
      return;
    }
    const done = (): void => {
      resolve();
    };
    writer.once('close', done);
    writer.write(bytes, () => {
      writer.removeListener('close', done);
      resolve();
    });
  });
}

/** What happens first: the function answers, the request breaks off, or the time is over. */
async function firstOf(
  given: Forwarding,
  call: FunctionCall,
  sending: Promise<PumpResult>,
  deadline: Deadline,
): Promise<FunctionOutcome | ForwardResult> {
  const sent = await Promise.race([call.outcome, sending, deadline.passed]);
  if (sent === 'late') return refusedWith('timeout', 'upstream-too-slow');
  if ('kind' in sent) return sent;
  switch (sent.end) {
    case 'too-large':
      return refusedWith('error', 'body-too-large');
    case 'idle':
      return refusedWith('error', 'body-too-slow');
    case 'source':
      return ended('aborted', null);
    case 'sink':
    case 'done':
      break;
  }
  const answer = await within(Promise.race([call.outcome, deadline.passed]), given.timeouts.responseMs);
  return answer === 'late' ? refusedWith('timeout', 'upstream-too-slow') : answer;
}

/** Hands the function's answer on. */
async function relay(given: Forwarding, answer: FunctionAnswer, deadline: Deadline): Promise<ForwardResult> {
  const { exchange, timeouts } = given;
  answer.body.on('error', () => undefined);
  if (isGone(exchange)) return ended('aborted', null);
  const problem = problemOf(answer);
  if (problem !== null) return refusedWith('error', problem);
  const fields = answerFields(given, answer);
  if (mayCarry(given, answer)) return relayRead(given, answer, fields);
  let writer: Writable;
  try {
    writer = exchange.respond({ status: answer.status, fields, isFinal: false });
  } catch {
    return refusedWith('error', 'upstream-malformed');
  }
  const moving = pump(answer.body, writer, {
    bytesMax: Number.MAX_SAFE_INTEGER,
    idleMs: timeouts.idleMs,
    finish: () => {
      exchange.finishWith(passableTrailers(answer.trailers()));
    },
  });
  const moved = await Promise.race([moving, deadline.passed]);
  if (moved === 'late' || moved.end === 'idle') {
    exchange.abort();
    return ended('timeout', answer.status);
  }
  if (moved.end === 'done' && !isGone(exchange))
    return ended(answer.status < 500 ? 'ok' : 'error', answer.status, moved.bytes);
  const isCallers = isGone(exchange) || moved.end === 'sink';
  exchange.abort();
  return ended(isCallers ? 'aborted' : 'error', answer.status, moved.bytes);
}

/** An answer whose end can be read in two ways is none (RFC 9112, 6.3). */
function problemOf({ status, fields }: FunctionAnswer): RefusalName | null {
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  const isFramed = lengths.length <= 1 && codings.length <= 1 && lengths.length + codings.length <= 1;
  if (!isFramed || codings.some((coding) => coding.toLowerCase() !== 'chunked')) return 'upstream-malformed';
  if (lengths.some((length) => !/^\d{1,15}$/.test(length))) return 'upstream-malformed';
  return status >= 200 && status <= 599 ? null : 'upstream-malformed';
}

function answerFields(given: Forwarding, answer: FunctionAnswer): Field[] {
  const fields = endToEnd(answer.fields).filter(
    ([name]) => !isReserved(name) && name !== 'via' && (answer.status !== 204 || name !== 'content-length'),
  );
  const announced = announcedTrailers(answer.fields);
  const isChunked = valueOf(fields, 'content-length') === null && given.exchange.version !== '1.0';
  if (announced.length > 0 && isChunked) fields.push(['trailer', announced.join(', ')]);
  fields.push(['via', [...valuesOf(answer.fields, 'via'), `1.1 ${given.pseudonym}`].join(', ')]);
  return [...fields, ...given.extraAnswerFields];
}

/** Functions like to return what they were given, the context with it. */
function mayCarry({ carried, exchange }: Forwarding, { status, fields }: FunctionAnswer): boolean {
  if (carried === null || exchange.method === 'HEAD' || status === 204 || status === 304) return false;
  const type = (valueOf(fields, 'content-type') ?? 'application/json').toLowerCase();
  return type.includes('json') || type.includes('text') || type.includes('cloudevents');
}

async function relayRead(given: Forwarding, answer: FunctionAnswer, fields: Fields): Promise<ForwardResult> {
  const { exchange, carried, limits, timeouts } = given;
  const read = await readUpTo(answer.body, {
    bytesMax: limits.answerReadMaxBytes,
    idleMs: timeouts.idleMs,
    totalMs: timeouts.totalMs,
  });
  if (isGone(exchange)) return ended('aborted', answer.status);
  if (read.kind === 'idle') return refusedWith('timeout', 'upstream-too-slow');
  if (read.kind === 'broken') return refusedWith('error', 'unreachable');
  const bytes = read.kind === 'whole' && carried !== null ? withoutContext(read.bytes, carried, answer.fields) : null;
  if (bytes === null) return refusedWith('error', 'answer-unread');
  const framed = fields.filter(([name]) => name !== 'content-length' && name !== 'trailer');
  const writer = exchange.respond({
    status: answer.status,
    fields: [...framed, ['content-length', String(bytes.length)]],
    isFinal: false,
  });
  writer.end(bytes);
  return ended(answer.status < 500 ? 'ok' : 'error', answer.status, bytes.length);
}

/** The answer with the context for what it asks the platform to call; null when it asks for nothing. */
function continuationOf(text: string, { token, carrier }: NonNullable<Forwarding['carried']>): string | null {
  const found = { isOnward: false };
  const edited = editJson(text, (value) => {
    const onward = carrier.continuation?.(value, token) ?? null;
    found.isOnward = onward !== null;
    return onward ?? value;
  });
  return found.isOnward ? edited : null;
}

/** The answer's body without the context that the function was given; null when it cannot be taken out. */
function withoutContext(
  bytes: Buffer,
  { token, carrier }: NonNullable<Forwarding['carried']>,
  fields: Fields,
): Buffer | null {
  if ((valueOf(fields, 'content-encoding') ?? 'identity').toLowerCase() !== 'identity') return null;
  const text = decodeText(bytes);
  const onward = text === null ? null : continuationOf(text, { token, carrier });
  if (onward !== null) return Buffer.from(onward);
  if (!bytes.includes(token)) return bytes;
  const stripped = text === null ? null : editJson(text, (value) => carrier.strip(value));
  return stripped === null || stripped.includes(token) ? null : Buffer.from(stripped);
}
