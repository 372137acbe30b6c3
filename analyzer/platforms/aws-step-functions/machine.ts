import type { Span } from '../../../model/span.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode, type MapEntry, type MapNode } from '../../source/index.ts';
import { STATE_FIELDS } from './fields.ts';

/** Deepest nesting of machines (Map and Parallel in one another) that is followed. */
export const MACHINE_DEPTH_MAX = 32;

export type QueryLanguage = 'JSONPath' | 'JSONata';

/**
 * What holds for a state that names no query language. `around`: the state stands in a JSONata state of a machine that is JSONPath. The guide
 * gives it the language of the whole machine, other readers that of the state around it: its own fields decide.
 */
export type InheritedLanguage = QueryLanguage | 'around';

/** What the states of an inner machine inherit. */
export function innerLanguage(state: Pick<State, 'language'>, top: QueryLanguage): InheritedLanguage {
  return state.language === 'JSONata' && top === 'JSONPath' ? 'around' : state.language;
}

/** One state as it is written. */
export interface State {
  readonly name: string;
  /** As written; empty when absent. Unknown types are kept, so that they can be reported and typed as opaque. */
  readonly type: string;
  readonly node: MapNode;
  readonly nameSpan: Span;
  readonly language: QueryLanguage;
}

/** A state machine, or the processor of a Map, or a branch of a Parallel. */
export interface Machine {
  readonly startAt: string | null;
  readonly states: readonly State[];
  readonly node: MapNode;
  readonly language: InheritedLanguage;
}

/** Reads the outer shape of a state machine; anything missing is left out and found by validation. */
export function readMachine(node: MapNode, inherited: InheritedLanguage = 'JSONPath'): Machine {
  const language = writtenLanguage(node) ?? inherited;
  const states = entriesOf(valueAt(node, 'States')).flatMap((entry) => readState(entry, language));
  return { startAt: textOf(valueAt(node, 'StartAt')), states, node, language };
}

function readState(entry: MapEntry, inherited: InheritedLanguage): State[] {
  if (entry.value.kind !== 'map') return [];
  const node = entry.value;
  return [
    {
      name: entry.key,
      type: textOf(valueAt(node, 'Type')) ?? '',
      node,
      nameSpan: entry.keySpan,
      language: writtenLanguage(node) ?? (inherited === 'around' ? languageByFields(node) : inherited),
    },
  ];
}

function writtenLanguage(node: MapNode): QueryLanguage | null {
  const text = textOf(valueAt(node, 'QueryLanguage'));
  return text === 'JSONata' || text === 'JSONPath' ? text : null;
}

function languageByFields(node: MapNode): QueryLanguage {
  const fields = STATE_FIELDS[textOf(valueAt(node, 'Type')) ?? ''] ?? {};
  const rules = itemsOf(valueAt(node, 'Choices'));
  const isJsonPath =
    node.entries.some((entry) => Object.hasOwn(fields, entry.key) && fields[entry.key]?.language === 'JSONPath') ||
    (rules.length > 0 && rules.every((rule) => valueAt(rule, 'Condition') === null));
  return isJsonPath ? 'JSONPath' : 'JSONata';
}

/** The query language of a whole state machine. */
export const topLanguage = (node: MapNode): QueryLanguage => writtenLanguage(node) ?? 'JSONPath';

/** The sub-machines of a state, with the text that tells them apart. */
export function innerMachines(state: State): readonly { readonly part: string; readonly node: MapNode }[] {
  if (state.type === 'Parallel') {
    const branches = valueAt(state.node, 'Branches');
    const items = branches?.kind === 'list' ? branches.items : [];
    return items.flatMap((item, at) => (item.kind === 'map' ? [{ part: String(at), node: item }] : []));
  }
  if (state.type !== 'Map') return [];
  const processor = valueAt(state.node, 'ItemProcessor') ?? valueAt(state.node, 'Iterator');
  return processor?.kind === 'map' ? [{ part: 'item', node: processor }] : [];
}

/** The field of a state; null when absent. */
export const fieldOf = (state: State, name: string): DataNode | null => valueAt(state.node, name);

/** Whether the iterations of a Map are executions of their own. */
export function isDistributed(state: State): boolean {
  return textOf(valueAt(state.node, 'ItemProcessor', 'ProcessorConfig', 'Mode')) === 'DISTRIBUTED';
}

/** Whether a field is there and is JSON null. */
export function isNull(node: DataNode | null): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** Number of states, those of inner machines included. */
export function countStates(node: MapNode): number {
  const machine = readMachine(node);
  return machine.states.reduce(
    (sum, state) => sum + 1 + innerMachines(state).reduce((inner, { node: part }) => inner + countStates(part), 0),
    0,
  );
}
