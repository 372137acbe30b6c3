/** The case files of a rule against their expected output. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { Rule } from '../../analyzer/query/index.ts';
import { CONFIGURATION, runCase, type SourceTexts } from './analyse.ts';

/** The cases of a folder by name; a case is all files whose name starts with `<case>.`. */
export function readCases(folder: string): ReadonlyMap<string, SourceTexts> {
  const cases = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder).sort()) {
    const name = file.slice(0, file.indexOf('.'));
    const files = cases.get(name) ?? new Map<string, string>();
    cases.set(name, files);
    if (file.endsWith('.out')) continue;
    const isConfiguration = file === `${name}.${CONFIGURATION}`;
    files.set(isConfiguration ? CONFIGURATION : file, readFileSync(path.join(folder, file), 'utf8'));
  }
  return cases;
}

/** Kinds of cases; every rule has at least one of each. `bad` fires, `ok` is silent, the others are decided by what is expected. */
export const CASE_KINDS = ['bad', 'ok', 'undecided', 'boundary'] as const;

/**
 * Declares a test for each case below `<folder>/cases`: the rule's output is that of `<case>.out`. With `UPDATE_CASES=1` in the environment the
 * expected output is written instead; read it before it is committed.
 */
export function testCases(rule: Rule, folder: string): void {
  const root = path.join(folder, 'cases');
  const cases = readCases(root);
  for (const kind of CASE_KINDS) {
    test(`${rule.meta.id} has a ${kind} case`, (t) => {
      t.true([...cases.keys()].some((name) => name.startsWith(`${kind}-`)));
    });
  }
  for (const [name, files] of cases) {
    test(`${rule.meta.id} ${name}`, (t) => {
      const actual = runCase(rule, files);
      const expectedFile = path.join(root, `${name}.out`);
      if (process.env['UPDATE_CASES'] === '1') writeFileSync(expectedFile, actual);
      t.is(actual, existsSync(expectedFile) ? readFileSync(expectedFile, 'utf8') : '');
      if (name.startsWith('bad-')) t.not(actual, '');
      if (name.startsWith('ok-')) t.is(actual, '');
    });
  }
}
