import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { ALL_RULES } from '../../../rules/index.ts';
import { folderOf, generateRuleFiles, readRules } from '../../tools/generate-rules.ts';
import { nextRuleId } from '../../tools/next-rule-id.ts';

const RULES = path.resolve(import.meta.dirname, '../../../rules');

for (const [file, text] of Object.entries(generateRuleFiles(readRules()))) {
  test(`rules/${file} is what the folders say`, (t) => {
    t.is(readFileSync(path.join(RULES, file), 'utf8'), text, 'run: node test/tools/generate-rules.ts');
  });
}

test('every folder with a rule is in the index, once, sorted by id', (t) => {
  const folders = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'rule.ts')
    .map((name) => path.dirname(name).split(path.sep).join('/'))
    .sort();
  t.deepEqual(ALL_RULES.map(({ meta }) => folderOf(meta)).sort(), folders);
  const ids = ALL_RULES.map(({ meta }) => meta.id);
  t.deepEqual(ids, [...new Set(ids)].sort());
});

test('every rule has its page and its test', (t) => {
  const missing = readRules().flatMap((meta) =>
    ['README.md', 'rule.test.ts', 'rule.meta.json'].filter(
      (file) => !existsSync(path.join(RULES, folderOf(meta), file)),
    ),
  );
  t.deepEqual(missing, []);
});

test('the next id of an area is free', (t) => {
  const next = nextRuleId('flow');
  t.regex(next, /^WEIR-FLOW-\d{3}$/);
  t.false(readRules().some((rule) => rule.id === next));
  t.is(nextRuleId('nowhere'), 'WEIR-NOWHERE-001');
});
