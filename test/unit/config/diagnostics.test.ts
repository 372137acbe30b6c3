import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { labelApplication } from '../../../analyzer/config/index.ts';
import { DIAGNOSTIC_CODES } from '../../../model/diagnostic-codes.ts';
import { APPLICATION, configure, oneLine } from './application.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/config');

/** Everything that is said about a configuration, by itself and with the ward's application, one line each. */
function saidOf(text: string): { readonly lines: string; readonly codes: readonly string[] } {
  const { value, diagnostics } = configure(text);
  const applied = value === null ? [] : labelApplication(APPLICATION, value).diagnostics;
  const all = [...diagnostics, ...applied];
  return { lines: all.map((one) => `${oneLine(one)}\n`).join(''), codes: all.map(({ code }) => code) };
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

for (const file of files) {
  test(file, (t) => {
    const golden = path.join(FOLDER, file.replace(/\.yaml$/, '.out'));
    const { lines, codes } = saidOf(readFileSync(path.join(FOLDER, file), 'utf8'));
    // Rewrites the expected output; read the difference before committing it.
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, lines);
    t.is(lines, readFileSync(golden, 'utf8'));
    for (const code of codes) t.true(code in DIAGNOSTIC_CODES, `${code} is listed`);
  });
}

test('every code of the configuration that these can meet is met', (t) => {
  const met = new Set(files.flatMap((file) => saidOf(readFileSync(path.join(FOLDER, file), 'utf8')).codes));
  const elsewhere = ['CFG017', 'CFG018'];
  const missing = Object.keys(DIAGNOSTIC_CODES).filter(
    (code) => code.startsWith('CFG') && !met.has(code) && !elsewhere.includes(code),
  );
  t.deepEqual(missing, []);
});
