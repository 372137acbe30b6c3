import type { Application } from '../../../model/application.ts';
import type { CompositionId } from '../../../model/brand.ts';
import { invariant } from '../../../model/diagnostic.ts';
import { labelApplication, type Configuration, type NativeLabels } from '../../config/index.ts';
import { check, type CheckResult } from '../../flow/index.ts';

/** What a thread is given. Plain data; labels are resolved again in the thread, because they belong to the space that made them. */
export interface CheckTask {
  readonly application: Application;
  readonly configuration: Configuration;
  readonly native: NativeLabels;
  readonly strict: boolean;
  /** The compositions to check. */
  readonly compositions: readonly CompositionId[];
}

export type CheckedPart = Pick<CheckResult, 'verdicts' | 'steps'>;

/** Checks some compositions of an application, labelled as all of it is. */
export function checkPart({ application, configuration, native, strict, compositions }: CheckTask): CheckedPart {
  const labelled = labelApplication(application, configuration, native);
  invariant(labelled.ok, 'threads: a labelling that was made once can be made again');
  const wanted = new Set(compositions);
  const isWanted = (id: CompositionId): boolean => wanted.has(id);
  const part: Application = {
    ...application,
    compositions: application.compositions.filter(({ id }) => isWanted(id)),
    triggers: application.triggers.filter(({ target }) => target.kind === 'function' || isWanted(target.id)),
  };
  const { verdicts, steps } = check(part, labelled.value, { strict });
  return { verdicts, steps };
}
