import { LIST_OPERATOR } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { entriesOf, valueAt, type MapNode } from '../../source/index.ts';
import { scopeOf, type WorkflowContext } from './context.ts';
import { fieldOf, type State } from './machine.ts';
import { lowerRequest } from './request.ts';
import { applyOf, ARGUMENT, literalOf, lowerQuery, lowerTemplate, readOf, RESULT } from './selections.ts';
import type { Sequence } from './sequence.ts';

interface Selected {
  readonly scope: SelectionScope;
  readonly context: WorkflowContext;
}

/** The items of a distributed Map come from a bucket: the reader is a request like a Task's. */
export function readItems(state: State, at: Selected, sequence: Sequence): void {
  runInnerRequest(state, { field: 'ItemReader', fallback: 'arn:aws:states:::s3:getObject', ...at }, sequence);
  const span = fieldOf(state, 'ItemReader')?.span ?? state.nameSpan;
  sequence.assign(RESULT, applyOf(LIST_OPERATOR, [applyOf('items', [readOf(RESULT, span)], span)], span), span);
}

/** The results go to a bucket instead of the state's output. */
export function writeResults(state: State, at: Selected, sequence: Sequence): void {
  const span = fieldOf(state, 'ResultWriter')?.span ?? state.nameSpan;
  sequence.assign(ARGUMENT, readOf(RESULT, span), span);
  runInnerRequest(state, { field: 'ResultWriter', fallback: 'arn:aws:states:::s3:putObject', ...at }, sequence);
}

/** Lowers the reader or writer of a distributed Map as the request that it is. */
function runInnerRequest(
  state: State,
  inner: Selected & { readonly field: 'ItemReader' | 'ResultWriter'; readonly fallback: string },
  sequence: Sequence,
): void {
  const node = fieldOf(state, inner.field);
  if (node?.kind !== 'map') return;
  const written = valueAt(node, 'Parameters') ?? valueAt(node, 'Arguments');
  if (written === null && inner.field === 'ResultWriter') return;
  const { findings } = inner.context;
  const scope = scopeOf(inner.context, { input: inner.scope.input });
  const template =
    written === null
      ? literalOf(null, node.span)
      : state.language === 'JSONata'
        ? lowerQuery(written, scope, findings)
        : lowerTemplate(written, scope, findings);
  const argument =
    inner.field === 'ResultWriter' && template.kind === 'object'
      ? { ...template, fields: [...template.fields, { name: 'Body', value: readOf(ARGUMENT, node.span) }] }
      : template;
  const entries = entriesOf(node).some((entry) => entry.key === 'Resource')
    ? node.entries
    : [...node.entries, resourceEntry(node, inner.fallback)];
  lowerRequest(
    { state: { ...state, node: { ...node, entries } }, argument, scope, context: inner.context, written },
    sequence,
  );
}

function resourceEntry(node: MapNode, resource: string): MapNode['entries'][number] {
  const value = { kind: 'scalar' as const, value: resource, raw: resource, span: node.span, spanOf: () => node.span };
  return { key: 'Resource', keySpan: node.span, value };
}
