import test from 'ava';
import jsonata from 'jsonata';
import { lowerJsonata } from '../../../analyzer/expressions/index.ts';
import type { JsonValue } from '../../../model/json.ts';
import { findLeak, labelsOf, placesOf, treeWithSecret, withAt, type Detail } from './labels.ts';
import { scalar, SCOPE } from './nodes.ts';
import { Random, randomInput, randomValue, toJson } from './random.ts';
import { randomJsonata } from './random-jsonata.ts';
import { show } from './show.ts';

const CASES = Number(process.env['WEIR_EXPRESSION_CASES'] ?? 4_000);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

interface Inputs {
  readonly input: JsonValue;
  readonly v: JsonValue;
}

/** The value the `jsonata` package computes; null when it fails or gives nothing. */
async function reference(text: string, inputs: Inputs): Promise<{ readonly value: JsonValue } | null> {
  try {
    // The package leaves flags on arrays it is given, which another evaluation would see.
    const { input, v } = structuredClone(inputs);
    const states = { input, context: { State: { Name: 'Ship' } } };
    const result: unknown = await jsonata(text).evaluate(undefined, { states, v });
    return { value: toJson(result) };
  } catch {
    return null;
  }
}

interface Tally {
  compared: number;
  failed: number;
  lowParts: number;
  differed: number;
}

async function checkSeed(seed: number, tally: Tally): Promise<string | null> {
  const random = new Random(seed);
  const text = randomJsonata(random, 3);
  const { expression } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
  for (let round = 0; round < 4; round++) {
    const inputs: Inputs = { input: randomInput(random), v: randomValue(random, 2) };
    const where = random.chance(0.85) ? 'input' : 'v';
    const secret = random.pick(
      placesOf(inputs[where])
        .slice(round === 0 ? 0 : 1)
        .concat([[]]),
    );
    const changed = { ...inputs, [where]: withAt(inputs[where], secret, randomValue(random, 2)) };
    const detail: Detail = random.pick(['listed', 'summary']);
    const [one, two] = [await reference(text, inputs), await reference(text, changed)];
    if (one === null || two === null) {
      tally.failed += 1;
      continue;
    }
    const tree = labelsOf(expression, {
      input: treeWithSecret(inputs.input, where === 'input' ? secret : null, detail),
      v: treeWithSecret(inputs.v, where === 'v' ? secret : null, detail),
    });
    const { leak, low } = findLeak(tree, [one.value, two.value]);
    tally.compared += 1;
    tally.lowParts += low;
    if (JSON.stringify(one.value) !== JSON.stringify(two.value)) tally.differed += 1;
    if (leak !== null) {
      return [
        `seed ${seed}: ${text}`,
        `  lowered to ${show(expression)}`,
        `  secret at ${where} ${JSON.stringify(secret)} (${detail}) of ${JSON.stringify(inputs)}`,
        `  changed to ${JSON.stringify(changed)}`,
        `  ${JSON.stringify(one.value)} became ${JSON.stringify(two.value)}; low and different at ${JSON.stringify(leak)}`,
      ].join('\n');
    }
  }
  return null;
}

test('what is labelled low does not depend on the secret', async (t) => {
  const tally: Tally = { compared: 0, failed: 0, lowParts: 0, differed: 0 };
  const leaks: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const leak = await checkSeed(seed, tally);
    if (leak !== null) leaks.push(leak);
  }
  t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + CASES - 1}: ${JSON.stringify(tally)}, ${leaks.length} leaks`);
  t.deepEqual(leaks.slice(0, 8), []);
  t.true(tally.compared > CASES, 'most expressions can be evaluated');
  t.true(tally.differed > CASES / 10, 'the secret often matters');
  t.true(tally.lowParts > CASES, 'many parts of results are low');
});
