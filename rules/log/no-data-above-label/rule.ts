import {
  brokenPromises,
  decodeRuleMetadata,
  guardOf,
  messageKeyOf,
  reportVerdict,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** The record of an execution (history, log with execution data) shows data above the label of who reads it. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise, sink }) => promise === 'confidentiality' && sink.kind === 'journal',
  check: (context) =>
    brokenPromises(context, ['confidentiality'])
      .filter((verdict) => verdict.sink.kind === 'journal')
      .map((verdict) => {
        const key = messageKeyOf(verdict, { explicit: 'recorded', implicit: 'decided' });
        return reportVerdict(verdict, context, {
          messageKey: key,
          axis: 'confidentiality',
          data: { guard: guardOf(verdict) },
          ...(key === 'decided' ? { level: 'warning' as const } : {}),
        });
      }),
};
