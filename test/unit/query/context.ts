/** Contexts and applications for tests of the rule engine and of rules, on the builders of the checker's tests. */
import { check } from '../../../analyzer/flow/index.ts';
import { buildRuleContext, runRules, type Rule, type RuleContext } from '../../../analyzer/query/index.ts';
import type { Application } from '../../../model/application.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Composition } from '../../../model/ir.ts';
import * as b from '../flow/build.ts';

export interface ContextOptions {
  readonly isConfigured?: boolean;
  /** Overrides of what the application says besides its compositions. */
  readonly application?: Partial<Application>;
}

/** Checks compositions under a setting and gives what a rule would see. */
export function contextOf(
  compositions: readonly Composition[],
  setting: b.Setting,
  options: ContextOptions = {},
): RuleContext {
  const settled = b.settle(compositions, setting);
  const application: Application = { ...settled.application, ...options.application };
  const result = check(application, settled.labelling);
  return buildRuleContext({
    application,
    result,
    space: b.SPACE,
    isConfigured: options.isConfigured ?? true,
    strict: false,
  });
}

/** Findings as `level place: what`. */
export function linesOf(context: RuleContext, ...rules: readonly Rule[]): string[] {
  return runRules(context, rules).map((finding) => lineOf(finding));
}

function lineOf(finding: Finding): string {
  const outcome = finding.outcome === 'undecided' ? ' (undecided)' : '';
  return `${finding.level} ${finding.place}${outcome}: ${finding.message.what}`;
}
