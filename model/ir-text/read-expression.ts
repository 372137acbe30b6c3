import { IR_EXPRESSION_DEPTH_MAX } from '../ir-limits.ts';
import type { Expression, ObjectField, Path, Segment } from '../ir.ts';
import type { Cursor } from './cursor.ts';
import { readJson } from './read-json.ts';
import { readLabel } from './read-label.ts';
import { isReserved } from './words.ts';

const AN_EXPRESSION = 'an expression';

/** Reads an expression and the place after it. Leaves with a failure when it nests deeper than {@link IR_EXPRESSION_DEPTH_MAX}. */
export function readExpression(cursor: Cursor, depth = 0): Expression {
  if (depth >= IR_EXPRESSION_DEPTH_MAX) {
    const message = `expressions nest deeper than ${IR_EXPRESSION_DEPTH_MAX} levels`;
    return cursor.fail('IRT003', message, 'Assign an inner part to a variable first.');
  }
  const token = cursor.peek();
  switch (token.kind) {
    case 'string':
    case 'number':
      return readLiteral(cursor, depth);
    case 'variable':
      return readNamed(cursor, depth);
    case 'word':
      return isReserved(token.text) ? readReserved(cursor, depth) : readNamed(cursor, depth);
    case 'punctuation':
      return readBracketed(cursor, depth);
    default:
      return cursor.failExpecting(AN_EXPRESSION);
  }
}

function readLiteral(cursor: Cursor, depth: number): Expression {
  const start = cursor.peek();
  const value = readJson(cursor, depth);
  return { kind: 'literal', value, span: cursor.spanFrom(start) };
}

function readReserved(cursor: Cursor, depth: number): Expression {
  switch (cursor.peek().text) {
    case 'if':
      return readConditional(cursor, depth);
    case 'source':
      return readSource(cursor, depth);
    case 'merge':
      return readMerge(cursor, depth);
    case 'json':
      return readMarkedJson(cursor, depth);
    case 'null':
    case 'true':
    case 'false':
      return readLiteral(cursor, depth);
    default:
      return cursor.failExpecting(`${AN_EXPRESSION} (a variable of this name stands in backquotes)`);
  }
}

function readConditional(cursor: Cursor, depth: number): Expression {
  const start = cursor.take();
  const test = readExpression(cursor, depth + 1);
  cursor.expect('then');
  const then = readExpression(cursor, depth + 1);
  cursor.expect('else');
  const otherwise = readExpression(cursor, depth + 1);
  return { kind: 'conditional', test, then, otherwise, span: cursor.spanFrom(start) };
}

function readSource(cursor: Cursor, depth: number): Expression {
  const start = cursor.take();
  cursor.expect('(');
  const of = readExpression(cursor, depth + 1);
  cursor.expect(',');
  const label = readLabel(cursor);
  cursor.expect(',');
  const description = cursor.expectString('a description in quotes');
  cursor.expect(')');
  return { kind: 'source', of, label, description, span: cursor.spanFrom(start) };
}

function readMerge(cursor: Cursor, depth: number): Expression {
  const start = cursor.take();
  cursor.expect('(');
  const base = readExpression(cursor, depth + 1);
  cursor.expect(',');
  const over = readExpression(cursor, depth + 1);
  cursor.expect(')');
  return { kind: 'merge', base, over, span: cursor.spanFrom(start) };
}

function readMarkedJson(cursor: Cursor, depth: number): Expression {
  const start = cursor.take();
  cursor.expect('(');
  const value = readJson(cursor, depth);
  cursor.expect(')');
  return { kind: 'literal', value, span: cursor.spanFrom(start) };
}

function readBracketed(cursor: Cursor, depth: number): Expression {
  const start = cursor.peek();
  if (cursor.accept('{')) {
    const fields = readUntil(cursor, '}', () => readField(cursor, depth));
    return { kind: 'object', fields, span: cursor.spanFrom(start) };
  }
  if (cursor.accept('[')) {
    const items = readUntil(cursor, ']', () => readExpression(cursor, depth + 1));
    return { kind: 'array', items, span: cursor.spanFrom(start) };
  }
  if (!cursor.accept('(')) return cursor.failExpecting(AN_EXPRESSION);
  const of = readExpression(cursor, depth + 1);
  cursor.expect(')');
  const segments = readSegments(cursor);
  return { kind: 'get', of, segments, span: cursor.spanFrom(start) };
}

function readField(cursor: Cursor, depth: number): ObjectField {
  const name = cursor.expectName('the name of a field');
  cursor.expect(':');
  return { name, value: readExpression(cursor, depth + 1) };
}

/** A list with commas up to the closing sign, which is taken. */
function readUntil<Item>(cursor: Cursor, close: string, read: () => Item): Item[] {
  if (cursor.accept(close)) return [];
  const items = cursor.list(read);
  cursor.expect(close);
  return items;
}

/** A path, or a function when a parenthesis follows a name. */
function readNamed(cursor: Cursor, depth: number): Expression {
  const start = cursor.peek();
  const path = readPath(cursor);
  const operator = cursor.isNext('(') ? operatorOf(path, start.kind === 'word') : null;
  if (operator === null) return { kind: 'path', path, span: cursor.spanFrom(start) };
  cursor.expect('(');
  const args = readUntil(cursor, ')', () => readExpression(cursor, depth + 1));
  return { kind: 'apply', operator, args, span: cursor.spanFrom(start) };
}

function operatorOf(path: Path, isPlain: boolean): string | null {
  let operator = path.root;
  for (const segment of path.segments) {
    if (segment.kind !== 'field' || !isPlain) return null;
    operator += `.${segment.name}`;
  }
  return operator;
}

/** A variable's name, plain or in backquotes. */
export function readVariable(cursor: Cursor): string {
  const { kind, text } = cursor.peek();
  if (kind === 'variable' || (kind === 'word' && !isReserved(text))) return cursor.take().value;
  return cursor.failExpecting('a variable');
}

export function readPath(cursor: Cursor): Path {
  const root = readVariable(cursor);
  return { root, segments: readSegments(cursor) };
}

function readSegments(cursor: Cursor): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (cursor.accept('..*')) segments.push({ kind: 'dynamic' });
    else if (cursor.accept('.*')) segments.push({ kind: 'anyChild' });
    else if (cursor.accept('?')) segments.push({ kind: 'own' });
    else if (cursor.accept('.')) segments.push({ kind: 'field', name: cursor.expectName('the name of a field') });
    else if (cursor.accept('[')) segments.push(readBracketSegment(cursor));
    else return segments;
  }
}

function readBracketSegment(cursor: Cursor): Segment {
  if (cursor.accept(']')) return { kind: 'spread' };
  const segment = bracketSegment(cursor);
  cursor.expect(']');
  return segment;
}

function bracketSegment(cursor: Cursor): Segment {
  if (cursor.accept('*')) return { kind: 'anyElement' };
  const name = cursor.acceptString();
  if (name !== null) return { kind: 'field', name };
  return { kind: 'index', index: cursor.expectNumber('a field in quotes, an index or `*`') };
}
