import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Exchange } from './exchange.ts';
import { pairs, valueOf, type Fields } from './fields.ts';

/** Fields of HTTP/2 as Node takes them: repeated ones as lists. */
export function headersOf(fields: Fields): OutgoingHttpHeaders {
  const found = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const before = found.get(name);
    if (before === undefined) found.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

/** Node's record of fields as pairs, pseudo fields left out. */
export function fieldsOf(headers: IncomingHttpHeaders): Fields {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') || value === undefined
      ? []
      : (typeof value === 'string' ? [value] : value).map((each): [string, string] => [name, each]),
  );
}

/** Cookies that HTTP/2 sent in pieces as the one field that HTTP/1.1 has (RFC 9113, 8.2.3). */
function withWholeCookie(fields: Fields): Fields {
  const cookies = fields.filter(([name]) => name === 'cookie').map(([, value]) => value);
  if (cookies.length < 2) return fields;
  return [...fields.filter(([name]) => name !== 'cookie'), ['cookie', cookies.join('; ')]];
}

/** A stream of HTTP/2 with its answer. */
export function http2Exchange(stream: ServerHttp2Stream, rawHeaders: readonly string[]): Exchange {
  const gone = new AbortController();
  const all = pairs(rawHeaders);
  const fields = withWholeCookie(all.filter(([name]) => !name.startsWith(':')));
  const hasBody = !stream.endAfterHeaders;
  let received: Fields = [];
  let sent: Fields = [];
  let isWaiting = valueOf(fields, 'expect') !== null;
  stream.on('error', () => undefined);
  stream.on('trailers', (headers: IncomingHttpHeaders) => {
    received = fieldsOf(headers);
  });
  stream.once('close', () => {
    if (!stream.writableFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) gone.abort();
  });
  const socket = stream.session?.socket;
  return {
    version: '2',
    method: valueOf(all, ':method') ?? '',
    target: valueOf(all, ':path') ?? '',
    authority: valueOf(all, ':authority'),
    fields,
    peer: { address: socket?.remoteAddress ?? null, port: socket?.remotePort ?? null },
    body: stream,
    hasBody,
    upgrade: null,
    isCrowded: false,
    signal: gone.signal,
    trailers: () => received,
    proceed: () => {
      if (isWaiting && !stream.headersSent && !stream.closed) stream.additionalHeaders({ ':status': 100 });
      isWaiting = false;
    },
    inform: (status, interim) => {
      if (!stream.headersSent && !stream.closed) stream.additionalHeaders({ ':status': status, ...headersOf(interim) });
    },
    respond: ({ status, fields: answer, isFinal }) => {
      if (isFinal && hasBody) {
        // RFC 9113, 8.1: the rest of a request that nobody reads is asked for no longer.
        stream.once('finish', () => {
          stream.close(constants.NGHTTP2_NO_ERROR);
        });
      }
      const isBodiless = status === 204 || status === 304;
      stream.respond({ ':status': status, ...headersOf(answer) }, { waitForTrailers: true, endStream: isBodiless });
      stream.once('wantTrailers', () => {
        stream.sendTrailers(headersOf(sent));
      });
      return stream;
    },
    finishWith: (trailers) => {
      sent = trailers;
    },
    abort: () => {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
    takeOver: () => null,
  };
}
