import { decodeRuleMetadata, flowOf, reportVerdict, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Data that is not trusted chooses which function, workflow or store a step reaches. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.verdicts
      .filter((verdict) => verdict.promise === 'dynamic-target' && verdict.outcome === 'violated')
      .map((verdict) =>
        reportVerdict(verdict, context, {
          messageKey: flowOf(verdict) === 'implicit' ? 'guard' : 'data',
          axis: 'integrity',
          ...(context.integrityRank(verdict.label) < 1 ? { level: 'warning' as const, score: 5 } : {}),
        }),
      ),
};
