import { brokenPromises, decodeRuleMetadata, reportVerdict, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Data or control gets to a place without the function that the place requires on every way. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise }) => promise === 'must-pass',
  check: (context) =>
    brokenPromises(context, ['must-pass']).map((verdict) =>
      reportVerdict(verdict, context, {
        messageKey: verdict.outcome === 'undecided' ? 'undecided' : verdict.witnesses.length > 0 ? 'data' : 'control',
        axis: 'confidentiality',
      }),
    ),
};
