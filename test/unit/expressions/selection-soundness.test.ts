import test from 'ava';
import { lowerIntrinsic, lowerJsonPath } from '../../../analyzer/expressions/index.ts';
import { concrete } from './concrete.ts';
import { findLeak, labelsOf, placesOf, treeWithSecret, withAt, type Detail } from './labels.ts';
import { scalar, SCOPE } from './nodes.ts';
import { randomIntrinsic } from './random-intrinsic.ts';
import { randomJsonPath, type Case, type Inputs } from './random-jsonpath.ts';
import { Random, randomInput, randomValue } from './random.ts';
import { show } from './show.ts';

const CASES = Number(process.env['WEIR_EXPRESSION_CASES'] ?? 3_000);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

interface Language {
  readonly make: (random: Random) => Case;
  readonly lower: typeof lowerJsonPath;
}

interface Tally {
  compared: number;
  failed: number;
  exact: number;
  differed: number;
  lowParts: number;
}

function checkSeed(seed: number, language: Language, tally: Tally): string | null {
  const random = new Random(seed);
  const made = language.make(random);
  const { expression, diagnostics } = language.lower(scalar(made.text), SCOPE);
  const head = `seed ${seed}: ${made.text}\n  lowered to ${show(expression)}`;
  if (diagnostics.length > 0) return `${head}\n  ${diagnostics.map((each) => each.message).join('; ')}`;
  for (let round = 0; round < 6; round++) {
    const inputs: Inputs = { input: randomInput(random), v: randomValue(random, 2) };
    const where = random.chance(0.8) ? 'input' : 'v';
    const secret = random.pick(placesOf(inputs[where]));
    const changed = { ...inputs, [where]: withAt(inputs[where], secret, randomValue(random, 2)) };
    const detail: Detail = random.pick(['listed', 'summary']);
    const [one, two] = [made.evaluate(inputs), made.evaluate(changed)];
    if (one === null || two === null) {
      tally.failed += 1;
      continue;
    }
    tally.compared += 1;
    if (made.isExact) {
      tally.exact += 1;
      const value = concrete(expression, { input: inputs.input, v: inputs.v });
      if (JSON.stringify(value) !== JSON.stringify(one.value)) {
        return `${head}\n  of ${JSON.stringify(inputs)}\n  is ${JSON.stringify(value)} instead of ${JSON.stringify(one.value)}`;
      }
    }
    const tree = labelsOf(expression, {
      input: treeWithSecret(inputs.input, where === 'input' ? secret : null, detail),
      v: treeWithSecret(inputs.v, where === 'v' ? secret : null, detail),
    });
    const { leak, low } = findLeak(tree, [one.value, two.value]);
    tally.lowParts += low;
    if (JSON.stringify(one.value) !== JSON.stringify(two.value)) tally.differed += 1;
    if (leak === null) continue;
    const change = `secret at ${where} ${JSON.stringify(secret)} (${detail}) of ${JSON.stringify(inputs)}`;
    return `${head}\n  ${change}\n  ${JSON.stringify(one.value)} became ${JSON.stringify(two.value)} at ${JSON.stringify(leak)}`;
  }
  return null;
}

const soundness = test.macro({
  title: (_, name: string) =>
    `${name}: values are those of the reference, and what is labelled low does not depend on the secret`,
  exec: (t, _: string, language: Language) => {
    const tally: Tally = { compared: 0, failed: 0, exact: 0, differed: 0, lowParts: 0 };
    const problems: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
      const problem = checkSeed(seed, language, tally);
      if (problem !== null) problems.push(problem);
    }
    t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + CASES - 1}: ${JSON.stringify(tally)}, ${problems.length} problems`);
    t.deepEqual(problems.slice(0, 6), []);
    t.true(tally.compared > CASES);
    t.true(tally.exact > CASES / 2);
    t.true(tally.differed > CASES / 10);
  },
});

test(soundness, 'JSONPath', { make: randomJsonPath, lower: lowerJsonPath });
test(soundness, 'intrinsics', { make: (random) => randomIntrinsic(random, 2), lower: lowerIntrinsic });
