import { stepId, type StepId } from '../../../model/brand.ts';
import type { ErrorPattern, Handler, Path, RetryPolicy, Step } from '../../../model/ir.ts';
import { itemsOf, textOf, valueAt, type MapNode } from '../../source/index.ts';
import { Checks } from './checks.ts';
import { scopeOf, type StateContext, type WorkflowContext } from './context.ts';
import { CATCHABLE_EVALUATION_ERRORS, EVALUATION_ERRORS, RUNTIME_ALIASES } from './error-names.ts';
import { applyAssign, applyQueryOutput, noteMismatch, storeResult } from './lower-output.ts';
import { fieldOf, isDistributed, isNull, type State } from './machine.ts';
import { applyOf, below, ERROR, literalOf, readOf, RESULT } from './selections.ts';
import { Sequence, type LooseStep } from './sequence.ts';
import { catches, namesOf, type Watch } from './watch.ts';

/** What lowering of any state needs to know of its surroundings. */
export interface Surroundings {
  readonly context: WorkflowContext;
  /** Where a state name leads; a name that leads nowhere leads to an opaque end. */
  readonly targetOf: (next: string | null) => StepId;
  /** Who notices what fails in the machine that the state stands in. */
  readonly watch: Watch;
}

/** The surroundings of what stands in a state. */
export interface StateSurroundings extends Surroundings {
  readonly context: StateContext;
  readonly retry: readonly RetryPolicy[];
  readonly handlers: readonly Handler[];
  /** Steps beside the state's line: those of handlers and failures. */
  readonly aside: Step[];
}

/** Retries that `MaxAttempts` allows when it says nothing. */
const RETRY_ATTEMPTS_DEFAULT = 3;

/** Lowers a state's `Retry` and `Catch`, before anything else of it. */
export function enterState(state: State, base: string, around: Surroundings): StateSurroundings {
  const { findings } = around.context;
  const aside: Step[] = [];
  const place = { state, findings, watch: around.watch, aside, isQuoted: around.context.isObserved };
  const isGuarded = catches(state);
  const retry = itemsOf(isGuarded ? fieldOf(state, 'Retry') : null).flatMap((policy) =>
    policy.kind === 'map' ? [retryPolicy(state, policy, around.context)] : [],
  );
  const catchers = itemsOf(isGuarded ? fieldOf(state, 'Catch') : null).flatMap((each) =>
    each.kind === 'map' ? [each] : [],
  );
  const handlers = catchers.map((catcher, at) => {
    const own = `${base}~catch${at}`;
    // What fails in a catcher is not offered to the state's catchers again.
    const checks = new Checks({ ...place, base: own, handlers: null });
    return lowerCatcher(state, {
      catcher,
      base: own,
      around: { ...around, context: { ...around.context, checks } },
      aside,
    });
  });
  const checks = new Checks({ ...place, base, handlers });
  return { ...around, context: { ...around.context, checks }, retry, handlers, aside };
}

/** Adds steps to a state's line, in a `try` when the state retries or catches. */
export function addGuarded(
  body: Sequence,
  state: State,
  to: StateSurroundings & { readonly sequence: Sequence },
): void {
  const { retry, handlers, sequence } = to;
  if (retry.length === 0 && handlers.length === 0) sequence.append(body);
  else sequence.add({ kind: 'try', name: state.name, span: state.nameSpan, body: body.region(), retry, handlers });
}

/** Places in the result of a line that are surely there: what an answer is wrapped in, the branches of a Parallel. */
export function presentIn(body: readonly LooseStep[]): readonly Path[] {
  const last = body.findLast(
    (step) => 'result' in step || (step.kind === 'assign' && step.target.root === RESULT.root),
  );
  if (last?.kind === 'assign' && last.target.segments.length === 0 && last.value.kind === 'object')
    return last.value.fields.map((field) => below(RESULT, field.name));
  if (last?.kind !== 'parallel') return [];
  return last.arms.map((_, index) => ({ root: RESULT.root, segments: [{ kind: 'index', index }] }));
}

function retryPolicy(state: State, policy: MapNode, context: WorkflowContext): RetryPolicy {
  const attempts = valueAt(policy, 'MaxAttempts');
  const isSet = attempts?.kind === 'scalar' && typeof attempts.value === 'number';
  return {
    errors: patternOf(state, policy, context),
    attempts: isSet ? { kind: 'set', value: attempts.value } : { kind: 'default', value: RETRY_ATTEMPTS_DEFAULT },
    span: policy.span,
  };
}

/**
 * `States.ALL` catches everything that can be caught. `States.TaskFailed` is any known name but `States.Timeout`: it stands for itself and for
 * all names that some Fail state of the workspace or an evaluation raises. A time-out of a heartbeat is a time-out.
 */
function patternOf(state: State, part: MapNode, context: WorkflowContext): ErrorPattern {
  const written = namesOf(part);
  if (written.includes('States.ALL')) return { kind: 'any' };
  const names = new Set(written);
  const add = (more: readonly string[]): void => {
    for (const name of more) names.add(name);
  };
  if (names.has('States.Timeout')) names.add('States.HeartbeatTimeout');
  if (names.has('States.Runtime')) add([...RUNTIME_ALIASES]);
  const isFailed = names.has('States.TaskFailed');
  if (isFailed || (state.type === 'Parallel' && names.has('States.BranchFailed')))
    add([...context.raisedNames, ...CATCHABLE_EVALUATION_ERRORS]);
  // Executions that a state starts, and the iterations of a distributed Map, are known by that they failed and not by how.
  const isWrapped = isDistributed(state) && (isFailed || names.has('States.ExceedToleratedFailureThreshold'));
  if (isWrapped || (isFailed && state.type === 'Task')) add([...context.raisedNames, ...EVALUATION_ERRORS]);
  return { kind: 'names', names: [...names] };
}

function lowerCatcher(
  state: State,
  place: {
    readonly catcher: MapNode;
    readonly base: string;
    readonly aside: Step[];
    readonly around: Surroundings & { readonly context: StateContext };
  },
): Handler {
  const { catcher, around } = place;
  const { context } = around;
  const sequence = new Sequence(place.base, state.name);
  const errors = patternOf(state, catcher, context);
  const isPassed = context.isObserved || around.watch.sees('States.Runtime');
  if (errors.kind === 'any' && isPassed && state.type !== 'Task') passRuntimeErrors(state, catcher, sequence);
  const resultPath = valueAt(catcher, 'ResultPath');
  if (state.language === 'JSONata') {
    const scope = scopeOf(context, { errorOutput: ERROR });
    applyQueryOutput(catcher, { scope, fallback: ERROR, span: catcher.span }, { sequence, context });
  } else {
    if (resultPath !== null) noteMismatch(resultPath, context);
    const present = [below(ERROR, 'Error'), below(ERROR, 'Cause')];
    applyAssign(catcher, scopeOf(context, { input: ERROR, present }), { sequence, context, isJsonata: false });
    context.checks.after(sequence);
    storeResult(resultPath, ERROR, { sequence, span: catcher.span });
  }
  const target = around.targetOf(textOf(valueAt(catcher, 'Next')));
  const keeps = !sequence.isEmpty || !isNull(resultPath);
  place.aside.push(...sequence.finish(target));
  return {
    errors,
    binds: keeps ? ERROR : null,
    next: sequence.isEmpty ? target : stepId(place.base),
    span: catcher.span,
  };
}

/** What `States.ALL` does not catch goes on to a state around this one, or to who waits for the execution. */
function passRuntimeErrors(state: State, catcher: MapNode, sequence: Sequence): void {
  if (isDistributed(state)) return;
  const { span } = catcher;
  const guard = applyOf('isRuntimeError', [readOf(below(ERROR, 'Error'), span)], span);
  sequence.raiseWhen(guard, literalOf('States.Runtime', span), { span, cause: readOf(below(ERROR, 'Cause'), span) });
}
