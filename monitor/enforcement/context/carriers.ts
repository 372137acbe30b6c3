/**
 * Where a context travels. For each carrier: `read` what came, `strip` it in every spelling, `put` the one that goes on. What a caller sent is never
 * passed on: `put` strips first.
 *
 * `read` returns the text as it stands, also when it is empty or said twice: it is then no context, and is refused rather than taken for none.
 */
import type { JsonValue } from '../../../model/json.ts';
import { isObject, member, without, type JsonObject } from './json-edit.ts';

/** Name of the HTTP header and of message attributes. */
export const CONTEXT_HEADER = 'weir-context';
/** Name of the CloudEvents extension attribute: lower-case letters and digits only, as CloudEvents 1.0 asks. */
export const CLOUD_EVENTS_EXTENSION = 'weircontext';
/** The CloudEvents extension in the binary mode over HTTP. */
export const CLOUD_EVENTS_HEADER = `ce-${CLOUD_EVENTS_EXTENSION}`;
/** Member of a payload envelope that is Weir's. */
export const ENVELOPE_MEMBER = '$weir';
/** Amazon SQS takes no more attributes with a message. */
export const MESSAGE_ATTRIBUTES_MAX = 10;
/** Stands for something in the place of a context that is none: it is refused as malformed. */
const NO_CONTEXT = '';

/** Headers as `node:http` has them. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

const CONTEXT_FIELDS: readonly string[] = [CONTEXT_HEADER, CLOUD_EVENTS_HEADER];

/** CGI and what is built on it do not tell `-` from `_`, so both are ours. */
const isContextField = (name: string): boolean => CONTEXT_FIELDS.includes(name.toLowerCase().replaceAll('_', '-'));

/** The context of a request: its header, else the CloudEvents attribute of the binary mode; null for none. */
export function readHeaders(headers: HeaderFields): string | null {
  for (const field of CONTEXT_FIELDS) {
    const values = Object.entries(headers).flatMap(([name, value]) =>
      name.toLowerCase() === field && value !== undefined ? value : [],
    );
    if (values.length > 0) return values.join(', ');
  }
  return null;
}

/** Without any context. */
export function stripHeaders<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isContextField(name)));
}

/** With this context only; null for none. */
export function putHeaders<Value>(
  headers: Readonly<Record<string, Value>>,
  token: string | null,
): Record<string, Value | string> {
  const stripped = stripHeaders(headers);
  return token === null ? stripped : { ...stripped, [CONTEXT_HEADER]: token };
}

function textOf(value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : NO_CONTEXT;
}

/** The context of a CloudEvent in the structured mode; null for none. */
export function readCloudEvent(event: JsonValue): string | null {
  return textOf(member(event, CLOUD_EVENTS_EXTENSION));
}

/** The event without a context. Attribute names have no capitals, but not everyone checks. */
export function stripCloudEvent(event: JsonValue): JsonValue {
  return isObject(event) ? without(event, (name) => name.toLowerCase() === CLOUD_EVENTS_EXTENSION) : event;
}

/** The event with this context only; null for none. */
export function putCloudEvent(event: JsonValue, token: string | null): JsonValue {
  const stripped = stripCloudEvent(event);
  return token === null || !isObject(stripped) ? stripped : { ...stripped, [CLOUD_EVENTS_EXTENSION]: token };
}

/** A payload out of its envelope. */
export interface OpenedPayload {
  readonly token: string | null;
  readonly payload: JsonValue;
}

/**
 * Takes a payload out of its envelope `{ "$weir": { "context": "…" }, "payload": … }`. Anything else is a payload by itself; when it has the
 * reserved member nevertheless, that is left out and what it says is no context.
 */
export function openEnvelope(value: JsonValue): OpenedPayload {
  let token: string | null = null;
  let payload = value;
  // A caller may have put one envelope into another, as deep as it liked; the outermost speaks.
  for (let opened = openOnce(payload); opened !== null; opened = openOnce(payload)) {
    token ??= opened.token;
    payload = opened.payload;
  }
  return { token, payload };
}

/** Null when there is no envelope, nor anything in its place. */
function openOnce(value: JsonValue): { readonly token: string; readonly payload: JsonValue } | null {
  const own = member(value, ENVELOPE_MEMBER);
  if (own === undefined || !isObject(value)) return null;
  const payload = member(value, 'payload');
  const isEnvelope = payload !== undefined && Object.keys(value).length === 2;
  if (!isEnvelope) return { token: NO_CONTEXT, payload: without(value, (name) => name === ENVELOPE_MEMBER) };
  return { token: textOf(member(own, 'context')) ?? NO_CONTEXT, payload };
}

/** The payload in an envelope with this context, or bare. An envelope that it came in is taken off first. */
export function putEnvelope(value: JsonValue, token: string | null): JsonValue {
  const { payload } = openEnvelope(value);
  return token === null ? payload : { [ENVELOPE_MEMBER]: { context: token }, payload };
}

/** The two spellings of attributes: as they are sent, and as Lambda hands over records of SQS. SNS has `Type` and `Value`. */
const isContextAttribute = (name: string): boolean => name.toLowerCase().replaceAll('_', '-') === CONTEXT_HEADER;

function attributesOf(message: JsonValue): { readonly name: string; readonly attributes: JsonObject } | null {
  for (const name of ['messageAttributes', 'MessageAttributes']) {
    const attributes = member(message, name);
    if (isObject(attributes)) return { name, attributes };
  }
  return null;
}

/**
 * The context in the attributes of one message: a message of SQS or SNS as it is sent, a record of SQS as Lambda gets it, or what SNS put into a
 * queue or a record; null for none.
 */
export function readMessage(message: JsonValue): string | null {
  const found = attributesOf(message)?.attributes;
  const attribute = member(found, CONTEXT_HEADER);
  if (attribute === undefined) return null;
  return textOf(['stringValue', 'StringValue', 'Value'].map((name) => member(attribute, name)).find(isText)) ?? '';
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';

/** The message without a context. */
export function stripMessage(message: JsonValue): JsonValue {
  const found = attributesOf(message);
  if (found === null || !isObject(message)) return message;
  return { ...message, [found.name]: without(found.attributes, isContextAttribute) };
}

/** The message of `SendMessage` or `Publish` with this context only; null when it has no place for another attribute. */
export function putMessage(message: JsonObject, token: string): JsonObject | null {
  const stripped = stripMessage(message);
  const attributes = attributesOf(stripped)?.attributes ?? {};
  if (!isObject(stripped) || Object.keys(attributes).length >= MESSAGE_ATTRIBUTES_MAX) return null;
  const attribute = { DataType: 'String', StringValue: token };
  return { ...stripped, MessageAttributes: { ...attributes, [CONTEXT_HEADER]: attribute } };
}
