import type { AssignStep, BranchStep, Path, Step } from '../../model/ir.ts';
import { compareSpans } from '../../model/span.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import { isFailureArm, pathsIn } from '../../model/walk.ts';
import { conditionText } from './condition.ts';
import { pathWords, targetWords, type WordsOf } from './variables.ts';

/** Paths that a hop names at most. */
const READS_SHOWN = 3;

export interface StepLookup {
  /** The step that a hop is about; undefined when it is about none. */
  readonly stepOf: (hop: Hop) => Step | undefined;
  /** What the variables of the hop's composition are called. */
  readonly wordsOf: (hop: Hop) => WordsOf;
}

/** A witness told in the words of whoever wrote the workflow; hops that only move data inside the front end's own variables are left out. */
export function wordWitness(witness: Witness, lookup: StepLookup): Witness {
  const hops: Hop[] = [];
  for (const hop of witness.hops) {
    const last = hops.at(-1);
    if (last === undefined || !isSamePlace(last, hop)) hops.push({ ...hop, why: why(hop, lookup) });
  }
  return { ...witness, hops };
}

/** An assignment at the very place of the hop before it, with the same label, is nothing that the user wrote. */
function isSamePlace(last: Hop, hop: Hop): boolean {
  return (
    hop.construct === 'assign' &&
    hop.by === last.by &&
    hop.name === last.name &&
    hop.composition === last.composition &&
    compareSpans(hop.span, last.span) === 0 &&
    JSON.stringify(hop.labelAfter) === JSON.stringify(last.labelAfter)
  );
}

function why(hop: Hop, lookup: StepLookup): string {
  const step = lookup.stepOf(hop);
  if (hop.construct === 'assign' && step?.kind === 'assign') return assignWords(step, lookup.wordsOf(hop));
  if (hop.construct === 'guard' && step?.kind === 'branch') return guardWords(step, lookup.wordsOf(hop)) ?? hop.why;
  return hop.why;
}

function assignWords({ target, value }: AssignStep, wordsOf: WordsOf): string {
  const reads = [...new Set(pathsIn(value).map((path: Path) => pathWords(path, wordsOf)))].sort();
  const to = targetWords(target, wordsOf);
  if (reads.length === 0) return `it goes to ${to}`;
  const shown = reads.slice(0, READS_SHOWN);
  const more = reads.length - shown.length;
  const parts = more > 0 ? [...shown, `${more} more`] : shown;
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}` : (parts[0] ?? '');
  return `${list} ${parts.length > 1 || more > 1 ? 'go' : 'goes'} to ${to}`;
}

/** That an evaluation may fail is no condition that somebody wrote. */
const FAILING = 'whether this can be evaluated decides what runs';

/** The one condition of a branch; null when there are several, any of which may have decided. */
function guardWords({ arms }: BranchStep, wordsOf: WordsOf): string | null {
  if (arms.length > 0 && arms.every(isFailureArm)) return FAILING;
  const [arm, ...others] = arms;
  if (arm === undefined || others.length > 0) return null;
  // A backtick in a text of the user's would end the code.
  return `\`${conditionText(arm.guard, wordsOf).replaceAll('`', "'")}\` decides what runs`;
}
