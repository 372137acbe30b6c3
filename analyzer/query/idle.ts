import type { Rule, RuleContext } from './types.ts';

/**
 * Ids of the rules that could not report anything: without configuration those that need one, with it those whose question came up nowhere, as
 * nothing is declared for what they guard. In the order of the rules.
 */
export function idleRules(context: RuleContext, rules: readonly Rule[]): string[] {
  const asked = context.verdicts.filter(({ outcome }) => outcome !== 'not-applicable');
  const idle = rules.filter((rule) => {
    if (!context.isConfigured) return !rule.meta.worksWithoutConfiguration;
    return rule.asks !== undefined && !asked.some((verdict) => rule.asks?.(verdict) === true);
  });
  return idle.map(({ meta }) => meta.id);
}
