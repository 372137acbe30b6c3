import {
  FAILS_OPERATOR,
  type BranchArm,
  type Composition,
  type Region,
  type Step,
  type TryStep,
} from '../../../model/ir.ts';
import type { Application } from '../../../model/application.ts';

export const isFailing = ({ guard }: BranchArm): boolean => guard.kind === 'apply' && guard.operator === FAILS_OPERATOR;

/** Whether a step may stand between a failure and the `raise` that reports it. */
export const isBetween = (step: Step): boolean =>
  step.kind === 'assign' || (step.kind === 'branch' && step.arms.every(isFailing));

/**
 * Says which `try` steps only report failures: all their handlers come to a `raise` without doing anything that others see, and all that they may catch are
 * failures, since no `raise` that is a decision stands in them. What fails in one is to others as if it were not caught.
 */
export class Reports {
  readonly #compositions: ReadonlyMap<string, Composition>;

  constructor(application: Application) {
    this.#compositions = new Map(application.compositions.map((each) => [each.id, each]));
  }

  isReported(step: TryStep, region: Region): boolean {
    if (step.retry.length > 0) return false;
    return step.handlers.every(({ next }) => reaches(next, region)) && !this.#decides(step.body, new Set());
  }

  /** Whether an error that somebody decided on may leave a region. */
  #decides(region: Region, above: ReadonlySet<string>): boolean {
    const seen = new Set<string>();
    const work: (string | null)[] = [region.entry];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      const step = region.steps.find((each) => each.id === id);
      if (step === undefined || seen.has(step.id)) continue;
      seen.add(step.id);
      if (this.#raises(step, above)) return true;
      work.push(...this.#targets(step, region, above));
    }
    return false;
  }

  #raises(step: Step, above: ReadonlySet<string>): boolean {
    switch (step.kind) {
      case 'raise':
        return true;
      case 'call': {
        const called =
          step.target.kind === 'composition' && step.waits ? this.#compositions.get(step.target.id) : undefined;
        if (called === undefined || above.has(called.id)) return false;
        return this.#decides(called.body, new Set([...above, called.id]));
      }
      case 'loop':
        return this.#decides(step.body, above);
      case 'forEach':
        return !step.tolerates && this.#decides(step.body, above);
      case 'try':
        return !step.handlers.some(({ errors }) => errors.kind === 'any') && this.#decides(step.body, above);
      case 'parallel':
      case 'race':
        return step.arms.some((arm) => this.#decides(arm, above));
      default:
        return false;
    }
  }

  /** Where a step leads otherwise than by reporting a failure. */
  #targets(step: Step, region: Region, above: ReadonlySet<string>): readonly (string | null)[] {
    if (step.kind === 'branch') {
      const arms = step.arms.filter((arm) => !(isFailing(arm) && reaches(arm.next, region)));
      return [...arms.map(({ next }) => next), step.otherwise];
    }
    if (step.kind !== 'try') return 'next' in step ? [step.next] : [];
    const isDecided = this.#decides(step.body, above);
    return [step.next, ...step.handlers.flatMap(({ next }) => (isDecided || !reaches(next, region) ? [next] : []))];
  }
}

/** Whether one comes from a place to a `raise` without doing anything that others see. */
function reaches(from: string | null, region: Region): boolean {
  const seen = new Set<string>();
  for (let id = from; id !== null && !seen.has(id);) {
    seen.add(id);
    const step = region.steps.find((each) => each.id === id);
    if (step === undefined) return false;
    if (step.kind === 'raise') return true;
    if (!isBetween(step)) return false;
    id = step.kind === 'branch' ? step.otherwise : 'next' in step ? step.next : null;
  }
  return false;
}
