import type { Application } from './application.ts';
import type { StepId } from './brand.ts';
import { IR_EXPRESSION_DEPTH_MAX, IR_REGION_DEPTH_MAX } from './ir-limits.ts';
import type { Bound, Composition, Expression, Path, ReleaseStep, Step } from './ir.ts';
import { AXES, type Axis, type LabelDeclaration, type MarkName } from './label.ts';
import type { Span } from './span.ts';
import { boundsOf, expressionsOf, forEachExpression, forEachRegion, idsUsedBy, jumpsOf, targetsOf } from './walk.ts';

/** Marks that a `source` expression may set; the others are set by the checker alone. */
const SOURCE_MARKS: readonly MarkName[] = ['token', 'error', 'opaque', 'credential'];
/** The axes that each kind of release lowers. */
const RELEASED: Readonly<Record<ReleaseStep['kind'], readonly Axis[]>> = {
  declassify: ['confidentiality', 'region', 'tenant'],
  endorse: ['integrity'],
};

/**
 * Says which invariants of the IR a composition breaks, in document order; empty when it keeps all. A broken invariant is a mistake of the front
 * end that made the composition, never of the user:
 *
 *  - ids of steps are unique in the composition; a region's entry and all jumps lead to steps of the same region;
 *  - what a step assigns is a path of fields and non-negative indexes; `for each` has two variables, not one;
 *  - functions, compositions, stores and channels that are used are declared in the application;
 *  - a source sets only marks that are facts about content; a release names the axes that it may lower, and at least one;
 *  - an object lists each field once;
 *  - limits are finite (what users wrote, be it negative), the number of units is whole and not negative;
 *  - every place has a file, starts at line 1 or later and does not end before it starts;
 *  - regions and expressions nest no deeper than {@link IR_REGION_DEPTH_MAX} and {@link IR_EXPRESSION_DEPTH_MAX}.
 */
export function findIllFormed(composition: Composition, application: Application): string[] {
  const where = `composition ${composition.id}`;
  const problems = [
    ...findBadNumbers(composition),
    ...findBadPlaces([composition.span, ...composition.journals.map((journal) => journal.span)]),
    ...findBadPlaces(composition.features.map((use) => use.span)),
    ...findUndeclared(composition, application),
  ].map((problem) => `${where}: ${problem}`);
  const known = new Set<StepId>();
  forEachRegion(composition.body, (region, { depth, holder }) => {
    const own = new Set(region.steps.map((step) => step.id));
    const report = (at: string, found: readonly string[]): void => {
      problems.push(...found.map((problem) => `${where}, ${at}: ${problem}`));
    };
    const regionName = holder === null ? 'body' : `step ${holder.id}`;
    if (!own.has(region.entry)) report(regionName, [`a region enters at ${region.entry}, which is not in it`]);
    if (depth >= IR_REGION_DEPTH_MAX) report(regionName, [`regions nest deeper than ${IR_REGION_DEPTH_MAX} levels`]);
    for (const step of region.steps) {
      report(`step ${step.id}`, known.has(step.id) ? ['the id is used before'] : []);
      known.add(step.id);
      report(`step ${step.id}`, findIllFormedStep(step, own));
    }
  });
  return problems;
}

/**
 * As {@link findIllFormed} for every composition, and: ids of compositions, functions and stores are unique, functions and stores of triggers are
 * declared. The composition of a trigger need not be there: its definition may not have been readable.
 */
export function findIllFormedApplication(application: Application): string[] {
  const declared = declaredIn(application);
  const triggers = application.triggers.flatMap(({ target, from }) => {
    const isStarted = target.kind === 'composition' || declared.functions.has(target.id);
    return [
      ...(isStarted ? [] : [`trigger: the function ${target.id} is not declared`]),
      ...(from === null || declared.stores.has(from) ? [] : [`trigger: the store ${from} is not declared`]),
    ];
  });
  return [
    ...findRepeated('composition', application.compositions),
    ...findRepeated('function', application.functions),
    ...findRepeated('store', application.stores),
    ...triggers,
    ...application.compositions.flatMap((composition) => findIllFormed(composition, application)),
  ];
}

function findRepeated(kind: string, declared: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of declared) (seen.has(id) ? repeated : seen).add(id);
  return [...repeated].map((id) => `${kind} ${id}: the id is declared more than once`);
}

interface DeclaredIds {
  readonly functions: ReadonlySet<string>;
  readonly compositions: ReadonlySet<string>;
  readonly stores: ReadonlySet<string>;
}

function declaredIn(application: Application): DeclaredIds {
  const idsOf = (declared: readonly { readonly id: string }[]): ReadonlySet<string> =>
    new Set(declared.map(({ id }) => id));
  return {
    functions: idsOf(application.functions),
    compositions: idsOf(application.compositions),
    stores: idsOf(application.stores),
  };
}

function findUndeclared(composition: Composition, application: Application): string[] {
  const declared = declaredIn(application);
  const used = idsUsedBy(composition);
  const missing = (kind: string, ids: readonly string[], known: ReadonlySet<string>): string[] =>
    ids.filter((id) => !known.has(id)).map((id) => `the ${kind} ${id} is not declared`);
  return [
    ...missing('composition', used.compositions, declared.compositions),
    ...missing('function', used.functions, declared.functions),
    ...missing('store', used.stores, declared.stores),
  ];
}

function findBadNumbers(composition: Composition): string[] {
  const units = Number.isInteger(composition.unitCount) && composition.unitCount >= 0;
  return [
    ...(units ? [] : [`the number of units is ${composition.unitCount}`]),
    ...findBadBounds([composition.timeoutSeconds]),
  ];
}

function findBadBounds(bounds: readonly Bound[]): string[] {
  return bounds.flatMap((bound) => {
    const value = bound.kind === 'set' || bound.kind === 'default' ? bound.value : 0;
    return Number.isFinite(value) ? [] : [`a limit is ${value}`];
  });
}

function findBadPlaces(spans: readonly Span[]): string[] {
  const isPlace = ({ file, start, end }: Span): boolean =>
    file !== '' && start.line >= 1 && start.column >= 1 && start.offset >= 0 && start.offset <= end.offset;
  return spans.some((span) => !isPlace(span))
    ? ['a place has no file, begins before the text or ends before it begins']
    : [];
}

function findIllFormedStep(step: Step, own: ReadonlySet<StepId>): string[] {
  const lost = jumpsOf(step).flatMap((id) =>
    id === null || own.has(id) ? [] : [`jumps to ${id}, which is not in its region`],
  );
  return [
    ...lost,
    ...targetsOf(step).flatMap(findBadTarget),
    ...findBadBounds(boundsOf(step)),
    ...(step.kind === 'forEach' && step.item === step.index ? ['item and index are one variable'] : []),
    ...(step.kind === 'declassify' || step.kind === 'endorse' ? findBadRelease(step) : []),
    ...findBadPlaces(placesOf(step)),
    ...expressionsOf(step).flatMap(findIllFormedExpression),
  ];
}

function findBadTarget(target: Path): string[] {
  const isStatic = target.segments.every(
    (segment) =>
      segment.kind === 'field' || (segment.kind === 'index' && Number.isInteger(segment.index) && segment.index >= 0),
  );
  return isStatic ? [] : [`assigns to more than one place below ${target.root}`];
}

function findBadRelease(step: ReleaseStep): string[] {
  const allowed = RELEASED[step.kind];
  const named = AXES.filter((axis) => step.to[axis] !== undefined);
  const wrong = [step.from, step.to].flatMap((label) => axesOf(label)).filter((axis) => !allowed.includes(axis));
  return [
    ...(named.length === 0 ? ['the release names no axis'] : []),
    ...[...new Set(wrong)].map((axis) => `${step.kind} does not lower ${axis}`),
    ...(step.from.marks === undefined && step.to.marks === undefined ? [] : ['a release names no marks']),
  ];
}

const axesOf = (label: LabelDeclaration): Axis[] => AXES.filter((axis) => label[axis] !== undefined);

/** The places in a step besides those of expressions. */
function placesOf(step: Step): readonly Span[] {
  switch (step.kind) {
    case 'call':
      return [step.span, step.target.span];
    case 'read':
    case 'write':
      return [step.span, step.store.span];
    case 'branch':
      return [step.span, ...step.arms.map((arm) => arm.span)];
    case 'try':
      return [step.span, ...step.retry.map((policy) => policy.span), ...step.handlers.map((handler) => handler.span)];
    default:
      return [step.span];
  }
}

function findIllFormedExpression(expression: Expression): string[] {
  const problems = new Set<string>();
  forEachExpression(expression, (part, depth) => {
    if (depth >= IR_EXPRESSION_DEPTH_MAX)
      problems.add(`expressions nest deeper than ${IR_EXPRESSION_DEPTH_MAX} levels`);
    for (const problem of findBadPlaces([part.span])) problems.add(problem);
    if (part.kind === 'object' && new Set(part.fields.map((field) => field.name)).size < part.fields.length) {
      problems.add('an object lists a field twice');
    }
    if (part.kind !== 'source') return;
    const wrong = (part.label.marks ?? []).filter((mark) => !SOURCE_MARKS.includes(mark));
    for (const mark of wrong) problems.add(`a source sets the mark ${mark}`);
  });
  return [...problems];
}
