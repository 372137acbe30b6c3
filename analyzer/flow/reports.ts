import type { Cfg, CfgEdge, CfgNode } from './cfg.ts';

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

/** By node of a `raise`: the edges over which failures come to it that it reports. */
export function reportingEdges(
  cfg: Cfg,
): ReadonlyMap<number, readonly { readonly node: number; readonly edge: number }[]> {
  const found = new Map<number, { readonly node: number; readonly edge: number }[]>();
  for (const [node, { edges }] of cfg.nodes.entries()) {
    for (const [edge, { to, isReport }] of edges.entries()) {
      if (isReport !== true) continue;
      const at = raiseAt(cfg, to);
      found.set(at, [...(found.get(at) ?? []), { node, edge }]);
    }
  }
  return found;
}

/** The `raise` that a report leads to. */
function raiseAt(cfg: Cfg, from: number): number {
  let at = from;
  for (let node = cfg.nodes[at]; node?.role === 'step' && node.step.kind !== 'raise'; node = cfg.nodes[at]) {
    const on = node.edges.find(({ kind }) => kind === 'next' || kind === 'otherwise');
    at = on?.to ?? cfg.escape;
  }
  return at;
}
