import type { MessageTemplate, RuleMetadata } from '../../model/finding.ts';
import { inline } from '../markdown/escape.ts';

/** Where a weakness is described. */
const CWE_PAGE = 'https://cwe.mitre.org/data/definitions/';

const cweNumber = (cwe: string): string => cwe.replace('CWE-', '');

/** A rule as SARIF describes it: what it promises, its help, and how it relates to CWE. */
export function ruleDescriptor(rule: RuleMetadata): object {
  const { id, slug, title, summary, level, score, precision, maturity, cwe, owasp, aliases } = rule;
  return {
    id,
    name: pascalCase(slug),
    ...(aliases.length === 0 ? {} : { deprecatedIds: aliases }),
    shortDescription: { text: title },
    fullDescription: { text: summary },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    defaultConfiguration: { level },
    relationships: cwe.map((entry) => ({
      target: { id: cweNumber(entry), toolComponent: { name: 'CWE', index: 0 } },
      kinds: ['superset'],
    })),
    properties: {
      tags: [
        'security',
        ...cwe.map((entry) => `external/cwe/${entry.toLowerCase()}`),
        ...owasp.map((entry) => `external/owasp-serverless/${entry.toLowerCase()}`),
      ],
      precision,
      'security-severity': score.toFixed(1),
      maturity,
    },
  };
}

/** The taxonomy that the rules point into, with the entries they name. */
export function cweTaxonomy(rules: readonly RuleMetadata[]): object {
  const named = [...new Set(rules.flatMap(({ cwe }) => cwe))].sort(byNumber);
  return {
    name: 'CWE',
    organization: 'MITRE',
    informationUri: 'https://cwe.mitre.org/',
    shortDescription: { text: 'The MITRE Common Weakness Enumeration' },
    isComprehensive: false,
    taxa: named.map((entry) => ({ id: cweNumber(entry), helpUri: `${CWE_PAGE}${cweNumber(entry)}.html` })),
  };
}

const byNumber = (a: string, b: string): number => Number(cweNumber(a)) - Number(cweNumber(b)) || (a < b ? -1 : 1);

const pascalCase = (slug: string): string => slug.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The messages a rule may give, without their places for names. */
function messagesOf(rule: RuleMetadata): readonly MessageTemplate[] {
  return Object.entries(rule.messages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, message]) => message);
}

const isSaid = (part: string): boolean => part !== '';

function helpText(rule: RuleMetadata): string {
  const fixes = [...new Set(messagesOf(rule).map(({ fix }) => fix))].filter(isSaid);
  return [
    `${rule.title}.`,
    `Promise: ${rule.summary}`,
    ...(fixes.length === 0 ? [] : ['What to do:', ...fixes.map((fix) => `- ${fix}`)]),
    ...(rule.limits.length === 0 ? [] : ['Limits: the rule', ...rule.limits.map((limit) => `- ${limit}`)]),
    `Weaknesses: ${rule.cwe.join(', ')}.`,
    `More: weir explain ${rule.id}`,
  ].join('\n');
}

function helpMarkdown(rule: RuleMetadata): string {
  const messages = messagesOf(rule);
  const reasons = [...new Set(messages.map(({ why }) => why))].filter(isSaid);
  const fixes = [...new Set(messages.map(({ fix }) => fix))].filter(isSaid);
  const list = (title: string, entries: readonly string[]): readonly string[] =>
    entries.length === 0 ? [] : ['', `## ${title}`, '', ...entries.map((entry) => `- ${inline(entry)}`)];
  const weaknesses = rule.cwe.map((entry) => `[${entry}](${CWE_PAGE}${cweNumber(entry)}.html)`);
  return [
    `# ${inline(rule.title)}`,
    '',
    `**Promise:** ${inline(rule.summary)}`,
    ...list('Why it matters', reasons),
    ...list('How to fix', fixes),
    ...list('Limits', rule.limits),
    '',
    `Weaknesses: ${weaknesses.join(', ')}. More: \`weir explain ${rule.id}\`.`,
    '',
  ].join('\n');
}
