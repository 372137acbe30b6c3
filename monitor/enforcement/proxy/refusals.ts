import { PRX } from '../../../model/diagnostic-codes/prx.ts';
import type { Refusal } from '../types.ts';

/** Status, code and whether the connection can go on for every answer that the proxy gives by itself. */
export const REFUSALS = {
  malformed: { status: 400, code: 'PRX001' },
  framing: { status: 400, code: 'PRX002' },
  'transfer-coding': { status: 501, code: 'PRX003' },
  host: { status: 400, code: 'PRX004' },
  target: { status: 400, code: 'PRX005' },
  'target-too-long': { status: 414, code: 'PRX006' },
  'header-too-large': { status: 431, code: 'PRX007' },
  'header-too-slow': { status: 408, code: 'PRX008' },
  'body-too-large': { status: 413, code: 'PRX009' },
  'body-too-slow': { status: 408, code: 'PRX010' },
  'body-form': { status: 400, code: 'PRX011' },
  method: { status: 405, code: 'PRX012' },
  expectation: { status: 417, code: 'PRX013' },
  version: { status: 505, code: 'PRX014' },
  'no-route': { status: 404, code: 'PRX015' },
  connections: { status: 503, code: 'PRX016' },
  'in-flight': { status: 503, code: 'PRX017' },
  pipelined: { status: 429, code: 'PRX018' },
  draining: { status: 503, code: 'PRX019' },
  undecided: { status: 503, code: 'PRX020' },
  platform: { status: 400, code: 'PRX021' },
  obligation: { status: 403, code: 'PRX022' },
  unreachable: { status: 502, code: 'PRX023' },
  'upstream-too-slow': { status: 504, code: 'PRX024' },
  'upstream-malformed': { status: 502, code: 'PRX025' },
  upgrade: { status: 400, code: 'PRX026' },
  'answer-unread': { status: 502, code: 'PRX027' },
  'connection-field': { status: 400, code: 'PRX028' },
  'not-platform': { status: 403, code: 'PRX029' },
  'not-loadable': { status: 403, code: 'PRX030' },
  'prove-again': { status: 401, code: 'PRX031' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly code: string }>>;

export type RefusalName = keyof typeof REFUSALS;

/** Seconds after which a caller may try again. */
const RETRY_AFTER_SECONDS = '1';

/** More about one refusal. */
export interface RefusalDetail {
  /** One sentence without anything of the request. */
  readonly detail?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a caller is told: a code, what is wrong and what to do; never anything of the request. */
export function refusal(name: RefusalName, more: RefusalDetail = {}): Refusal {
  const { code, status } = REFUSALS[name];
  const entry = PRX[code];
  const actual = more.status ?? status;
  return {
    status: actual,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(actual === 503 || actual === 429 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
      ...more.headers,
    },
    body: JSON.stringify({
      error: name,
      code,
      message: more.detail ?? entry?.title ?? name,
      action: entry?.help ?? '',
    }),
  };
}

const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

/** The answer as bytes of HTTP/1.1, for connections on which no request was understood. The connection ends after it. */
export function rawRefusal(name: RefusalName): string {
  const { status, headers, body } = refusal(name);
  const lines = Object.entries(headers).map(([field, value]) => `${field}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n`;
  return `HTTP/1.1 ${status} ${REASON_PHRASES[status] ?? 'Refused'}\r\n${lines.join('')}${length}\r\n${body}`;
}
