import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runRules } from '../../../analyzer/query/index.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { analyse, CONFIGURATION, findingLine } from '../../tools/analyse.ts';
import { folderOf } from '../../tools/generate-rules.ts';
import { filesIn, PAGE_SECTIONS, sectionsOf } from '../../tools/rule-pages.ts';

/** A pattern of the configuration that matches nothing: the corrected sample may have lost a place. */
const UNMATCHED = 'CFG013';

const RULES = path.resolve(import.meta.dirname, '../../../rules');
const pageOf = (folder: string): string => readFileSync(path.join(RULES, folder, 'README.md'), 'utf8');

for (const { meta } of ALL_RULES) {
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

for (const rule of ALL_RULES) {
  const sections = sectionsOf(pageOf(folderOf(rule.meta)));
  const incorrect = filesIn(sections.get('Incorrect') ?? '');
  test(`the incorrect sample of ${rule.meta.id} is reported`, (t) => {
    const { context, diagnostics } = analyse(incorrect);
    t.deepEqual(diagnostics, []);
    t.not(runRules(context, [rule]).length, 0);
  });
  test(`the correct sample of ${rule.meta.id} is silent`, (t) => {
    const correct = filesIn(sections.get('Correct') ?? '');
    const configuration = incorrect.get(CONFIGURATION);
    const files = new Map(configuration === undefined ? [] : [[CONFIGURATION, configuration]]);
    for (const [file, text] of correct) files.set(file, text);
    const { context, diagnostics } = analyse(files);
    t.deepEqual(
      diagnostics.filter(({ code }) => code !== UNMATCHED),
      [],
    );
    t.deepEqual(runRules(context, [rule]).map(findingLine), []);
  });
}

test('a heading inside a sample is no section', (t) => {
  const page = '# T\n\n## Overview\n\n```yaml a.yaml\n## no heading\n```\n\n## Limits\n\nx\n';
  t.deepEqual([...sectionsOf(page).keys()], ['Overview', 'Limits']);
  t.is(filesIn(sectionsOf(page).get('Overview') ?? '').get('a.yaml'), '## no heading\n');
});
