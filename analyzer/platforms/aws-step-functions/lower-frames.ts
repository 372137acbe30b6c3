import type { Bound, Expression, Region, Step } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { entriesOf, textOf, valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { boundOf, lowerValue, scopeOf, type WorkflowContext } from './context.ts';
import { applyInputPath, applyOutput, rawResult } from './lower-output.ts';
import { guarded, lowerArgument, type Surroundings } from './lower-task.ts';
import { fieldOf, innerMachines, type State } from './machine.ts';
import { lowerRequest } from './request.ts';
import {
  applyOf,
  ARGUMENT,
  below,
  CONTEXT,
  DATA,
  literalOf,
  lowerQuery,
  lowerTemplate,
  objectOf,
  readOf,
  RESULT,
} from './selections.ts';
import { Sequence } from './sequence.ts';

/** Lowers an inner machine to a frame; `prologue` runs first in it. */
export type LowerInner = (node: MapNode, part: string, prologue: (sequence: Sequence) => void) => Region;

type Lowered = { readonly sequence: Sequence; readonly aside: readonly Step[] };

/** Iterations that may run at once when a Map says nothing. */
const INLINE_CONCURRENCY_DEFAULT = 40;
const DISTRIBUTED_CONCURRENCY_DEFAULT = 10_000;

export function lowerParallel(
  state: State,
  base: string,
  around: Surroundings & { readonly lowerInner: LowerInner },
): Lowered {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const written = fieldOf(state, state.language === 'JSONata' ? 'Arguments' : 'Parameters');
  const argument = lowerArgument(state, written, { scope, context });
  const arms = innerMachines(state).map(({ node, part }) =>
    around.lowerInner(node, part, (inner) => {
      if (written !== null || scope.input !== DATA)
        inner.assign(DATA, readOf(ARGUMENT, state.nameSpan), state.nameSpan);
    }),
  );
  if (written !== null || scope.input !== DATA) sequence.assign(ARGUMENT, argument, written?.span ?? state.nameSpan);
  const aside = guarded(state, { base, sequence, around, scope }, (body) => {
    body.add({ kind: 'parallel', name: state.name, span: state.nameSpan, arms, result: RESULT });
  });
  applyOutput(state, rawResult(scope), sequence, context);
  return { sequence, aside };
}

export function lowerMap(
  state: State,
  base: string,
  around: Surroundings & { readonly lowerInner: LowerInner },
): Lowered {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const [inner] = innerMachines(state);
  const items = lowerItems(state, { scope, context });
  const body: Region =
    inner === undefined
      ? new Sequence(`${base}~none`, state.name).add(noProcessor(state)).region()
      : lowerBody(state, { node: inner.node, scope, around });
  const aside = guarded(state, { base, sequence, around, scope }, (tried) => {
    if (fieldOf(state, 'ItemReader') !== null) readItems(state, { scope, context }, tried);
    tried.add({
      kind: 'forEach',
      name: state.name,
      span: state.nameSpan,
      items,
      item: 'item',
      index: 'index',
      body,
      result: RESULT,
      concurrency: concurrencyOf(state, { scope, context }),
      tolerates: toleratesFailure(state),
    });
    if (fieldOf(state, 'ResultWriter') !== null) writeResults(state, { scope, context }, tried);
  });
  applyOutput(state, rawResult(scope), sequence, context);
  return { sequence, aside };
}

function noProcessor(state: State): Parameters<Sequence['add']>[0] {
  return {
    kind: 'opaque',
    name: state.name,
    span: state.nameSpan,
    reads: [],
    writes: [],
    reason: 'the Map has no processor',
  };
}

interface At {
  readonly scope: SelectionScope;
  readonly context: WorkflowContext;
}

function lowerItems(state: State, at: At): Expression {
  if (fieldOf(state, 'ItemReader') !== null) return readOf(RESULT, state.nameSpan);
  const node = fieldOf(state, state.language === 'JSONata' ? 'Items' : 'ItemsPath');
  return node === null
    ? readOf(at.scope.input, state.nameSpan)
    : lowerValue(state, node, at.scope, at.context.findings);
}

/** One iteration: the context object's item, then what the selector makes of it, perhaps in a batch. */
function lowerBody(
  state: State,
  map: {
    readonly node: MapNode;
    readonly scope: SelectionScope;
    readonly around: Surroundings & { readonly lowerInner: LowerInner };
  },
): Region {
  const { context } = map.around;
  const span = state.nameSpan;
  return map.around.lowerInner(map.node, 'item', (inner) => {
    inner.assign(below(CONTEXT, 'Map', 'Item', 'Value'), readOf({ root: 'item', segments: [] }, span), span);
    inner.assign(below(CONTEXT, 'Map', 'Item', 'Index'), readOf({ root: 'index', segments: [] }, span), span);
    const selector = fieldOf(state, 'ItemSelector') ?? fieldOf(state, 'Parameters');
    const selected =
      selector === null
        ? readOf({ root: 'item', segments: [] }, span)
        : lowerSelector(state, selector, { scope: map.scope, context });
    const batcher = fieldOf(state, 'ItemBatcher');
    const value = batcher === null ? selected : batchOf(state, { batcher, selected, scope: map.scope, context });
    inner.assign(DATA, value, selector?.span ?? span);
  });
}

function lowerSelector(state: State, selector: DataNode, at: At): Expression {
  const { findings } = at.context;
  return state.language === 'JSONata'
    ? lowerQuery(selector, at.scope, findings)
    : lowerTemplate(selector, at.scope, findings);
}

function batchOf(state: State, batch: At & { readonly batcher: DataNode; readonly selected: Expression }): Expression {
  const { span } = batch.batcher;
  const input = valueAt(batch.batcher, 'BatchInput');
  const items: Expression = { kind: 'array', items: [batch.selected], span };
  return objectOf(
    { Items: items, ...(input === null ? {} : { BatchInput: lowerSelector(state, input, batch) }) },
    span,
  );
}

function isDistributed(state: State): boolean {
  const processor = fieldOf(state, 'ItemProcessor');
  return textOf(valueAt(processor, 'ProcessorConfig', 'Mode')) === 'DISTRIBUTED';
}

function concurrencyOf(state: State, at: At): Bound {
  const value = isDistributed(state) ? DISTRIBUTED_CONCURRENCY_DEFAULT : INLINE_CONCURRENCY_DEFAULT;
  const bound = boundOf(state, 'MaxConcurrency', {
    scope: at.scope,
    absent: { kind: 'default', value },
    findings: at.context.findings,
  });
  // Zero asks for the largest that the service gives.
  return bound.kind === 'set' && bound.value === 0 ? { kind: 'default', value } : bound;
}

function toleratesFailure(state: State): boolean {
  return ['ToleratedFailureCount', 'ToleratedFailurePercentage'].some((name) => {
    const node = fieldOf(state, name);
    if (fieldOf(state, `${name}Path`) !== null) return true;
    return node !== null && !(node.kind === 'scalar' && node.value === 0);
  });
}

/** The items of a distributed Map come from a bucket: the reader is a request like a Task's. */
function readItems(state: State, at: At, sequence: Sequence): void {
  runInnerRequest(state, { field: 'ItemReader', fallback: 'arn:aws:states:::s3:getObject', ...at }, sequence);
  const span = fieldOf(state, 'ItemReader')?.span ?? state.nameSpan;
  sequence.assign(RESULT, { kind: 'array', items: [applyOf('items', [readOf(RESULT, span)], span)], span }, span);
}

function writeResults(state: State, at: At, sequence: Sequence): void {
  const span = fieldOf(state, 'ResultWriter')?.span ?? state.nameSpan;
  sequence.assign(ARGUMENT, readOf(RESULT, span), span);
  runInnerRequest(state, { field: 'ResultWriter', fallback: 'arn:aws:states:::s3:putObject', ...at }, sequence);
}

/** Lowers the reader or writer of a distributed Map as the request that it is. */
function runInnerRequest(
  state: State,
  inner: At & { readonly field: 'ItemReader' | 'ResultWriter'; readonly fallback: string },
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
