import type { ExecutionContext } from 'ava';
import fc from 'fast-check';

/** Environment variable that repeats a run: the seed a failing run printed. */
const SEED_VARIABLE = 'WEIR_SEED';
const SEED_MAX = 2 ** 31 - 1;

/**
 * Asserts a property with a printed seed. A new seed each run unless `WEIR_SEED` is set; a failing seed becomes a named case of its own.
 *
 * @param runs number of cases, 100 when absent.
 */
export function holds<Values>(t: ExecutionContext, property: fc.IProperty<Values>, runs = 100): void {
  fc.assert(property, { seed: chooseSeed(t), numRuns: runs });
  t.pass();
}

/** As {@link holds}, for properties that wait. */
export async function holdsAsync<Values>(
  t: ExecutionContext,
  property: fc.IAsyncProperty<Values>,
  runs = 100,
): Promise<void> {
  await fc.assert(property, { seed: chooseSeed(t), numRuns: runs });
  t.pass();
}

function chooseSeed(t: ExecutionContext): number {
  const given = process.env[SEED_VARIABLE];
  const seed = given === undefined ? Math.floor(Math.random() * SEED_MAX) : Number(given);
  t.log(`${SEED_VARIABLE}=${seed}`);
  return seed;
}
