import { stepId, type StepId } from '../../../model/brand.ts';
import type { Expression, Region, Step } from '../../../model/ir.ts';
import { textOf, type MapNode } from '../../source/index.ts';
import { enterState, type StateSurroundings, type Surroundings } from './catchers.ts';
import { lowerValue, scopeOf, UNNAMED_ERROR, type StateContext, type WorkflowContext } from './context.ts';
import { lowerChoice } from './lower-choice.ts';
import { lowerMap, lowerParallel } from './lower-frames.ts';
import { applyInputPath, applyOutput, applyOutputPath, rawResult } from './lower-output.ts';
import { lowerArgument, lowerTask } from './lower-task.ts';
import {
  fieldOf,
  innerLanguage,
  MACHINE_DEPTH_MAX,
  readMachine,
  type InheritedLanguage,
  type State,
} from './machine.ts';
import {
  constant,
  CONTEXT,
  DATA,
  EXECUTION_INPUT,
  literalOf,
  lowerPath,
  lowerQuery,
  lowerSelection,
  objectOf,
  readOf,
  RESULT,
} from './selections.ts';
import { idText, Sequence } from './sequence.ts';
import { watchInside, type Watch } from './watch.ts';

export interface MachineInput {
  readonly node: MapNode;
  readonly context: WorkflowContext;
  /** Before the names of states, so that ids are unique in the composition. */
  readonly prefix: string;
  readonly language: InheritedLanguage;
  /** Whose steps run before the first state: the workflow or the Map or Parallel around. */
  readonly owner: string;
  /** Runs before the first state. */
  readonly prologue: (sequence: Sequence) => void;
  readonly depth: number;
  /** Who notices what fails in the machine. */
  readonly watch: Watch;
}

/** Lowers a state machine, or one inside a Map or Parallel, to a region. */
export function lowerMachine(input: MachineInput): Region {
  const machine = readMachine(input.node, input.language);
  const { prefix, context } = input;
  const known = new Set(machine.states.map((state) => state.name));
  const missing = new Map<string, Step>();
  const targetOf = (next: string | null, field = 'Next'): StepId => {
    const text = next ?? '';
    if (known.has(text)) return stepId(prefix + idText(text));
    const id = stepId(`${prefix}${idText(text)}~missing`);
    const reason = next === null ? `a ${field} is missing here` : `there is no state ${text}`;
    const at = { id, name: next ?? `no ${field}`, span: input.node.span };
    missing.set(id, { ...at, kind: 'opaque', reads: [], writes: [DATA], reason, next: null });
    return id;
  };
  const prologue = new Sequence(`${prefix}^`, input.owner);
  input.prologue(prologue);
  const start = targetOf(machine.startAt, 'StartAt');
  const steps = machine.states.flatMap((state) =>
    lowerState(state, prefix + idText(state.name), { context, targetOf, depth: input.depth, watch: input.watch }),
  );
  const first = prologue.isEmpty ? [] : prologue.finish(start);
  return { entry: prologue.isEmpty ? start : prologue.entry, steps: [...first, ...steps, ...missing.values()] };
}

/** The variables that every execution starts with. */
export function startExecution(context: WorkflowContext, sequence: Sequence): void {
  const { span, name } = context.workflow;
  const execution = objectOf(
    {
      Input: readOf(EXECUTION_INPUT, span),
      Id: literalOf('execution id', span),
      Name: literalOf('execution name', span),
      StartTime: literalOf('start time', span),
    },
    span,
  );
  const fields: Record<string, Expression> = {
    Execution: execution,
    StateMachine: objectOf({ Id: literalOf(name, span), Name: literalOf(name, span) }, span),
    State: literalOf({}, span),
  };
  sequence.assign(CONTEXT, objectOf(fields, span), span);
  sequence.assign(DATA, readOf(EXECUTION_INPUT, span), span);
}

function lowerState(state: State, base: string, around: Surroundings & { readonly depth: number }): readonly Step[] {
  const here = enterState(state, base, around);
  const { context } = here;
  const lowerInner = (node: MapNode, part: string, prologue: (sequence: Sequence) => void): Region =>
    around.depth >= MACHINE_DEPTH_MAX
      ? tooDeep(state, `${base}/${part}`)
      : lowerMachine({
          node,
          context: around.context,
          prefix: `${base}/${part}/`,
          language: innerLanguage(state, around.context.language),
          owner: state.name,
          prologue,
          depth: around.depth + 1,
          watch: watchInside(state, around.watch),
        });
  switch (state.type) {
    case 'Task':
      return finish(state, lowerTask(state, base, here), here);
    case 'Parallel':
      return finish(state, lowerParallel(state, base, { ...here, lowerInner }), here);
    case 'Map':
      return finish(state, lowerMap(state, base, { ...here, lowerInner }), here);
    case 'Choice':
      return lowerChoice(state, base, here);
    case 'Pass':
      return finish(state, lowerPass(state, base, context), here);
    case 'Wait':
      return finish(state, lowerWait(state, base, context), here);
    case 'Succeed':
      return lowerSucceed(state, base, here);
    case 'Fail':
      return lowerFail(state, base, here);
    default:
      return finish(state, lowerUnknown(state, base, context), here);
  }
}

/** Goes on to the next state, or ends the machine with the state's output. */
function finish(state: State, sequence: Sequence, around: StateSurroundings): readonly Step[] {
  const { aside } = around;
  const isEnd = fieldOf(state, 'End') !== null && textOf(fieldOf(state, 'End')) === 'true';
  const next = textOf(fieldOf(state, 'Next'));
  if (isEnd || next === null) {
    sequence.add({ kind: 'return', name: state.name, span: state.nameSpan, value: readOf(DATA, state.nameSpan) });
    return [...sequence.finish(null), ...aside];
  }
  if (sequence.isEmpty) sequence.assign(RESULT, literalOf(null, state.nameSpan), state.nameSpan);
  return [...sequence.finish(around.targetOf(next)), ...aside];
}

function tooDeep(state: State, base: string): Region {
  const reason = `machines are nested more than ${MACHINE_DEPTH_MAX} deep`;
  return new Sequence(base, state.name)
    .add({ kind: 'opaque', name: state.name, span: state.nameSpan, reads: [], writes: [DATA], reason })
    .region();
}

function lowerPass(state: State, base: string, context: StateContext): Sequence {
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const result = fieldOf(state, 'Result');
  const parameters = state.language === 'JSONPath' ? fieldOf(state, 'Parameters') : null;
  const hasResultPath = state.language === 'JSONPath' && fieldOf(state, 'ResultPath') !== null;
  if (state.language === 'JSONPath' && result !== null) sequence.assign(RESULT, constant(result), result.span);
  else if (parameters !== null) {
    const made = lowerArgument(state, parameters, { scope, context });
    context.checks.before(sequence);
    sequence.assign(RESULT, made, parameters.span);
  } else if (hasResultPath) sequence.assign(RESULT, readOf(scope.input, state.nameSpan), state.nameSpan);
  const isChanged = (state.language === 'JSONPath' && result !== null) || parameters !== null || hasResultPath;
  applyOutput(state, isChanged ? rawResult(scope) : { raw: null, scope }, sequence, context);
  return sequence;
}

function lowerWait(state: State, base: string, context: StateContext): Sequence {
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const path = fieldOf(state, 'SecondsPath') ?? fieldOf(state, 'TimestampPath');
  const node = fieldOf(state, 'Seconds') ?? fieldOf(state, 'Timestamp');
  const duration =
    path !== null
      ? lowerPath(path, scope, context.findings)
      : node === null
        ? literalOf(0, state.nameSpan)
        : state.language === 'JSONata'
          ? lowerValue(state, node, scope, context.findings)
          : constant(node);
  const error = state.language === 'JSONata' ? 'States.QueryEvaluationError' : 'States.Runtime';
  context.findings.fail({ error, reads: [duration], span: duration.span });
  context.checks.before(sequence);
  const none = { kind: 'none' } as const;
  sequence.add({
    kind: 'await',
    name: state.name,
    span: state.nameSpan,
    source: { kind: 'timer', duration },
    result: null,
    timeoutSeconds: none,
    heartbeatSeconds: none,
  });
  applyOutput(state, { raw: null, scope }, sequence, context);
  return sequence;
}

function lowerSucceed(state: State, base: string, { context, aside }: StateSurroundings): readonly Step[] {
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const output = state.language === 'JSONata' ? fieldOf(state, 'Output') : null;
  if (output !== null) {
    const value = lowerQuery(output, scope, context.findings);
    context.checks.after(sequence);
    sequence.assign(DATA, value, output.span);
  } else if (scope.input !== DATA) sequence.assign(DATA, readOf(scope.input, state.nameSpan), state.nameSpan);
  if (state.language === 'JSONPath') applyOutputPath(fieldOf(state, 'OutputPath'), { sequence }, context);
  sequence.add({ kind: 'return', name: state.name, span: state.nameSpan, value: readOf(DATA, state.nameSpan) });
  return [...sequence.finish(null), ...aside];
}

function lowerFail(state: State, base: string, { context, aside }: StateSurroundings): readonly Step[] {
  const scope = scopeOf(context);
  const part = (name: string): Expression | null => {
    const path = fieldOf(state, `${name}Path`);
    if (path !== null) return lowerSelection(path, scope, context.findings);
    const node = fieldOf(state, name);
    if (node === null) return null;
    return state.language === 'JSONata' ? lowerValue(state, node, scope, context.findings) : constant(node);
  };
  const error = part('Error') ?? literalOf(UNNAMED_ERROR, state.nameSpan);
  const cause = part('Cause');
  const sequence = new Sequence(base, state.name);
  context.checks.before(sequence);
  sequence.add({ kind: 'raise', name: state.name, span: state.nameSpan, error, cause });
  return [...sequence.finish(null), ...aside];
}

function lowerUnknown(state: State, base: string, context: StateContext): Sequence {
  const reason = state.type === '' ? 'the state has no Type' : `there is no state type ${state.type}`;
  context.findings.note({ feature: 'unknown-state-type', support: 'refused', note: reason, span: state.nameSpan });
  const sequence = new Sequence(base, state.name);
  sequence.add({
    kind: 'opaque',
    name: state.name,
    span: state.nameSpan,
    reads: [readOf(DATA, state.nameSpan)],
    writes: [DATA],
    reason,
  });
  return sequence;
}
