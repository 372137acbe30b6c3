import type { JsonValue } from '../../../model/json.ts';

/** What a text is as JSON. `ambiguous`: programs would read it differently, since a name is repeated in one object. */
export type JsonReading =
  { readonly kind: 'value'; readonly value: JsonValue } | { readonly kind: 'invalid' | 'too-deep' | 'ambiguous' };

/** Digits from which on a number may not fit a double. */
const LONG_NUMBER = /\d{16}/;

/** Reads JSON that every program reads in the same way (RFC 8259, 4). Whole numbers beyond 2^53 become text, as everywhere in decisions. Never throws. */
export function readJson(text: string, depthMax: number): JsonReading {
  if (isDeeperThan(text, depthMax)) return { kind: 'too-deep' };
  let value: JsonValue;
  try {
    value = (LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as JsonValue;
  } catch {
    return { kind: 'invalid' };
  }
  return hasRepeatedNames(text) ? { kind: 'ambiguous' } : { kind: 'value', value };
}

function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Index after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

/** Whether an object names one member twice; the text is known to be JSON. */
function hasRepeatedNames(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) open.push(new Set());
    else if (code === 0x5b) open.push(null);
    else if (code === 0x7d || code === 0x5d) open.pop();
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names !== null && names !== undefined && isFollowedByColon(text, end)) {
        const raw = text.slice(at, end);
        const name = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
        if (names.has(name)) return true;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return false;
}

function isFollowedByColon(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) return true;
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return false;
  }
  return false;
}
