import { stepId, type StepId } from '../../../model/brand.ts';
import type { ErrorPattern, Expression, Handler, RetryPolicy, Step } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { scopeOf, type WorkflowContext } from './context.ts';
import { applyAssign, applyInputPath, applyOutput, applyQueryOutput, rawResult, storeResult } from './lower-output.ts';
import { fieldOf, isNull, type State } from './machine.ts';
import { mintToken, waitsForToken } from './callback.ts';
import { lowerRequest } from './request.ts';
import { ERROR, lowerQuery, lowerTemplate, readOf } from './selections.ts';
import { Sequence } from './sequence.ts';

/** What lowering of any state needs to know of its surroundings. */
export interface Surroundings {
  readonly context: WorkflowContext;
  /** Where a state name leads; a name that leads nowhere leads to an opaque end. */
  readonly targetOf: (next: string | null) => StepId;
}

/** Retries that `MaxAttempts` allows when it says nothing. */
const RETRY_ATTEMPTS_DEFAULT = 3;

export function lowerTask(
  state: State,
  base: string,
  around: Surroundings,
): { readonly sequence: Sequence; readonly aside: readonly Step[] } {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  if (waitsForToken(state)) mintToken({ state }, sequence);
  const written = fieldOf(state, state.language === 'JSONata' ? 'Arguments' : 'Parameters');
  const argument = lowerArgument(state, written, { scope, context });
  const aside = guarded(state, { base, sequence, around, scope }, (body) => {
    lowerRequest({ state, argument, scope, context, written }, body);
  });
  applyOutput(state, rawResult(scope), sequence, context);
  return { sequence, aside };
}

/** What a Task sends: its template, or all of its input. */
export function lowerArgument(
  state: State,
  written: DataNode | null,
  at: { readonly scope: SelectionScope; readonly context: WorkflowContext },
): Expression {
  if (written === null) return readOf(at.scope.input, state.nameSpan);
  const { findings } = at.context;
  return state.language === 'JSONata'
    ? lowerQuery(written, at.scope, findings)
    : lowerTemplate(written, at.scope, findings);
}

/** Puts what may fail into a `try` when the state retries or catches; gives the steps of the handlers. */
export function guarded(
  state: State,
  place: {
    readonly base: string;
    readonly sequence: Sequence;
    readonly around: Surroundings;
    readonly scope: SelectionScope;
  },
  addBody: (body: Sequence) => void,
): readonly Step[] {
  const retry = itemsOf(fieldOf(state, 'Retry')).flatMap((policy) =>
    policy.kind === 'map' ? [retryPolicy(policy, place.around.context)] : [],
  );
  const catchers = itemsOf(fieldOf(state, 'Catch')).flatMap((each) => (each.kind === 'map' ? [each] : []));
  if (retry.length === 0 && catchers.length === 0) {
    addBody(place.sequence);
    return [];
  }
  const body = new Sequence(`${place.base}~try`, state.name);
  addBody(body);
  const aside: Step[] = [];
  const handlers = catchers.map((catcher, at) =>
    lowerCatcher(state, { ...place, catcher, base: `${place.base}~catch${at}`, aside }),
  );
  place.sequence.add({ kind: 'try', name: state.name, span: state.nameSpan, body: body.region(), retry, handlers });
  return aside;
}

function retryPolicy(policy: MapNode, context: WorkflowContext): RetryPolicy {
  const attempts = valueAt(policy, 'MaxAttempts');
  const isSet = attempts?.kind === 'scalar' && typeof attempts.value === 'number';
  return {
    errors: patternOf(valueAt(policy, 'ErrorEquals'), context),
    attempts: isSet ? { kind: 'set', value: attempts.value } : { kind: 'default', value: RETRY_ATTEMPTS_DEFAULT },
    span: policy.span,
  };
}

/**
 * `States.ALL` catches everything that can be caught. `States.TaskFailed` is any known name but `States.Timeout`: it stands for itself and for
 * all names that some Fail state of the workspace raises. A time-out of a heartbeat is a time-out.
 */
function patternOf(node: DataNode | null, context: WorkflowContext): ErrorPattern {
  const written = itemsOf(node).flatMap((item) => textOf(item) ?? []);
  if (written.includes('States.ALL')) return { kind: 'any' };
  const names = new Set(written);
  if (names.has('States.Timeout')) names.add('States.HeartbeatTimeout');
  if (names.has('States.TaskFailed')) for (const name of context.raisedNames) names.add(name);
  return { kind: 'names', names: [...names] };
}

function lowerCatcher(
  state: State,
  place: {
    readonly catcher: MapNode;
    readonly base: string;
    readonly aside: Step[];
    readonly around: Surroundings;
    readonly scope: SelectionScope;
  },
): Handler {
  const { catcher, around } = place;
  const { context } = around;
  const sequence = new Sequence(place.base, state.name);
  const isJsonata = state.language === 'JSONata';
  if (isJsonata) {
    const scope = { ...place.scope, errorOutput: ERROR };
    applyQueryOutput(catcher, { scope, fallback: ERROR, span: catcher.span }, { sequence, context });
  } else {
    applyAssign(catcher, scopeOf(context, { input: ERROR }), { sequence, context, isJsonata });
    storeResult(valueAt(catcher, 'ResultPath'), ERROR, { sequence, span: catcher.span });
  }
  const target = around.targetOf(textOf(valueAt(catcher, 'Next')));
  const errors = patternOf(valueAt(catcher, 'ErrorEquals'), context);
  const keeps = !sequence.isEmpty || !isNull(valueAt(catcher, 'ResultPath'));
  place.aside.push(...sequence.finish(target));
  return {
    errors,
    binds: keeps ? ERROR : null,
    next: sequence.isEmpty ? target : stepId(place.base),
    span: catcher.span,
  };
}
