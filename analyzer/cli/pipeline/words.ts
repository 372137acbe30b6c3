import type { Application } from '../../../model/application.ts';
import type { Step } from '../../../model/ir.ts';
import type { Hop } from '../../../model/verdict.ts';
import type { Finding } from '../../../model/finding.ts';
import { stepsOf } from '../../../model/walk.ts';
import type { Platform } from '../../platforms/platform.ts';
import { plainWords, wordWitness, type StepLookup, type WordsOf } from '../../wording/index.ts';

/** What the users of a platform call the variables of the IR, by the platform's name. */
export function wordsByPlatform(platforms: readonly Platform[]): (name: string) => WordsOf {
  const known = new Map(platforms.map((platform) => [platform.name, platform]));
  return (name) => {
    const platform = known.get(name);
    return platform === undefined ? plainWords : (root) => platform.wordsOf(root);
  };
}

/** Findings whose paths are told in the user's words. */
export function wordFindings<F extends Finding>(
  findings: readonly F[],
  application: Application,
  words: (platform: string) => WordsOf,
): readonly F[] {
  const compositions = new Map(application.compositions.map((composition) => [composition.id, composition]));
  const steps = new Map<string, ReadonlyMap<string, Step>>();
  const stepsIn = (id: Hop['composition']): ReadonlyMap<string, Step> => {
    const composition = compositions.get(id);
    const found =
      steps.get(id) ??
      new Map((composition === undefined ? [] : stepsOf(composition)).map((step): [string, Step] => [step.id, step]));
    steps.set(id, found);
    return found;
  };
  const lookup: StepLookup = {
    stepOf: ({ composition, step }) => (step === null ? undefined : stepsIn(composition).get(step)),
    wordsOf: ({ composition }) => words(compositions.get(composition)?.platform ?? ''),
  };
  return findings.map((finding) => ({
    ...finding,
    witnesses: finding.witnesses.map((witness) => wordWitness(witness, lookup)),
  }));
}
