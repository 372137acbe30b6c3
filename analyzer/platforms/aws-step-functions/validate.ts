import type { Diagnostic } from '../../../model/diagnostic.ts';
import { itemsOf, textOf, valueAt, type MapNode } from '../../source/index.ts';
import { PART_FIELDS, STATE_FIELDS } from './fields.ts';
import {
  fieldOf,
  innerLanguage,
  innerMachines,
  MACHINE_DEPTH_MAX,
  readMachine,
  topLanguage,
  type InheritedLanguage,
  type Machine,
  type QueryLanguage,
  type State,
} from './machine.ts';
import { problem } from './problems.ts';
import { checkChoice } from './validate-choice.ts';
import { checkErrorHandling } from './validate-errors.ts';
import { checkFields, headOf } from './validate-fields.ts';
import { checkMap } from './validate-map.ts';
import { checkTask } from './validate-task.ts';
import { checkTransitions } from './validate-transitions.ts';

/** Longest name of a state, in characters (service quota). */
const STATE_NAME_MAX = 80;

/** What holds for the whole workflow while its machines are checked. */
export interface Validation {
  readonly kind: 'standard' | 'express' | 'unknown';
  /** The query language at the top. */
  readonly top: QueryLanguage;
  /** Names of states seen so far: they are unique over all machines of a workflow. */
  readonly names: Set<string>;
}

/**
 * Checks a state machine against the States Language and what the service adds. An error means that the service would refuse it; each error
 * has its place, and one broken state hides nothing of the others.
 */
export function validate(node: MapNode, kind: Validation['kind']): readonly Diagnostic[] {
  const top = topLanguage(node);
  return checkMachine(node, {
    what: 'the state machine',
    inherited: 'JSONPath',
    depth: 0,
    around: { kind, top, names: new Set() },
  });
}

interface Place {
  readonly what: string;
  readonly inherited: InheritedLanguage;
  readonly depth: number;
  readonly around: Validation;
}

function checkMachine(node: MapNode, place: Place): readonly Diagnostic[] {
  const { what, around, depth } = place;
  if (depth > MACHINE_DEPTH_MAX)
    return [problem('ASL021', { message: `machines are nested more than ${MACHINE_DEPTH_MAX} deep` }, headOf(node))];
  const machine = readMachine(node, place.inherited);
  const required = ['StartAt', 'States'];
  const found = [...checkFields({ node, what, fields: PART_FIELDS.machine, required, language: 'JSONPath' })];
  found.push(...checkLanguage(node, { what, around }), ...checkShape(machine, what));
  found.push(...checkTransitions(machine, what));
  for (const state of machine.states) found.push(...checkState(state, place));
  return found;
}

/** Checks that there are states and that all of them are maps. */
function checkShape(machine: Machine, what: string): readonly Diagnostic[] {
  const states = valueAt(machine.node, 'States');
  if (states?.kind !== 'map') return [];
  if (states.entries.length === 0) return [problem('ASL001', { message: `${what} has no states` }, states.span)];
  return states.entries.flatMap((entry) =>
    entry.value.kind === 'map'
      ? []
      : [problem('ASL004', { message: `the state ${entry.key} has to be a map` }, entry.value.span)],
  );
}

function checkLanguage(
  node: MapNode,
  at: { readonly what: string; readonly around: Validation },
): readonly Diagnostic[] {
  const written = valueAt(node, 'QueryLanguage');
  const text = textOf(written);
  if (written === null || text === 'JSONata') return [];
  if (text === 'JSONPath') {
    if (at.around.top !== 'JSONata') return [];
    const message = `${at.what} is JSONPath in a machine that is JSONata`;
    return [problem('ASL014', { message }, written.span)];
  }
  return [problem('ASL014', { message: `there is no query language \`${text ?? ''}\`` }, written.span)];
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource'],
  Choice: ['Choices'],
  Parallel: ['Branches'],
};

function checkState(state: State, place: Place): readonly Diagnostic[] {
  const { around } = place;
  const { node, name, type } = state;
  const found: Diagnostic[] = [...checkName(state, around.names)];
  const what = `the ${type} state ${name}`;
  found.push(...checkLanguage(node, { what, around }));
  const fields = Object.hasOwn(STATE_FIELDS, type) ? STATE_FIELDS[type] : undefined;
  if (fields === undefined) {
    const message = type === '' ? `the state ${name} has no \`Type\`` : `there is no state type \`${type}\``;
    const span = valueAt(node, 'Type')?.span ?? state.nameSpan;
    return [...found, problem(type === '' ? 'ASL001' : 'ASL009', { message }, span)];
  }
  const required = REQUIRED[type] ?? [];
  found.push(...checkFields({ node, what, fields, required, language: state.language }));
  found.push(...checkErrorHandling(state));
  if (type === 'Choice') found.push(...checkChoice(state));
  if (type === 'Map') found.push(...checkMap(state));
  if (type === 'Task') found.push(...checkTask(state, around.kind));
  if (type === 'Wait') found.push(...checkWait(state));
  found.push(...checkInner(state, place));
  return found;
}

function checkName({ name, nameSpan }: State, names: Set<string>): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (names.has(name))
    found.push(problem('ASL010', { message: `the name ${name} is used by another state` }, nameSpan));
  names.add(name);
  // The service counts code points.
  const length = Array.from(name).length;
  if (length > STATE_NAME_MAX)
    found.push(
      problem('ASL011', { message: `the name has ${length} of at most ${STATE_NAME_MAX} characters` }, nameSpan),
    );
  return found;
}

const WAITS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];

function checkWait(state: State): readonly Diagnostic[] {
  if (WAITS.some((field) => fieldOf(state, field) !== null)) return [];
  const message = `the Wait state ${state.name} does not say for how long`;
  return [problem('ASL001', { message, help: 'Give it Seconds or Timestamp.' }, state.nameSpan)];
}

function checkInner(state: State, place: Place): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const branches = itemsOf(state.type === 'Parallel' ? fieldOf(state, 'Branches') : null);
  for (const branch of branches)
    if (branch.kind !== 'map')
      found.push(problem('ASL004', { message: `a branch of ${state.name} has to be a map` }, branch.span));
  for (const { node, part } of innerMachines(state)) {
    const what = part === 'item' ? `the processor of ${state.name}` : `branch ${Number(part) + 1} of ${state.name}`;
    found.push(
      ...checkMachine(node, {
        what,
        inherited: innerLanguage(state, place.around.top),
        depth: place.depth + 1,
        around: place.around,
      }),
    );
  }
  return found;
}
