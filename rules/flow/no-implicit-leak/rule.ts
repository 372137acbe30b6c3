import {
  brokenPromises,
  decodeRuleMetadata,
  flowOf,
  guardOf,
  messageKeyOf,
  reportVerdict,
  type Rule,
} from '../../../analyzer/query/index.ts';
import type { Verdict } from '../../../model/verdict.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** The effect happens anyway: what was decided shows in what is sent. */
const isInValue = ({ witnesses }: Verdict): boolean => witnesses[0]?.hops.at(-1)?.by === 'data';

/** Whether an effect happens depends on labelled data, and whoever sees the effect is not cleared for that data. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise, sink }) => promise === 'confidentiality' && sink.kind !== 'journal',
  check: (context) =>
    brokenPromises(context, ['confidentiality'])
      .filter((verdict) => verdict.sink.kind !== 'journal' && flowOf(verdict) === 'implicit')
      .map((verdict) =>
        reportVerdict(verdict, context, {
          messageKey: messageKeyOf(verdict, { explicit: 'leak', implicit: isInValue(verdict) ? 'value' : 'leak' }),
          axis: 'confidentiality',
          data: { guard: guardOf(verdict) },
        }),
      ),
};
