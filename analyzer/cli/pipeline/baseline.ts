import type { Result } from '../../../model/result.ts';

/** Version of the baseline file. */
export const BASELINE_VERSION = 1;

/** Findings that were known at some time, by fingerprint. The other fields are for people who read the file. */
export interface Baseline {
  readonly version: number;
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  readonly place: string;
}

/** Every finding of a result that is not suppressed, each place by itself, sorted. */
export function toBaseline(result: Result): Baseline {
  const entries = result.findings
    .filter(({ suppression }) => suppression === null)
    .map(({ fingerprint, ruleId, span, place, part }) => ({
      fingerprint,
      rule: ruleId,
      file: span.file,
      place: part?.name ?? place,
    }));
  entries.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0));
  return { version: BASELINE_VERSION, findings: entries };
}

export const renderBaseline = (baseline: Baseline): string => `${JSON.stringify(baseline, null, 2)}\n`;

/** Reads a baseline file; null when it is none. */
export function parseBaseline(text: string): ReadonlySet<string> | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof read !== 'object' || read === null || !('version' in read) || !('findings' in read)) return null;
  if (read.version !== BASELINE_VERSION || !Array.isArray(read.findings)) return null;
  const fingerprints = new Set<string>();
  for (const entry of read.findings as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null || !('fingerprint' in entry)) return null;
    if (typeof entry.fingerprint !== 'string') return null;
    fingerprints.add(entry.fingerprint);
  }
  return fingerprints;
}

/** Marks each finding as new or known. */
export function compareWith(result: Result, known: ReadonlySet<string>): Result {
  return {
    ...result,
    findings: result.findings.map((finding) => ({
      ...finding,
      baselineState: known.has(finding.fingerprint) ? 'unchanged' : 'new',
    })),
  };
}
