import type { SpokenRefusal } from '../adapters/types.ts';
import { hasEnded, type Exchange } from './exchange.ts';
import type { Field } from './fields.ts';
import { discard } from './pump.ts';

/** Bytes of a body that nobody reads which are read away, so that the caller gets the answer instead of a reset. */
const LEFTOVER_BYTES_MAX = 256 * 1_024;
/** Time for that, milliseconds. */
const LEFTOVER_MS = 1_000;

/**
 * Answers in place of the function. Resolves when the answer is on its way.
 *
 * @param isWaiting the caller has sent no body yet, since it waits for 100.
 */
export async function answerWith(exchange: Exchange, spoken: SpokenRefusal, isWaiting: boolean): Promise<void> {
  if (exchange.signal.aborted) return;
  const hasLeftover = exchange.hasBody && !hasEnded(exchange.body);
  const fields = Object.entries(spoken.headers).map(([name, value]): Field => [name.toLowerCase(), value]);
  const text = Buffer.from(spoken.body);
  fields.push(['content-length', String(text.length)]);
  const writer = exchange.respond({ status: spoken.status, fields, isFinal: hasLeftover });
  if (hasLeftover && !isWaiting) {
    if (exchange.method !== 'HEAD') writer.write(text);
    await discard(exchange.body, LEFTOVER_BYTES_MAX, LEFTOVER_MS);
    writer.end();
  } else if (exchange.method === 'HEAD') writer.end();
  else writer.end(text);
}

/** Reads away what is left of a request whose answer is complete; a caller that keeps sending is cut off. */
export async function clearLeftover(exchange: Exchange): Promise<void> {
  if (!exchange.hasBody || hasEnded(exchange.body) || exchange.body.destroyed) return;
  await discard(exchange.body, LEFTOVER_BYTES_MAX, LEFTOVER_MS);
  if (!hasEnded(exchange.body)) exchange.abort();
}
