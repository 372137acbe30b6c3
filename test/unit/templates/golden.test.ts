import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readTemplates } from '../../../analyzer/templates/index.ts';
import { describeModel } from './describe.ts';
import { workspaceOf } from './workspace.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/templates');
const EXPECTED = 'expected.out';

for (const leaf of readdirSync(FIXTURES).sort()) {
  test(`reads ${leaf}`, (t) => {
    const directory = path.join(FIXTURES, leaf);
    const workspace = workspaceOf(directory);
    const actual = describeModel(readTemplates(workspace), (file) => {
      const text = workspace.read(file)?.text ?? '';
      return text.startsWith('\ufeff') ? text.slice(1) : text;
    });
    const expectedFile = path.join(directory, EXPECTED);
    if (process.env['UPDATE_CASES'] === '1') writeFileSync(expectedFile, actual);
    t.is(actual, existsSync(expectedFile) ? readFileSync(expectedFile, 'utf8') : '');
  });
}
