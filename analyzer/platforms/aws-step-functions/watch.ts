import { itemsOf, textOf, valueAt, type DataNode } from '../../source/index.ts';
import { standsFor } from './error-names.ts';
import { fieldOf, isDistributed, type State } from './machine.ts';

/** Who notices that an evaluation fails in a frame: an enclosing state that catches or retries, or whoever waits for the execution. */
export interface Watch {
  sees(error: string): boolean;
}

export const nobody: Watch = { sees: () => false };
export const everybody: Watch = { sees: () => true };

/** The names in `ErrorEquals` of a catcher or retrier. */
export const namesOf = (part: DataNode): readonly string[] =>
  itemsOf(valueAt(part, 'ErrorEquals')).flatMap((item) => textOf(item) ?? []);

/** Whether a type of state has catchers and retriers. */
export const catches = (state: State): boolean => ['Task', 'Parallel', 'Map'].includes(state.type);

/** Catchers, or retriers that try again at least once. */
export function policiesOf(state: State, field: 'Catch' | 'Retry'): readonly DataNode[] {
  return itemsOf(catches(state) ? fieldOf(state, field) : null).filter((part) => {
    const attempts = valueAt(part, 'MaxAttempts');
    return part.kind === 'map' && !(field === 'Retry' && attempts?.kind === 'scalar' && attempts.value === 0);
  });
}

/** Whether a Map goes on when iterations fail. */
const tolerates = (state: State): boolean =>
  ['ToleratedFailureCount', 'ToleratedFailurePercentage'].some(
    (name) => fieldOf(state, name) !== null || fieldOf(state, `${name}Path`) !== null,
  );

/** Who notices what fails inside a Parallel or Map. The iterations of a distributed Map are executions of their own, whose failures have one name. */
export function watchInside(state: State, outer: Watch): Watch {
  if (state.type === 'Map' && tolerates(state)) return everybody;
  const written = (['Catch', 'Retry'] as const).flatMap((field) => policiesOf(state, field).map(namesOf));
  const wrapped = state.type === 'Map' && isDistributed(state) ? 'States.ExceedToleratedFailureThreshold' : null;
  return {
    sees: (error) =>
      written.some(
        (names) =>
          standsFor(names, wrapped ?? error) || (state.type === 'Parallel' && names.includes('States.BranchFailed')),
      ) || outer.sees(wrapped ?? error),
  };
}
