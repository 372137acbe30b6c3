import {
  brokenPromises,
  decodeRuleMetadata,
  flowOf,
  messageKeyOf,
  reportVerdict,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Data is sent or kept in a region in which it may not be. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise }) => promise === 'region',
  check: (context) =>
    brokenPromises(context, ['region']).map((verdict) =>
      reportVerdict(verdict, context, {
        messageKey: messageKeyOf(verdict, { explicit: 'data', implicit: 'control' }),
        axis: 'region',
        ...(flowOf(verdict) === 'implicit' ? { level: 'warning' as const, score: 4 } : {}),
      }),
    ),
};
