import type { Result } from '../../model/result.ts';
import type { Machine } from './machine.ts';
import { printable } from './printable.ts';

/** Files that are named; the rest is counted. */
const FILES_SHOWN = 3;

/** Says in words what a result does not cover: null when it covers everything. */
export function describeIncomplete({ status, coverage, diagnostics }: Result): string | null {
  if (status === 'complete') return null;
  const listed = new Set(coverage.files.map(({ file }) => file));
  const elsewhere = diagnostics.flatMap(({ severity, span }) =>
    severity === 'error' && !listed.has(span.file) ? [span.file] : [],
  );
  const refused = coverage.files.filter(({ state }) => state === 'refused').map(({ file }) => file);
  const partial = coverage.files.filter(({ state }) => state === 'partial').map(({ file }) => file);
  const lost = [...new Set([...refused, ...elsewhere])].sort();
  const parts = [
    lost.length === 0 ? '' : `${count(lost)} could not be analysed (${shownOf(lost)})`,
    partial.length === 0 ? '' : `${count(partial)} only in part (${shownOf(partial)})`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'something could not be analysed' : parts.join(', ');
}

const count = (files: readonly string[]): string => `${files.length} file${files.length === 1 ? '' : 's'}`;

function shownOf(files: readonly string[]): string {
  const more = files.length - FILES_SHOWN;
  return [...files.slice(0, FILES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** Tells the user on standard error that a result is incomplete, whatever is written elsewhere. */
export function tellIncomplete(machine: Machine, result: Result): void {
  const text = describeIncomplete(result);
  if (text !== null) machine.stderr.write(`weir: incomplete: ${printable(text)}\n`);
}
