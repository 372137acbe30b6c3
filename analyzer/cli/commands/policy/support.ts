import { findOpa, type Opa, type OpaProblem } from '../../../../policies/authoring/opa.ts';
import { didYouMean } from '../../../config/index.ts';
import { UsageError, type Machine } from '../../machine.ts';

/** Finds `opa`. @throws UsageError POL001, POL002 */
export function needOpa(machine: Machine): Opa {
  const found = findOpa({ env: machine.env });
  if (!found.ok) throw usageError(found.problem);
  return found.value;
}

export const usageError = ({ code, message, help }: OpaProblem): UsageError => new UsageError(code, message, help);

/** The value. @throws UsageError with the code of the problem */
export function need<Value>(
  outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: OpaProblem },
): Value {
  if (!outcome.ok) throw usageError(outcome.problem);
  return outcome.value;
}

/** One of a few words that an option takes. @throws UsageError CLI005 */
export function choice<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(
    'CLI005',
    `\`${option} ${text}\` is not known`,
    didYouMean(text, names, `Use one of ${names.join(', ')}.`),
  );
}

/** A whole number that an option takes. @throws UsageError CLI005 */
export function wholeNumber(
  option: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(
    'CLI005',
    `\`${option} ${text}\` is no number from ${min} to ${max}`,
    `Give a number from ${min} to ${max}.`,
  );
}

/** Midnight of today in UTC, milliseconds since 1970: the clock of what is only compared with itself. */
export const todayMs = (machine: Machine): number => Date.parse(`${machine.today()}T00:00:00Z`);
