import { stepId, type StepId } from '../../../model/brand.ts';
import type { BranchArm, Expression, Step } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode, type MapEntry, type MapNode } from '../../source/index.ts';
import { isComparison, pathComparison } from './choice-operators.ts';
import type { StateSurroundings } from './catchers.ts';
import type { StateContext } from './context.ts';
import { applyAssign, applyInputPath, applyOutputPath, applyQueryOutput } from './lower-output.ts';
import { fieldOf, type State } from './machine.ts';
import { applyOf, constant, DATA, literalOf, lowerPath, lowerQuery, readOf } from './selections.ts';
import { Sequence } from './sequence.ts';

/** Deepest nesting of And, Or and Not that is followed; deeper conditions read everything. */
const CONDITION_DEPTH_MAX = 40;

/** Operators whose operand tests only what kind of value there is. */
const PRESENCE_TESTS = new Set(['IsPresent']);

/** A Choice becomes a branch; what a rule assigns or outputs happens on its way. */
export function lowerChoice(state: State, base: string, to: StateSurroundings): readonly Step[] {
  const { context, aside } = to;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const rules = itemsOf(fieldOf(state, 'Choices')).flatMap((rule) => (rule.kind === 'map' ? [rule] : []));
  const guards = rules.map((rule) => lowerCondition(state, rule, { scope, context }));
  context.checks.before(sequence);
  const arms: BranchArm[] = [];
  for (const [at, rule] of rules.entries()) {
    const guard = guards[at] ?? literalOf(false, rule.span);
    const target = to.targetOf(textOf(valueAt(rule, 'Next')));
    arms.push({
      guard,
      next: lowerWay(state, { base: `${base}~${at}`, node: rule, target, scope, context, aside }),
      span: rule.span,
    });
  }
  const fallback = textOf(fieldOf(state, 'Default'));
  const otherwise =
    fallback === null
      ? raiseNoChoice(state, base, aside)
      : lowerWay(state, {
          base: `${base}~default`,
          node: state.node,
          target: to.targetOf(fallback),
          scope,
          context,
          aside,
        });
  sequence.add({ kind: 'branch', name: state.name, span: state.nameSpan, arms, otherwise });
  return [...sequence.finish(null), ...aside];
}

function raiseNoChoice(state: State, base: string, aside: Step[]): StepId {
  const id = stepId(`${base}~none`);
  const span = state.nameSpan;
  aside.push({
    kind: 'raise',
    id,
    name: state.name,
    span,
    error: literalOf('States.NoChoiceMatched', span),
    cause: null,
  });
  return id;
}

/** Steps between a rule and its target; the target itself when there are none. */
function lowerWay(
  state: State,
  way: {
    readonly base: string;
    readonly node: MapNode;
    readonly target: StepId;
    readonly scope: SelectionScope;
    readonly context: StateContext;
    readonly aside: Step[];
  },
): StepId {
  const { context, node, scope } = way;
  const sequence = new Sequence(way.base, state.name);
  if (state.language === 'JSONata')
    applyQueryOutput(node, { scope, fallback: null, span: state.nameSpan }, { sequence, context });
  else {
    applyAssign(node, scope, { sequence, context, isJsonata: false });
    if (scope.input !== DATA) sequence.assign(DATA, readOf(scope.input, state.nameSpan), state.nameSpan);
    applyOutputPath(fieldOf(state, 'OutputPath'), { sequence }, context);
  }
  if (sequence.isEmpty) return way.target;
  way.aside.push(...sequence.finish(way.target));
  return sequence.entry;
}

interface ConditionScope {
  readonly scope: SelectionScope;
  readonly context: StateContext;
}

function lowerCondition(state: State, rule: MapNode, at: ConditionScope): Expression {
  if (state.language === 'JSONata') {
    const condition = valueAt(rule, 'Condition');
    return condition === null ? literalOf(false, rule.span) : lowerQuery(condition, at.scope, at.context.findings);
  }
  return lowerRule(rule, at, 0);
}

function lowerRule(rule: MapNode, at: ConditionScope, depth: number): Expression {
  if (depth > CONDITION_DEPTH_MAX) return applyOf('condition', [readOf(at.scope.input, rule.span)], rule.span);
  for (const [key, operator] of [
    ['And', 'and'],
    ['Or', 'or'],
  ] as const) {
    const list = valueAt(rule, key);
    if (list === null) continue;
    const parts = itemsOf(list).flatMap((item) => (item.kind === 'map' ? [lowerRule(item, at, depth + 1)] : []));
    return applyOf(operator, parts, list.span);
  }
  const not = valueAt(rule, 'Not');
  if (not?.kind === 'map') return applyOf('not', [lowerRule(not, at, depth + 1)], not.span);
  return lowerComparison(rule, at);
}

/** One comparison: the variable, and a literal or (operators that end in `Path`) another path. */
function lowerComparison(rule: MapNode, at: ConditionScope): Expression {
  const variable = valueAt(rule, 'Variable');
  const operator = entriesOf(rule).find((entry) => isComparison(entry.key));
  const left = variable === null ? literalOf(null, rule.span) : lowerVariable(variable, operator, at);
  if (operator === undefined) return applyOf('truthy', [left], rule.span);
  const compared = pathComparison(operator.key);
  const right = compared === null ? constant(operator.value) : lowerPath(operator.value, at.scope, at.context.findings);
  const name = compared ?? operator.key;
  return applyOf(name.charAt(0).toLowerCase() + name.slice(1), [left, right], rule.span);
}

function lowerVariable(variable: DataNode, operator: MapEntry | undefined, at: ConditionScope): Expression {
  if (variable.kind !== 'scalar' || typeof variable.value !== 'string') return constant(variable);
  const selected = lowerPath(variable, at.scope, at.context.findings);
  if (operator === undefined || !PRESENCE_TESTS.has(operator.key)) return selected;
  return { kind: 'get', of: selected, segments: [{ kind: 'own' }], span: variable.span };
}
