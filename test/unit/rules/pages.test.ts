import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { folderOf, readRules } from '../../tools/generate-rules.ts';
import { filesIn, PAGE_SECTIONS, sectionsOf } from '../../tools/rule-pages.ts';

const RULES = path.resolve(import.meta.dirname, '../../../rules');
const pageOf = (folder: string): string => readFileSync(path.join(RULES, folder, 'README.md'), 'utf8');

for (const meta of readRules()) {
  const folder = folderOf(meta);
  test(`the page of ${meta.id} has every section, with text, in order`, (t) => {
    const page = pageOf(folder);
    t.true(page.startsWith(`# ${meta.title}\n\n\`${meta.id}\` · \`${meta.slug}\`\n`));
    const sections = sectionsOf(page);
    t.deepEqual([...sections.keys()], [...PAGE_SECTIONS]);
    t.deepEqual(
      [...sections].filter(([, text]) => text === '').map(([name]) => name),
      [],
    );
  });
  test(`the page of ${meta.id} has samples, and says what its metadata says`, (t) => {
    const sections = sectionsOf(pageOf(folder));
    t.true(filesIn(sections.get('Incorrect') ?? '').size > 0);
    t.true(filesIn(sections.get('Correct') ?? '').size > 0);
    const limits = meta.limits.map((limit) => `- ${limit.slice(0, 1).toUpperCase()}${limit.slice(1)}.`);
    t.deepEqual(sections.get('Limits')?.split('\n'), limits);
    const references = sections.get('References') ?? '';
    t.deepEqual(
      [...meta.cwe, ...meta.owasp].filter((id) => !references.includes(id)),
      [],
    );
  });
}

test('a heading inside a sample is no section', (t) => {
  const page = '# T\n\n## Overview\n\n```yaml a.yaml\n## no heading\n```\n\n## Limits\n\nx\n';
  t.deepEqual([...sectionsOf(page).keys()], ['Overview', 'Limits']);
  t.is(filesIn(sectionsOf(page).get('Overview') ?? '').get('a.yaml'), '## no heading\n');
});
