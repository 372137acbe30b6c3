import type { Bound, CallStep, Composition, WriteStep } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  lookupIn,
  placedSteps,
  reportPlaces,
  type Lookup,
  type Place,
  type PlacedStep,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Places where a duplicate is one message more, for which consumers are usually prepared. */
const MESSAGING = ['queue', 'topic', 'bus', 'stream', 'log'];

const mayRepeat = (attempts: Bound): boolean =>
  attempts.kind !== 'none' && !(attempts.kind === 'set' && attempts.value === 0);

/** How the platform may run the step twice; null when it does not. */
function repetitionOf({ within }: PlacedStep, composition: Composition): string | null {
  const retried = within.findLast(
    (step) =>
      step.kind === 'try' && step.retry.some((policy) => policy.errors.kind === 'any' && mayRepeat(policy.attempts)),
  );
  if (retried !== undefined) return 'is retried after any error';
  return composition.delivery === 'at-least-once' ? 'may run twice, as executions are delivered at least once' : null;
}

function repeatedIn(composition: Composition, lookup: Lookup): readonly Place[] {
  return placedSteps(composition).flatMap((placed): Place[] => {
    const { step } = placed;
    if ((step.kind !== 'call' && step.kind !== 'write') || step.effect.idempotent !== false) return [];
    // A step that waits for its work learns that the work failed, so running it again is meant.
    if (step.kind === 'call' && step.waits && composition.delivery !== 'at-least-once') return [];
    const how = repetitionOf(placed, composition);
    if (how === null) return [];
    const effect = lookup.effectText(step);
    const isMild = isMessage(step, lookup);
    const place: Place = { span: step.span, name: step.name, what: `${effect} ${how}`, identity: [effect] };
    return [isMild ? { ...place, messageKey: 'message', level: 'note', score: 2 } : place];
  });
}

function isMessage(step: CallStep | WriteStep, lookup: Lookup): boolean {
  return step.kind === 'write' && MESSAGING.includes(lookup.storeOf(step.store)?.kind ?? '');
}

/** An effect that must happen once stands where the platform may repeat it. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context: RuleContext) => {
    const lookup = lookupIn(context.application);
    return context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, repeatedIn(composition, lookup), { messageKey: 'effect', noun: 'step' }),
    );
  },
};
