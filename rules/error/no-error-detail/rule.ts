import type { Verdict } from '../../../model/verdict.ts';
import {
  decodeRuleMetadata,
  lookupIn,
  reportVerdict,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Who sees the error: callers of an entry, readers of a log, or other parties outside. Null: nobody from whom detail is to be kept. */
function audienceOf(verdict: Verdict, context: RuleContext): 'caller' | 'log' | 'outside' | null {
  const { sink } = verdict;
  if (sink.kind === 'result') {
    const isCalled = lookupIn(context.application)
      .triggersOf(verdict.composition)
      .some(
        ({ kind, authentication }) => (kind === 'http' || kind === 'function-url') && authentication !== 'internal',
      );
    return isCalled ? 'caller' : null;
  }
  const store = lookupIn(context.application).storeAt(sink.id);
  if (store === null) return null;
  if (store.kind === 'log') return 'log';
  return store.kind === 'endpoint' || store.isPublic === true || store.isForeign ? 'outside' : null;
}

/** The name, cause or message of an error is shown to a caller, in a log or to a party outside. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.verdicts
      .filter(({ promise, outcome }) => promise === 'error-detail' && outcome === 'violated')
      .flatMap((verdict) => {
        const audience = audienceOf(verdict, context);
        if (audience === null) return [];
        const isLog = audience === 'log';
        return reportVerdict(verdict, context, {
          messageKey: audience,
          axis: 'confidentiality',
          ...(isLog ? { level: 'note' as const, score: 2.5 } : {}),
        });
      }),
};
