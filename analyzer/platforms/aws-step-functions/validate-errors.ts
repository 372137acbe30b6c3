import type { Diagnostic } from '../../../model/diagnostic.ts';
import { itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { ERROR_NAMES } from './error-names.ts';
import { PART_FIELDS } from './fields.ts';
import { fieldOf, type State } from './machine.ts';
import { problem } from './problems.ts';
import { checkFields, headOf } from './validate-fields.ts';

/** Checks the retriers and catchers of a state. */
export function checkErrorHandling(state: State): readonly Diagnostic[] {
  return [...checkList(state, 'Retry'), ...checkList(state, 'Catch')];
}

function checkList(state: State, field: 'Retry' | 'Catch'): readonly Diagnostic[] {
  const items = itemsOf(fieldOf(state, field));
  const word = field === 'Retry' ? 'retrier' : 'catcher';
  const found: Diagnostic[] = [];
  for (const [at, item] of items.entries()) {
    const what = `${word} ${at + 1} of ${state.name}`;
    if (item.kind !== 'map') {
      found.push(problem('ASL004', { message: `${what} has to be a map` }, item.span));
      continue;
    }
    const fields = PART_FIELDS[word];
    const required = field === 'Retry' ? ['ErrorEquals'] : ['ErrorEquals', 'Next'];
    found.push(...checkFields({ node: item, what, fields, required, language: state.language }));
    found.push(...checkErrorEquals(item, { what, isLast: at === items.length - 1 }));
    if (field === 'Retry') found.push(...checkJitter(item, what));
  }
  return found;
}

function checkErrorEquals(
  item: MapNode,
  at: { readonly what: string; readonly isLast: boolean },
): readonly Diagnostic[] {
  const list = valueAt(item, 'ErrorEquals');
  if (list?.kind !== 'list') return [];
  if (list.items.length === 0) return [problem('ASL013', { message: `ErrorEquals of ${at.what} is empty` }, list.span)];
  const found = list.items.flatMap((name) => checkErrorName(name, at.what));
  const wildcard = list.items.find((name) => textOf(name) === 'States.ALL');
  if (wildcard !== undefined && (list.items.length > 1 || !at.isLast)) {
    const message =
      list.items.length > 1
        ? `\`States.ALL\` stands with other names in ${at.what}`
        : `${at.what} catches \`States.ALL\` and hides what follows`;
    found.push(problem('ASL012', { message }, wildcard.span));
  }
  return found;
}

function checkErrorName(node: DataNode, what: string): Diagnostic[] {
  const name = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
  if (name === null)
    return [problem('ASL004', { message: `ErrorEquals of ${what} has to be a list of strings` }, node.span)];
  if (!name.startsWith('States.') || ERROR_NAMES.has(name)) return [];
  return [problem('ASL019', { message: `there is no error \`${name}\` of the language` }, node.span)];
}

function checkJitter(item: MapNode, what: string): readonly Diagnostic[] {
  const jitter = textOf(valueAt(item, 'JitterStrategy'));
  if (jitter === null || jitter === 'FULL' || jitter === 'NONE' || jitter.includes('${')) return [];
  return [problem('ASL004', { message: `JitterStrategy of ${what} has to be FULL or NONE` }, headOf(item))];
}
