/** Makes the folder of a new rule: `node test/tools/new-rule.ts AREA no-thing "Title"`. It is in the sandbox until its maturity is raised. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeRuleMetadata } from '../../analyzer/query/index.ts';
import { nextRuleId } from './next-rule-id.ts';
import { PAGE_SECTIONS } from './rule-pages.ts';

const RULES = path.resolve(import.meta.dirname, '../../rules');

/** Text of every file of a new rule, by path below its folder. */
export function scaffoldRule(rule: {
  readonly area: string;
  readonly slug: string;
  readonly title: string;
  readonly id: string;
}): Readonly<Record<string, string>> {
  const { area, slug, title, id } = rule;
  const meta = {
    id,
    slug,
    area,
    title,
    summary: `${title} does not happen.`,
    level: 'warning',
    levels: ['warning'],
    score: 4,
    precision: 'medium',
    maturity: 'sandbox',
    cwe: ['CWE-693'],
    owasp: ['SAS-6'],
    aliases: [],
    worksWithoutConfiguration: true,
    limits: ['does not see anything yet'],
    messages: { found: { what: '{place} …', why: 'Because …', fix: 'Do …' } },
  };
  decodeRuleMetadata(meta);
  return {
    'rule.meta.json': `${JSON.stringify(meta, null, 2)}\n`,
    'rule.ts': RULE,
    'rule.test.ts': TEST,
    'README.md': `# ${title}\n\n\`${id}\` · \`${slug}\`\n\n${PAGE_SECTIONS.map((name) => `## ${name}\n`).join('\n')}`,
    'cases/bad-example.asl.json': EXAMPLE,
    'cases/bad-example.out': '',
    'cases/ok-example.asl.json': EXAMPLE,
    'cases/ok-example.out': '',
  };
}

const RULE = `import { decodeRuleMetadata, type Rule } from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Says what the rule reports. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: () => [],
};
`;

const TEST = `import { testCases } from '../../../test/tools/run-case.ts';
import { rule } from './rule.ts';

testCases(rule, import.meta.dirname);
`;

const EXAMPLE = '{ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } }\n';

if (import.meta.main) {
  const [area = '', slug = '', title = ''] = process.argv.slice(2);
  const folder = path.join(RULES, area, slug);
  if (!/^[a-z]+$/.test(area) || !/^(no|require)-[a-z-]+$/.test(slug) || title === '') {
    console.error('usage: node test/tools/new-rule.ts area no-thing|require-thing "Title"');
    process.exitCode = 2;
  } else if (existsSync(folder)) {
    console.error(`rules/${area}/${slug} is there already`);
    process.exitCode = 2;
  } else {
    for (const [file, text] of Object.entries(scaffoldRule({ area, slug, title, id: nextRuleId(area) }))) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    console.log(`made rules/${area}/${slug}; then run: node test/tools/generate-rules.ts`);
  }
}
