import type { Diagnostic } from '../../../model/diagnostic.ts';
import { isJsonata } from '../../expressions/index.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode, type MapEntry, type MapNode } from '../../source/index.ts';
import { COMPARISONS, isComparison, pathComparison, type Operand } from './choice-operators.ts';
import type { FieldRule, Fields } from './fields.ts';
import { fieldOf, type State } from './machine.ts';
import { problem } from './problems.ts';
import { checkFields, headOf, isDeferred } from './validate-fields.ts';

/** Deepest nesting of And, Or and Not that is checked. */
const RULE_DEPTH_MAX = 40;

const OUTER: Fields = { Comment: { kind: 'text' }, Next: { kind: 'text' }, Assign: { kind: 'assign' } };
const COMPARED: Fields = Object.fromEntries(
  [...COMPARISONS.keys()].flatMap((name): readonly (readonly [string, FieldRule])[] => [
    [name, { kind: 'any' }],
    ...(pathComparison(`${name}Path`) === null ? [] : [[`${name}Path`, { kind: 'path' }] as const]),
  ]),
);
const TEST: Fields = {
  And: { kind: 'list' },
  Or: { kind: 'list' },
  Not: { kind: 'map' },
  Variable: { kind: 'path' },
  ...COMPARED,
};
const INNER: Fields = { Comment: { kind: 'text' }, ...TEST };
const QUERY: Fields = { ...OUTER, Condition: { kind: 'any' }, Output: { kind: 'template' } };

/** Checks the rules of a Choice state. */
export function checkChoice(state: State): readonly Diagnostic[] {
  const list = fieldOf(state, 'Choices');
  if (list?.kind !== 'list') return [];
  if (list.items.length === 0)
    return [problem('ASL004', { message: `\`Choices\` of ${state.name} has no rule` }, list.span)];
  return list.items.flatMap((item, at) => {
    const what = `rule ${at + 1} of ${state.name}`;
    if (item.kind !== 'map') return [problem('ASL004', { message: `${what} has to be a map` }, item.span)];
    if (state.language === 'JSONata') return checkQueryRule(item, what);
    const fields = { ...OUTER, ...TEST };
    return [
      ...checkFields({ node: item, what, fields, required: ['Next'], language: 'JSONPath' }),
      ...checkTest(item, what, 0),
    ];
  });
}

function checkQueryRule(node: MapNode, what: string): readonly Diagnostic[] {
  const found = [...checkFields({ node, what, fields: QUERY, required: ['Condition', 'Next'], language: 'JSONata' })];
  const condition = valueAt(node, 'Condition');
  const isBoolean = condition?.kind === 'scalar' && typeof condition.value === 'boolean';
  if (condition !== null && !isBoolean && !isJsonata(textOf(condition) ?? '') && !isDeferred(condition))
    found.push(
      problem('ASL004', { message: `\`Condition\` of ${what} has to be an expression in \`{% %}\`` }, condition.span),
    );
  return found;
}

const COMBINATIONS = ['And', 'Or', 'Not'];

/** Checks that a rule tests exactly one thing, and what it tests. */
function checkTest(rule: MapNode, what: string, depth: number): readonly Diagnostic[] {
  if (depth > RULE_DEPTH_MAX) return [problem('ASL021', { message: `${what} is nested too deep` }, rule.span)];
  const tests = entriesOf(rule).filter((entry) => COMBINATIONS.includes(entry.key) || isComparison(entry.key));
  const [test, second] = tests;
  if (test === undefined) return [problem('ASL016', { message: `${what} tests nothing` }, headOf(rule))];
  if (second !== undefined) {
    const message = `${what} has both \`${test.key}\` and \`${second.key}\``;
    return [problem('ASL016', { message }, second.keySpan)];
  }
  if (!COMBINATIONS.includes(test.key)) return checkComparison(rule, test, what);
  const parts: readonly DataNode[] = test.key === 'Not' ? [test.value] : itemsOf(test.value);
  if (parts.length === 0)
    return [problem('ASL016', { message: `\`${test.key}\` of ${what} has no rule` }, test.value.span)];
  return parts.flatMap((part) => {
    if (part.kind !== 'map') return [problem('ASL004', { message: `a part of ${what} has to be a map` }, part.span)];
    const inside = `a part of ${what.replace(/^a part of /, '')}`;
    return [
      ...checkFields({ node: part, what: inside, fields: INNER, language: 'JSONPath' }),
      ...checkTest(part, inside, depth + 1),
    ];
  });
}

const IS_OPERAND: Readonly<Record<Operand, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => typeof value === 'string',
};

function checkComparison(rule: MapNode, test: MapEntry, what: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (valueAt(rule, 'Variable') === null)
    found.push(problem('ASL001', { message: `${what} has no \`Variable\`` }, test.keySpan));
  const operand = COMPARISONS.get(test.key);
  if (operand === undefined || isDeferred(test.value)) return found;
  const value = test.value.kind === 'scalar' ? test.value.value : undefined;
  if (!IS_OPERAND[operand](value)) {
    const kind = operand === 'text' ? 'string' : operand;
    found.push(problem('ASL004', { message: `\`${test.key}\` of ${what} has to be a ${kind}` }, test.value.span));
  }
  return found;
}
