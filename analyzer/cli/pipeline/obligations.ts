import type { Obligation } from '../../../model/result.ts';
import { compareSpans, type Span } from '../../../model/span.ts';
import type { Verdict, Witness } from '../../../model/verdict.ts';

/** Groups what has to be known before undecided verdicts become answers, most wanted first. */
export function groupObligations(verdicts: readonly Verdict[]): readonly Obligation[] {
  const groups = new Map<string, { description: string; help: string; verdicts: number; span: Span }>();
  for (const verdict of verdicts) {
    if (verdict.outcome !== 'undecided') continue;
    for (const { description, help, span } of reasonsOf(verdict)) {
      const known = groups.get(description);
      if (known === undefined) groups.set(description, { description, help, verdicts: 1, span });
      else {
        known.verdicts += 1;
        if (compareSpans(span, known.span) < 0) known.span = span;
      }
    }
  }
  return [...groups.values()].sort(
    (a, b) => b.verdicts - a.verdicts || compareSpans(a.span, b.span) || (a.description < b.description ? -1 : 1),
  );
}

type Reason = Omit<Obligation, 'verdicts'>;

/** Each reason once per verdict: the assumptions and constructs its paths rest on, else what the checker says. */
function reasonsOf(verdict: Verdict): readonly Reason[] {
  const reasons = new Map<string, Reason>();
  for (const witness of verdict.witnesses) {
    if (witness.isDefinite) continue;
    const reason = reasonOf(witness);
    reasons.set(reason.description, reason);
  }
  if (reasons.size > 0) return [...reasons.values()];
  return [{ description: `${verdict.sink.name}: ${verdict.reason}`, help: helpFor(verdict), span: verdict.span }];
}

function reasonOf({ source }: Witness): Reason {
  const isUndeclared = source.origin.description.endsWith(' is not declared');
  return isUndeclared
    ? {
        description: `function ${source.origin.description}`,
        help: 'Declare it under `functions` in weir.yaml; `pass-through` accepts the assumption that it returns nothing above its input.',
        span: source.span,
      }
    : {
        description: source.description,
        help: 'Write it so that it can be followed (see its note in the coverage), or check this place by hand and suppress it.',
        span: source.span,
      };
}

function helpFor({ sink }: Verdict): string {
  return sink.kind === 'unknown'
    ? 'Name the target in the definition, or check this place by hand and suppress it.'
    : 'Declare what is not known under `functions` or `stores` in weir.yaml.';
}
