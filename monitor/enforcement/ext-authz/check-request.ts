import type { CheckAttributes, CheckHttpRequest, CheckPeer } from '../../../model/run-time-input.ts';
import { ENTRIES_MAX, readMetadata, setOwn } from './check-metadata.ts';
import { WireError, WireReader } from './wire.ts';

/** Headers of one request; Envoy itself takes 100 by default. */
export const HEADERS_MAX = 512;

/** A request as it was read. */
export interface CheckRequest {
  readonly attributes: CheckAttributes;
  /** The body as far as Envoy sent it, whichever way; null for none. */
  readonly body: Buffer | string | null;
}

/** What came of reading; `detail` never contains anything of the request. */
export type CheckReading =
  { readonly ok: true; readonly request: CheckRequest } | { readonly ok: false; readonly detail: string };

type Draft<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** Reads a `CheckRequest` (`proto/envoy/service/auth/v3/external_auth.proto`) into the form of protobuf JSON. Never throws. */
export function readCheckRequest(bytes: Buffer): CheckReading {
  try {
    const attributes = readCheck(new WireReader(bytes));
    const http = attributes.http;
    if (http === null) return { ok: false, detail: 'the request describes no HTTP request' };
    return { ok: true, request: { attributes: attributes.attributes, body: http.content } };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, detail: error.message };
    if (error instanceof RangeError) return { ok: false, detail: 'a value is out of range' };
    throw error;
  }
}

interface ReadAttributes {
  readonly attributes: CheckAttributes;
  readonly http: HttpReading | null;
}

interface HttpReading {
  readonly http: CheckHttpRequest;
  readonly content: Buffer | string | null;
}

const EMPTY_HTTP: CheckHttpRequest = { method: '', path: '', headers: {} };

function readCheck(reader: WireReader): ReadAttributes {
  let found: ReadAttributes | null = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) reader.skip();
    else found = once(found, () => reader.message(readAttributes));
  }
  return found ?? { attributes: { request: { http: EMPTY_HTTP } }, http: null };
}

/**
 * Protobuf would merge a message that is there twice. Envoy never sends one, and reading it otherwise than another program did would be a way past
 * policies.
 */
function once<Value>(before: Value | null | undefined, read: () => Value): Value {
  if (before !== null && before !== undefined) throw new WireError('a message is there twice');
  return read();
}

interface ReadRequest {
  readonly time: string | null;
  readonly http: HttpReading | null;
}

function readAttributes(reader: WireReader): ReadAttributes {
  let request: ReadRequest | null = null;
  const attributes: Draft<CheckAttributes> = { request: { http: EMPTY_HTTP } };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 1:
        attributes.source = once(attributes.source, () => reader.message(readPeer));
        break;
      case 2:
        attributes.destination = once(attributes.destination, () => reader.message(readPeer));
        break;
      case 4:
        request = once(request, () => reader.message(readRequest));
        break;
      case 10:
        attributes.contextExtensions = addText(attributes.contextExtensions ?? {}, reader.message(readEntry));
        break;
      case 11:
        attributes.metadataContext = once(attributes.metadataContext, () => reader.message(readMetadata));
        break;
      case 12:
        attributes.tlsSession = once(attributes.tlsSession, () => reader.message(readTlsSession));
        break;
      case 13:
        attributes.routeMetadataContext = once(attributes.routeMetadataContext, () => reader.message(readMetadata));
        break;
      default:
        reader.skip();
    }
  }
  const http = request?.http ?? null;
  if (http !== null) {
    attributes.request =
      request === null || request.time === null ? { http: http.http } : { time: request.time, http: http.http };
  }
  return { attributes, http };
}

function readRequest(reader: WireReader): ReadRequest {
  let time: string | null = null;
  let http: HttpReading | null = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) time = once(time, () => reader.message(readTime));
    else if (field === 2) http = once(http, () => reader.message(readHttp));
    else reader.skip();
  }
  return { time, http };
}

function readHttp(reader: WireReader): HttpReading {
  const headers: Record<string, string> = {};
  let headersCount = 0;
  let content: Buffer | string | null = null;
  const http: Draft<CheckHttpRequest> = { method: '', path: '', headers };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 2:
        http.method = reader.string();
        break;
      case 3:
        headersCount += 1;
        addHeader(headers, reader.message(readEntry), headersCount);
        break;
      case 4:
        http.path = reader.string();
        break;
      case 9:
        // Text, as in protobuf JSON: a JSON number would lose digits of 64 bits.
        http.size = reader.int64().toString();
        break;
      case 11:
        content = withText(http, reader.string()) ?? content;
        break;
      case 12:
        content = withBytes(http, reader.bytes()) ?? content;
        break;
      case 13:
        headersCount = reader.message((inner) => readHeaderMap(inner, headers, headersCount));
        break;
      default:
        if (!readHttpText(reader, field, http)) reader.skip();
    }
  }
  if (http.size === '0') delete http.size;
  return { http, content };
}

function withText(http: Draft<CheckHttpRequest>, text: string): string | null {
  if (text === '') return null;
  http.body = text;
  return text;
}

function withBytes(http: Draft<CheckHttpRequest>, bytes: Buffer): Buffer | null {
  if (bytes.length === 0) return null;
  http.rawBody = bytes.toString('base64');
  return bytes;
}

const HTTP_TEXTS: Readonly<Record<number, 'id' | 'host' | 'scheme' | 'query' | 'fragment' | 'protocol'>> = {
  1: 'id',
  5: 'host',
  6: 'scheme',
  7: 'query',
  8: 'fragment',
  10: 'protocol',
};

function readHttpText(reader: WireReader, field: number, http: Draft<CheckHttpRequest>): boolean {
  const name = HTTP_TEXTS[field];
  if (name === undefined) return false;
  const text = reader.string();
  if (text !== '') http[name] = text;
  return true;
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

function readEntry(reader: WireReader): Entry {
  let key = '';
  let value = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else reader.skip();
  }
  return { key, value };
}

function addText(record: Readonly<Record<string, string>>, { key, value }: Entry): Record<string, string> {
  const entries: Record<string, string> = record;
  setOwn(entries, key, value);
  if (Object.keys(entries).length > ENTRIES_MAX) throw new WireError('too many entries');
  return entries;
}

/** Envoy writes names in lower case and joins values of one name; a name that comes again is joined in the same way, so that no value gets lost. */
function addHeader(headers: Record<string, string>, { key, value }: Entry, count: number): void {
  if (count > HEADERS_MAX) throw new WireError('too many headers');
  const name = key.toLowerCase();
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  setOwn(headers, name, before === undefined ? value : `${before},${value}`);
}

function readHeaderMap(reader: WireReader, headers: Record<string, string>, countBefore: number): number {
  let count = countBefore;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) {
      count += 1;
      addHeader(headers, reader.message(readHeaderValue), count);
    } else {
      reader.skip();
    }
  }
  return count;
}

function readHeaderValue(reader: WireReader): Entry {
  let key = '';
  let value = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string();
    // A raw value must be UTF-8 too: policies compare texts, and a replaced byte could make two values equal.
    else if (field === 2 || field === 3) value = reader.string();
    else reader.skip();
  }
  return { key, value };
}

function readPeer(reader: WireReader): CheckPeer {
  const peer: Draft<CheckPeer> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 1:
        peer.address = once(peer.address, () => reader.message(readAddress));
        break;
      case 2:
        peer.service = reader.string();
        break;
      case 3:
        peer.labels = addText(peer.labels ?? {}, reader.message(readEntry));
        break;
      case 4:
        peer.principal = reader.string();
        break;
      case 5:
        peer.certificate = reader.string();
        break;
      default:
        reader.skip();
    }
  }
  // Protobuf JSON leaves out texts that are empty; policies ask whether they are there.
  if (peer.service === '') delete peer.service;
  if (peer.principal === '') delete peer.principal;
  if (peer.certificate === '') delete peer.certificate;
  return peer;
}

type Address = NonNullable<CheckPeer['address']>;

function readAddress(reader: WireReader): Address {
  const address: Draft<Address> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) address.socketAddress = once(address.socketAddress, () => reader.message(readSocketAddress));
    else reader.skip();
  }
  return address;
}

type SocketAddress = NonNullable<Address['socketAddress']>;

function readSocketAddress(reader: WireReader): SocketAddress {
  const address: Draft<SocketAddress> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) {
      if (reader.uint32() === 1) address.protocol = 'UDP';
    } else if (field === 2) address.address = reader.string();
    // Set also when it is 0: the port is one of several choices, and protobuf JSON shows the one that was made.
    else if (field === 3) address.portValue = reader.uint32();
    else reader.skip();
  }
  if (address.address === '') delete address.address;
  return address;
}

function readTlsSession(reader: WireReader): { readonly sni?: string } {
  let sni = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) sni = reader.string();
    else reader.skip();
  }
  return sni === '' ? {} : { sni };
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of google.protobuf.Timestamp. */
const SECONDS_MIN = -62_135_596_800;
const SECONDS_MAX = 253_402_300_799;

/** The last second that was written: most requests of one second share it. */
let lastSecond = { seconds: 0, text: '1970-01-01T00:00:00' };

function textOfSecond(seconds: number): string {
  if (lastSecond.seconds !== seconds) {
    lastSecond = { seconds, text: new Date(seconds * 1_000).toISOString().slice(0, -'.000Z'.length) };
  }
  return lastSecond.text;
}

function readTime(reader: WireReader): string {
  let seconds = 0;
  let nanos = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) seconds = Number(reader.int64());
    else if (field === 2) nanos = Number(reader.int64());
    else reader.skip();
  }
  const isTime = seconds >= SECONDS_MIN && seconds <= SECONDS_MAX && nanos >= 0 && nanos < 1_000_000_000;
  if (!isTime) throw new WireError('the time is out of range');
  const whole = textOfSecond(seconds);
  if (nanos === 0) return `${whole}Z`;
  const digits = nanos.toString().padStart(9, '0');
  const shown = digits.endsWith('000000') ? 3 : digits.endsWith('000') ? 6 : 9;
  return `${whole}.${digits.slice(0, shown)}Z`;
}
