import type { JsonValue } from '../../../model/json.ts';
import {
  openEnvelope,
  readCloudEvent,
  readHeaders,
  readMessage,
  stripCloudEvent,
  stripHeaders,
  stripMessage,
} from '../context/carriers.ts';
import { isList, isObject, member } from '../context/json-edit.ts';

/** Messages of one batch that are looked at; Lambda hands over 10,000 at most. */
export const BATCH_MESSAGES_MAX = 10_000;

/** Contexts that an event carries. */
export interface EventContexts {
  /** The one context; null for none; empty for a batch that has some. */
  readonly token: string | null;
  /** By message of a batch of several, null for messages without; null when it is no batch or none has a context. */
  readonly batch: readonly (string | null)[] | null;
}

/** Messages of SQS and SNS in an event; null when it is none of these. */
function recordsOf(event: JsonValue): readonly JsonValue[] | null {
  const records = member(event, 'Records');
  return isList(records) && records.length > 0 && records.length <= BATCH_MESSAGES_MAX ? records : null;
}

/** SNS nests the message in `Sns`; SQS has it in the record itself. */
const messageOf = (record: JsonValue): JsonValue => member(record, 'Sns') ?? record;

/** Headers of an HTTP event of API Gateway, a load balancer or a function URL, single values and lists. */
function readEventHeaders(event: JsonValue): string | null {
  for (const name of ['headers', 'multiValueHeaders']) {
    const found = member(event, name);
    if (!isObject(found)) continue;
    const texts = Object.entries(found).map(([header, value]): [string, readonly string[]] => [
      header,
      (isList(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : '')),
    ]);
    const token = readHeaders(Object.fromEntries(texts));
    if (token !== null) return token;
  }
  return null;
}

/** Finds the contexts in an event: its envelope, headers of an HTTP event, a CloudEvents attribute, or attributes of its messages. */
export function readEventContexts(event: JsonValue): EventContexts {
  const { token, payload } = openEnvelope(event);
  const single = token ?? readEventHeaders(payload) ?? readCloudEvent(payload);
  if (single !== null) return { token: single, batch: null };
  const records = recordsOf(payload);
  if (records === null) return { token: null, batch: null };
  const tokens = records.map((record) => readMessage(messageOf(record)));
  const [first = null] = tokens;
  if (tokens.length === 1 || tokens.every((each) => each === null)) return { token: first, batch: null };
  return { token: '', batch: tokens };
}

function stripRecord(record: JsonValue): JsonValue {
  const nested = member(record, 'Sns');
  return nested !== undefined && isObject(record) ? { ...record, Sns: stripMessage(nested) } : stripMessage(record);
}

/** The event without any context in it. */
export function stripEvent(event: JsonValue): JsonValue {
  const bare = stripCloudEvent(openEnvelope(event).payload);
  if (!isObject(bare)) return bare;
  const stripped = Object.entries(bare).map(([name, value]): readonly [string, JsonValue] => {
    if ((name === 'headers' || name === 'multiValueHeaders') && isObject(value)) return [name, stripHeaders(value)];
    if (name === 'Records' && isList(value)) return [name, value.map(stripRecord)];
    return [name, value];
  });
  return Object.fromEntries(stripped);
}
