/** The client context of AWS Lambda: JSON with strings in `custom`, in base64 when a function is invoked, bare at the Runtime API. */
import { isObject, member, parseJson, without, type JsonObject } from './json-edit.ts';

/** Member of `custom` that is Weir's. */
export const CLIENT_CONTEXT_MEMBER = 'weirContext';
/** Longest client context that Lambda takes, in characters of base64 (API reference of `Invoke`). */
export const CLIENT_CONTEXT_CHARACTERS_MAX = 3583;
/** Spellings of `custom` in the SDKs. */
const CUSTOM_MEMBERS = ['custom', 'Custom'];

function read(text: string): string | null {
  const parsed = parseJson(text);
  for (const name of CUSTOM_MEMBERS) {
    const token = member(member(parsed, name), CLIENT_CONTEXT_MEMBER);
    // What is there and no text is no context.
    if (token !== undefined) return typeof token === 'string' ? token : '';
  }
  return null;
}

const isOwnMember = (name: string): boolean => name.toLowerCase() === CLIENT_CONTEXT_MEMBER.toLowerCase();

/** Without a context; what cannot be read is left out whole, since it cannot be told what is in it. */
function strip(text: string | null): JsonObject {
  const parsed = text === null ? undefined : parseJson(text);
  if (!isObject(parsed)) return {};
  const entries = Object.entries(parsed).map(([name, value]) =>
    name.toLowerCase() === 'custom' && isObject(value)
      ? ([name, without(value, isOwnMember)] as const)
      : ([name, value] as const),
  );
  return Object.fromEntries(entries);
}

/** Characters beyond ASCII as escapes: header values are bytes. */
function toAscii(value: JsonObject): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function put(text: string | null, token: string | null): string | null {
  const stripped = strip(text);
  if (token === null) return Object.keys(stripped).length === 0 ? null : toAscii(stripped);
  const custom = member(stripped, 'custom');
  return toAscii({ ...stripped, custom: { ...(isObject(custom) ? custom : {}), [CLIENT_CONTEXT_MEMBER]: token } });
}

/** The context in `Lambda-Runtime-Client-Context`, which is JSON; null for none. */
export function readRuntimeClientContext(header: string | null): string | null {
  return header === null ? null : read(header);
}

/** `Lambda-Runtime-Client-Context` with this context only; null when the header is to be left out. */
export function putRuntimeClientContext(header: string | null, token: string | null): string | null {
  return put(header, token);
}

const decode = (header: string): string => Buffer.from(header, 'base64').toString('utf8');

/** The context in `X-Amz-Client-Context`, which is JSON in base64; null for none. */
export function readInvokeClientContext(header: string | null): string | null {
  if (header === null) return null;
  // Lambda takes no longer one, so nothing good can be in it.
  return header.length > CLIENT_CONTEXT_CHARACTERS_MAX ? '' : read(decode(header));
}

/** `X-Amz-Client-Context` with this context only; `too-large` when Lambda would not take it. */
export function putInvokeClientContext(
  header: string | null,
  token: string | null,
): { readonly kind: 'put'; readonly header: string | null } | { readonly kind: 'too-large' } {
  const text = put(header === null ? null : decode(header), token);
  if (text === null) return { kind: 'put', header: null };
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length > CLIENT_CONTEXT_CHARACTERS_MAX ? { kind: 'too-large' } : { kind: 'put', header: encoded };
}
