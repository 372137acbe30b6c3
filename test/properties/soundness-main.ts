/**
 * `npm run test:soundness [-- COUNT [SEED]]`: two-run non-interference over many generated compositions, by default 100,000. Three quarters are checked in
 * the default mode, one quarter in strict mode; of both, one half has the constructs that are rare, too. Prints the report; a leak is printed with its seed and its text and ends with exit code 1.
 */
import { newTally, testSeed } from './non-interference.ts';
import { leakLines, reportLines, vacuity } from './soundness-report.ts';

const COUNT_DEFAULT = 100_000;
const LEAKS_SHOWN = 5;

const count = Number(process.argv[2] ?? COUNT_DEFAULT);
const first = Number(process.argv[3] ?? 1);
let failed = false;
for (const strict of [false, true]) {
  for (const isWide of [false, true]) {
    const cases = Math.ceil(strict ? count / 8 : (count * 3) / 8);
    const tally = newTally();
    for (let seed = first; seed < first + cases && tally.leaks.length < LEAKS_SHOWN; seed++)
      testSeed(seed, { strict, isWide }, tally);
    const title = `${strict ? 'strict' : 'default'} mode${isWide ? ', with rare constructs' : ''}`;
    console.log(reportLines(tally, `${title}, seeds ${first} to ${first + cases - 1}`).join('\n'));
    for (const leak of tally.leaks.slice(0, LEAKS_SHOWN)) console.log(leakLines(leak).join('\n'));
    const problem = vacuity(tally);
    if (problem !== null) console.log(`vacuous: ${problem}`);
    failed ||= tally.leaks.length > 0 || problem !== null;
  }
}
process.exitCode = failed ? 1 : 0;
