import { isArray, isObject, NumberText, type Document } from './document.ts';

/**
 * Writes a document in the form that OPA hashes: no white space, keys in the order of their UTF-8 bytes, numbers as they were written, strings as Go's
 * `encoding/json` escapes them without escaping HTML. It is JSON too: the data of a bundle is handed on in this form.
 */
export function canonicalText(document: Document): string {
  const parts: string[] = [];
  write(document, parts);
  return parts.join('');
}

function write(document: Document, parts: string[]): void {
  if (document instanceof NumberText) {
    parts.push(document.text);
  } else if (typeof document === 'string') {
    parts.push(quote(document));
  } else if (isArray(document)) {
    parts.push('[');
    for (const [index, item] of document.entries()) {
      if (index > 0) parts.push(',');
      write(item, parts);
    }
    parts.push(']');
  } else if (isObject(document)) {
    parts.push('{');
    const members = [...document].sort(([left], [right]) => compareUtf8(left, right));
    for (const [index, [key, value]] of members.entries()) {
      if (index > 0) parts.push(',');
      parts.push(quote(key), ':');
      write(value, parts);
    }
    parts.push('}');
  } else {
    parts.push(String(document));
  }
}

/** Go escapes the two line separators, `JSON.stringify` does not; all else is the same for well-formed strings. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (character) =>
    character === '\u2028' ? '\\u2028' : '\\u2029',
  );
}

/** Orders by UTF-8 bytes, which is by code points: UTF-16 puts what needs a surrogate pair before U+E000 to U+FFFF. */
export function compareUtf8(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

const SURROGATE_FIRST = 0xd800;
const SURROGATE_LAST = 0xdfff;
const SURROGATE_RANK = 0x10000;

function rank(unit: number): number {
  return unit >= SURROGATE_FIRST && unit <= SURROGATE_LAST ? unit + SURROGATE_RANK : unit;
}
