import type { Bound } from '../../model/ir.ts';
import { buildCfg, type Cfg, type CfgEdge, type CfgNode } from './cfg.ts';
import { analyseShape, type Shape } from './dominance.ts';
import {
  controlOf,
  equalErrors,
  joinErrors,
  offerErrors,
  NO_ERRORS,
  raiseErrors,
  withFailureHop,
  type ErrorMap,
} from './errors.ts';
import { evaluate } from './evaluate.ts';
import { recordJournals } from './journals.ts';
import type { FrameInput, FrameResult } from './frame-input.ts';
import { FrameControl, siteOf } from './frame-control.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { recordFailure, recordReturn } from './questions.ts';
import { isReported } from './reports.ts';
import { assign, equalStates, joinStates, raiseTarget, type State } from './state.ts';
import type { Site } from './trace.ts';
import { limitLabel, transfer } from './transfer.ts';
import { uniform, type Tree } from './tree.ts';

/**
 * Most visits of one node before a frame is given up as a defect of the checker: each visit raises at least one leaf or is the last, and
 * lattices and trees are bounded, so this is never reached.
 */
const VISITS_MAX = 100_000;

/** Types one frame to its least fixpoint: worklist over the control-flow graph in reverse postorder. */
export function analyseFrame(input: FrameInput, program: Program): FrameResult {
  return new FrameAnalysis(input, program).run();
}

class FrameAnalysis {
  readonly #input: FrameInput;
  readonly #program: Program;
  readonly #cfg: Cfg;
  readonly #shape: Shape;
  /** Out-states by node and edge; absent while the edge has not been taken. */
  readonly #out: (State | undefined)[][];
  readonly #control: FrameControl;
  readonly #before: (State | undefined)[];
  /** Errors that arrive at a dispatch node, by the node they come from. */
  readonly #arriving: Map<number, ErrorMap>[];
  readonly #predecessors: { readonly node: number; readonly edge: number }[][];
  readonly #dependents: Set<number>[];
  readonly #dirty = new Set<number>();
  #result: Tree;
  #errors: ErrorMap = NO_ERRORS;
  #timing: Leaf;

  constructor(input: FrameInput, program: Program) {
    this.#input = input;
    this.#program = program;
    const { cfg, shape } = program.shapeOf(input.region, input.place.tracksFailures, () => {
      const built = buildCfg(input.region, { tracksFailures: input.place.tracksFailures, raisers: program.raisers });
      return { cfg: built, shape: analyseShape(built, program.shapeOptions) };
    });
    this.#cfg = cfg;
    this.#shape = shape;
    this.#out = cfg.nodes.map(() => []);
    this.#control = new FrameControl({ cfg, shape, input }, program);
    this.#before = cfg.nodes.map(() => undefined);
    this.#arriving = cfg.nodes.map(() => new Map<number, ErrorMap>());
    this.#predecessors = cfg.nodes.map(() => []);
    this.#dependents = cfg.nodes.map(() => new Set<number>());
    this.#result = program.kernel.trees.empty;
    this.#timing = program.kernel.leaves.bottom;
    this.#link();
  }

  #link(): void {
    for (const node of this.#shape.order) {
      for (const [edge, { to }] of (this.#cfg.nodes[node]?.edges ?? []).entries())
        this.#predecessors[to]?.push({ node, edge });
      for (const dependence of this.#shape.dependences[node] ?? []) this.#dependents[dependence.node]?.add(node);
      for (const join of this.#shape.joins[node] ?? []) this.#dependents[join.branch]?.add(node);
      for (const report of this.#shape.reports.get(node) ?? []) this.#dependents[report.node]?.add(node);
    }
  }

  run(): FrameResult {
    this.#dirty.add(this.#cfg.entry);
    let visits = 0;
    while (this.#dirty.size > 0) {
      for (const node of this.#shape.order) {
        if (!this.#dirty.delete(node)) continue;
        this.#visit(node);
        if (++visits > VISITS_MAX * this.#cfg.nodes.length) throw new Error('flow: fixpoint did not end');
      }
    }
    const passed = this.#before[this.#cfg.exit]?.passed ?? this.#input.passed;
    return { result: this.#result, errors: this.#errors, timing: this.#timing, passed };
  }

  #visit(at: number): void {
    const node = this.#cfg.nodes[at];
    if (node === undefined) return;
    const before = this.#stateBefore(at);
    if (before === undefined) return;
    this.#before[at] = before;
    const pc = this.#program.kernel.trace.bundle(this.#control.of(at), siteOf(this.#input, node), 'pc');
    this.#takeTime(pc);
    switch (node.role) {
      case 'step':
        this.#visitStep(at, node, { before, pc });
        break;
      case 'loopTest':
        this.#visitLoopTest(at, node, { before, pc });
        break;
      case 'dispatch':
        this.#visitDispatch(at, node, { before, pc });
        break;
      case 'exit':
        break;
      case 'escape':
        break;
    }
  }

  /** Adds to what decides how long the frame runs. */
  #takeTime(leaf: Leaf): void {
    const { kernel } = this.#program;
    this.#timing = kernel.trace.bundle(kernel.join(this.#timing, leaf), this.#input.place.site, 'timing');
  }

  /** Joins what comes in on all edges; at a join point, raises what the branch's ways may have assigned. */
  #stateBefore(at: number): State | undefined {
    const { kernel } = this.#program;
    const { variables, passed } = this.#input;
    const arriving = (this.#predecessors[at] ?? []).flatMap(({ node, edge }) => this.#out[node]?.[edge] ?? []);
    const [first, ...others] = at === this.#cfg.entry ? [{ variables, passed }, ...arriving] : arriving;
    let joined = first === undefined ? undefined : joinStates(first, others, kernel);
    if (joined === undefined || !kernel.holds('branch-join') || !kernel.holds('assigned-pc')) return joined;
    for (const raise of this.#control.raisedAt(at)) joined = raiseTarget(joined, raise, kernel);
    return joined;
  }

  #visitStep(
    at: number,
    node: Extract<CfgNode, { role: 'step' }>,
    now: { readonly before: State; readonly pc: Leaf },
  ): void {
    const { step } = node;
    const { kernel } = this.#program;
    const site = siteOf(this.#input, node);
    if (step.kind === 'branch') {
      const guards = step.arms.map((arm) => this.#guard(arm.guard, { site: { ...site, span: arm.span }, ...now }));
      const tested = kernel.leaves.joinAll(guards);
      const place = this.#input.place;
      this.#program.recordTyping(
        { step, state: now.before, pc: now.pc, resultPc: now.pc, site, place },
        { input: tested, output: kernel.leaves.bottom },
      );
      const { bottom } = kernel.leaves;
      recordJournals({ site, pc: now.pc, place, data: bottom }, this.#program);
      this.#setBranch(at, guards, now.before);
      return;
    }
    const tracksFailures = this.#input.place.tracksFailures || this.#isCaught(node.dispatch);
    const place = { ...this.#input.place, tracksFailures };
    const resultPc = kernel.trace.bundle(this.#control.of(at, { exceptOwn: true }), site, 'result-pc');
    const reported = this.#control.reportedBy(at);
    const outcome = transfer({ step, state: now.before, pc: now.pc, resultPc, reported, site, place }, this.#program);
    this.#takeTime(outcome.timing);
    if (outcome.result !== null) this.#result = kernel.trees.join(this.#result, outcome.result);
    const errors = step.kind === 'raise' ? outcome.errors : withFailureHop(outcome.errors, site, kernel);
    const failure = controlOf(errors, kernel.leaves);
    // What decides on the way on includes what decided that the step runs at all, also when the step itself never fails.
    const hop = { site, construct: 'guard', slot: 'stop', why: 'whether this ends decides what runs' } as const;
    const stop = kernel.trace.hop(outcome.stop, hop, { data: kernel.leaves.none, control: outcome.stop.origins });
    const guard = kernel.leaves.joinAll([failure, stop, now.pc]);
    for (const [index, edge] of node.edges.entries()) {
      this.#setGuard(at, index, guard);
      this.#send(at, index, edge.kind === 'error' ? outcome.failed : outcome.after);
    }
    this.#deliverErrors(at, node.dispatch, errors);
  }

  /** ℓ(guard) ⊔ pc as control sees it, with a hop of its own. */
  #guard(
    guard: Parameters<typeof evaluate>[0],
    at: { readonly site: Site; readonly before: State; readonly pc: Leaf },
  ): Leaf {
    const { kernel } = this.#program;
    const read = kernel.trees.flatten(evaluate(guard, { kernel, variables: at.before.variables, site: at.site }));
    const leaf = kernel.stripGuard(kernel.join(read, at.pc));
    const slot = `guard@${at.site.span.start.offset}`;
    const hop = { site: at.site, construct: 'guard', slot, why: 'the condition decides what runs' } as const;
    return kernel.trace.hop(leaf, hop, {
      data: kernel.leaves.none,
      control: kernel.leaves.union(read.origins, at.pc.origins),
    });
  }

  /** Arm i runs under the guards tested up to i; the last edge (`otherwise`) under all of them. */
  #setBranch(at: number, guards: readonly Leaf[], before: State): void {
    const { kernel } = this.#program;
    let tested = kernel.leaves.bottom;
    for (const [index, guard] of guards.entries()) {
      tested = kernel.holds('branch-earlier-guards') ? kernel.join(tested, guard) : guard;
      this.#setGuard(at, index, tested);
      this.#send(at, index, before);
    }
    this.#setGuard(at, guards.length, kernel.leaves.joinAll(guards));
    this.#send(at, guards.length, before);
  }

  #visitLoopTest(
    at: number,
    node: Extract<CfgNode, { role: 'loopTest' }>,
    now: { readonly before: State; readonly pc: Leaf },
  ): void {
    const test = this.#guard(node.step.guard, {
      site: { ...siteOf(this.#input, node), span: node.step.guard.span },
      ...now,
    });
    const guard = this.#program.kernel.join(test, this.#limit([node.step.rounds], node, now));
    for (const index of node.edges.keys()) {
      this.#setGuard(at, index, guard);
      this.#send(at, index, now.before);
    }
  }

  /** What computes a limit on rounds or attempts decides, like a guard, how often a block runs. */
  #limit(
    bounds: readonly Bound[],
    node: Extract<CfgNode, { role: 'loopTest' | 'dispatch' }>,
    now: { readonly before: State; readonly pc: Leaf },
  ): Leaf {
    const site = siteOf(this.#input, node);
    const at = { step: node.step, state: now.before, pc: now.pc, resultPc: now.pc, site, place: this.#input.place };
    return this.#program.kernel.stripGuard(limitLabel(bounds, at, this.#program));
  }

  /** Offers errors to policies and handlers in order; what nobody surely catches leaves the block. */
  #visitDispatch(
    at: number,
    node: Extract<CfgNode, { role: 'dispatch' }>,
    now: { readonly before: State; readonly pc: Leaf },
  ): void {
    const { kernel } = this.#program;
    const { trees, leaves } = kernel;
    let errors: ErrorMap = NO_ERRORS;
    for (const arriving of this.#arriving[at]?.values() ?? []) errors = joinErrors(errors, arriving, trees);
    const limit = this.#limit(
      node.step.retry.map((policy) => policy.attempts),
      node,
      now,
    );
    const guard = leaves.joinAll([controlOf(errors, leaves), now.pc, limit]);
    const { caught, passed } = offerErrors(errors, node.step.handlers);
    const entry = this.#entryStateOf(node) ?? now.before;
    const before = kernel.holds('try-handler-state') ? now.before : entry;
    for (const [index, edge] of node.edges.entries()) {
      this.#setGuard(at, index, guard);
      const match = edge.kind === 'handler' ? (caught[edge.index] ?? NO_ERRORS) : NO_ERRORS;
      if (edge.kind === 'handler' && match.size === 0) continue;
      this.#send(at, index, this.#bindPayload(node, edge, { state: before, match, guard }));
    }
    const escalated = raiseErrors(passed, guard, trees);
    if (node.dispatch !== null || escalated.size > 0) this.#deliverErrors(at, node.dispatch, escalated);
  }

  #entryStateOf(dispatch: Extract<CfgNode, { role: 'dispatch' }>): State | undefined {
    const at = this.#cfg.nodes.findIndex((node) => node.role === 'step' && node.step === dispatch.step);
    return this.#before[at];
  }

  #bindPayload(
    node: Extract<CfgNode, { role: 'dispatch' }>,
    edge: CfgEdge,
    caught: { readonly state: State; readonly match: ErrorMap; readonly guard: Leaf },
  ): State {
    const { kernel } = this.#program;
    const handler = edge.kind === 'handler' ? node.step.handlers[edge.index] : undefined;
    if (handler === undefined || handler.binds === null) return caught.state;
    const payloads = [...caught.match.values()].map(({ payload }) => payload);
    const value = kernel.holds('try-payload') ? kernel.trees.joinAll(payloads) : kernel.trees.empty;
    const site = { ...siteOf(this.#input, node), span: handler.span };
    const hop = { site, construct: 'handler', why: 'the handler keeps the error' } as const;
    return assign(caught.state, { target: handler.binds, value, pc: caught.guard, hop }, kernel);
  }

  #deliverErrors(from: number, dispatch: number | null, errors: ErrorMap): void {
    const { trees } = this.#program.kernel;
    if (dispatch === null) {
      this.#errors = joinErrors(this.#errors, errors, trees);
      this.#recordFailure(from, errors);
      return;
    }
    const arriving = this.#arriving[dispatch];
    const known = arriving?.get(from) ?? NO_ERRORS;
    const joined = joinErrors(known, errors, trees);
    if (equalErrors(known, joined, trees)) return;
    arriving?.set(from, joined);
    this.#dirty.add(dispatch);
  }

  /** Whether somebody acts on the errors that arrive at a dispatch node. */
  #isCaught(dispatch: number | null): boolean {
    const node = dispatch === null ? undefined : this.#cfg.nodes[dispatch];
    return node !== undefined && !isReported(node);
  }

  /** What an execution fails with is told to who started it. */
  #recordFailure(at: number, errors: ErrorMap): void {
    const { place } = this.#input;
    const node = this.#cfg.nodes[at];
    const state = this.#before[at];
    if (!place.isTop || node === undefined || !('step' in node) || state === undefined) return;
    const { bottom } = this.#program.kernel.leaves;
    const premises = { step: node.step, state, pc: bottom, resultPc: bottom, site: siteOf(this.#input, node), place };
    recordFailure(premises, errors, this.#program);
  }

  #setGuard(at: number, edge: number, guard: Leaf): void {
    const joined = this.#control.raiseGuard(at, edge, guard);
    if (joined === null) return;
    this.#takeTime(joined);
    for (const dependent of this.#dependents[at] ?? []) this.#dirty.add(dependent);
    // What ends here ends under this guard.
    if (this.#cfg.nodes[at]?.edges[edge]?.to === this.#cfg.exit) this.#dirty.add(at);
  }

  #send(at: number, edge: number, state: State): void {
    const { kernel } = this.#program;
    const node = this.#cfg.nodes[at];
    const target = node?.edges[edge];
    const row = this.#out[at];
    if (node === undefined || target === undefined || row === undefined) return;
    if (target.to === this.#cfg.exit) this.#endWithNull(at, edge);
    const known = row[edge];
    if (known !== undefined && equalStates(known, state, kernel)) return;
    row[edge] = known === undefined ? state : joinStates(known, [state], kernel);
    this.#dirty.add(target.to);
  }

  /** A frame that ends without `return` has null as its result; that it ended there depends on control. */
  #endWithNull(at: number, edge: number): void {
    const { kernel } = this.#program;
    const node = this.#cfg.nodes[at];
    if (node?.role === 'step' && node.step.kind === 'return') return;
    const pc = kernel.join(this.#control.of(at), this.#control.guardOf(at, edge));
    const { place } = this.#input;
    if (place.isTop && node !== undefined && 'step' in node) {
      const state = this.#before[at] ?? { variables: this.#input.variables, passed: this.#input.passed };
      const premises = { step: node.step, state, pc, resultPc: pc, site: siteOf(this.#input, node), place };
      recordReturn(premises, { data: kernel.leaves.bottom, control: pc }, this.#program);
    }
    this.#result = kernel.trees.join(this.#result, uniform(pc));
  }
}
