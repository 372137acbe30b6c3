import path from 'node:path';
import { readdirSync } from 'node:fs';
import test from 'ava';
import { awsStepFunctions } from '../../../analyzer/platforms/aws-step-functions/index.ts';
import { findIllFormed } from '../../../model/well-formed.ts';
import { readFolder, workspaceOf } from './workspace.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/aws-step-functions');
const ROUNDS = Number(process.env['WEIR_MUTATIONS'] ?? 1_500);
const FIRST_SEED = Number(process.env['WEIR_SEED'] ?? 1);

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WRONG: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  '',
  '$',
  '$.a[',
  '$$',
  '{% $x( %}',
  '{% 1 %}',
  '${Name}',
  '${',
  'States.ALL',
  [],
  [null],
  [[]],
  {},
  { Ref: 'X' },
  { 'Fn::Sub': '${X}' },
  { States: {} },
  { Type: 'Map' },
  '__proto__',
  'constructor',
  'Task',
  'Map',
  'JSONata',
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::events:putEvents',
  '\u0000',
];

/** Replaces, removes, or renames one random part of a value. */
function mutate(value: unknown, random: () => number): unknown {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  if (random() < 0.12 || typeof value !== 'object' || value === null) return pick(WRONG);
  if (Array.isArray(value)) {
    const at = Math.floor(random() * value.length);
    if (random() < 0.1) return value.filter((_, index) => index !== at);
    return value.map((item: unknown, index) => (index === at ? mutate(item, random) : item));
  }
  const entries: (readonly [string, unknown])[] = Object.entries(value);
  const chosen = pick(entries)?.[0];
  if (random() < 0.08) return Object.fromEntries(entries.filter(([key]) => key !== chosen));
  if (random() < 0.08) {
    const name = pick(entries)?.[0] ?? 'Next';
    return Object.fromEntries(entries.map(([key, inner]) => [key === chosen ? name : key, inner]));
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, key === chosen ? mutate(inner, random) : inner]));
}

const definitions = readdirSync(FIXTURES)
  .sort()
  .flatMap((leaf) => readFolder(path.join(FIXTURES, leaf)))
  .filter((file) => file.path.endsWith('.json'))
  .map((file): unknown => JSON.parse(file.text));

test('whatever is wrong with a definition, lowering gives a well-formed composition or a diagnostic', (t) => {
  let lowered = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed += 1) {
    const random = randomOf(seed);
    let definition = definitions[seed % definitions.length];
    for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) definition = mutate(definition, random);
    const text = JSON.stringify(definition);
    const application = awsStepFunctions.lower(workspaceOf([{ path: 'flow.asl.json', text }]));
    const problems = application.compositions.flatMap((composition) => findIllFormed(composition, application));
    t.deepEqual(problems, [], `seed ${seed}: ${text}`);
    // What is no map with states is no definition, and none of this platform's business.
    const isDropped = application.compositions.length === 0 && application.diagnostics.length === 0;
    t.false(isDropped && /^\{.*"StartAt".*"States"/.test(text), `seed ${seed}: dropped ${text}`);
    lowered += application.compositions.length;
  }
  t.log(`seeds ${FIRST_SEED} to ${FIRST_SEED + ROUNDS - 1}: ${lowered} compositions`);
  t.true(lowered > ROUNDS / 2);
});
