import {
  brokenPromises,
  decodeRuleMetadata,
  reportVerdict,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import type { Verdict } from '../../../model/verdict.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** True when the definition says that parties outside can read the sink. */
function isOutside(verdict: Verdict, context: RuleContext): boolean {
  const store = context.application.stores.find(({ id }) => id === verdict.sink.id);
  if (store !== undefined) return store.isPublic === true || store.isForeign || store.kind === 'endpoint';
  return context.application.functions.some(({ id, isForeign }) => id === verdict.sink.id && isForeign);
}

/** A callback token reaches a party that may not resume the execution. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    brokenPromises(context, ['token']).map((verdict) => {
      if (verdict.outcome === 'undecided') {
        return reportVerdict(verdict, context, { messageKey: 'undecided', axis: 'integrity' });
      }
      const isOut = isOutside(verdict, context);
      return reportVerdict(verdict, context, {
        messageKey: isOut ? 'outside' : 'inside',
        axis: 'integrity',
        ...(isOut ? {} : { level: 'warning' as const, score: 5.5 }),
      });
    }),
};
