import {
  brokenPromises,
  decodeRuleMetadata,
  flowOf,
  messageKeyOf,
  reportVerdict,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Labelled data is itself sent, stored or returned where its confidentiality is not accepted. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise, sink }) => promise === 'confidentiality' && sink.kind !== 'journal',
  check: (context) =>
    brokenPromises(context, ['confidentiality'])
      .filter((verdict) => verdict.sink.kind !== 'journal' && flowOf(verdict) === 'explicit')
      .map((verdict) =>
        reportVerdict(verdict, context, {
          messageKey: messageKeyOf(verdict, { explicit: 'leak', implicit: 'leak' }),
          axis: 'confidentiality',
        }),
      ),
};
