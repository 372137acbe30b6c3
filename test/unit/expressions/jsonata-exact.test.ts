import test from 'ava';
import jsonata from 'jsonata';
import { lowerJsonata } from '../../../analyzer/expressions/index.ts';
import type { JsonValue } from '../../../model/json.ts';
import { concrete } from './concrete.ts';
import { scalar, SCOPE } from './nodes.ts';
import { NAMES, Random, randomInput, toJson } from './random.ts';
import { show } from './show.ts';

const CASES = Number(process.env['WEIR_EXPRESSION_CASES'] ?? 2_000);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

/** Expressions of which the lowering keeps the value: paths by name, constructors, locals, operators and conditions. */
function randomExact(random: Random, depth: number, locals: readonly string[]): string {
  const inner = (): string => randomExact(random, depth - 1, locals);
  const names = (): string => Array.from({ length: random.integer(4) }, () => `.${random.pick(NAMES)}`).join('');
  // A field that a local surely has not is null in the IR, which does not know absence; so locals are only asked for what they have.
  const path = (): string => {
    const root = random.pick(['$states.input', '$states.input', ...locals]);
    return root === '$states.input' ? root + names() : root;
  };
  if (depth === 0 || random.chance(0.3)) return path();
  switch (random.integer(8)) {
    case 0:
      return `{"p": ${inner()}, "q": ${inner()}}`;
    case 1:
      return `(${inner()} ? ${inner()} : ${inner()})`;
    case 2:
      return `(${inner()} ${random.pick(['=', 'and', 'or'])} ${inner()})`;
    case 3: {
      const name = `$l${locals.length}`;
      return `(${name} := ${inner()}; ${randomExact(random, depth - 1, [...locals, name])})`;
    }
    case 4:
      return `[{"p": ${inner()}}, "x"]`;
    case 5:
      return `$exists($states.input${names()})`;
    case 6:
      return `($o := {"p": ${inner()}, "q": $states.input${names()}}; $o.q${names()})`;
    default:
      return random.pick(['1', '"x"', 'true', 'null', path()]);
  }
}

test('plain expressions are lowered to their value', async (t) => {
  const problems: string[] = [];
  let compared = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const random = new Random(seed);
    const text = randomExact(random, 3, []);
    const { expression, notes } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
    const input = randomInput(random);
    if (hasNestedArray(input)) continue;
    const expected: unknown = await jsonata(text).evaluate(undefined, { states: structuredClone({ input }) });
    if (expected === undefined && isChosen(text)) continue;
    const value: JsonValue | undefined = concrete(expression, { input });
    compared += 1;
    const same = JSON.stringify(value ?? null) === JSON.stringify(toJson(expected ?? null));
    if (!same || notes.length > 0) {
      problems.push(
        `seed ${seed}: ${text} of ${JSON.stringify(input)}: ${JSON.stringify(value)} instead of ${JSON.stringify(expected)} by ${show(expression)}`,
      );
    }
  }
  t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + CASES - 1}: ${compared} compared, ${problems.length} problems`);
  t.deepEqual(problems.slice(0, 6), []);
  t.true(compared > CASES / 3);
});

/** Which of several arrays in arrays are taken apart is not modelled; labels cover all of them. */
const hasNestedArray = (value: JsonValue): boolean =>
  Array.isArray(value)
    ? value.some((item: JsonValue) => Array.isArray(item) || hasNestedArray(item))
    : value !== null && typeof value === 'object' && Object.values(value).some(hasNestedArray);

/** Absent and null are one value to the IR, but not to a condition's result. */
const isChosen = (text: string): boolean => text.includes('?');
