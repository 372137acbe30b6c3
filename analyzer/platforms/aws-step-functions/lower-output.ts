import type { Path } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { parseReferencePath, type SelectionScope } from '../../expressions/index.ts';
import { entriesOf, textOf, valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { scopeOf, type WorkflowContext } from './context.ts';
import { fieldOf, isNull, type State } from './machine.ts';
import {
  ASSIGNED,
  DATA,
  EFFECTIVE,
  field,
  lowerQuery,
  lowerSelection,
  lowerTemplate,
  objectOf,
  OUTPUT,
  readOf,
  RESULT,
  SELECTED,
  variableRoot,
} from './selections.ts';
import type { Sequence } from './sequence.ts';

/** Evaluates `InputPath`; gives what `$` means in the state's templates. */
export function applyInputPath(state: State, sequence: Sequence, context: WorkflowContext): SelectionScope {
  const node = state.language === 'JSONPath' ? fieldOf(state, 'InputPath') : null;
  if (node === null || textOf(node) === '$') return scopeOf(context);
  const value = isNull(node) ? objectOf({}, node.span) : lowerSelection(node, scopeOf(context), context.findings);
  sequence.assign(EFFECTIVE, value, node.span);
  return scopeOf(context, { input: EFFECTIVE });
}

export interface StateResult {
  /** Where the raw result is; null when the state has none and its output is its input. */
  readonly raw: Path | null;
  /** What `$` meant while the state ran. */
  readonly scope: SelectionScope;
}

/** Everything between a state's result and its output: selector, variables, `ResultPath`, `OutputPath`, `Output`. */
export function applyOutput(state: State, result: StateResult, sequence: Sequence, context: WorkflowContext): void {
  if (state.language === 'JSONata') applyJsonataOutput(state, result, sequence, context);
  else applyJsonPathOutput(state, result, sequence, context);
}

function applyJsonPathOutput(state: State, result: StateResult, sequence: Sequence, context: WorkflowContext): void {
  const { findings } = context;
  let from = result.raw;
  const selector = fieldOf(state, 'ResultSelector');
  if (selector !== null && from !== null) {
    sequence.assign(SELECTED, lowerTemplate(selector, scopeOf(context, { input: from }), findings), selector.span);
    from = SELECTED;
  }
  applyAssign(
    state.node,
    { ...result.scope, input: result.raw ?? result.scope.input },
    { sequence, context, isJsonata: false },
  );
  if (from !== null) storeResult(fieldOf(state, 'ResultPath'), from, { sequence, span: state.nameSpan });
  else if (result.scope.input !== DATA)
    sequence.assign(DATA, readOf(result.scope.input, state.nameSpan), state.nameSpan);
  applyOutputPath(fieldOf(state, 'OutputPath'), sequence, context);
}

export function applyOutputPath(node: DataNode | null, sequence: Sequence, context: WorkflowContext): void {
  if (node === null || textOf(node) === '$') return;
  const value = isNull(node) ? objectOf({}, node.span) : lowerSelection(node, scopeOf(context), context.findings);
  sequence.assign(DATA, value, node.span);
}

/** Puts a result where `ResultPath` says: in place of the input, into it, or nowhere. A path that is no reference path replaces the input. */
export function storeResult(
  node: DataNode | null,
  from: Path,
  at: { readonly sequence: Sequence; readonly span: Span },
): void {
  if (isNull(node)) return;
  const text = textOf(node) ?? '$';
  const parsed = parseReferencePath(text);
  const span = node?.span ?? at.span;
  const target = parsed.ok && parsed.variable === null ? { root: DATA.root, segments: parsed.segments } : DATA;
  at.sequence.assign(target, readOf(from, span), span);
}

function applyJsonataOutput(state: State, result: StateResult, sequence: Sequence, context: WorkflowContext): void {
  const scope = { ...result.scope, result: result.raw };
  const output = fieldOf(state, 'Output');
  // Output and Assign see the variables as they were before the state.
  if (output !== null) sequence.assign(OUTPUT, lowerQuery(output, scope, context.findings), output.span);
  applyAssign(state.node, scope, { sequence, context, isJsonata: true });
  if (output !== null) sequence.assign(DATA, readOf(OUTPUT, output.span), output.span);
  else if (result.raw !== null) sequence.assign(DATA, readOf(result.raw, state.nameSpan), state.nameSpan);
}

/** `Assign`: all values are computed first, then all variables set. */
export function applyAssign(
  node: MapNode,
  scope: SelectionScope,
  to: { readonly sequence: Sequence; readonly context: WorkflowContext; readonly isJsonata: boolean },
): void {
  const assign = valueAt(node, 'Assign');
  if (assign?.kind !== 'map' || assign.entries.length === 0) return;
  const { sequence, context } = to;
  const value = to.isJsonata
    ? lowerQuery(assign, scope, context.findings)
    : lowerTemplate(assign, scope, context.findings);
  sequence.assign(ASSIGNED, value, assign.span);
  for (const entry of entriesOf(assign)) {
    const name = entry.key.replace(/\.\$$/, '');
    sequence.assign(
      { root: variableRoot(name), segments: [] },
      { kind: 'get', of: readOf(ASSIGNED, entry.value.span), segments: [field(name)], span: entry.value.span },
      entry.value.span,
    );
  }
}

/** The raw result of a state with one. */
export const rawResult = (scope: SelectionScope): StateResult => ({ raw: RESULT, scope });
