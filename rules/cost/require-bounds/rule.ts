import type { Composition, Step } from '../../../model/ir.ts';
import { forEachRegion, regionsOf } from '../../../model/walk.ts';
import {
  cyclesOf,
  decodeRuleMetadata,
  isLimited,
  moreSensitive,
  placedIn,
  placedSteps,
  reportPlaces,
  sensitivityOf,
  type Place,
  type Rule,
  type RuleContext,
  type Sensitivity,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** More attempts than this are reported. Platforms retry 3 times by default. */
const ATTEMPTS_MAX = 20;
/** A platform's own limit in seconds up to which it counts as a limit (one hour). */
const DEFAULT_TIMEOUT_MAX_SECONDS = 3600;
/** A platform's own limit on concurrent iterations up to which it counts as a limit. */
const DEFAULT_CONCURRENCY_MAX = 100;

interface Unbounded {
  readonly place: Place;
  readonly steps: readonly Step[];
}

/** What has no end or no width limit in a step by itself; null when it is bounded. */
function unboundedAt(step: Step): Pick<Place, 'what' | 'identity'> | null {
  switch (step.kind) {
    case 'loop':
      return isLimited(step.rounds) ? null : { what: 'loops without a limit on rounds', identity: ['rounds'] };
    case 'forEach':
      return isLimited(step.concurrency, DEFAULT_CONCURRENCY_MAX)
        ? null
        : { what: 'runs any number of iterations at once', identity: ['concurrency'] };
    case 'try': {
      const most = step.retry.find(
        ({ attempts }) => attempts.kind === 'dynamic' || (attempts.kind === 'set' && attempts.value > ATTEMPTS_MAX),
      );
      if (most === undefined) return null;
      const what =
        most.attempts.kind === 'set' ? `retries up to ${most.attempts.value} times` : 'retries as often as data says';
      return { what, identity: ['attempts'] };
    }
    default:
      return null;
  }
}

/** What runs inside a step, where the data that is at stake shows. */
const below = (step: Step): readonly Step[] =>
  regionsOf(step).flatMap((region) => placedIn(region, []).map((placed) => placed.step));

function unboundedIn(composition: Composition): readonly Unbounded[] {
  const found = placedSteps(composition).flatMap(({ step }): Unbounded[] => {
    const found = unboundedAt(step);
    return found === null
      ? []
      : [{ place: { span: step.span, name: step.name, ...found }, steps: [step, ...below(step)] }];
  });
  if (isLimited(composition.timeoutSeconds, DEFAULT_TIMEOUT_MAX_SECONDS)) return found;
  forEachRegion(composition.body, (region) => {
    for (const steps of cyclesOf(region)) {
      const [first] = steps;
      if (first === undefined) continue;
      const what = 'can be repeated without a limit';
      found.push({ place: { span: first.span, name: first.name, what, identity: ['cycle'] }, steps });
    }
  });
  return found;
}

const LEVELS = { high: 'warning', some: 'note', none: 'note' } as const;
const SCORES = { high: 5.3, some: 2.5, none: 1 } as const;
const STAKES = {
  high: 'confidential data or data that anyone can send',
  some: 'labelled data',
  none: 'data without a label',
} as const;

/** Work without a limit, where untrusted or sensitive data is at stake (in strict mode anywhere); one finding for a workflow. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context: RuleContext) =>
    context.application.compositions.flatMap((composition) => {
      const places = unboundedIn(composition).flatMap(({ place, steps }): Place[] => {
        const stake = steps
          .map((step) => sensitivityOf(context.typingOf(composition.id, step.id), context))
          .reduce<Sensitivity>(moreSensitive, 'none');
        if (stake === 'none' && !context.strict) return [];
        return [{ ...place, level: LEVELS[stake], score: SCORES[stake], data: { stake: STAKES[stake] } }];
      });
      return reportPlaces(composition, places, { messageKey: 'unbounded', noun: 'place' });
    }),
};
