import type { JsonValue } from '../../../model/json.ts';
import { WireError, type WireReader } from './wire.ts';

/** Entries of one map other than headers: labels, context extensions, metadata of filters. */
export const ENTRIES_MAX = 256;
/** Levels of metadata that filters left. */
export const METADATA_DEPTH_MAX = 32;

type JsonDraft = Record<string, JsonValue>;

/** Metadata as protobuf JSON shows it: `{ filterMetadata: { <filter>: { … } } }`. */
export function readMetadata(reader: WireReader): JsonValue {
  const filters: JsonDraft = {};
  let count = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) {
      reader.skip();
      continue;
    }
    count += 1;
    if (count > ENTRIES_MAX) throw new WireError('too many entries');
    const [key, value] = reader.message((entry) => readJsonEntry(entry, readStruct, 1));
    setOwn<JsonValue>(filters, key, value ?? {});
  }
  return count === 0 ? {} : { filterMetadata: filters };
}

function readJsonEntry(
  reader: WireReader,
  read: (value: WireReader, depth: number) => JsonValue,
  depth: number,
): readonly [key: string, value: JsonValue | null] {
  let key = '';
  let value: JsonValue | null = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.message((inner) => read(inner, depth));
    else reader.skip();
  }
  return [key, value];
}

function readStruct(reader: WireReader, depth: number): JsonValue {
  if (depth > METADATA_DEPTH_MAX) throw new WireError('metadata is nested too deeply');
  const fields: JsonDraft = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) {
      reader.skip();
      continue;
    }
    const [key, value] = reader.message((entry) => readJsonEntry(entry, readValue, depth + 1));
    setOwn(fields, key, value);
  }
  return fields;
}

function readValue(reader: WireReader, depth: number): JsonValue {
  let value: JsonValue = null;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) {
      reader.uint32();
      value = null;
    } else if (field === 2) value = finite(reader.double());
    else if (field === 3) value = reader.string();
    else if (field === 4) value = reader.bool();
    else if (field === 5) value = reader.message((inner) => readStruct(inner, depth + 1));
    else if (field === 6) value = reader.message((inner) => readList(inner, depth + 1));
    else reader.skip();
  }
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new WireError('a number of metadata is not finite');
  return value;
}

function readList(reader: WireReader, depth: number): JsonValue {
  if (depth > METADATA_DEPTH_MAX) throw new WireError('metadata is nested too deeply');
  const items: JsonValue[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) items.push(reader.message((inner) => readValue(inner, depth + 1)));
    else reader.skip();
  }
  return items;
}

/** Sets an own property, also where the name is one that objects are born with. */
export function setOwn<Value>(record: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}
