import type { CompositionId } from '../../../model/brand.ts';
import type { Composition } from '../../../model/ir.ts';
import { forEachRegion } from '../../../model/walk.ts';

interface Wait {
  readonly target: CompositionId;
  /** Somebody in the caller itself retries, catches or tolerates the failure. */
  readonly isCaught: boolean;
}

/**
 * Workflows whose failure another workflow acts on: it waits for them where it retries, catches or tolerates failures, or where its own failure is
 * acted on in turn.
 */
export function observedWorkflows(compositions: readonly Composition[]): ReadonlySet<CompositionId> {
  const waits = new Map(compositions.map((composition) => [composition.id, waitsOf(composition)]));
  const observed = new Set<CompositionId>();
  const open = [...waits.values()].flat().flatMap((wait) => (wait.isCaught ? [wait.target] : []));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (observed.has(id)) continue;
    observed.add(id);
    open.push(...(waits.get(id) ?? []).map((wait) => wait.target));
  }
  return observed;
}

function waitsOf(composition: Composition): readonly Wait[] {
  const waits: Wait[] = [];
  /** Steps below which failures are caught. */
  const caught = new Set<string>();
  forEachRegion(composition.body, (region, { holder }) => {
    const guards = holder?.kind === 'try' || (holder?.kind === 'forEach' && holder.tolerates);
    const isCaught = guards || (holder !== null && caught.has(holder.id));
    for (const step of region.steps) {
      if (isCaught) caught.add(step.id);
      if (step.kind === 'call' && step.target.kind === 'composition' && step.waits)
        waits.push({ target: step.target.id, isCaught });
    }
  });
  return waits;
}
