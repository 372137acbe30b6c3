import { createHash } from 'node:crypto';

/** Hexadecimal digits of a fingerprint: 128 bits. */
const FINGERPRINT_DIGITS = 32;

/** What identifies a finding over moves of lines; no position is part of it. */
export interface FingerprintParts {
  readonly rule: string;
  readonly file: string;
  /** The user's name of the composition, empty for findings about a template. */
  readonly composition: string;
  readonly place: string;
  readonly identity: readonly string[];
  /** 0 for the first finding with the same parts in document order, then 1, 2, … */
  readonly ordinal: number;
}

/** SHA-256 over the parts, cut to 32 hexadecimal digits. */
export function fingerprintOf(parts: FingerprintParts): string {
  const { rule, file, composition, place, identity, ordinal } = parts;
  const text = JSON.stringify([rule, file, composition, place, identity, ordinal]);
  return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_DIGITS);
}
