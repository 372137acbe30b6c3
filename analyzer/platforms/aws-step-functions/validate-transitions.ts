import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/span.ts';
import { itemsOf, textOf, valueAt, type DataNode } from '../../source/index.ts';
import { fieldOf, type Machine, type State } from './machine.ts';
import { problem } from './problems.ts';

interface Transition {
  readonly to: string;
  readonly span: Span;
}

/** Checks where control goes: every target exists, every state is reached, some state ends the machine. */
export function checkTransitions(machine: Machine, what: string): readonly Diagnostic[] {
  const byName = new Map(machine.states.map((state) => [state.name, state]));
  const found: Diagnostic[] = [];
  const start = valueAt(machine.node, 'StartAt');
  if (machine.startAt !== null && start !== null && machine.states.length > 0 && !byName.has(machine.startAt))
    found.push(missing({ to: machine.startAt, span: start.span }, machine));
  for (const state of machine.states) {
    for (const transition of transitionsOf(state))
      if (!byName.has(transition.to)) found.push(missing(transition, machine));
    if (goesOn(state) && !isEnd(state) && fieldOf(state, 'Next') === null) {
      const message = `the ${state.type} state ${state.name} has neither \`Next\` nor \`End: true\``;
      const help = 'Name the state that follows, or end the machine here.';
      found.push(problem('ASL001', { message, help }, state.nameSpan));
    }
  }
  if (machine.states.length > 0 && !machine.states.some(isTerminal))
    found.push(problem('ASL007', { message: `no state ends ${what}` }, start?.span ?? machine.node.span));
  found.push(...unreached(machine, byName));
  return found;
}

function missing({ to, span }: Transition, machine: Machine): Diagnostic {
  const near = machine.states.find((state) => state.name.toLowerCase() === to.toLowerCase());
  const help = near === undefined ? {} : { help: `Write \`${near.name}\`: names of states are case-sensitive.` };
  return problem('ASL006', { message: `there is no state \`${to}\` in this machine`, ...help }, span);
}

/** Types that need `Next` or `End`. */
const goesOn = (state: State): boolean => ['Task', 'Pass', 'Wait', 'Parallel', 'Map'].includes(state.type);

function isEnd(state: State): boolean {
  const end = fieldOf(state, 'End');
  return end?.kind === 'scalar' && end.value === true;
}

const isTerminal = (state: State): boolean => isEnd(state) || state.type === 'Succeed' || state.type === 'Fail';

function transitionsOf(state: State): readonly Transition[] {
  const targets: (DataNode | null)[] = [fieldOf(state, 'Next')];
  if (state.type === 'Choice') {
    targets.push(fieldOf(state, 'Default'));
    for (const rule of itemsOf(fieldOf(state, 'Choices'))) targets.push(valueAt(rule, 'Next'));
  }
  for (const catcher of itemsOf(fieldOf(state, 'Catch'))) targets.push(valueAt(catcher, 'Next'));
  return targets.flatMap((node) => {
    const to = textOf(node);
    return node === null || to === null || to.includes('${') ? [] : [{ to, span: node.span }];
  });
}

function unreached(machine: Machine, byName: ReadonlyMap<string, State>): readonly Diagnostic[] {
  if (machine.startAt === null || !byName.has(machine.startAt)) return [];
  const reached = new Set<string>([machine.startAt]);
  const waiting = [machine.startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = byName.get(name);
    for (const { to } of state === undefined ? [] : transitionsOf(state)) {
      if (reached.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  }
  return machine.states.flatMap((state) =>
    reached.has(state.name)
      ? []
      : [problem('ASL008', { message: `no transition leads to ${state.name}` }, state.nameSpan)],
  );
}
