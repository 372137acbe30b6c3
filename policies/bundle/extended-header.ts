import { quoted, refuse } from './refusal.ts';

/** Keys that change nothing but the name and the times; all others change what a reader sees, or are not understood by all. */
const KEYS = new Set(['path', 'mtime', 'atime', 'ctime']);

/**
 * Checks the records `<length> <key>=<value>\n` of an extended header (POSIX.1-2017, pax). Readers differ in how they recover from malformed records,
 * in which of two records wins and in what a zero byte in a name means, so none of these is let through.
 */
export function checkExtendedHeader(bytes: Buffer): void {
  const seen = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString('latin1', at, space);
    const length = Number(digits);
    const isWhole = space !== -1 && /^[1-9][0-9]{0,4}$/.test(digits) && at + length <= bytes.length;
    if (!isWhole || bytes[at + length - 1] !== 0x0a) malformed();
    const record = bytes.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 1) malformed();
    const key = record.toString('latin1', 0, equals);
    if (!KEYS.has(key)) refuse('BND021', `an extended header has the record ${quoted(key)}`);
    if (seen.has(key)) refuse('BND021', `an extended header has the record ${quoted(key)} twice`);
    seen.add(key);
    const value = record.subarray(equals + 1);
    if (value.length === 0 || value.includes(0) || value.includes(0x0a)) malformed();
    at += length;
  }
}

function malformed(): never {
  refuse('BND021', 'an extended header of the tar archive is malformed');
}
