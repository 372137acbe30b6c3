import type {
  AwaitStep,
  Bound,
  BranchStep,
  CallStep,
  CallTarget,
  Expression,
  LoopStep,
  OpaqueStep,
  RaiseStep,
  ReadStep,
  ReturnStep,
  Step,
  StoreTarget,
  TryStep,
  WriteStep,
} from '../../model/ir.ts';
import { transferCall } from './calls.ts';
import { anyError, NO_ERRORS, payloadTree, type ErrorMap } from './errors.ts';
import { describeReads, evaluate, everything, labelOf, type Evaluation } from './evaluate.ts';
import type { FramePlace } from './frame-input.ts';
import { transferForEach, transferParallel, transferRace } from './frames.ts';
import type { Leaf } from './leaf.ts';
import type { Program } from './program.ts';
import { recordReturn } from './questions.ts';
import { transferRelease } from './releases.ts';
import { recordJournals } from './journals.ts';
import { assign, joinStates, type State } from './state.ts';
import { transferRead, transferWrite } from './stores.ts';
import type { Site } from './trace.ts';
import { uniform, type Tree } from './tree.ts';

/** Steps that a transfer function handles; `branch` is part of the frame's control flow. */
export type TransferredStep = Exclude<Step, BranchStep>;

/** `Γ ; pc ⊢ step`. */
export interface Premises<S extends Step = TransferredStep> {
  readonly step: S;
  readonly state: State;
  readonly pc: Leaf;
  /** pc without the step's own failure. A `retry` repeats a step that failed: that decides how often it runs and not what it gives in the end. */
  readonly resultPc: Leaf;
  /** What decided the failures that this step reports. */
  readonly reported?: Leaf;
  readonly site: Site;
  readonly place: FramePlace;
}

/** `⊣ Γ′ ; X`, and what the frame needs besides. */
export interface Conclusion {
  /** Γ′ when the step succeeds. */
  readonly after: State;
  /** Γ when it fails. */
  readonly failed: State;
  readonly errors: ErrorMap;
  /** What decides how long the step takes. */
  readonly timing: Leaf;
  /** In strict mode: what decides whether the step ends at all. */
  readonly stop: Leaf;
  /** What a `return` contributes to the frame's result. */
  readonly result: Tree | null;
}

export function transfer(premises: Premises, program: Program): Conclusion {
  program.countTransfer();
  const { step } = premises;
  switch (step.kind) {
    case 'assign': {
      const value = evaluate(step.value, evaluationOf(premises, program));
      const reads = describeReads(step.value);
      const hop = {
        site: premises.site,
        construct: 'assign',
        why: reads === '' ? 'it is assigned here' : `${reads} is read here`,
      } as const;
      const after = assign(premises.state, { target: step.target, value, pc: premises.pc, hop }, program.kernel);
      const data = program.kernel.trees.flatten(value);
      program.recordTyping(premises, { input: data, output: data });
      recordJournals({ ...premises, data }, program);
      return quiet(premises, program, after);
    }
    case 'call':
      return transferCall({ ...premises, step }, program);
    case 'read':
      return transferRead({ ...premises, step }, program);
    case 'write':
      return transferWrite({ ...premises, step }, program);
    case 'await':
      return transferAwait({ ...premises, step }, program);
    case 'declassify':
    case 'endorse':
      return transferRelease({ ...premises, step }, program);
    case 'forEach':
      return transferForEach({ ...premises, step }, program);
    case 'parallel':
      return transferParallel({ ...premises, step }, program);
    case 'race':
      return transferRace({ ...premises, step }, program);
    case 'raise':
      return transferRaise({ ...premises, step }, program);
    case 'return':
      return transferReturn({ ...premises, step }, program);
    case 'opaque':
      return transferOpaque({ ...premises, step }, program);
    case 'loop':
    case 'try':
      return enterBlock({ ...premises, step }, program);
  }
}

export function evaluationOf(premises: Premises<Step>, program: Program): Evaluation {
  return { kernel: program.kernel, variables: premises.state.variables, site: premises.site };
}

/** What computes a limit decides whether the step times out or goes on, which others see. */
export function limitLabel(bounds: readonly Bound[], premises: Premises<Step>, program: Program): Leaf {
  const evaluation = evaluationOf(premises, program);
  if (!program.kernel.holds('computed-limit')) return program.kernel.leaves.bottom;
  return program.kernel.leaves.joinAll(
    bounds.flatMap((bound) => (bound.kind === 'dynamic' ? [labelOf(bound.from, evaluation)] : [])),
  );
}

/** What decides on which place a step means and who asks there: a target computed at run time, the identity that is used. */
export function addressLabel(
  target: CallTarget | StoreTarget,
  premises: Premises<CallStep | ReadStep | WriteStep>,
  program: Program,
): Leaf {
  const { kernel } = program;
  const { credentials } = premises.step.effect;
  const parts: Expression[] = [];
  if (target.kind === 'dynamic' && kernel.holds('dynamic-target-flow')) parts.push(target.from);
  if (credentials !== null && kernel.holds('credentials')) parts.push(credentials);
  const evaluation = evaluationOf(premises, program);
  return kernel.leaves.joinAll(parts.map((part) => labelOf(part, evaluation)));
}

/** The conclusion of a step that cannot fail. */
export function quiet(premises: Premises, program: Program, after: State): Conclusion {
  const { bottom } = program.kernel.leaves;
  return { after, failed: premises.state, errors: NO_ERRORS, timing: bottom, stop: bottom, result: null };
}

function enterBlock(premises: Premises<LoopStep | TryStep>, program: Program): Conclusion {
  const { bottom } = program.kernel.leaves;
  program.recordTyping(premises, { input: bottom, output: bottom });
  recordJournals({ ...premises, data: bottom }, program);
  return quiet(premises, program, premises.state);
}

function transferAwait(premises: Premises<AwaitStep>, program: Program): Conclusion {
  const { step, pc, state, site } = premises;
  const { kernel } = program;
  const { bottom } = kernel.leaves;
  if (step.source.kind === 'timer') {
    const duration = labelOf(step.source.duration, evaluationOf(premises, program));
    program.recordTyping(premises, { input: duration, output: bottom });
    recordJournals({ ...premises, data: duration }, program);
    const stop = program.strict ? kernel.join(kernel.stripGuard(duration), pc) : bottom;
    return { ...quiet(premises, program, state), timing: duration, stop };
  }
  const content = program.stores.contentOf(step.source.channel, site);
  const value = kernel.holds('await-content') ? content : kernel.trees.empty;
  const label = kernel.trees.flatten(content);
  program.recordTyping(premises, { input: label, output: label });
  const limit = kernel.stripGuard(limitLabel([step.timeoutSeconds, step.heartbeatSeconds], premises, program));
  const cause = kernel.holds('await-error') ? kernel.leaves.joinAll([kernel.stripGuard(label), limit, pc]) : bottom;
  const result = {
    target: step.result,
    value,
    pc,
    hop: { site, construct: 'await', why: 'this is what resumed the execution with' } as const,
  };
  const after = result.target === null ? state : assign(state, { ...result, target: result.target }, kernel);
  const errors = anyError(cause, kernel.leaves.withMarks(kernel.join(label, pc), ['error']));
  recordJournals({ ...premises, data: label, errors }, program);
  return { after, failed: state, errors, timing: label, stop: program.strict ? cause : bottom, result: null };
}

function transferRaise(premises: Premises<RaiseStep>, program: Program): Conclusion {
  const { step, pc, state } = premises;
  const { kernel } = program;
  const evaluation = evaluationOf(premises, program);
  const error = evaluate(step.error, evaluation);
  const cause = step.cause === null ? kernel.trees.empty : evaluate(step.cause, evaluation);
  const name = kernel.trees.flatten(error);
  const told = kernel.holds('raise-error-label') ? kernel.join(kernel.stripGuard(name), pc) : pc;
  const control = kernel.join(told, premises.reported ?? kernel.leaves.bottom);
  const everyPart = kernel.leaves.joinAll([name, kernel.trees.flatten(cause), pc]);
  program.recordTyping(premises, { input: everyPart, output: everyPart });
  const raised = (tree: Tree): Tree =>
    kernel.trees.mapLeaves(tree, (leaf) => kernel.leaves.withMarks(kernel.join(leaf, pc), ['error']));
  const payload = payloadTree(raised(error), raised(cause), control);
  const key = step.error.kind === 'literal' && typeof step.error.value === 'string' ? step.error.value : '*';
  const errors: ErrorMap = new Map([[key, { control, payload, told }]]);
  recordJournals({ ...premises, data: everyPart, errors }, program);
  return {
    after: state,
    failed: state,
    errors,
    timing: name,
    stop: kernel.leaves.bottom,
    result: null,
  };
}

function transferReturn(premises: Premises<ReturnStep>, program: Program): Conclusion {
  const { step, pc, site } = premises;
  const { kernel } = program;
  const value = evaluate(step.value, evaluationOf(premises, program));
  const label = kernel.trees.flatten(value);
  program.recordTyping(premises, { input: label, output: label });
  recordJournals({ ...premises, data: label }, program);
  if (premises.place.isTop) recordReturn(premises, { data: label, control: pc }, program);
  const control = kernel.holds('return-pc') ? pc : kernel.leaves.bottom;
  const result = kernel.trees.mapLeaves(value, (leaf, slot) =>
    kernel.trace.hop(
      kernel.join(leaf, control),
      { site, construct: 'return', slot, why: 'this is the result' },
      { data: leaf.origins, control: control.origins },
    ),
  );
  return { ...quiet(premises, program, premises.state), timing: kernel.leaves.bottom, result };
}

function transferOpaque(premises: Premises<OpaqueStep>, program: Program): Conclusion {
  const { step, pc, site, state } = premises;
  const { kernel } = program;
  const evaluation = evaluationOf(premises, program);
  const read =
    step.reads.length === 0
      ? everything(state.variables, kernel)
      : kernel.leaves.joinAll(step.reads.map((part) => labelOf(part, evaluation)));
  const origin = { description: step.reason, span: step.span };
  const unknown = kernel.opaque({ site, slot: 'opaque', description: step.reason, origin });
  const label = kernel.holds('opaque-top') ? kernel.join(kernel.join(unknown, read), pc) : kernel.join(read, pc);
  program.recordTyping(premises, { input: read, output: label });
  let after = state;
  const hop = { site, construct: 'opaque', why: step.reason } as const;
  for (const target of step.writes) after = assign(after, { target, value: uniform(label), pc, hop }, kernel);
  const errors = anyError(kernel.stripGuard(label), kernel.leaves.withMarks(label, ['error']));
  recordJournals({ ...premises, data: label, errors }, program);
  return {
    after,
    failed: joinStates(state, [after], kernel),
    errors,
    timing: label,
    stop: program.strict ? label : kernel.leaves.bottom,
    result: null,
  };
}
