import type { Path } from '../../model/ir.ts';
import type { Cfg, CfgNode } from './cfg.ts';
import { VIRTUAL_EDGE, type Shape } from './dominance.ts';
import type { FrameInput } from './frame-input.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import type { Site } from './trace.ts';

/** Where a node stands. */
export function siteOf({ place: { site } }: FrameInput, node: CfgNode | undefined): Site {
  if (node === undefined || node.role === 'exit' || node.role === 'escape') return site;
  return { ...site, step: node.step.id, name: node.step.name, span: node.step.span };
}

/** What decides which way control takes in a frame: the guard of each edge, and pc at each node. */
export class FrameControl {
  readonly #cfg: Cfg;
  readonly #shape: Shape;
  readonly #input: FrameInput;
  readonly #program: Program;
  readonly #guards: Leaf[][];

  constructor(frame: { readonly cfg: Cfg; readonly shape: Shape; readonly input: FrameInput }, program: Program) {
    this.#cfg = frame.cfg;
    this.#shape = frame.shape;
    this.#input = frame.input;
    this.#program = program;
    this.#guards = frame.cfg.nodes.map((node) => node.edges.map(() => program.kernel.leaves.bottom));
  }

  guardOf(at: number, edge: number): Leaf {
    return this.#guards[at]?.[edge] ?? this.#program.kernel.leaves.bottom;
  }

  /** Joins a guard to that of an edge; null when nothing changes. */
  raiseGuard(at: number, edge: number, guard: Leaf): Leaf | null {
    const guards = this.#guards[at];
    const known = guards?.[edge];
    if (guards === undefined || known === undefined) return null;
    const joined = this.#program.kernel.join(known, guard);
    if (joined === known) return null;
    guards[edge] = joined;
    return joined;
  }

  /** Places that ways to a join point may have assigned, each once, with what decided which way was taken. */
  raisedAt(at: number): readonly { readonly target: Path; readonly by: Leaf }[] {
    const { kernel } = this.#program;
    const raised = new Map<Path, Leaf[]>();
    for (const { branch, targets } of this.#shape.joins[at] ?? []) {
      const guard = kernel.leaves.joinAll(this.#guards[branch] ?? []);
      if (kernel.isBottom(guard)) continue;
      const why = 'which way was taken decides what was assigned before here';
      const hop = {
        site: siteOf(this.#input, this.#cfg.nodes[branch]),
        construct: 'merge',
        slot: `${at}`,
        why,
      } as const;
      const by = kernel.trace.hop(guard, hop, { data: kernel.leaves.none, control: guard.origins });
      for (const target of targets) {
        const known = raised.get(target);
        if (known === undefined) raised.set(target, [by]);
        else known.push(by);
      }
    }
    return [...raised].map(([target, by]) => ({ target, by: kernel.leaves.joinAll(by) }));
  }

  /**
   * pc at a node: the frame's, joined with the guards of every edge that decides whether the node runs.
   *
   * @param options.exceptOwn without the node's own edges: a step that is retried after its own failure runs again, on the same data
   */
  of(at: number, options: { readonly exceptOwn?: boolean } = {}): Leaf {
    const { kernel } = this.#program;
    const guards = [this.#input.pc];
    for (const { node, edge } of this.#shape.dependences[at] ?? []) {
      if (!this.#countsAsControl(node, edge) || (node === at && options.exceptOwn === true)) continue;
      const decided = this.#guards[node] ?? [];
      if (edge === VIRTUAL_EDGE) guards.push(...decided);
      else guards.push(decided[edge] ?? kernel.leaves.bottom);
    }
    return kernel.leaves.joinAll(guards);
  }

  #countsAsControl(at: number, edge: number): boolean {
    const { kernel } = this.#program;
    const node = this.#cfg.nodes[at];
    if (node === undefined) return false;
    if (edge === VIRTUAL_EDGE) return true;
    const kind = node.edges[edge]?.kind;
    if (node.role === 'loopTest') return kernel.holds('loop-guard');
    if (kind === 'arm' || kind === 'otherwise') return kernel.holds('branch-arm-pc');
    if (kind === 'retry') return kernel.holds('retry-loop');
    if (kind === 'next') return kernel.holds('try-normal-path');
    return kernel.holds('try-handler-pc');
  }

  /** What decided the failures that a `raise` reports. */
  reportedBy(at: number): Leaf {
    const { leaves } = this.#program.kernel;
    return leaves.joinAll((this.#shape.reports.get(at) ?? []).map(({ node, edge }) => this.guardOf(node, edge)));
  }
}
