import type { Verdict } from '../../../model/verdict.ts';
import { brokenPromises, decodeRuleMetadata, flowOf, reportVerdict, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

const stepKey = (verdict: Verdict): string => `${verdict.composition}/${verdict.step}`;

function messageKeyOf(verdict: Verdict): string {
  if (verdict.outcome === 'undecided') return 'undecided';
  const isGuard = flowOf(verdict) === 'implicit';
  if (verdict.promise === 'privileged') return isGuard ? 'privilegedGuard' : 'privilegedData';
  return isGuard ? 'declaredGuard' : 'declaredData';
}

/** Untrusted data feeds or steers a privileged operation, or a place for which the user asked for more integrity. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) => {
    const broken = brokenPromises(context, ['integrity', 'privileged']).filter(
      ({ promise, outcome, sink }) =>
        sink.kind !== 'journal' &&
        !(promise === 'integrity' && sink.kind === 'unknown') &&
        (outcome === 'violated' || context.isConfigured),
    );
    const declared = new Set(broken.filter((verdict) => verdict.promise === 'integrity').map(stepKey));
    return broken
      .filter((verdict) => verdict.promise === 'integrity' || !declared.has(stepKey(verdict)))
      .map((verdict) =>
        reportVerdict(verdict, context, {
          messageKey: messageKeyOf(verdict),
          axis: 'integrity',
          ...(verdict.promise === 'privileged' ? { data: { sink: verdict.sink.name } } : {}),
          ...(verdict.outcome === 'violated' && context.integrityRank(verdict.label) < 1
            ? { level: 'warning' as const, score: 5 }
            : {}),
        }),
      );
  },
};
