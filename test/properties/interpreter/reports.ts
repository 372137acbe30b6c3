import { FAILS_OPERATOR, type BranchArm, type Composition, type Region, type Step } from '../../../model/ir.ts';
import { forEachRegion } from '../../../model/walk.ts';

/** What of a composition only reports failures: steps that nothing but a handler leads to, and that assign at most before they raise. */
export interface Reports {
  readonly steps: ReadonlySet<string>;
  /** `try` steps whose handlers all lead to such steps. */
  readonly tries: ReadonlySet<string>;
}

const KNOWN = new WeakMap<Composition, Reports>();

export function reportsIn(composition: Composition): Reports {
  const known = KNOWN.get(composition);
  if (known !== undefined) return known;
  const [steps, tries] = [new Set<string>(), new Set<string>()];
  forEachRegion(composition.body, (region) => {
    for (const step of region.steps) {
      if (step.kind === 'branch')
        for (const { next } of step.arms.filter(isFailing))
          for (const id of next === null ? [] : (chainFrom(next, region) ?? [])) steps.add(id);
      if (step.kind !== 'try') continue;
      const chains = step.handlers.map((handler) => (handler.next === null ? null : chainFrom(handler.next, region)));
      if (chains.length > 0 && !chains.includes(null)) tries.add(step.id);
      for (const id of chains.flatMap((chain) => chain ?? [])) steps.add(id);
    }
  });
  const reports = { steps, tries };
  KNOWN.set(composition, reports);
  return reports;
}

const isFailing = ({ guard }: BranchArm): boolean => guard.kind === 'apply' && guard.operator === FAILS_OPERATOR;

/** The steps from a handler to the `raise` that it leads to; null when it leads elsewhere, or when others lead there, too. */
function chainFrom(first: string, region: Region): readonly string[] | null {
  const chain: string[] = [];
  for (let id: string | null = first; id !== null && !chain.includes(id);) {
    const step: Step | undefined = region.steps.find((each) => each.id === id);
    if (step === undefined || (step.kind !== 'assign' && step.kind !== 'raise')) return null;
    chain.push(step.id);
    if (step.kind === 'raise') return isClosed(chain, region) ? chain : null;
    id = step.next;
  }
  return null;
}

/** Whether one gets to a handler's steps by failing only. */
function isClosed(chain: readonly string[], region: Region): boolean {
  const seen = new Set<string>();
  const work: string[] = [region.entry];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (chain.includes(id)) return false;
    const step = region.steps.find((each) => each.id === id);
    if (step === undefined || seen.has(id)) continue;
    seen.add(id);
    work.push(...successors(step));
  }
  return true;
}

function successors(step: Step): readonly string[] {
  const next = 'next' in step ? [step.next] : [];
  const arms =
    step.kind === 'branch' ? [...step.arms.flatMap((arm) => (isFailing(arm) ? [] : [arm.next])), step.otherwise] : [];
  return [...next, ...arms].filter((id) => id !== null);
}
