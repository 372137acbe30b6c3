import {
  brokenPromises,
  decodeRuleMetadata,
  flowOf,
  messageKeyOf,
  reportVerdict,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Data of one tenant reaches a place that another tenant reads. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise }) => promise === 'tenant',
  check: (context) =>
    brokenPromises(context, ['tenant']).map((verdict) =>
      reportVerdict(verdict, context, {
        messageKey: messageKeyOf(verdict, { explicit: 'data', implicit: 'control' }),
        axis: 'tenant',
        ...(flowOf(verdict) === 'implicit' ? { level: 'warning' as const, score: 5 } : {}),
      }),
    ),
};
