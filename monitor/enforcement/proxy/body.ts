import type { JsonValue } from '../../../model/json.ts';
import type { Exchange } from './exchange.ts';
import { valueOf, type Fields } from './fields.ts';
import { readJson } from './json.ts';
import { readUpTo } from './pump.ts';
import type { RefusalName } from './refusals.ts';
import { parseParameters } from './target.ts';

/** The body of a request as far as it was read before the decision. */
export interface ReadBody {
  /** What was read; the rest, when `isWhole` is false, is still in the exchange. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  /** As policies see it; absent when it is neither JSON nor a form, or not whole. */
  readonly parsed?: JsonValue;
  /** The text when the body is JSON and whole; null otherwise. */
  readonly json: string | null;
  /** The text when the body is whole and UTF-8; null otherwise. */
  readonly text: string | null;
}

/** Nothing was read. */
export const UNREAD: ReadBody = { bytes: Buffer.alloc(0), isWhole: false, json: null, text: null };
/** There is no body. */
export const NO_BODY: ReadBody = { bytes: Buffer.alloc(0), isWhole: true, json: null, text: null };

export type BodyOutcome =
  { readonly ok: true; readonly value: ReadBody } | { readonly ok: false; readonly refusal: RefusalName | 'gone' };

const failed = (refusal: RefusalName | 'gone'): BodyOutcome => ({ ok: false, refusal });

export interface BodyReading {
  readonly bytesMax: number;
  /** Without a byte, milliseconds. */
  readonly idleMs: number;
  /** For all of it, milliseconds. */
  readonly totalMs: number;
  readonly depthMax: number;
  /** Read as JSON whatever the content type says: the platform sends nothing else. */
  readonly isJson: boolean;
}

/** Reads the body up to the limit and parses it by its type. A body that is not what its type says is refused: the function might read it anyway. */
export async function readBody(exchange: Exchange, reading: BodyReading): Promise<BodyOutcome> {
  if (!exchange.hasBody) return { ok: true, value: NO_BODY };
  exchange.proceed();
  const result = await readUpTo(exchange.body, reading);
  switch (result.kind) {
    case 'idle':
      return failed('body-too-slow');
    case 'broken':
      return failed('gone');
    case 'more':
      return { ok: true, value: { ...UNREAD, bytes: result.bytes } };
    case 'whole':
      return parseBody(result.bytes, exchange.fields, reading);
  }
}

/** JSON by its media type, also with the suffix `+json`. */
export function isJsonType(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; null when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function parseBody(bytes: Buffer, fields: Fields, reading: BodyReading): BodyOutcome {
  const whole: ReadBody = { bytes, isWhole: true, json: null, text: null };
  if (bytes.length === 0) return { ok: true, value: whole };
  const contentType = valueOf(fields, 'content-type') ?? '';
  const isJson = reading.isJson || isJsonType(contentType);
  const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');
  const isEncoded = (valueOf(fields, 'content-encoding') ?? 'identity').toLowerCase() !== 'identity';
  // What is compressed cannot be seen; the policy is told of no body, and an obligation to mask it is refused.
  if (isEncoded) return reading.isJson ? failed('body-form') : { ok: true, value: whole };
  const text = decodeText(bytes);
  if (!isJson && !isForm) return { ok: true, value: { ...whole, text } };
  if (text === null) return failed('body-form');
  if (isJson) {
    const read = readJson(text, reading.depthMax);
    return read.kind === 'value'
      ? { ok: true, value: { ...whole, text, json: text, parsed: read.value } }
      : failed('body-form');
  }
  const pairs = parseParameters(text);
  return pairs === null ? failed('body-form') : { ok: true, value: { ...whole, text, parsed: pairs } };
}
