import type { CompositionId, StepId } from '../../model/brand.ts';
import type { Region, Step, TryStep } from '../../model/ir.ts';
import { isFailureArm } from '../../model/walk.ts';

/**
 * Which errors are a decision, and which are mere failures. A `raise` is a decision. One to which only a failure leads, by a handler or by the test of an
 * evaluation, over assignments at most, reports that failure: to others it is as if nobody had caught it.
 */

/** Compositions out of which an explicit `raise` may come. */
export type Raisers = ReadonlySet<CompositionId>;

/** Whether a `raise` that is no report may leave the step. */
export function raisesExplicitly(step: Step, raisers: Raisers): boolean {
  switch (step.kind) {
    case 'raise':
      return true;
    case 'call':
      return step.target.kind === 'composition' && step.waits && raisers.has(step.target.id);
    case 'forEach':
      return !step.tolerates && regionRaises(step.body, raisers);
    case 'parallel':
    case 'race':
      return step.arms.some((arm) => regionRaises(arm, raisers));
    case 'loop':
      return regionRaises(step.body, raisers);
    case 'try':
      return !catchesAll(step) && regionRaises(step.body, raisers);
    default:
      return false;
  }
}

interface Known {
  readonly raisers: Raisers;
  /** Raisers are found one after the other. */
  readonly size: number;
  readonly raises: boolean;
}

/** Blocks ask for those inside them more than once. */
const KNOWN = new WeakMap<Region, Known>();

/** As {@link raisesExplicitly}, for the steps of a region that not only failures lead to. */
export function regionRaises(region: Region, raisers: Raisers): boolean {
  const known = KNOWN.get(region);
  if (known?.raisers === raisers && known.size === raisers.size) return known.raises;
  const raises = decidedSteps(region, raisers).some((step) => raisesExplicitly(step, raisers));
  KNOWN.set(region, { raisers, size: raisers.size, raises });
  return raises;
}

/** Steps that are reached otherwise than as the report of a failure. */
function decidedSteps(region: Region, raisers: Raisers): readonly Step[] {
  const byId = stepsById(region);
  const reached = new Set<Step>();
  const work: (StepId | null)[] = [region.entry];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const step = id === null ? undefined : byId.get(id);
    if (step === undefined || reached.has(step)) continue;
    reached.add(step);
    work.push(...decidedTargets(step, { byId, raisers }));
  }
  return [...reached];
}

type StepsById = ReadonlyMap<StepId, Step>;
export const stepsById = (region: Region): StepsById => new Map(region.steps.map((step) => [step.id, step]));

function decidedTargets(
  step: Step,
  at: { readonly byId: StepsById; readonly raisers: Raisers },
): readonly (StepId | null)[] {
  switch (step.kind) {
    case 'branch': {
      const arms = step.arms.filter((arm) => !isFailureArm(arm) || !leadsToReport(arm.next, at.byId));
      return [...arms.map((arm) => arm.next), step.otherwise];
    }
    case 'try': {
      const handlers = step.handlers.filter(({ next }) => !isReport(step, next, at));
      return [step.next, ...handlers.map(({ next }) => next)];
    }
    default:
      return 'next' in step ? [step.next] : [];
  }
}

/** Whether a handler only reports what it catches. An explicit `raise` that it may catch is a decision, and so is what it then does. */
export function isReport(
  step: TryStep,
  next: StepId | null,
  { byId, raisers }: { readonly byId: StepsById; readonly raisers: Raisers },
): boolean {
  return leadsToReport(next, byId) && !regionRaises(step.body, raisers);
}

/** Whether assignments at most, and tests of their evaluation, stand between a place and a `raise`. */
export function leadsToReport(from: StepId | null, byId: StepsById): boolean {
  const seen = new Set<StepId>();
  for (let id = from; id !== null && !seen.has(id);) {
    seen.add(id);
    const step = byId.get(id);
    if (step?.kind === 'raise') return true;
    if (step?.kind === 'assign') id = step.next;
    else if (step?.kind === 'branch' && step.arms.every(isFailureArm)) id = step.otherwise;
    else return false;
  }
  return false;
}

/** Whether no error leaves the body of a `try` uncaught. */
export function catchesAll(step: TryStep): boolean {
  return step.handlers.some((handler) => handler.errors.kind === 'any');
}
