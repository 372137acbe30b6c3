/**
 * Whether a request can be read in one way only. Node's parser refuses most of what smuggling needs (RFC 9112, 11.2); these checks hold whatever the
 * parser lets through, on the fields as they came.
 */
import type { Exchange } from './exchange.ts';
import { isSendable, sizeOf, spelled, stolenByConnection, tokensOf, valuesOf, type Fields } from './fields.ts';
import type { ProxyLimits } from './options.ts';
import type { RefusalName } from './refusals.ts';
import { canonicalAuthority, splitAbsolute } from './target.ts';

/** Fields that are one value; two of them are read as the first by some programs and as the last by others. */
const SINGLE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'authorization',
  'expect',
  'weir-context',
  'weir-break-glass',
  'ce-weircontext',
  'ce-id',
  'ce-source',
  'ce-type',
  'ce-specversion',
]);

/** Spellings with `_` that programs built on CGI take for the framing of the message. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host', 'content-type']);

/** What is known of a request that passed. */
export interface CheckedRequest {
  /** In origin form, not yet in its one form. */
  readonly target: string;
  /** Host in lower case, with a port that is not 80; null for HTTP/1.0 without one. */
  readonly host: string | null;
  /** Declared length; null when it is chunked, of HTTP/2 without a length, or none. */
  readonly lengthBytes: number | null;
  readonly expectsContinue: boolean;
}

export type CheckOutcome =
  { readonly ok: true; readonly value: CheckedRequest } | { readonly ok: false; readonly refusal: RefusalName };

const failed = (refusal: RefusalName): { readonly ok: false; readonly refusal: RefusalName } => ({
  ok: false,
  refusal,
});

/** Checks the head of a request. Never throws. */
export function checkRequest(
  exchange: Pick<Exchange, 'version' | 'method' | 'target' | 'authority' | 'fields'>,
  limits: ProxyLimits,
): CheckOutcome {
  const { fields, target, version } = exchange;
  if (target.length > limits.targetLengthMax) return failed('target-too-long');
  if (fields.length > limits.headersMax || sizeOf(fields) > limits.headerBytesMax) return failed('header-too-large');
  if (!fields.every(isSendable)) return failed('malformed');
  const repeated = findRepeated(fields);
  if (repeated !== null) {
    return failed(
      repeated === 'host' ? 'host' : FRAMING.has(repeated) && repeated !== 'content-type' ? 'framing' : 'malformed',
    );
  }
  if (fields.some(([name]) => name.includes('_') && FRAMING.has(spelled(name)))) return failed('framing');
  if (stolenByConnection(fields) !== null) return failed('connection-field');
  const framing = checkFraming(fields, version);
  if (typeof framing === 'string') return failed(framing);
  const expectation = valuesOf(fields, 'expect')[0]?.toLowerCase();
  if (expectation !== undefined && expectation !== '100-continue') return failed('expectation');
  const place = checkPlace(exchange);
  if (place === null) return failed('host');
  return {
    ok: true,
    value: {
      ...place,
      lengthBytes: framing.lengthBytes,
      expectsContinue: expectation !== undefined && version !== '1.0',
    },
  };
}

function findRepeated(fields: Fields): string | null {
  const seen = new Set<string>();
  for (const [name] of fields) {
    if (!SINGLE.has(spelled(name))) continue;
    if (seen.has(spelled(name))) return spelled(name);
    seen.add(spelled(name));
  }
  return null;
}

function checkFraming(
  fields: Fields,
  version: Exchange['version'],
): { readonly lengthBytes: number | null } | RefusalName {
  const [coding] = valuesOf(fields, 'transfer-encoding');
  const [length] = valuesOf(fields, 'content-length');
  if (version === '2') {
    // RFC 9113, 8.2.2: fields of one connection make a message malformed; `te` may say `trailers` only.
    const isOfConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'].some(
      (name) => valuesOf(fields, name).length > 0,
    );
    if (isOfConnection || tokensOf(fields, 'te').some((token) => token !== 'trailers')) return 'malformed';
  }
  if (coding !== undefined) {
    if (length !== undefined || version === '1.0') return 'framing';
    if (coding.toLowerCase() !== 'chunked') return 'transfer-coding';
    return { lengthBytes: null };
  }
  if (length === undefined) return { lengthBytes: null };
  return /^\d{1,15}$/.test(length) ? { lengthBytes: Number(length) } : 'framing';
}

function checkPlace(
  exchange: Pick<Exchange, 'version' | 'target' | 'authority' | 'fields'>,
): { readonly target: string; readonly host: string | null } | null {
  const [hostField] = valuesOf(exchange.fields, 'host');
  const absolute = exchange.version === '2' ? null : splitAbsolute(exchange.target);
  const told = [hostField, absolute?.authority, exchange.authority ?? undefined].filter((text) => text !== undefined);
  const hosts = told.map(canonicalAuthority);
  const [host] = hosts;
  if (hosts.some((each) => each === null || each !== host)) return null;
  if (host === undefined && exchange.version !== '1.0') return null;
  return { target: absolute?.rest ?? exchange.target, host: host ?? null };
}
