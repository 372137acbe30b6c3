/** `weir rules`, the table of rules and SARIF say at which levels a rule reports: what it reports must be among them, and each must occur. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runRulesByPlace } from '../../../analyzer/query/index.ts';
import type { Finding } from '../../../model/finding.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { analyse, type SourceTexts } from '../../tools/analyse.ts';
import { folderOf } from '../../tools/generate-rules.ts';
import { filesIn, sectionsOf } from '../../tools/rule-pages.ts';
import { readCases } from '../../tools/run-case.ts';

const RULES = path.resolve(import.meta.dirname, '../../../rules');

/** Levels that small IR programs in `verdict-rules.test.ts` fire and no case does. */
const ELSEWHERE: Readonly<Record<string, readonly Finding['level'][]>> = { 'WEIR-ERROR-001': ['note'] };

for (const rule of ALL_RULES) {
  const { meta } = rule;
  const folder = path.join(RULES, folderOf(meta));
  test(`${meta.id} reports at the levels that its metadata names, and at each of them`, (t) => {
    const page = sectionsOf(readFileSync(path.join(folder, 'README.md'), 'utf8'));
    const samples: readonly SourceTexts[] = [
      ...readCases(path.join(folder, 'cases')).values(),
      filesIn(page.get('Incorrect') ?? ''),
    ];
    const findings = samples.flatMap((files) => runRulesByPlace(analyse(files).context, [rule]));
    const violated = findings.filter(({ outcome }) => outcome === 'violated');
    const levels = new Set([...violated.map(({ level }) => level), ...(ELSEWHERE[meta.id] ?? [])]);
    const unnamed = [...levels].filter((level) => !meta.levels.includes(level));
    t.deepEqual(unnamed, []);
    if (violated.length > 0)
      t.deepEqual(
        meta.levels.filter((level) => !levels.has(level)),
        [],
      );
    t.true(violated.length > 0 || meta.level === 'note', 'a rule that never violates is a note');
    t.deepEqual(
      findings.filter(({ outcome, level }) => outcome === 'undecided' && level !== 'note'),
      [],
    );
  });
}
