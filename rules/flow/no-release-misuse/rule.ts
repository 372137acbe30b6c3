import type { Axis } from '../../../model/label.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { brokenPromises, decodeRuleMetadata, reportVerdict, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** The axis on which a release was given too much; robustness is about integrity only. */
function axisOf(verdict: Verdict): Axis {
  if (verdict.promise === 'robustness') return 'integrity';
  const { label, bound } = verdict;
  if (label.confidentiality !== bound.confidentiality) return 'confidentiality';
  if (label.integrity !== bound.integrity) return 'integrity';
  return String(label.region) === String(bound.region) ? 'tenant' : 'region';
}

/** Of several open questions about one release only the first: they have one reason. */
function groupOpen(verdicts: readonly Verdict[]): readonly Verdict[] {
  const keyOf = ({ composition, step, sink }: Verdict): string => `${composition}/${step}|${sink.id ?? ''}`;
  const seen = new Set<string>();
  return verdicts.filter((verdict) => {
    const isFirst = !seen.has(keyOf(verdict));
    seen.add(keyOf(verdict));
    return verdict.outcome !== 'undecided' || isFirst;
  });
}

const KEYS = { authority: 'authority', robustness: 'robustness', 'release-input': 'input' } as const;

/** A declassifier or endorser is used without authority, on more than it may take, or where untrusted data decides. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  asks: ({ promise }) => ['authority', 'robustness', 'release-input'].includes(promise),
  check: (context) =>
    groupOpen(brokenPromises(context, ['authority', 'robustness', 'release-input'])).map((verdict) => {
      const { promise } = verdict;
      const key = promise === 'robustness' || promise === 'release-input' ? KEYS[promise] : KEYS.authority;
      return reportVerdict(verdict, context, {
        messageKey: verdict.outcome === 'undecided' ? 'undecided' : key,
        axis: axisOf(verdict),
      });
    }),
};
