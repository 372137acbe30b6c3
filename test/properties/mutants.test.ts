import { readFileSync } from 'node:fs';
import test from 'ava';
import { PREMISES } from '../../analyzer/flow/premise.ts';
import { MUTANT_CASES } from './mutants/cases.ts';
import { tryKill } from './mutants/kill.ts';
import { mutantTable, TABLE_FILE } from './mutants/table.ts';

test('every premise has a case', (t) => {
  t.deepEqual([...new Set(MUTANT_CASES.map((subject) => subject.premise))].sort(), [...PREMISES].sort());
});

for (const subject of MUTANT_CASES) {
  test(`without ${subject.premise}: ${subject.name}`, (t) => {
    const { complaint, shownBy } = tryKill(subject);
    t.is(complaint, '', 'with all premises the checker is right');
    t.not(shownBy, null, 'the mutant is found out');
  });
}

test('the table of mutants is up to date', (t) => {
  t.is(readFileSync(TABLE_FILE, 'utf8'), mutantTable());
});
