import type { HighWaterMark } from '../../policies/bundle/order.ts';

/** Archives of one bundle on disk: a snapshot and the deltas that followed it. */
export const ARCHIVES_MAX = 33;

/** Bytes of the state file. */
export const STATE_BYTES_MAX = 65_536;

/** What is kept about a bundle beside its bytes. */
export interface StoredState {
  /** SHA-256 of the archives, hexadecimal: the snapshot first. */
  readonly archives: readonly string[];
  readonly mark: HighWaterMark;
  /** When the source last confirmed the bundle, milliseconds since 1970. */
  readonly confirmedAtMs: number;
  /** Source that gave `etag` and `lastModified`; another one would understand them differently. */
  readonly address: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const SCHEMA = 'weir.bundle-store/1';

export function encodeState(state: StoredState): string {
  return `${JSON.stringify({ schema: SCHEMA, ...state })}\n`;
}

/** @returns null when the text is not what {@link encodeState} wrote. */
export function decodeState(text: string): StoredState | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value['schema'] !== SCHEMA || !isRecord(value['mark'])) return null;
  const { archives, mark, confirmedAtMs, address, etag, lastModified } = value;
  if (!isRecord(mark) || !isTexts(archives) || archives.length === 0 || archives.length > ARCHIVES_MAX) return null;
  if (!archives.every((sha256) => /^[0-9a-f]{64}$/.test(sha256))) return null;
  const { sequence, revision, digest } = mark;
  if (!isWhole(sequence) || typeof revision !== 'string' || typeof digest !== 'string') return null;
  if (!isWhole(confirmedAtMs) || typeof address !== 'string' || !isTextOrNull(etag) || !isTextOrNull(lastModified)) {
    return null;
  }
  return { archives, mark: { sequence, revision, digest }, confirmedAtMs, address, etag, lastModified };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
