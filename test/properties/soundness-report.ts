import { printComposition } from '../../model/ir-text/index.ts';
import type { Leak, Tally } from './non-interference.ts';

/** Shares below which a run says nothing, however few leaks it finds. */
const ACCEPTED_SHARE_MIN = 0.2;
const ACCEPTED_SHARE_MAX = 0.8;
const BRANCHED_SHARE_MIN = 0.02;
const EFFECTS_SHARE_MIN = 0.1;

/** What a run of the two-run test amounts to, one line each. */
export function reportLines(tally: Tally, title: string): readonly string[] {
  const share = (part: number, whole: number): string =>
    `${part} (${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10} %)`;
  return [
    `${title}: ${tally.cases} compositions, ${share(tally.accepted, tally.cases)} accepted without any finding`,
    `  pairs of runs compared: ${tally.pairs}, of these ${share(tally.branchedOnHigh, tally.pairs)} branched on data above the observer, ${share(tally.withEffects, tally.pairs)} had effects that the observer saw, ${share(tally.bothEnded, tally.pairs)} both ended`,
    `  pairs excused by findings: ${tally.excused}; not comparable because released values differ: ${tally.incomparable}`,
    `  leaks: ${tally.leaks.length}`,
  ];
}

/** Why a run would be vacuous; null when it is not. */
export function vacuity(tally: Tally): string | null {
  const accepted = tally.accepted / tally.cases;
  if (accepted < ACCEPTED_SHARE_MIN || accepted > ACCEPTED_SHARE_MAX) return 'verdicts hardly vary';
  if (tally.branchedOnHigh / tally.pairs < BRANCHED_SHARE_MIN) return 'hardly any run branches on high data';
  return tally.withEffects / tally.pairs < EFFECTS_SHARE_MIN ? 'hardly any run has effects' : null;
}

/** A leak with the seed that repeats it and the composition as text. */
export function leakLines(leak: Leak): readonly string[] {
  const head = `seed ${leak.seed}${leak.strict ? ' strict' : ''}, observer ${leak.observer}: ${leak.what}`;
  return [head, ...leak.application.compositions.map((composition) => printComposition(composition))];
}
