import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Finding, RuleMetadata } from '../../../model/finding.ts';
import { didYouMean, type RuleSetting } from '../../config/index.ts';
import type { Rule } from '../../query/index.ts';

/** Whether a word names a rule: its id, an alias, its slug, or area and slug. */
export function namesRule(word: string, meta: RuleMetadata): boolean {
  return [meta.id, ...meta.aliases, meta.slug, `${meta.area}/${meta.slug}`].some(
    (name) => name.toLowerCase() === word.toLowerCase(),
  );
}

export function allRuleNames(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ meta }) => [meta.id, ...meta.aliases, meta.slug]);
}

/** The rules that run, and what the configuration says of their levels. */
export interface RuleSelection {
  readonly rules: readonly Rule[];
  /** Findings with the levels that the configuration asks for. Undecided ones stay notes unless the rule is lowered. */
  adjust(findings: readonly Finding[]): readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Applies `rules:` of the configuration; a name that is not known is an error (CFG017). */
export function selectRules(rules: readonly Rule[], settings: readonly RuleSetting[]): RuleSelection {
  const diagnostics: Diagnostic[] = [];
  const off = new Set<string>();
  const levels = new Map<string, Finding['level']>();
  for (const { rule: word, level, span } of settings) {
    const found = rules.find(({ meta }) => namesRule(word, meta));
    if (found === undefined) {
      const help = didYouMean(word, allRuleNames(rules), '`weir rules` lists all rules.');
      diagnostics.push({ code: 'CFG017', severity: 'error', message: `there is no rule \`${word}\``, help, span });
    } else if (level === 'off') off.add(found.meta.id);
    else levels.set(found.meta.id, level);
  }
  return {
    rules: rules.filter(({ meta }) => !off.has(meta.id)),
    adjust: (findings) =>
      findings.map((finding) => {
        const level = levels.get(finding.ruleId);
        return level === undefined || finding.outcome === 'undecided' ? finding : { ...finding, level };
      }),
    diagnostics,
  };
}
