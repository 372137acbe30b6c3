import type { Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { ANY_CHILD, ANY_ELEMENT, apply, DYNAMIC, field, objectOf, OWN, readPath, step as stepInto } from '../build.ts';
import type { Lowering } from '../lowering.ts';
import { isPresent } from '../present.ts';
import { alternatives, finishList, limited, single, stepAll, type Matches } from '../matches.ts';
import type { JsonPath, PathStep } from './syntax.ts';

/** What lowering a path needs: where its text is, and what `@` stands for. */
export interface PathContext {
  readonly lowering: Lowering;
  /** Span of a part of the text. */
  spanOf(from: number, to: number): Span;
  /** What `@` may be; empty outside filters. */
  readonly current: readonly Expression[];
}

/** The expression that a parsed path stands for. */
export function lowerPath(path: JsonPath, context: PathContext): Expression {
  const starts = startsOf(path, context);
  noteFailure(path, starts, context);
  const results = starts.map((start) => {
    let matches: Matches = single(start);
    for (const [at, step] of path.steps.entries()) {
      const isLast = at === path.steps.length - 1;
      matches = applyStep(matches, step, { path, isLast, context });
    }
    return finishList(matches, context.spanOf(path.from, path.to));
  });
  const [first] = results;
  const span = context.spanOf(path.from, path.to);
  return results.length === 1 && first !== undefined ? first : apply('joined', results, span);
}

/**
 * A path that selects nothing fails. Wildcards, slices and filters select an empty array instead, so that only what stands before the first of
 * them decides; functions look at the values they are given. In a filter nothing fails: what is absent does not match.
 */
function noteFailure(path: JsonPath, starts: readonly Expression[], context: PathContext): void {
  if (context.current.length > 0) return;
  const { lowering } = context;
  const span = context.spanOf(path.from, path.to);
  const calls = path.steps.some((step) => step.kind === 'function');
  for (const start of starts) {
    let at = start;
    for (const step of path.steps) {
      const [index] = step.kind === 'indexes' ? step.indexes : [];
      const [name] = step.kind === 'fields' ? step.names : [];
      if (step.kind === 'fields' && step.names.length === 1 && name !== undefined && !name.includes('${'))
        at = stepInto(at, field(name), span);
      else if (step.kind === 'indexes' && step.indexes.length === 1 && index !== undefined)
        at = stepInto(at, { kind: 'index', index }, span);
      else break;
    }
    if (calls) lowering.fail('path', [at], span);
    else if (!isPresent(at, lowering.scope)) lowering.fail('path', [stepInto(at, OWN, span)], span);
  }
}

function startsOf(path: JsonPath, context: PathContext): readonly Expression[] {
  const { scope } = context.lowering;
  const span = context.spanOf(path.from, path.to);
  switch (path.root.kind) {
    case 'input':
      return [readPath(scope.input, span)];
    case 'context':
      return [readPath(scope.context, span)];
    case 'current':
      return context.current;
    case 'variable': {
      const root = scope.variable(path.root.name);
      if (root !== null) return [readPath({ root, segments: [] }, span)];
      context.lowering.report('EXP003', `the variable \`$${path.root.name}\` is never assigned`, span);
      return [context.lowering.opaque(`unknown variable $${path.root.name}`, span)];
    }
  }
}

interface StepPlace {
  readonly path: JsonPath;
  readonly isLast: boolean;
  readonly context: PathContext;
}

function applyStep(matches: Matches, step: PathStep, place: StepPlace): Matches {
  const { context, path } = place;
  const span = context.spanOf(path.from, step.to);
  const here = context.spanOf(step.from, step.to);
  const { lowering } = context;
  switch (step.kind) {
    case 'fields':
      return applyFields(matches, step.names, { ...place, span, here });
    case 'indexes': {
      const [first] = step.indexes;
      if (step.indexes.length === 1 && first !== undefined)
        return stepAll(matches, { kind: 'index', index: first }, span);
      const chosen = step.indexes.flatMap((index) => alternatives(stepAll(matches, { kind: 'index', index }, span)));
      return limited({ ...matches, direct: [], items: chosen }, span);
    }
    case 'slice':
      lowering.note('jsonpath-slice', 'a slice reads every element', here);
      return toItems(stepAll(matches, ANY_ELEMENT, span));
    case 'wildcard':
      return toItems(stepAll(matches, ANY_CHILD, span));
    case 'descent':
      lowering.note('jsonpath-descent', '`..` reads the whole value', here);
      return toItems(stepAll(matches, DYNAMIC, span));
    case 'filter':
      lowering.note('jsonpath-filter', 'a filter reads what it tests in every element', here);
      return applyFilter(matches, step.reads, { ...place, span });
    case 'function':
      return applyFunction(matches, step, { ...place, span });
  }
}

const toItems = (matches: Matches): Matches => ({ ...matches, direct: [], items: alternatives(matches) });

function applyFields(
  matches: Matches,
  names: readonly string[],
  place: StepPlace & { readonly span: Span; readonly here: Span },
): Matches {
  const { span, here } = place;
  const [name] = names;
  if (names.some((each) => each.includes('${'))) {
    place.context.lowering.note('jsonpath-placeholder', 'a name with a placeholder may be any name', here);
    return stepAll(matches, DYNAMIC, span);
  }
  if (names.length === 1 && name !== undefined) return stepAll(matches, field(name), span);
  if (!place.isLast) {
    const chosen = names.flatMap((each) => alternatives(stepAll(matches, field(each), span)));
    return limited({ ...matches, direct: [], items: chosen }, span);
  }
  const pick = (of: Expression): Expression =>
    objectOf(
      names.map((each) => ({ name: each, value: stepInto(of, field(each), span) })),
      span,
    );
  return { ...matches, direct: matches.direct.map(pick), items: matches.items.map(pick) };
}

/** A filter keeps elements of an array, or the object it is applied to, or fields of it: implementations differ. The result is raised by all that the condition reads. */
function applyFilter(
  matches: Matches,
  reads: readonly JsonPath[],
  place: StepPlace & { readonly span: Span },
): Matches {
  const { span, context } = place;
  const elements = alternatives(stepAll(matches, ANY_CHILD, span));
  const candidates = limited({ direct: [], items: [...elements, ...alternatives(matches)], guards: [] }, span).items;
  const guards = reads.map((read) => lowerPath(read, { ...context, current: candidates }));
  return { direct: [], items: candidates, guards: [...matches.guards, ...guards] };
}

function applyFunction(
  matches: Matches,
  step: Extract<PathStep, { kind: 'function' }>,
  place: StepPlace & { readonly span: Span },
): Matches {
  const { span, context } = place;
  const reads = step.reads.map((read) => lowerPath(read, context));
  const operator = `jsonpath:${step.name}`;
  if (!FUNCTIONS.has(step.name)) {
    context.lowering.report('EXP002', `there is no JSONPath function \`${step.name}\``, span);
    const of = apply(operator, [...alternatives(matches), ...reads], span);
    return single({ kind: 'source', of, label: { marks: ['opaque'] }, description: `function ${step.name}`, span });
  }
  if (step.name !== 'length') {
    context.lowering.note('jsonpath-function', `the result of \`${step.name}()\` depends on all it is given`, span);
  }
  const input = finishList({ ...matches, guards: [] }, span);
  return { direct: [apply(operator, [input, ...reads], span)], items: [], guards: matches.guards };
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'append',
  'avg',
  'concat',
  'first',
  'index',
  'keys',
  'last',
  'length',
  'max',
  'min',
  'stddev',
  'sum',
]);
