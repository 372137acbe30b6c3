import type { MutantCase } from './case.ts';
import { control, frames, values } from './control-cases.ts';
import { calls, compositions, errors, rest, stores } from './effect-cases.ts';

export type { MutantCase } from './case.ts';

/** All cases, in the order of the table. */
export const MUTANT_CASES: readonly MutantCase[] = [
  ...values,
  ...control,
  ...frames,
  ...calls,
  ...compositions,
  ...stores,
  ...errors,
  ...rest,
];
