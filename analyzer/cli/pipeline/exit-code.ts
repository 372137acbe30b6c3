import type { Level, ReportedFinding, RuleMetadata } from '../../../model/finding.ts';
import type { Result } from '../../../model/result.ts';

/** From which level on a finding fails the run. */
export type FailOn = Level | 'none';

export const EXIT_CLEAN = 0;
export const EXIT_FINDINGS = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTERNAL = 3;

const SEVERITY: Readonly<Record<FailOn, number>> = { note: 1, warning: 2, error: 3, none: 4 };

/** Whether a finding counts against the run: not suppressed, new if there is a baseline, of a rule that may fail builds. */
export function failsRun(finding: ReportedFinding, rules: readonly RuleMetadata[], failOn: FailOn): boolean {
  if (finding.suppression !== null || finding.baselineState === 'unchanged') return false;
  const maturity = rules.find(({ id }) => id === finding.ruleId)?.maturity;
  return maturity === 'stable' && SEVERITY[finding.level] >= SEVERITY[failOn];
}

/** Whether something that was meant to be analysed is broken and nothing else was there: such a run says nothing at all. */
export function isVoid({ status, coverage, diagnostics }: Result): boolean {
  const isBroken = status === 'incomplete' && diagnostics.some(({ severity }) => severity === 'error');
  return isBroken && coverage.unitsAnalysed + coverage.unitsApproximated === 0;
}

/**
 * The exit code of a finished run: 1 when a finding counts; else 3 when nothing could be analysed although something is there, or when the analysis is
 * incomplete and that is asked to fail; else 0. Wrong use and configuration end with 2 and a defect of ours with 3 before a result exists.
 */
export function exitCodeOf(
  result: Result,
  options: { readonly failOn: FailOn; readonly failOnIncomplete: boolean },
): number {
  if (result.findings.some((finding) => failsRun(finding, result.rules, options.failOn))) return EXIT_FINDINGS;
  return isVoid(result) || (options.failOnIncomplete && result.status === 'incomplete') ? EXIT_INTERNAL : EXIT_CLEAN;
}
