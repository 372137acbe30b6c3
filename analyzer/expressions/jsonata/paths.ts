import type { Expression, Segment } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { ANY_CHILD, apply, DYNAMIC, field, objectOf, step as stepInto } from '../build.ts';
import { alternatives, finishSequence, limited, single, type Matches } from '../matches.ts';
import type { Group, Node, Stage } from './ast.ts';
import { isNeverArray, spreadOf } from './elements.ts';
import { Frame, type Environment, type Lowerer } from './environment.ts';
import { existence } from './failures.ts';
import { isPresent } from '../present.ts';

const NOTHING: Matches = { direct: [], items: [], guards: [] };

/** Lowers a location path: its steps in turn, each applied to all that the one before may have selected. */
export function lowerPath(path: Extract<Node, { kind: 'path' }>, env: Environment, lowerer: Lowerer): Matches {
  const hasBindings = path.steps.some(
    (step) => step.focus !== null || step.index !== null || step.stages.some((stage) => stage.kind === 'index'),
  );
  const inner: Environment = hasBindings ? { ...env, frame: new Frame(env.frame) } : env;
  const isTuple = path.steps.some((step) => step.isTuple);
  checkStates(path, lowerer);
  let matches: Matches = { ...NOTHING, direct: env.focus ?? [] };
  let contexts = env.contexts;
  for (const [at, step] of path.steps.entries()) {
    const here = { ...inner, contexts };
    const isStart = at === 0 && (env.focus === null || step.kind === 'variable' || step.kind === 'array');
    const place = { env: here, lowerer, isTuple };
    const isBinding = step.focus !== null || step.index !== null;
    if (isBinding) matches = bindingStep(matches, step, { ...place, isStart });
    else matches = isStart ? lowerer.lower(step, here) : applyStep(matches, step, place);
    matches = limited(matches, lowerer.spanOf(path));
    contexts = [...contexts, ...candidates(matches, lowerer, lowerer.spanOf(step))];
  }
  return matches;
}

/** Reports parts of `$states` that are not there. */
function checkStates(path: Extract<Node, { kind: 'path' }>, lowerer: Lowerer): void {
  const [first, second] = path.steps;
  if (first?.kind !== 'variable' || first.name !== 'states' || second?.kind !== 'name') return;
  const { scope } = lowerer.lowering;
  const parts = { input: scope.input, context: scope.context, result: scope.result, errorOutput: scope.errorOutput };
  const part = new Map(Object.entries(parts)).get(second.name) ?? null;
  if (part === null)
    lowerer.lowering.report('EXP066', `\`$states.${second.name}\` has no value here`, lowerer.spanOf(second));
}

interface StepPlace {
  readonly env: Environment;
  readonly lowerer: Lowerer;
  readonly isTuple?: boolean;
}

/** All that a single item of a selection may be: the values, and their elements where they are arrays. */
export function candidates(matches: Matches, lowerer: Lowerer, span: Span): readonly Expression[] {
  return alternatives(matches).map((each) => spreadOf(each, lowerer.lowering.scope, span));
}

/** Every alternative one segment down, elements included. What comes of values that are surely no arrays is no list. */
function stepThrough(
  matches: Matches,
  segment: Segment,
  at: { readonly lowerer: Lowerer; readonly span: Span },
): Matches {
  const { scope } = at.lowerer.lowering;
  const down = (of: Expression): Expression => stepInto(spreadOf(of, scope, at.span), segment, at.span);
  const plain = matches.direct.filter((each) => isNeverArray(each, scope));
  const open = matches.direct.filter((each) => !isNeverArray(each, scope));
  return { direct: plain.map(down), items: [...open, ...matches.items].map(down), guards: matches.guards };
}

function applyStep(matches: Matches, step: Node, place: StepPlace): Matches {
  const { lowerer } = place;
  const span = lowerer.spanOf(step);
  const at = { lowerer, span };
  switch (step.kind) {
    case 'name':
      return applyStages(stepThrough(matches, field(step.name), at), step.stages, place);
    case 'literal':
      return applyStages(stepThrough(matches, field(String(step.value)), at), step.stages, place);
    case 'wildcard': {
      const children = toItems(stepThrough(matches, ANY_CHILD, at), at);
      return applyStages(children, step.stages, place);
    }
    case 'descendant':
      lowerer.lowering.note('jsonata-descendants', '`**` reads the whole value', span);
      return applyStages(toItems(stepThrough(matches, DYNAMIC, at), at), step.stages, place);
    case 'parent':
      lowerer.lowering.note('jsonata-parent', '`%` may be any of the values that the path went through', span);
      return applyWholeStages({ direct: [], items: place.env.contexts, guards: matches.guards }, step.stages, place);
    case 'sort':
      return sortStep(matches, step, { ...place, all: candidates(matches, lowerer, span) });
    default:
      return computedStep(matches, step, { ...place, all: candidates(matches, lowerer, span) });
  }
}

/** A selection of which each item, or element of it, may be in the result. */
const toItems = (matches: Matches, at: { readonly lowerer: Lowerer; readonly span: Span }): Matches => ({
  direct: [],
  items: candidates(matches, at.lowerer, at.span),
  guards: matches.guards,
});

interface CandidatePlace extends StepPlace {
  /** What the items may be. */
  readonly all: readonly Expression[];
}

/** A step that computes something of each item: an object, a call, a block. How many results there are depends on what the items are. */
function computedStep(matches: Matches, step: Node, place: CandidatePlace): Matches {
  const { lowerer, env, all } = place;
  const span = lowerer.spanOf(step);
  const own = existence(alternatives(matches), span);
  const uncertain = [...(env.uncertain ?? []), ...own];
  const result = lowerer.lowering.under(own, () => lowerer.lower(step, { ...env, focus: all, uncertain }));
  const guards = [...matches.guards, ...result.guards, ...own];
  const isSingle =
    matches.items.length === 0 && matches.direct.every((each) => isNeverArray(each, lowerer.lowering.scope));
  return isSingle ? { ...result, guards } : { direct: [], items: alternatives(result), guards };
}

function sortStep(matches: Matches, step: Extract<Node, { kind: 'sort' }>, place: CandidatePlace): Matches {
  const { lowerer, env, all } = place;
  const own = existence(alternatives(matches), lowerer.spanOf(step));
  const terms = step.terms.map((term) => lowerer.value(term, { ...env, focus: all, uncertain: env.uncertain ?? [] }));
  lowerer.fail(step, [...own, ...terms]);
  const sorted = { direct: [], items: all, guards: [...matches.guards, ...terms] };
  return applyWholeStages(sorted, step.stages, place);
}

/** Predicates after a name are applied to what the name selects in each item. */
function applyStages(matches: Matches, stages: readonly Stage[], place: StepPlace): Matches {
  let current = matches;
  for (const stage of stages) {
    if (stage.kind === 'index') {
      bindPosition(stage.name, current, place);
      continue;
    }
    const at = constantIndex(stage.test);
    if (at === null) {
      current = filtered(current, stage.test, place);
      continue;
    }
    const span = place.lowerer.spanOf(stage.test);
    if (place.isTuple === true) {
      const own = existence(alternatives(current), span);
      const any = toItems(current, { lowerer: place.lowerer, span });
      current = { ...any, guards: [...any.guards, ...own] };
      continue;
    }
    const pick = (of: Expression): readonly Expression[] => elementAt(of, at, { span, lowerer: place.lowerer });
    // In an item that is an array itself, a name selects from all its elements, and the index picks one of those.
    const pickAny = (of: Expression): readonly Expression[] => [...new Set([...pick(of), of])];
    const { direct, items } = current;
    current = limited({ ...current, direct: direct.flatMap(pick), items: items.flatMap(pickAny) }, span);
  }
  return current;
}

/** Predicates after anything else are applied to its value as a whole: an index picks one of all items. */
export function applyWholeStages(matches: Matches, stages: readonly Stage[], place: StepPlace): Matches {
  let current = matches;
  const { lowerer } = place;
  for (const stage of stages) {
    if (stage.kind === 'index') {
      bindPosition(stage.name, current, place);
      continue;
    }
    const at = constantIndex(stage.test);
    const span = lowerer.spanOf(stage.test);
    if (at === null) {
      current = filtered(current, stage.test, place);
      continue;
    }
    const picked = current.direct.flatMap((each) => elementAt(each, at, { span, lowerer }));
    const one = candidates({ ...NOTHING, items: current.items }, lowerer, span);
    current = { direct: [...picked, ...one], items: [], guards: current.guards };
  }
  return current;
}

function constantIndex(test: Node): number | null {
  return test.kind === 'literal' && typeof test.value === 'number' && test.stages.length === 0
    ? Math.floor(test.value)
    : null;
}

/** The element at an index; a value that is no array is its own only element. */
function elementAt(
  of: Expression,
  index: number,
  at: { readonly span: Span; readonly lowerer: Lowerer },
): readonly Expression[] {
  const element = stepInto(of, { kind: 'index', index }, at.span);
  // What surely has elements is an array.
  if (of.kind === 'array' || isPresent(element, at.lowerer.lowering.scope)) return [element];
  return index === 0 || index === -1 ? [element, of] : [element];
}

/** What a test keeps: any elements, or the value itself. The result is raised by all that the test reads. */
function filtered(matches: Matches, test: Node, place: StepPlace): Matches {
  const { lowerer, env } = place;
  const span = lowerer.spanOf(test);
  const all = candidates(matches, lowerer, span);
  const guard = lowerer.lowering.under(existence(alternatives(matches), span), () =>
    lowerer.value(test, { ...env, focus: all, uncertain: env.uncertain ?? [] }),
  );
  return { direct: [], items: all, guards: [...matches.guards, guard] };
}

function bindPosition(name: string, matches: Matches, place: StepPlace): void {
  const span = place.env.focus?.[0]?.span ?? matches.direct[0]?.span ?? matches.items[0]?.span;
  if (span === undefined) return;
  const position = apply('jsonata:position', existence(alternatives(matches), span), span);
  place.env.frame.bind(name, { kind: 'value', alternatives: [position] });
}

/** `@$v` binds the item and leaves the context as it was; `#$i` binds its position. Predicates see what is bound. */
function bindingStep(before: Matches, step: Node, place: StepPlace & { readonly isStart: boolean }): Matches {
  const { lowerer, env, isStart } = place;
  const span = lowerer.spanOf(step);
  const bare: Node = { ...step, stages: [], focus: null, index: null };
  const after = isStart ? lowerer.lower(bare, env) : applyStep(before, bare, place);
  const own = existence(alternatives(after), span);
  if (step.index !== null) {
    env.frame.bind(step.index, { kind: 'value', alternatives: [apply('jsonata:position', own, span)] });
  }
  if (step.focus === null) return applyStages(toItems(after, { lowerer, span }), step.stages, place);
  lowerer.lowering.note('jsonata-bind', 'an item that is bound by `@` may be any item', span);
  const bound = candidates(after, lowerer, span);
  env.frame.bind(step.focus, { kind: 'value', alternatives: bound });
  const context = candidates(before, lowerer, span);
  const tests = step.stages.flatMap((stage): readonly Expression[] => {
    if (stage.kind === 'filter') {
      const inner = { ...env, focus: [...context, ...bound], uncertain: [] };
      return [lowerer.lowering.under(own, () => lowerer.value(stage.test, inner))];
    }
    bindPosition(stage.name, after, place);
    return [];
  });
  return { direct: [], items: context, guards: [...before.guards, ...after.guards, ...own, ...tests] };
}

/** An object built over a selection, `items{key: value}`: the values see all items that share a key. */
export function applyGroup(matches: Matches, group: Group, node: Node, place: StepPlace): Matches {
  const { lowerer, env } = place;
  const span = lowerer.spanOf(node);
  const all = candidates(matches, lowerer, span);
  const grouped = finishSequence({ direct: [], items: all, guards: [] }, span);
  const keyEnv: Environment = { ...env, focus: all };
  const valueEnv: Environment = { ...env, focus: [grouped], contexts: [...env.contexts, ...all] };
  const built = lowerer.lowering.under(existence(all, span), () =>
    lowerPairs(group.pairs, { keyEnv, valueEnv, span, lowerer }),
  );
  return { ...single(built), guards: matches.guards };
}

/** The fields of an object constructor. Keys that are no string literals make the parts of the object indistinguishable. */
export function lowerPairs(
  pairs: Group['pairs'],
  site: {
    readonly keyEnv: Environment;
    readonly valueEnv: Environment;
    readonly span: Span;
    readonly lowerer: Lowerer;
  },
): Expression {
  const { keyEnv, valueEnv, span, lowerer } = site;
  const fields = new Map<string, Expression>();
  const computed: Expression[] = [];
  for (const [key, value] of pairs) {
    const lowered = lowerer.value(value, valueEnv);
    if (key.kind === 'literal' && key.stages.length === 0) {
      fields.set(String(key.value), lowered);
      continue;
    }
    lowerer.lowering.note(
      'jsonata-computed-key',
      'a field whose name is computed may be any field',
      lowerer.spanOf(key),
    );
    const name = lowerer.value(key, keyEnv);
    // A name that is no text, or that another field has.
    lowerer.fail(key, [name]);
    computed.push(name, lowered);
  }
  const object = objectOf(
    [...fields].map(([name, value]) => ({ name, value })),
    span,
  );
  if (computed.length === 0) return object;
  return { kind: 'merge', base: apply('jsonata:object', computed, span), over: object, span };
}
