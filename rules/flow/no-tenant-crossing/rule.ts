import { brokenPromises, decodeRuleMetadata, flowOf, reportVerdict, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Data of one tenant reaches a place that another tenant reads. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    brokenPromises(context, ['tenant']).map((verdict) =>
      reportVerdict(verdict, context, {
        messageKey: verdict.outcome === 'undecided' ? 'undecided' : flowOf(verdict) === 'implicit' ? 'control' : 'data',
        axis: 'tenant',
        ...(flowOf(verdict) === 'implicit' ? { level: 'warning' as const, score: 5 } : {}),
      }),
    ),
};
