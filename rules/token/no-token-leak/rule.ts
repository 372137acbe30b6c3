import {
  brokenPromises,
  decodeRuleMetadata,
  lookupIn,
  reportVerdict,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import type { Verdict } from '../../../model/verdict.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** True when the definition says that parties outside can read the sink. */
function isOutside(verdict: Verdict, context: RuleContext): boolean {
  const lookup = lookupIn(context.application);
  const store = lookup.storeAt(verdict.sink.id);
  if (store !== null) return store.isPublic === true || store.isForeign || store.kind === 'endpoint';
  return lookup.functionAt(verdict.sink.id)?.isForeign === true;
}

/** A callback token reaches a party that may not resume the execution; one finding for a party, however many steps send it. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    brokenPromises(context, ['token']).map((verdict) => {
      const isOut = isOutside(verdict, context);
      const isOpen = verdict.outcome === 'undecided';
      const report = reportVerdict(verdict, context, {
        messageKey: isOpen ? (verdict.sink.kind === 'unknown' ? 'unknown' : 'undecided') : isOut ? 'outside' : 'inside',
        axis: 'integrity',
        ...(isOpen || isOut ? {} : { level: 'warning' as const, score: 5.5 }),
      });
      const { sink, span, stepName: name } = verdict;
      const group = JSON.stringify([report.messageKey, sink.kind, sink.id ?? sink.name]);
      return { ...report, part: { group, name, span, what: 'the token is sent here', noun: 'step' } };
    }),
};
