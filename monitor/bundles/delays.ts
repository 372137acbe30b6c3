/** When a source is asked again. */
export interface Polling {
  /** Pause after an answer, milliseconds: somewhere between the two, so that a fleet does not ask all at once. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** How long a server may hold a request until there is something new, whole seconds; null for no long polling. */
  readonly longPollSeconds: number | null;
}

/** OPA's defaults. */
export const POLLING: Polling = { minDelayMs: 60_000, maxDelayMs: 120_000, longPollSeconds: null };

/** First pause after a failure, milliseconds; it doubles up to the longest pause between polls. */
export const RETRY_DELAY_MS_MIN = 1_000;

/** Pause between two long polls, milliseconds. */
export const LONG_POLL_GAP_MS = 100;

/** Doubling further would only overflow. */
const DOUBLINGS_MAX = 20;

/** @param random from 0 up to 1. */
export function pollDelayMs({ minDelayMs, maxDelayMs }: Polling, random: number): number {
  return Math.round(minDelayMs + (maxDelayMs - minDelayMs) * random);
}

/**
 * @param failures in a row, from 1.
 * @param retryAfterMs what the server asked for; it can only lengthen the pause.
 * @param random from 0 up to 1: the pause is between half and all of what the doubling gives.
 */
export function retryDelayMs(
  { maxDelayMs }: Polling,
  {
    failures,
    retryAfterMs,
    random,
  }: { readonly failures: number; readonly retryAfterMs: number | null; readonly random: number },
): number {
  const doubled = RETRY_DELAY_MS_MIN * 2 ** Math.min(failures - 1, DOUBLINGS_MAX);
  const bounded = Math.min(doubled, Math.max(maxDelayMs, RETRY_DELAY_MS_MIN));
  return Math.max(Math.round(bounded * (0.5 + random / 2)), retryAfterMs ?? 0);
}
