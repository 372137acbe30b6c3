import { stepId, type StepId } from '../brand.ts';
import { IR_REGION_DEPTH_MAX } from '../ir-limits.ts';
import type { BranchArm, ErrorPattern, Handler, Path, Region, RetryPolicy, Step } from '../ir.ts';
import type { Cursor } from './cursor.ts';
import { readBound, readSimpleAction, type Action } from './read-action.ts';
import { readExpression, readPath, readVariable } from './read-expression.ts';
import type { Token } from './tokens.ts';
import { END_WORD, ENTRY_WORD } from './words.ts';

const CLOSE = '}';

/** A step before it is known which step follows it. */
interface Draft {
  readonly base: Pick<Step, 'id' | 'name' | 'span'>;
  readonly action: Action;
  /** Undefined when the text leaves it to the next line. */
  readonly next: StepId | null | undefined;
}

/** Reads `{ … }` with the steps of a region. The body of a composition has depth 1. */
export function readRegion(cursor: Cursor, depth = 1): Region {
  if (depth > IR_REGION_DEPTH_MAX) {
    const message = `regions nest deeper than ${IR_REGION_DEPTH_MAX} levels`;
    cursor.fail('IRT003', message, 'Make an inner region a composition of its own and call it.');
  }
  cursor.expect('{');
  const start = cursor.peek();
  const entry = cursor.accept(ENTRY_WORD) ? stepId(cursor.expectName('the id of a step')) : null;
  const drafts: Draft[] = [];
  while (!cursor.accept(CLOSE)) drafts.push(readDraft(cursor, depth));
  const first = entry ?? drafts[0]?.base.id;
  if (first === undefined) {
    const help = `Write a step, or \`${ENTRY_WORD}\` and the id of the step that is meant.`;
    return cursor.fail('IRT007', 'a region has neither steps nor an entry', help, start);
  }
  return { entry: first, steps: drafts.map((draft, at) => finish(draft, drafts[at + 1]?.base.id ?? null)) };
}

function finish({ base, action, next }: Draft, following: StepId | null): Step {
  if (action.kind === 'branch' || action.kind === 'raise' || action.kind === 'return') return { ...base, ...action };
  return { ...base, ...action, next: next === undefined ? following : next };
}

function readDraft(cursor: Cursor, depth: number): Draft {
  const start = cursor.peek();
  const id = cursor.expectName('the id of a step or `}`');
  const name = cursor.acceptString() ?? id;
  cursor.expect(':');
  const action = readAction(cursor, depth);
  const goesOn = action.kind !== 'branch' && action.kind !== 'raise' && action.kind !== 'return';
  const next = goesOn && cursor.acceptInLine('->') ? readJump(cursor) : undefined;
  return { base: { id: stepId(id), name, span: cursor.spanFrom(start) }, action, next };
}

/** A step's id, or null for `end`. */
function readJump(cursor: Cursor): StepId | null {
  if (cursor.accept(END_WORD)) return null;
  return stepId(cursor.expectName('the id of a step or `end`'));
}

function readAction(cursor: Cursor, depth: number): Action {
  const simple = readSimpleAction(cursor, null) ?? readHolder(cursor, depth, null);
  if (simple !== null) return simple;
  const target = readPath(cursor);
  if (cursor.accept(':=')) return { kind: 'assign', target, value: readExpression(cursor) };
  cursor.expect('<-');
  const action = readSimpleAction(cursor, target) ?? readHolder(cursor, depth, target);
  return action ?? cursor.failExpecting('an action that has a result');
}

/** Reads a step that holds others; null when the next word begins none, or none that may have a result. */
function readHolder(cursor: Cursor, depth: number, result: Path | null): Action | null {
  const { kind, text } = cursor.peek();
  if (kind !== 'word') return null;
  switch (text) {
    case 'for':
      return readForEach(cursor, depth, result);
    case 'parallel':
    case 'race':
      cursor.take();
      return { kind: text, arms: readBlock(cursor, () => readArm(cursor, depth)), result };
    case 'branch':
      return result === null ? readBranch(cursor) : null;
    case 'do':
    case 'while':
      return result === null ? readLoop(cursor, depth) : null;
    case 'try':
      return result === null ? readTry(cursor, depth) : null;
    default:
      return null;
  }
}

/** Reads `{ … }` with lines of one kind. */
function readBlock<Line>(cursor: Cursor, readLine: () => Line): Line[] {
  cursor.expect('{');
  const lines: Line[] = [];
  while (!cursor.accept(CLOSE)) lines.push(readLine());
  return lines;
}

function readArm(cursor: Cursor, depth: number): Region {
  cursor.expect('arm');
  return readRegion(cursor, depth + 1);
}

function readForEach(cursor: Cursor, depth: number, result: Path | null): Action {
  cursor.expect('for');
  cursor.expect('each');
  const item = readVariable(cursor);
  const index = cursor.accept(',') ? readVariable(cursor) : null;
  cursor.expect('in');
  const items = readExpression(cursor);
  const concurrency = readBound(cursor, 'concurrency');
  const tolerates = cursor.acceptInLine('tolerates');
  const body = readRegion(cursor, depth + 1);
  return { kind: 'forEach', items, item, index, body, result, concurrency, tolerates };
}

function readBranch(cursor: Cursor): Action {
  cursor.expect('branch');
  cursor.expect('{');
  const arms: BranchArm[] = [];
  while (cursor.isNext('when')) arms.push(readWhen(cursor));
  let otherwise: StepId | null = null;
  if (cursor.accept('otherwise')) {
    cursor.expect('->');
    otherwise = readJump(cursor);
  }
  if (!cursor.accept(CLOSE)) cursor.failExpecting('`when`, `otherwise` or `}`');
  return { kind: 'branch', arms, otherwise };
}

function readWhen(cursor: Cursor): BranchArm {
  const start = cursor.take();
  const guard = readExpression(cursor);
  cursor.expect('->');
  if (cursor.isNext(END_WORD)) cursor.failExpecting('the id of a step (an arm cannot end the region)');
  const next = stepId(cursor.expectName('the id of a step'));
  return { guard, next, span: cursor.spanFrom(start) };
}

function readLoop(cursor: Cursor, depth: number): Action {
  const test = cursor.accept('do') ? 'after' : 'before';
  cursor.expect('while');
  const guard = readExpression(cursor);
  const rounds = readBound(cursor, 'rounds');
  return { kind: 'loop', guard, test, body: readRegion(cursor, depth + 1), rounds };
}

function readTry(cursor: Cursor, depth: number): Action {
  cursor.expect('try');
  cursor.expect('{');
  cursor.expect('do');
  const body = readRegion(cursor, depth + 1);
  const retry: RetryPolicy[] = [];
  const handlers: Handler[] = [];
  for (let start = cursor.peek(); !cursor.accept(CLOSE); start = cursor.peek()) {
    if (cursor.accept('retry')) retry.push(readRetry(cursor, start));
    else if (cursor.accept('catch')) handlers.push(readHandler(cursor, start));
    else cursor.failExpecting('`retry`, `catch` or `}`');
  }
  return { kind: 'try', body, retry, handlers };
}

function readRetry(cursor: Cursor, start: Token): RetryPolicy {
  const errors = readErrors(cursor);
  const attempts = readBound(cursor, 'attempts');
  return { errors, attempts, span: cursor.spanFrom(start) };
}

function readHandler(cursor: Cursor, start: Token): Handler {
  const errors = readErrors(cursor);
  const binds = cursor.accept('into') ? readPath(cursor) : null;
  cursor.expect('->');
  const next = readJump(cursor);
  return { errors, binds, next, span: cursor.spanFrom(start) };
}

function readErrors(cursor: Cursor): ErrorPattern {
  if (cursor.accept('any')) return { kind: 'any' };
  if (cursor.accept('nothing')) return { kind: 'names', names: [] };
  return { kind: 'names', names: cursor.list(() => cursor.expectString('`any` or the name of an error in quotes')) };
}
