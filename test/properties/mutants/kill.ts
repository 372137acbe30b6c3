import { check } from '../../../analyzer/flow/index.ts';
import { withoutPremise, type PremiseSwitch } from '../../../analyzer/flow/premise.ts';
import { settle } from '../../unit/flow/build.ts';
import { newTally, testApplication } from '../non-interference.ts';
import type { MutantCase } from './cases.ts';

export interface Kill {
  /** What the checker with all premises says: empty when it is right. */
  readonly complaint: string;
  /** How the mutant was found out; null when it survives. */
  readonly shownBy: string | null;
}

const SEED = 7;
const VARIATIONS = 40;
const OBSERVERS = 12;

/** Runs a case with all premises and without its own. */
export function tryKill(subject: MutantCase): Kill {
  const settled = settle(subject.compositions, subject.setting);
  const { shows, strict, premise } = subject;
  if (shows === 'leak') {
    const leaks = (premises?: PremiseSwitch): readonly { readonly what: string }[] => {
      const tally = newTally();
      const more = premises === undefined ? {} : { premises };
      testApplication(
        { ...settled, seed: SEED },
        { strict, observersMax: OBSERVERS, variationsMax: VARIATIONS, ...more },
        tally,
      );
      return tally.leaks;
    };
    const complaint = leaks()[0]?.what ?? '';
    const found = leaks(withoutPremise(premise))[0];
    return { complaint, shownBy: found === undefined ? null : `two runs differ, ${found.what}` };
  }
  const outcome = (premises?: PremiseSwitch): string => {
    const options = { strict, ...(premises === undefined ? {} : { premises }) };
    const { verdicts } = check(settled.application, settled.labelling, options);
    return (
      verdicts.find((verdict) => verdict.step === shows.step && verdict.promise === shows.promise)?.outcome ??
      'no verdict'
    );
  };
  const complaint = outcome() === 'violated' ? '' : `not reported: ${outcome()}`;
  const mutant = outcome(withoutPremise(premise));
  return {
    complaint,
    shownBy: mutant === 'violated' ? null : `${shows.promise} at ${shows.step} is no longer violated (${mutant})`,
  };
}
