import type { JsonValue } from '../../../model/json.ts';
import { METADATA_DEPTH_MAX } from './check-metadata.ts';
import { WireWriter } from './wire.ts';

/** Numbers of `HeaderValueOption.HeaderAppendAction`. */
export const APPEND_ACTIONS = { append: 0, overwrite: 2 } as const;

/** One header line that Envoy sets. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
  readonly action: keyof typeof APPEND_ACTIONS;
}

/** What Envoy is answered. */
export type CheckAnswer =
  | {
      readonly kind: 'ok';
      readonly requestHeaders: readonly HeaderLine[];
      readonly requestHeadersToRemove: readonly string[];
      readonly responseHeaders: readonly HeaderLine[];
      readonly queryParametersToSet: readonly { readonly name: string; readonly value: string }[];
      readonly queryParametersToRemove: readonly string[];
      readonly metadata: JsonObject;
    }
  | {
      readonly kind: 'denied';
      readonly status: number;
      readonly headers: readonly HeaderLine[];
      readonly body: string;
      readonly metadata: JsonObject;
    };

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** google.rpc.Code; only OK lets a request pass. */
const OK = 0;
const CODE_OF_STATUS: Readonly<Record<number, number>> = { 400: 3, 401: 16, 429: 8, 503: 14 };
const PERMISSION_DENIED = 7;

/** Writes a `CheckResponse` (`proto/envoy/service/auth/v3/external_auth.proto`). Metadata must have passed {@link isMetadata}. */
export function writeCheckResponse(answer: CheckAnswer): Buffer {
  const writer = new WireWriter();
  if (Object.keys(answer.metadata).length > 0) {
    writer.message(4, (inner) => {
      writeStruct(inner, answer.metadata);
    });
  }
  if (answer.kind === 'ok') {
    writer.message(3, (inner) => {
      writeOk(inner, answer);
    });
    writeStatus(writer, OK);
  } else {
    writer.message(2, (inner) => {
      writeDenied(inner, answer);
    });
    writeStatus(writer, CODE_OF_STATUS[answer.status] ?? PERMISSION_DENIED);
  }
  return writer.finish();
}

function writeStatus(writer: WireWriter, code: number): void {
  writer.message(1, (inner) => {
    // 0 is what an absent number means, and absent is how proto3 writes it.
    if (code !== OK) inner.uint32(1, code);
  });
}

function writeOk(writer: WireWriter, answer: Extract<CheckAnswer, { kind: 'ok' }>): void {
  for (const name of answer.queryParametersToRemove.toReversed()) writer.string(8, name);
  for (const { name, value } of answer.queryParametersToSet.toReversed()) {
    writer.message(7, (inner) => {
      inner.string(2, value);
      inner.string(1, name);
    });
  }
  for (const line of answer.responseHeaders.toReversed()) writeHeader(writer, 6, line);
  for (const name of answer.requestHeadersToRemove.toReversed()) writer.string(5, name);
  for (const line of answer.requestHeaders.toReversed()) writeHeader(writer, 2, line);
}

function writeDenied(writer: WireWriter, answer: Extract<CheckAnswer, { kind: 'denied' }>): void {
  if (answer.body !== '') writer.string(3, answer.body);
  for (const line of answer.headers.toReversed()) writeHeader(writer, 2, line);
  writer.message(1, (inner) => {
    inner.uint32(1, answer.status);
  });
}

function writeHeader(writer: WireWriter, field: number, { name, value, action }: HeaderLine): void {
  writer.message(field, (option) => {
    if (action !== 'append') option.uint32(3, APPEND_ACTIONS[action]);
    option.message(1, (header) => {
      if (value !== '') header.string(2, value);
      header.string(1, name);
    });
  });
}

/** Whether a value is an object that can be written as dynamic metadata: not nested too deeply. */
export function isMetadata(value: JsonValue, depth = 1): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isShallow(value, depth);
}

function isShallow(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > METADATA_DEPTH_MAX) return false;
  return Object.values(value).every((item: JsonValue) => isShallow(item, depth + 1));
}

function writeStruct(writer: WireWriter, fields: JsonObject): void {
  for (const [key, value] of Object.entries(fields).toReversed()) {
    writer.message(1, (entry) => {
      entry.message(2, (inner) => {
        writeValue(inner, value);
      });
      entry.string(1, key);
    });
  }
}

function writeValue(writer: WireWriter, value: JsonValue): void {
  if (value === null) writer.uint32(1, 0);
  else if (typeof value === 'number') writer.double(2, value);
  else if (typeof value === 'string') writer.string(3, value);
  else if (typeof value === 'boolean') writer.bool(4, value);
  else if (Array.isArray(value)) {
    writer.message(6, (list) => {
      writeList(list, value);
    });
  } else {
    writer.message(5, (struct) => {
      writeStruct(struct, value as JsonObject);
    });
  }
}

function writeList(writer: WireWriter, items: readonly JsonValue[]): void {
  for (const item of items.toReversed()) {
    writer.message(1, (inner) => {
      writeValue(inner, item);
    });
  }
}
