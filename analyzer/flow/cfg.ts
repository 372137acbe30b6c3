import type { CompositionId, StepId } from '../../model/brand.ts';
import { invariant } from '../../model/diagnostic.ts';
import type { LoopStep, Region, Step, TryStep } from '../../model/ir.ts';
import { isFailureArm } from '../../model/walk.ts';
import { catchesAll, isReport, leadsToReport, raisesExplicitly, regionRaises, stepsById } from './raises.ts';

/**
 * The control-flow graph of one frame: its own steps and those of the blocks (`try`, `loop`) in it. Inner frames (`parallel`, `race`,
 * `forEach`) are single nodes.
 */
export interface Cfg {
  readonly nodes: readonly CfgNode[];
  readonly entry: number;
  /** Where the frame ends with a result. */
  readonly exit: number;
  /** Where an error leaves the frame. */
  readonly escape: number;
}

export type EdgeKind = 'next' | 'arm' | 'otherwise' | 'error' | 'retry' | 'handler' | 'escalate';

export interface CfgEdge {
  readonly to: number;
  readonly kind: EdgeKind;
  /** Which arm, policy or handler; 0 for the others. */
  readonly index: number;
  /** A failure takes this way, and it is only reported: what follows does nothing that others see, and fails. */
  readonly isReport?: boolean;
}

export type CfgNode =
  | { readonly role: 'step'; readonly step: Step; readonly edges: CfgEdge[]; readonly dispatch: number | null }
  | { readonly role: 'loopTest'; readonly step: LoopStep; readonly edges: CfgEdge[]; readonly dispatch: number | null }
  /** Where the errors of a `try` body are offered to its policies and handlers. */
  | { readonly role: 'dispatch'; readonly step: TryStep; readonly edges: CfgEdge[]; readonly dispatch: number | null }
  | { readonly role: 'exit'; readonly edges: CfgEdge[]; readonly dispatch: null }
  | { readonly role: 'escape'; readonly edges: CfgEdge[]; readonly dispatch: null };

export interface CfgContext {
  /** Somebody may catch what leaves the frame, or strict mode: then every failure is control flow that others can see. */
  readonly tracksFailures: boolean;
  /** Compositions out of which an explicit `raise` may come. */
  readonly raisers: ReadonlySet<CompositionId>;
}

/** Steps that can fail. */
export function mayFail(step: Step): boolean {
  switch (step.kind) {
    case 'call':
    case 'read':
    case 'write':
    case 'await':
    case 'declassify':
    case 'endorse':
    case 'opaque':
    case 'raise':
    case 'forEach':
    case 'parallel':
    case 'race':
      return true;
    case 'assign':
    case 'branch':
    case 'loop':
    case 'try':
    case 'return':
      return false;
  }
}

/** Whether a `try` does anything about a failure. */
const isActing = ({ retry, handlers }: TryStep): boolean => retry.length > 0 || handlers.length > 0;

export function buildCfg(region: Region, context: CfgContext): Cfg {
  const builder = new CfgBuilder(context);
  const entry = builder.addRegion(region, { after: builder.exit, dispatch: null });
  return { nodes: builder.nodes, entry, exit: builder.exit, escape: builder.escape };
}

interface Surrounding {
  /** Where a region goes on when it ends. */
  readonly after: number;
  readonly dispatch: number | null;
}

/** What is around a step: that of its region, and the region's own steps. */
interface Place extends Surrounding {
  readonly byId: ReturnType<typeof stepsById>;
}

class CfgBuilder {
  readonly nodes: CfgNode[] = [];
  readonly exit: number;
  readonly escape: number;
  readonly #context: CfgContext;
  readonly #byId = new Map<StepId, number>();

  constructor(context: CfgContext) {
    this.#context = context;
    this.exit = this.#add({ role: 'exit', edges: [], dispatch: null });
    this.escape = this.#add({ role: 'escape', edges: [], dispatch: null });
  }

  #add(node: CfgNode): number {
    return this.nodes.push(node) - 1;
  }

  /** Adds all steps of a region first, so that jumps in any direction find their target. */
  addRegion(region: Region, around: Surrounding): number {
    for (const step of region.steps) {
      this.#byId.set(step.id, this.#add({ role: 'step', step, edges: [], dispatch: around.dispatch }));
    }
    const place = { ...around, byId: stepsById(region) };
    for (const step of region.steps) this.#connect(step, place);
    return this.#target(region.entry, around);
  }

  #target(id: StepId | null, around: Surrounding): number {
    if (id === null) return around.after;
    const node = this.#byId.get(id);
    invariant(node !== undefined, 'flow: a step jumps inside its own region');
    return node;
  }

  #edges(step: Step): CfgEdge[] {
    const node = this.nodes[this.#byId.get(step.id) ?? -1];
    invariant(node !== undefined, 'flow: a connected step has a node');
    return node.edges;
  }

  #connect(step: Step, around: Place): void {
    const edges = this.#edges(step);
    switch (step.kind) {
      case 'branch':
        for (const [index, arm] of step.arms.entries()) {
          const isReport = this.#isOpen(around) && isFailureArm(arm) && leadsToReport(arm.next, around.byId);
          edges.push({ to: this.#target(arm.next, around), kind: 'arm', index, isReport });
        }
        edges.push({ to: this.#target(step.otherwise, around), kind: 'otherwise', index: 0 });
        break;
      case 'return':
        edges.push({ to: this.exit, kind: 'next', index: 0 });
        break;
      case 'raise':
        break;
      case 'loop':
        this.#connectLoop(step, edges, around);
        break;
      case 'try':
        this.#connectTry(step, edges, around);
        break;
      default:
        edges.push({ to: this.#target(step.next, around), kind: 'next', index: 0 });
    }
    if (mayFail(step)) this.#connectFailure(step, edges, around);
  }

  /** Nobody acts on what leaves the region. */
  #isOpen({ dispatch }: Surrounding): boolean {
    return dispatch === null && !this.#context.tracksFailures;
  }

  #connectFailure(step: Step, edges: CfgEdge[], around: Surrounding): void {
    if (around.dispatch !== null) edges.push({ to: around.dispatch, kind: 'error', index: 0 });
    else if (this.#context.tracksFailures || raisesExplicitly(step, this.#context.raisers)) {
      edges.push({ to: this.escape, kind: 'error', index: 0 });
    }
  }

  #connectLoop(step: LoopStep, edges: CfgEdge[], around: Surrounding): void {
    const test = this.#add({ role: 'loopTest', step, edges: [], dispatch: around.dispatch });
    const body = this.addRegion(step.body, { after: test, dispatch: around.dispatch });
    edges.push({ to: step.test === 'before' ? test : body, kind: 'next', index: 0 });
    this.nodes[test]?.edges.push(
      { to: body, kind: 'arm', index: 0 },
      { to: this.#target(step.next, around), kind: 'otherwise', index: 0 },
    );
  }

  #connectTry(step: TryStep, edges: CfgEdge[], around: Place): void {
    if (!isActing(step)) {
      const body = this.addRegion(step.body, { after: this.#target(step.next, around), dispatch: around.dispatch });
      edges.push({ to: body, kind: 'next', index: 0 });
      return;
    }
    const outgoing: CfgEdge[] = [];
    const dispatch = this.#add({ role: 'dispatch', step, edges: outgoing, dispatch: around.dispatch });
    const body = this.addRegion(step.body, { after: this.#target(step.next, around), dispatch });
    edges.push({ to: body, kind: 'next', index: 0 });
    for (const [index] of step.retry.entries()) outgoing.push({ to: body, kind: 'retry', index });
    for (const [index, handler] of step.handlers.entries()) {
      const at = { byId: around.byId, raisers: this.#context.raisers };
      const isMere = this.#isOpen(around) && isReport(step, handler.next, at);
      outgoing.push({ to: this.#target(handler.next, around), kind: 'handler', index, isReport: isMere });
    }
    if (catchesAll(step)) return;
    if (around.dispatch !== null) outgoing.push({ to: around.dispatch, kind: 'escalate', index: 0 });
    else if (this.#context.tracksFailures || regionRaises(step.body, this.#context.raisers)) {
      outgoing.push({ to: this.escape, kind: 'escalate', index: 0 });
    }
  }
}
