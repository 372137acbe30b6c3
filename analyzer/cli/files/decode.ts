import { isUtf8 } from 'node:buffer';

const NUL = 0;
const REPLACEMENT = '\ufffd';
/** Largest share of a file that may be no UTF-8 before it is taken for something that is no text at all. */
const WRONG_SHARE_MAX = 0.1;

/** Bytes as text, and what is odd about them. */
export type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  /** Text in another encoding than the one that JSON (RFC 8259 §8.1) and deployment tools take. */
  | { readonly kind: 'utf-16'; readonly text: string }
  /** UTF-8 with some bytes that are none, e.g. a letter in Latin-1. They became U+FFFD, the first at `wrongAt` (UTF-16 code units). */
  | { readonly kind: 'damaged'; readonly text: string; readonly wrongAt: number }
  | { readonly kind: 'binary' };

/** Decodes a file: UTF-8, or UTF-16 by its byte order mark or its first character. Never throws. */
export function decodeText(bytes: Buffer): Decoded {
  const order = utf16Order(bytes);
  if (order !== null) {
    const text = decodeUtf16(bytes, order);
    return text === null ? { kind: 'binary' } : { kind: 'utf-16', text };
  }
  if (bytes.includes(NUL)) return { kind: 'binary' };
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { kind: 'text', text };
  const wrong = text.split(REPLACEMENT).length - 1;
  if (wrong > text.length * WRONG_SHARE_MAX) return { kind: 'binary' };
  return { kind: 'damaged', text, wrongAt: firstWrong(bytes, text) };
}

/** Text, or null for what is none. */
export function textOrNull(bytes: Buffer): string | null {
  const decoded = decodeText(bytes);
  return decoded.kind === 'binary' ? null : decoded.text;
}

/** A byte order mark, or a first character that is ASCII, as JSON and YAML texts begin (YAML 1.2.2 §5.2). */
function utf16Order(bytes: Buffer): 'little' | 'big' | null {
  const [first, second, third, fourth] = bytes;
  if (first === undefined || second === undefined) return null;
  // UTF-32, which nobody writes, has two NULs in a row.
  if (third === NUL && fourth === NUL) return null;
  if ((first === 0xff && second === 0xfe) || (first !== NUL && second === NUL)) return 'little';
  return (first === 0xfe && second === 0xff) || (first === NUL && second !== NUL) ? 'big' : null;
}

function decodeUtf16(bytes: Buffer, order: 'little' | 'big'): string | null {
  if (bytes.length % 2 !== 0) return null;
  const text = (order === 'big' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
  return text.isWellFormed() && !text.includes('\0') ? text : null;
}

/** The first replacement character that does not stand in the file itself. */
function firstWrong(bytes: Buffer, text: string): number {
  const written = Buffer.from(REPLACEMENT);
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!bytes.subarray(offset, offset + written.length).equals(written)) return at;
    offset += written.length;
    from = at + 1;
  }
  return 0;
}
