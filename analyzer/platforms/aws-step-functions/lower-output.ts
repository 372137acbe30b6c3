import type { Expression, Path } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { pathsIn } from '../../../model/walk.ts';
import { parseReferencePath, type SelectionScope } from '../../expressions/index.ts';
import { entriesOf, textOf, valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { scopeOf, type StateContext } from './context.ts';
import { fieldOf, isNull, type State } from './machine.ts';
import {
  ASSIGNED,
  below,
  DATA,
  EFFECTIVE,
  field,
  literalOf,
  lowerPath,
  lowerQuery,
  lowerTemplate,
  objectOf,
  OUTPUT,
  partOf,
  readOf,
  RESULT,
  SEEN,
  SELECTED,
  variableRoot,
} from './selections.ts';
import type { Sequence } from './sequence.ts';

/** Evaluates `InputPath`; gives what `$` means in the state's templates. */
export function applyInputPath(state: State, sequence: Sequence, context: StateContext): SelectionScope {
  const node = state.language === 'JSONPath' ? fieldOf(state, 'InputPath') : null;
  if (node === null || textOf(node) === '$') return scopeOf(context);
  const value = isNull(node) ? objectOf({}, node.span) : lowerPath(node, scopeOf(context), context.findings);
  context.checks.before(sequence);
  sequence.assign(EFFECTIVE, value, node.span);
  return scopeOf(context, { input: EFFECTIVE });
}

export interface StateResult {
  /** Places in the raw result that are surely there. */
  readonly present?: readonly Path[];
  /** Where the raw result is; null when the state has none and its output is its input. */
  readonly raw: Path | null;
  /** What `$` meant while the state ran. */
  readonly scope: SelectionScope;
}

/** Everything between a state's result and its output: selector, variables, `ResultPath`, `OutputPath`, `Output`. */
export function applyOutput(state: State, result: StateResult, sequence: Sequence, context: StateContext): void {
  if (state.language === 'JSONata') applyJsonataOutput(state, result, sequence, context);
  else applyJsonPathOutput(state, result, sequence, context);
}

function applyJsonPathOutput(state: State, result: StateResult, sequence: Sequence, context: StateContext): void {
  const { findings } = context;
  let from = result.raw;
  const selector = fieldOf(state, 'ResultSelector');
  const present = [...(result.present ?? [])];
  const hasResult = from !== null;
  const place = fieldOf(state, 'ResultPath');
  if (hasResult && place !== null) noteMismatch(place, context);
  if (selector !== null && from !== null) {
    const selected = lowerTemplate(selector, scopeOf(context, { input: from, present }), findings);
    context.checks.after(sequence);
    sequence.assign(SELECTED, selected, selector.span);
    from = SELECTED;
    if (selected.kind === 'object')
      for (const { name } of selected.fields) present.push(below(SELECTED, name), below(SEEN, name));
  }
  context.checks.after(sequence);
  const seen = assignInput(state, { raw: result.raw, selected: from }, { sequence, context });
  applyAssign(
    state.node,
    { ...result.scope, input: seen ?? result.scope.input, present },
    { sequence, context, isJsonata: false },
  );
  if (from !== null) storeResult(place, from, { sequence, span: state.nameSpan });
  else if (result.scope.input !== DATA)
    sequence.assign(DATA, readOf(result.scope.input, state.nameSpan), state.nameSpan);
  const target = from === null || isNull(place) ? DATA : resultTarget(place);
  // Where the result was put, and what is surely in it, there is something now.
  const put = present.flatMap((path) =>
    path.root === from?.root ? [{ root: target.root, segments: [...target.segments, ...path.segments] }] : [],
  );
  applyOutputPath(fieldOf(state, 'OutputPath'), { sequence, present: [target, ...put] }, context);
}

/** A `ResultPath` fails when a value that it goes into is there and is no object. */
export function noteMismatch(node: DataNode, context: StateContext): void {
  const parsed = parseReferencePath(textOf(node) ?? '$');
  if (!parsed.ok || parsed.variable !== null) return;
  const reads = parsed.segments.map((_, at): Expression => {
    const segments: Path['segments'] = [...parsed.segments.slice(0, at), { kind: 'own' }];
    return readOf({ root: DATA.root, segments }, node.span);
  });
  context.findings.fail({ error: 'States.ResultPathMatchFailure', reads, span: node.span });
}

/**
 * What `$` is in `Assign`: the result. Whether that is before or after ResultSelector is not said by the language, so that with a selector both are
 * taken: fields of the selected value, and those of the raw result.
 */
function assignInput(
  state: State,
  result: { readonly raw: Path | null; readonly selected: Path | null },
  at: { readonly sequence: Sequence; readonly context: StateContext },
): Path | null {
  const assign = fieldOf(state, 'Assign');
  const { raw, selected } = result;
  if (raw === null || selected === null || selected === raw || assign === null) return raw;
  const { span } = assign;
  const note = 'with a ResultSelector, `$` in Assign stands for the raw and for the selected result';
  at.context.findings.note({ feature: 'assign-after-selector', support: 'approximated', note, span });
  at.sequence.assign(SEEN, { kind: 'merge', base: readOf(raw, span), over: readOf(selected, span), span }, span);
  return SEEN;
}

export function applyOutputPath(
  node: DataNode | null,
  at: { readonly sequence: Sequence; readonly present?: readonly Path[] },
  context: StateContext,
): void {
  if (node === null || textOf(node) === '$') return;
  const { sequence, present = [] } = at;
  const scope = scopeOf(context, { present });
  const value = isNull(node) ? objectOf({}, node.span) : lowerPath(node, scope, context.findings);
  context.checks.after(sequence);
  sequence.assign(DATA, value, node.span);
}

/** Puts a result where `ResultPath` says: in place of the input, into it, or nowhere. A path that is no reference path replaces the input. */
export function storeResult(
  node: DataNode | null,
  from: Path,
  at: { readonly sequence: Sequence; readonly span: Span },
): void {
  if (isNull(node)) return;
  const span = node?.span ?? at.span;
  at.sequence.assign(resultTarget(node), readOf(from, span), span);
}

function resultTarget(node: DataNode | null): Path {
  const parsed = parseReferencePath(textOf(node) ?? '$');
  return parsed.ok && parsed.variable === null ? { root: DATA.root, segments: parsed.segments } : DATA;
}

function applyJsonataOutput(state: State, result: StateResult, sequence: Sequence, context: StateContext): void {
  const scope = { ...result.scope, result: result.raw, present: result.present ?? [] };
  applyQueryOutput(state.node, { scope, fallback: result.raw, span: state.nameSpan }, { sequence, context });
}

/**
 * `Output` and `Assign` of a JSONata state, choice rule or catcher: both see the variables as they were before.
 *
 * @param at.fallback what the output is when the node says nothing; null: the input stays
 */
export function applyQueryOutput(
  node: MapNode,
  at: { readonly scope: SelectionScope; readonly fallback: Path | null; readonly span: Span },
  to: { readonly sequence: Sequence; readonly context: StateContext },
): void {
  const { sequence, context } = to;
  const output = valueAt(node, 'Output');
  const value = output === null ? null : lowerQuery(output, at.scope, context.findings);
  const assigned = assignedRoots(node);
  const isLate = value !== null && pathsIn(value).some((path) => assigned.has(path.root));
  if (output !== null && value !== null && isLate) sequence.assign(OUTPUT, value, output.span);
  applyAssign(node, at.scope, { sequence, context, isJsonata: true });
  context.checks.after(sequence);
  if (output !== null && value !== null) {
    // `{% $states.input %}` keeps the input: no assignment, so that a guard before it does not raise it.
    if (!isInput(value)) sequence.assign(DATA, isLate ? readOf(OUTPUT, output.span) : value, output.span);
  } else if (at.fallback !== null) sequence.assign(DATA, readOf(at.fallback, at.span), at.span);
}

/** Whether an expression is the state's input as it is. */
function isInput(value: Expression): boolean {
  return value.kind === 'path' && value.path.root === DATA.root && value.path.segments.length === 0;
}

/** Roots of the variables that an `Assign` sets. */
function assignedRoots(node: MapNode): ReadonlySet<string> {
  return new Set(entriesOf(valueAt(node, 'Assign')).map((entry) => variableRoot(entry.key.replace(/\.\$$/, ''))));
}

/** `Assign`: all values are computed first, then all variables set. */
export function applyAssign(
  node: MapNode,
  scope: SelectionScope,
  to: { readonly sequence: Sequence; readonly context: StateContext; readonly isJsonata: boolean },
): void {
  const assign = valueAt(node, 'Assign');
  if (assign?.kind !== 'map' || assign.entries.length === 0) return;
  const { sequence, context } = to;
  const value = to.isJsonata
    ? lowerQuery(assign, scope, context.findings)
    : lowerTemplate(assign, scope, context.findings);
  context.checks.after(sequence);
  const assigned = assignedRoots(node);
  // One assignment alone may read what it sets; of several, a later one needs the value from before an earlier one.
  const isTangled = assigned.size > 1 && pathsIn(value).some((path) => assigned.has(path.root));
  if (isTangled) sequence.assign(ASSIGNED, value, assign.span);
  for (const entry of entriesOf(assign)) {
    const name = to.isJsonata ? entry.key : entry.key.replace(/\.\$$/, '');
    const { span } = entry.value;
    const from: Expression = isTangled
      ? { kind: 'get', of: readOf(ASSIGNED, span), segments: [field(name)], span }
      : (partOf(value, name) ?? literalOf(null, span));
    sequence.assign({ root: variableRoot(name), segments: [] }, from, span);
  }
}

/** The raw result of a state with one. */
export const rawResult = (scope: SelectionScope, present: readonly Path[] = []): StateResult => ({
  raw: RESULT,
  scope,
  present,
});
