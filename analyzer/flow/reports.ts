import type { StepId } from '../../model/brand.ts';
import type { Region, Step } from '../../model/ir.ts';
import { isFailureArm } from '../../model/walk.ts';
import type { Cfg, CfgEdge, CfgNode } from './cfg.ts';

/**
 * Steps that only report a failure: a handler, or the test of an evaluation, leads over assignments at most to a `raise`, and nothing else leads there. A failure that is
 * reported so is to others what one is that nobody catches.
 */
export function reportsOf(region: Region): ReadonlySet<StepId> {
  const byId = new Map(region.steps.map((step) => [step.id, step]));
  const reports = new Set<StepId>();
  for (const target of region.steps.flatMap(failureTargets)) {
    const chain: StepId[] = [];
    let step = byId.get(target);
    while (step?.kind === 'assign' && step.next !== null && !chain.includes(step.id)) {
      chain.push(step.id);
      step = byId.get(step.next);
    }
    if (step?.kind === 'raise') for (const id of [...chain, step.id]) reports.add(id);
  }
  // What is also reached in another way is no mere report, nor is what it leads to.
  const reached = [region.entry, ...region.steps.flatMap((step) => (reports.has(step.id) ? [] : normalTargets(step)))];
  for (let id = reached.pop(); id !== undefined; id = reached.pop()) {
    const step = byId.get(id);
    if (!reports.delete(id) || step === undefined) continue;
    reached.push(...normalTargets(step));
  }
  return reports;
}

/** Where a step leads when it, or what is in it, fails. */
function failureTargets(step: Step): readonly StepId[] {
  if (step.kind === 'branch') return step.arms.filter(isFailureArm).map(({ next }) => next);
  return step.kind === 'try' ? step.handlers.flatMap(({ next }) => next ?? []) : [];
}

/** Where a step leads when it does not fail. */
function normalTargets(step: Step): readonly StepId[] {
  if (step.kind === 'branch') {
    const arms = step.arms.filter((arm) => !isFailureArm(arm));
    return [...arms.map((arm) => arm.next), step.otherwise].filter((id) => id !== null);
  }
  return 'next' in step && step.next !== null ? [step.next] : [];
}

/** Whether an edge is how an execution ends that fails and that nobody looks at: no flow of control to others. */
export function isTermination(cfg: Cfg, edge: CfgEdge): boolean {
  if (edge.isReport === true) return true;
  const to = cfg.nodes[edge.to];
  return edge.kind === 'error' && to?.role === 'dispatch' && isReported(to);
}

/** Whether all that catches what arrives here only reports it. */
export function isReported(dispatch: CfgNode): boolean {
  return dispatch.edges.length > 0 && dispatch.edges.every((edge) => edge.isReport === true);
}

/** By node of a `raise` that reports failures: the handlers' edges that lead to it. */
export function reportingEdges(
  cfg: Cfg,
): ReadonlyMap<number, readonly { readonly node: number; readonly edge: number }[]> {
  const found = new Map<number, { readonly node: number; readonly edge: number }[]>();
  for (const [node, { edges }] of cfg.nodes.entries()) {
    for (const [edge, { to, isReport }] of edges.entries()) {
      if (isReport !== true) continue;
      let at = to;
      for (let next = cfg.nodes[at]; next?.role === 'step' && next.step.kind === 'assign'; next = cfg.nodes[at])
        at = next.edges[0]?.to ?? cfg.escape;
      found.set(at, [...(found.get(at) ?? []), { node, edge }]);
    }
  }
  return found;
}
