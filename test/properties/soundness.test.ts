import test from 'ava';
import type { check } from '../../analyzer/flow/index.ts';
import { check as realCheck } from '../../analyzer/flow/index.ts';
import { isBlamed } from './excuse.ts';
import { newTally, testSeed } from './non-interference.ts';
import { REGRESSIONS } from './regressions/seeds.ts';
import { leakLines, reportLines, vacuity } from './soundness-report.ts';

const COMPOSITIONS = 1_500;
/** Other seeds every day would hide which change broke what; `npm run test:soundness` walks through new ones. */
const FIRST_SEED = 1;

for (const strict of [false, true]) {
  for (const isWide of [false, true]) {
    const mode = `${strict ? ', strict' : ''}${isWide ? ', with rare constructs' : ''}`;
    test(`two runs that agree on what an observer may see agree on what it sees${mode}`, (t) => {
      t.timeout(300_000);
      const tally = newTally();
      for (let seed = FIRST_SEED; seed < FIRST_SEED + COMPOSITIONS; seed++) testSeed(seed, { strict, isWide }, tally);
      for (const line of reportLines(tally, `seeds ${FIRST_SEED} to ${FIRST_SEED + COMPOSITIONS - 1}`)) t.log(line);
      t.deepEqual(tally.leaks.slice(0, 3).flatMap(leakLines), []);
      t.is(vacuity(tally), null);
    });
  }
}

test('the alarm works: a checker that finds nothing and calls everything public is caught', (t) => {
  const blind: typeof check = (application, labelling, options) => {
    const { bottom } = labelling.space;
    const result = realCheck(application, labelling, options);
    const compositions = result.compositions.map((each) => ({
      ...each,
      result: [{ path: '$', own: bottom, rest: bottom }],
    }));
    return { ...result, verdicts: [], compositions };
  };
  const tally = newTally();
  for (let seed = 1; seed <= 60; seed++) testSeed(seed, { strict: false, checker: blind }, tally);
  t.true(tally.leaks.length > 20, `${tally.leaks.length} leaks`);
});

test('the alarm works: a checker that says one thing about each place only is caught', (t) => {
  const terse: typeof check = (application, labelling, options) => {
    const result = realCheck(application, labelling, options);
    const known = new Set<string>();
    const verdicts = result.verdicts.filter((verdict) => {
      const key = `${verdict.sink.kind} ${verdict.sink.id ?? verdict.sink.name} ${verdict.promise}`;
      if (!isBlamed(verdict)) return true;
      const isNew = !known.has(key);
      known.add(key);
      return isNew;
    });
    return { ...result, verdicts };
  };
  const tally = newTally();
  for (let seed = 1; seed <= 400; seed++) testSeed(seed, { strict: true, isWide: true, checker: terse }, tally);
  t.true(tally.leaks.length > 3, `${tally.leaks.length} leaks`);
});

for (const { seed, strict, was } of REGRESSIONS) {
  test(`seed ${seed}${strict ? ', strict' : ''}: ${was}`, (t) => {
    const tally = newTally();
    for (const isWide of [false, true]) testSeed(seed, { strict, isWide, variationsMax: 20 }, tally);
    t.deepEqual(tally.leaks.flatMap(leakLines), []);
  });
}
