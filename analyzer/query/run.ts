import { invariant } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import { compareSpans } from '../../model/span.ts';
import { fingerprintOf, type FingerprintParts } from './fingerprint.ts';
import { argumentsOf, groupFindings } from './group.ts';
import { fillTemplate } from './message.ts';
import type { Rule, RuleContext, RuleReport } from './types.ts';

/** Runs rules over what the checker found. Sorted by place, then rule; the same context gives the same findings in the same order. */
export function runRules(context: RuleContext, rules: readonly Rule[]): Finding[] {
  return groupFindings(
    runRulesByPlace(context, rules),
    rules.map(({ meta }) => meta),
  );
}

/** As {@link runRules}, before findings about one workflow are put together: what suppressions and baselines apply to. */
export function runRulesByPlace(context: RuleContext, rules: readonly Rule[]): Finding[] {
  const names = new Map(context.application.compositions.map(({ id, name }) => [id, name]));
  const drafts = rules.flatMap((rule) =>
    rule.check(context).map((report) => {
      const composition = report.composition === null ? '' : names.get(report.composition);
      invariant(composition !== undefined, `${rule.meta.id}: a report names a composition of the application`);
      return { rule, report, composition };
    }),
  );
  drafts.sort((left, right) => compareDrafts(left, right));
  const seen = new Map<string, number>();
  return drafts.map((draft) => toFinding(draft, seen));
}

interface Draft {
  readonly rule: Rule;
  readonly report: RuleReport;
  /** The user's name of the composition. */
  readonly composition: string;
}

function compareDrafts(left: Draft, right: Draft): number {
  return (
    compareSpans(left.report.span, right.report.span) ||
    compareText(left.rule.meta.id, right.rule.meta.id) ||
    compareText(left.report.messageKey, right.report.messageKey) ||
    compareSpans(left.report.part?.span ?? left.report.span, right.report.part?.span ?? right.report.span) ||
    compareText(left.report.identity.join('\n'), right.report.identity.join('\n')) ||
    compareText(left.report.composition ?? '', right.report.composition ?? '')
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function toFinding(draft: Draft, seen: Map<string, number>): Finding {
  const { rule, report } = draft;
  const part = report.part === undefined ? null : { ...report.part, data: report.data };
  const template = rule.meta.messages[report.messageKey];
  invariant(template !== undefined, `${rule.meta.id}: there is a message ${report.messageKey}`);
  const parts: Omit<FingerprintParts, 'ordinal'> = {
    rule: rule.meta.id,
    file: report.span.file,
    composition: draft.composition,
    place: part?.name ?? report.place,
    identity: report.identity,
  };
  const key = fingerprintOf({ ...parts, ordinal: 0 });
  const ordinal = seen.get(key) ?? 0;
  seen.set(key, ordinal + 1);
  return {
    ruleId: rule.meta.id,
    level: report.level ?? (report.outcome === 'undecided' ? 'note' : rule.meta.level),
    score: report.score ?? rule.meta.score,
    outcome: report.outcome,
    messageKey: report.messageKey,
    message: fillTemplate(template, part === null ? report.data : argumentsOf([part], part), rule.meta.id),
    span: report.span,
    composition: report.composition,
    place: report.place,
    related: report.related ?? [],
    witnesses: report.witnesses ?? [],
    fingerprint: ordinal === 0 ? key : fingerprintOf({ ...parts, ordinal }),
    ...(part === null ? {} : { part }),
  };
}
