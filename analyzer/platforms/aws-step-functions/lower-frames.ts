import type { Bound, Expression, Region, Step } from '../../../model/ir.ts';
import type { SelectionScope } from '../../expressions/index.ts';
import { valueAt, type DataNode, type MapNode } from '../../source/index.ts';
import { addGuarded, presentIn, type StateSurroundings } from './catchers.ts';
import { Checks } from './checks.ts';
import { boundOf, lowerValue, type WorkflowContext } from './context.ts';
import { applyInputPath, applyOutput, rawResult } from './lower-output.ts';
import { lowerArgument } from './lower-task.ts';
import { fieldOf, innerMachines, isDistributed, type State } from './machine.ts';
import { readItems, writeResults } from './lower-distributed.ts';
import {
  applyOf,
  ARGUMENT,
  below,
  CONTEXT,
  DATA,
  literalOf,
  lowerPath,
  lowerQuery,
  lowerTemplate,
  objectOf,
  readOf,
  RESULT,
} from './selections.ts';
import { Sequence } from './sequence.ts';
import { watchInside } from './watch.ts';

/** Lowers an inner machine to a frame; `prologue` runs first in it. */
export type LowerInner = (node: MapNode, part: string, prologue: (sequence: Sequence) => void) => Region;

/** Iterations that may run at once when a Map says nothing. */
const INLINE_CONCURRENCY_DEFAULT = 40;
const DISTRIBUTED_CONCURRENCY_DEFAULT = 10_000;

export function lowerParallel(
  state: State,
  base: string,
  around: StateSurroundings & { readonly lowerInner: LowerInner },
): Sequence {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const written = fieldOf(state, state.language === 'JSONata' ? 'Arguments' : 'Parameters');
  const argument = lowerArgument(state, written, { scope, context });
  context.checks.before(sequence);
  const arms = innerMachines(state).map(({ node, part }) =>
    around.lowerInner(node, part, (inner) => {
      if (written !== null || scope.input !== DATA)
        inner.assign(DATA, readOf(ARGUMENT, state.nameSpan), state.nameSpan);
    }),
  );
  if (written !== null || scope.input !== DATA) sequence.assign(ARGUMENT, argument, written?.span ?? state.nameSpan);
  const body = new Sequence(`${base}~try`, state.name);
  body.add({ kind: 'parallel', name: state.name, span: state.nameSpan, arms, result: RESULT });
  const present = presentIn(body.steps);
  addGuarded(body, state, { ...around, sequence });
  applyOutput(state, rawResult(scope, present), sequence, context);
  return sequence;
}

export function lowerMap(
  state: State,
  base: string,
  around: StateSurroundings & { readonly lowerInner: LowerInner },
): Sequence {
  const { context } = around;
  const sequence = new Sequence(base, state.name);
  const scope = applyInputPath(state, sequence, context);
  const [inner] = innerMachines(state);
  const items = lowerItems(state, { scope, context });
  const limits = tolerated(state, { scope, context });
  const concurrency = concurrencyOf(state, { scope, context });
  const tried = new Sequence(`${base}~try`, state.name);
  if (fieldOf(state, 'ItemReader') !== null) readItems(state, { scope, context }, tried);
  context.checks.before(sequence, tried.steps);
  const body: Region =
    inner === undefined
      ? new Sequence(`${base}~none`, state.name).add(noProcessor(state)).region()
      : lowerBody(state, { node: inner.node, scope, around, base });
  tried.add({
    kind: 'forEach',
    name: state.name,
    span: state.nameSpan,
    items,
    item: 'item',
    index: 'index',
    body,
    result: RESULT,
    concurrency,
    tolerates: limits.length > 0,
  });
  checkTolerance(state, limits, tried);
  if (fieldOf(state, 'ResultWriter') !== null) writeResults(state, { scope, context }, tried);
  addGuarded(tried, state, { ...around, sequence });
  applyOutput(state, rawResult(scope), sequence, context);
  return sequence;
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
  const node = fieldOf(state, state.language === 'JSONata' ? 'Items' : 'ItemsPath');
  const reader = fieldOf(state, 'ItemReader');
  const items =
    reader !== null
      ? readOf(RESULT, state.nameSpan)
      : node === null
        ? readOf(at.scope.input, state.nameSpan)
        : lowerValue(state, node, at.scope, at.context.findings);
  const isList = reader !== null || items.kind === 'array' || (items.kind === 'literal' && Array.isArray(items.value));
  if (!isList) noteNoList(state, node, { items, ...at });
  return limitItems(state, isList ? items : listOrPairs(items), at);
}

/** A Map fails over what is neither an array nor an object. */
function noteNoList(state: State, node: DataNode | null, at: At & { readonly items: Expression }): void {
  const own: Expression = { kind: 'get', of: at.items, segments: [{ kind: 'own' }], span: at.items.span };
  const error = state.language === 'JSONata' ? 'States.QueryEvaluationError' : 'States.Runtime';
  at.context.findings.fail({ error, reads: [own], span: node?.span ?? state.nameSpan });
}

/**
 * A Map takes an array, or an object, of which each iteration then gets one field as `{Key, Value}`. The test has no argument: which of both it is
 * tells no more than the value's own part, which the number of items and each item carry anyway.
 */
function listOrPairs(items: Expression): Expression {
  const { span } = items;
  const own: Expression = { kind: 'get', of: items, segments: [{ kind: 'own' }], span };
  const child: Expression = { kind: 'get', of: items, segments: [{ kind: 'anyChild' }], span };
  const pair = objectOf({ Key: applyOf('key', [own], span), Value: child }, span);
  const pairs: Expression = { kind: 'array', items: [pair], span };
  return { kind: 'conditional', test: applyOf('isObject', [], span), then: pairs, otherwise: items, span };
}

/** A limit on the number of items or on the size of a batch that is computed decides how many iterations there are, and with what. */
function limitItems(state: State, items: Expression, at: At): Expression {
  const config = valueAt(fieldOf(state, 'ItemReader'), 'ReaderConfig');
  const batcher = fieldOf(state, 'ItemBatcher');
  const limits = [
    limitOf(state, { node: config, name: 'MaxItems' }, at),
    limitOf(state, { node: batcher, name: 'MaxItemsPerBatch' }, at),
    limitOf(state, { node: batcher, name: 'MaxInputBytesPerBatch' }, at),
  ];
  return limits.reduce<Expression>(
    (limited, limit) =>
      limit === null
        ? limited
        : { kind: 'conditional', test: limit, then: limited, otherwise: limited, span: limit.span },
    items,
  );
}

/** A limit as an expression; null when it is a number or not there. */
function limitOf(
  state: State,
  field: { readonly node: DataNode | null; readonly name: string },
  at: At,
): Expression | null {
  const { findings } = at.context;
  const path = valueAt(field.node, `${field.name}Path`);
  if (path !== null) return limitValue(state, path, { value: lowerPath(path, at.scope, findings), ...at });
  const node = valueAt(field.node, field.name);
  const isComputed = node?.kind === 'scalar' && typeof node.value === 'string' && state.language === 'JSONata';
  return isComputed ? limitValue(state, node, { value: lowerQuery(node, at.scope, findings), ...at }) : null;
}

/** A computed limit fails the state when it is no number or out of range. */
function limitValue(state: State, node: DataNode, at: At & { readonly value: Expression }): Expression {
  const error = state.language === 'JSONata' ? 'States.QueryEvaluationError' : 'States.Runtime';
  at.context.findings.fail({ error, reads: [at.value], span: node.span });
  return at.value;
}

/** One iteration: the context object's item, then what the selector makes of it, perhaps in a batch. */
function lowerBody(
  state: State,
  map: {
    readonly node: MapNode;
    readonly scope: SelectionScope;
    readonly around: StateSurroundings & { readonly lowerInner: LowerInner };
    readonly base: string;
  },
): Region {
  const { findings, isObserved } = map.around.context;
  const aside: Step[] = [];
  const watch = watchInside(state, map.around.watch);
  const base = `${map.base}/item/^`;
  const checks = new Checks({ state, base, findings, watch, handlers: null, aside, isQuoted: isObserved });
  const context = { ...map.around.context, checks };
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
    checks.before(inner);
    inner.addAside(aside);
    inner.assign(DATA, value, selector?.span ?? span);
    // The iterations of a distributed Map are executions of their own, with the item as their input.
    if (isDistributed(state)) inner.assign(below(CONTEXT, 'Execution', 'Input'), readOf(DATA, span), span);
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

/** Limits on failed iterations. None: the first failure fails the Map. */
function tolerated(state: State, at: At): readonly Expression[] {
  return ['ToleratedFailureCount', 'ToleratedFailurePercentage'].flatMap((name) => {
    const path = fieldOf(state, `${name}Path`);
    if (path !== null)
      return [limitValue(state, path, { value: lowerPath(path, at.scope, at.context.findings), ...at })];
    const node = fieldOf(state, name);
    if (node === null || (node.kind === 'scalar' && node.value === 0)) return [];
    return [limitValue(state, node, { value: lowerValue(state, node, at.scope, at.context.findings), ...at })];
  });
}

/** A Map that tolerates failures still fails when there are too many. */
function checkTolerance(state: State, limits: readonly Expression[], sequence: Sequence): void {
  const span = state.nameSpan;
  if (limits.length === 0 || limits.some((limit) => limit.kind === 'literal' && limit.value === 100)) return;
  const failures: Expression = { kind: 'get', of: readOf(RESULT, span), segments: [{ kind: 'anyElement' }], span };
  const guard = applyOf('tooManyFailures', [failures, ...limits], span);
  sequence.raiseWhen(guard, literalOf('States.ExceedToleratedFailureThreshold', span), { span, cause: null });
}
