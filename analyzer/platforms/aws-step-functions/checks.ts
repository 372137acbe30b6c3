import { stepId, type StepId } from '../../../model/brand.ts';
import {
  FAILS_OPERATOR,
  type Expression,
  type Handler,
  type Path,
  type Segment,
  type Step,
} from '../../../model/ir.ts';
import { forEachExpression, pathsIn } from '../../../model/walk.ts';
import { itemsOf } from '../../source/index.ts';
import { standsFor } from './error-names.ts';
import { fieldOf, type State } from './machine.ts';
import { applyOf, ERROR, literalOf, objectOf, readOf, root, type Failure, type Findings } from './selections.ts';
import type { Exit, LooseStep, Sequence } from './sequence.ts';
import { namesOf, type Watch } from './watch.ts';

/** Where a state stands, for tests of what may fail in it. */
export interface CheckPlace {
  readonly state: State;
  /** Id of the state's first step. */
  readonly base: string;
  readonly findings: Findings;
  readonly watch: Watch;
  /** Handlers of the state's own catchers, in their order; null where they are not asked. */
  readonly handlers: readonly Handler[] | null;
  /** Steps of the state beside its line. */
  readonly aside: Step[];
  /** Somebody who waits for the execution gets the service's own message, which quotes all that a JSONPath was to select from. */
  readonly isQuoted: boolean;
}

/**
 * Turns evaluations that may fail into branches, as far as somebody notices: the state's own `Catch`, to whose handler the branch jumps, else a state
 * around it or a waiting caller, for whom the error is raised. A failure that nobody notices ends the execution, which is no flow by itself. That a
 * `Retry` sends the request again is not followed: as a jump back around what the state holds it would cost a fixpoint per nesting.
 */
export class Checks {
  readonly #place: CheckPlace;
  #count = 0;
  #body: readonly LooseStep[] = [];
  #paths: readonly Path[] | null = null;

  constructor(place: CheckPlace) {
    this.#place = place;
  }

  /** Tests what was lowered before the state's request. What the request reads decides over its own failure already, under any name. */
  before(sequence: Sequence, body: readonly LooseStep[] = []): void {
    this.#body = body;
    this.#paths = null;
    this.#test({ sequence, isAfter: false });
  }

  /** Tests what was lowered since the request. */
  after(sequence: Sequence): void {
    this.#test({ sequence, isAfter: true });
  }

  #test(at: { readonly sequence: Sequence; readonly isAfter: boolean }): void {
    const failures = this.#place.findings.takeFailures();
    if (failures.length === 0) return;
    const exits = mergeFailures(failures).flatMap((failure) => this.#exitsOf(failure, at.isAfter));
    if (exits.length > 0) at.sequence.divert(exits, this.#place.state.nameSpan);
  }

  /** Whether the request fails under the same label already. What a path selects from may be another value after it. */
  #isCovered({ error, reads }: Failure, isAfter: boolean): boolean {
    if (this.#place.isQuoted && error !== 'States.QueryEvaluationError') return false;
    if (isAfter && error === 'States.Runtime') return false;
    const isMismatch = error === 'States.ResultPathMatchFailure';
    const sent = this.#sent();
    return reads.every((read) => isCovered(read, sent) || (isMismatch && isSelectedFrom(read, sent)));
  }

  /** What the state's request reads, under whose label it may fail anyway. */
  #sent(): readonly Path[] {
    this.#paths ??= sentPaths(this.#body);
    return this.#paths;
  }

  #exitsOf(failure: Failure, isAfter: boolean): readonly Exit[] {
    const { state, watch, handlers } = this.#place;
    const { error, reads, span } = failure;
    const catchers = itemsOf(fieldOf(state, 'Catch')).filter((part) => part.kind === 'map');
    const at = catchers.findIndex((catcher) => standsFor(namesOf(catcher), error));
    const handler = handlers?.[at];
    if (handler === undefined && !watch.sees(error)) return [];
    if (this.#isCovered(failure, isAfter)) return [];
    const to = handler === undefined ? this.#raise(failure) : this.#enter(handler, failure);
    return [{ guard: applyOf(FAILS_OPERATOR, reads, span), span, to }];
  }

  #id(): StepId {
    this.#count += 1;
    return stepId(`${this.#place.base}~fail${this.#count}`);
  }

  #raise(failure: Failure): StepId {
    const { state, aside } = this.#place;
    const { error, span } = failure;
    const id = this.#id();
    aside.push({
      kind: 'raise',
      id,
      name: state.name,
      span,
      error: literalOf(error, span),
      cause: applyOf('cause', this.#causeOf(failure), span),
    });
    return id;
  }

  /** Goes to a handler with the error that it binds. */
  #enter(handler: Handler, failure: Failure): StepId {
    const { state, aside } = this.#place;
    const { error, span } = failure;
    if (handler.binds === null && handler.next !== null) return handler.next;
    const id = this.#id();
    const cause: Expression = {
      kind: 'source',
      of: applyOf('cause', this.#causeOf(failure), span),
      label: { marks: ['error'] },
      description: `an error of an evaluation in ${state.name}`,
      span,
    };
    const value = objectOf({ Error: literalOf(error, span), Cause: cause }, span);
    aside.push({ kind: 'assign', id, name: state.name, span, target: ERROR, value, next: handler.next });
    return id;
  }

  /** What the message of the error may tell: the values that were looked at. */
  #causeOf({ error, reads, span }: Failure): readonly Expression[] {
    const paths = reads.flatMap(pathsIn);
    const quoted = this.#place.isQuoted && error !== 'States.QueryEvaluationError';
    // A path that selects nothing has no value to show.
    const shown = error === 'States.QueryEvaluationError' ? paths.map(withoutOwn) : paths;
    const roots = quoted ? paths.map((path) => root(path.root)) : shown;
    const told = new Map(roots.map((path) => [JSON.stringify(path), path]));
    return [...told.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => readOf(path, span));
  }
}

const withoutOwn = (path: Path): Path =>
  path.segments.at(-1)?.kind === 'own' ? { root: path.root, segments: path.segments.slice(0, -1) } : path;

/** One failure for all that may fail in one text under one name. */
function mergeFailures(failures: readonly Failure[]): readonly Failure[] {
  const merged = new Map<string, Failure>();
  for (const failure of failures) {
    const { error, span } = failure;
    const key = `${error} ${span.start.offset}-${span.end.offset}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? failure : { ...failure, reads: [...known.reads, ...failure.reads] });
  }
  return [...merged.values()];
}

/** Paths that decide whether the requests of a line fail. */
function sentPaths(body: readonly LooseStep[]): readonly Path[] {
  return body.flatMap((step) => {
    switch (step.kind) {
      case 'call':
        return pathsIn(step.argument);
      case 'read':
        return pathsIn(step.key);
      case 'write':
        return [...pathsIn(step.key), ...pathsIn(step.value)];
      default:
        return [];
    }
  });
}

/** Whether all that an expression reads lies in what the paths read. */
function isCovered(read: Expression, paths: readonly Path[]): boolean {
  if (paths.length === 0) return false;
  const sources: Expression[] = [];
  forEachExpression(read, (part) => {
    if (part.kind === 'source') sources.push(part);
  });
  return sources.length === 0 && pathsIn(read).every((path) => paths.some((sent) => isBelow(path, sent)));
}

/** Whether one of the paths goes on below what is looked at: were that no object, the selection would have failed before. */
function isSelectedFrom(read: Expression, paths: readonly Path[]): boolean {
  return pathsIn(read)
    .map(withoutOwn)
    .every((path) =>
      paths.some((sent) => isBelow(sent, path) && sent.segments[path.segments.length]?.kind === 'field'),
    );
}

function isBelow(path: Path, sent: Path): boolean {
  if (path.root !== sent.root || path.segments.length < sent.segments.length) return false;
  return sent.segments.every((segment, at) => isSame(segment, path.segments[at]));
}

function isSame(one: Segment, other: Segment | undefined): boolean {
  if (one.kind === 'field') return other?.kind === 'field' && other.name === one.name;
  if (one.kind === 'index') return other?.kind === 'index' && other.index === one.index;
  return other?.kind === one.kind;
}
