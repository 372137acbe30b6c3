import { isArray, isObject, NumberText, type Document } from './document.ts';

/**
 * Writes a document in the form that OPA hashes: no white space, keys in the order of their UTF-8 bytes, numbers as they were written, strings as Go's
 * `encoding/json` escapes them without escaping HTML. It is JSON too: the data of a bundle is handed on in this form.
 */
export function canonicalText(document: Document): string {
  if (typeof document === 'string') return quote(document);
  if (document instanceof NumberText) return document.text;
  if (isArray(document)) return `[${document.map(canonicalText).join(',')}]`;
  if (!isObject(document)) return String(document);
  let text = '{';
  for (const key of sortedKeys(document)) {
    if (text.length > 1) text += ',';
    text += `${quote(key)}:${canonicalText(document.get(key) ?? null)}`;
  }
  return `${text}}`;
}

/** Units from the first surrogate on: only among these the orders of UTF-8 and UTF-16 differ. */
const LATE_UNITS = /[\ud800-\uffff]/;

function sortedKeys(members: ReadonlyMap<string, Document>): readonly string[] {
  const keys = [...members.keys()];
  return keys.some((key) => LATE_UNITS.test(key)) ? keys.sort(compareUtf8) : keys.sort();
}

const SEPARATORS = /[\u2028\u2029]/;

/** Go escapes the two line separators, `JSON.stringify` does not; all else is the same for well-formed strings. */
function quote(text: string): string {
  const quoted = JSON.stringify(text);
  if (!SEPARATORS.test(quoted)) return quoted;
  return quoted.replace(/[\u2028\u2029]/g, (character) => (character === '\u2028' ? '\\u2028' : '\\u2029'));
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
