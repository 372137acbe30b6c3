import { type Cursor } from '../cursor.ts';
import { SELECTION_DEPTH_MAX } from '../lowering.ts';
import type { JsonPath, PathRoot, PathStep } from './syntax.ts';

/** Where a path stands; decides which characters end a name in dot notation. */
export type PathPlace = 'whole' | 'argument' | 'filter';

const NAME: Readonly<Record<PathPlace, RegExp>> = {
  whole: /[^\s.[(]+/y,
  argument: /[^\s.[(),]+/y,
  filter: /[^\s.[(),=<>!&|~\]]+/y,
};

/** Parses a path that starts at the cursor and leaves the cursor after it. */
export function parsePath(cursor: Cursor, place: PathPlace, depth = 0): JsonPath {
  if (depth > SELECTION_DEPTH_MAX) cursor.failTooDeep(`paths are nested more than ${SELECTION_DEPTH_MAX} deep`);
  const from = cursor.at;
  const root = parseRoot(cursor, place);
  const steps: PathStep[] = [];
  for (;;) {
    const step = parseStep(cursor, place, depth);
    if (step === null) return { root, steps, from, to: cursor.at };
    steps.push(step);
  }
}

function parseRoot(cursor: Cursor, place: PathPlace): PathRoot {
  if (place === 'filter' && cursor.take('@')) return { kind: 'current' };
  if (cursor.take('$$')) return { kind: 'context' };
  if (!cursor.take('$')) cursor.fail('a path starts with `$`');
  const name = cursor.match(/[\p{L}_][\p{L}\p{N}_]*/uy);
  return name === '' ? { kind: 'input' } : { kind: 'variable', name };
}

function parseStep(cursor: Cursor, place: PathPlace, depth: number): PathStep | null {
  const from = cursor.at;
  if (cursor.startsWith('..')) {
    cursor.at += cursor.peek(2) === '[' ? 2 : 1;
    if (cursor.isAtEnd) cursor.fail('`..` needs a name, `*` or a bracket after it');
    return { kind: 'descent', from, to: from + 2 };
  }
  if (cursor.take('.')) return parseDot(cursor, place, { from, depth });
  if (cursor.take('[')) {
    cursor.skipSpace();
    const step = parseBracket(cursor, from, depth);
    return { ...step, to: cursor.at };
  }
  return null;
}

function parseDot(cursor: Cursor, place: PathPlace, at: { readonly from: number; readonly depth: number }): PathStep {
  const { from } = at;
  if (cursor.peek() === '[') {
    cursor.at += 1;
    return { ...parseBracket(cursor, from, at.depth), to: cursor.at };
  }
  if (cursor.take('*')) return { kind: 'wildcard', from, to: cursor.at };
  const name = cursor.match(NAME[place]);
  if (name === '') cursor.fail('expected a name after `.`');
  if (!cursor.take('(')) return { kind: 'fields', names: [name], from, to: cursor.at };
  const reads = parseArguments(cursor, at.depth + 1);
  return { kind: 'function', name, reads, from, to: cursor.at };
}

/** What stands between `[` and `]`; steps over the closing bracket. */
function parseBracket(cursor: Cursor, from: number, depth: number): PathStep {
  const step = parseBracketBody(cursor, from, depth);
  cursor.skipSpace();
  cursor.expect(']');
  return step;
}

function parseBracketBody(cursor: Cursor, from: number, depth: number): PathStep {
  const to = from;
  if (cursor.take('*')) return { kind: 'wildcard', from, to };
  if (cursor.take('?')) return { kind: 'filter', reads: parseFilter(cursor, depth + 1), from, to };
  if (cursor.peek() === "'" || cursor.peek() === '"') {
    return { kind: 'fields', names: parseList(cursor, parseQuoted), from, to };
  }
  const start = parseInteger(cursor);
  cursor.skipSpace();
  if (cursor.take(':')) {
    cursor.skipSpace();
    const end = parseInteger(cursor);
    cursor.skipSpace();
    if (cursor.peek() === ':') cursor.fail('a slice with a step is not supported');
    return { kind: 'slice', start, end, from, to };
  }
  if (start === null) cursor.fail('expected a quoted name, an index, a slice, `*` or a filter');
  const indexes = [start];
  while (cursor.take(',')) {
    cursor.skipSpace();
    const next = parseInteger(cursor);
    if (next === null) cursor.fail('expected an index after `,`');
    indexes.push(next);
    cursor.skipSpace();
  }
  return { kind: 'indexes', indexes, from, to };
}

function parseList(cursor: Cursor, parseItem: (cursor: Cursor) => string): readonly string[] {
  const items = [parseItem(cursor)];
  cursor.skipSpace();
  while (cursor.take(',')) {
    cursor.skipSpace();
    items.push(parseItem(cursor));
    cursor.skipSpace();
  }
  return items;
}

function parseInteger(cursor: Cursor): number | null {
  const digits = cursor.match(/-?[0-9]{1,9}/y);
  return digits === '' ? null : Number(digits);
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A quoted name or string with backslash escapes. */
function parseQuoted(cursor: Cursor): string {
  const quote = cursor.peek();
  const from = cursor.at;
  if (quote !== "'" && quote !== '"') cursor.fail('expected a quoted name');
  cursor.at += 1;
  let value = '';
  while (!cursor.take(quote)) {
    if (cursor.isAtEnd) cursor.fail(`a string that starts with \`${quote}\` is not closed`, from);
    if (!cursor.take('\\')) {
      value += cursor.peek();
      cursor.at += 1;
      continue;
    }
    const code = cursor.match(/u[0-9A-Fa-f]{4}/y);
    if (code !== '') {
      value += String.fromCharCode(Number.parseInt(code.slice(1), 16));
      continue;
    }
    value += ESCAPES[cursor.peek()] ?? cursor.peek();
    cursor.at += 1;
  }
  return value;
}

/**
 * Parses the condition of a filter, `(@.a > 1 && …)`, and returns the paths it reads. What is compared with what does not matter to labels:
 * the selection depends on all of them.
 */
function parseFilter(cursor: Cursor, depth: number): readonly JsonPath[] {
  const reads: JsonPath[] = [];
  cursor.skipSpace();
  parseOr(cursor, depth, reads);
  return reads;
}

function parseOr(cursor: Cursor, depth: number, reads: JsonPath[]): void {
  if (depth > SELECTION_DEPTH_MAX) cursor.failTooDeep(`conditions are nested more than ${SELECTION_DEPTH_MAX} deep`);
  do {
    do {
      parseUnary(cursor, depth, reads);
      cursor.skipSpace();
    } while (cursor.take('&&'));
  } while (cursor.take('||'));
}

function parseUnary(cursor: Cursor, depth: number, reads: JsonPath[]): void {
  cursor.skipSpace();
  while (cursor.peek() === '!' && cursor.peek(1) !== '=') {
    cursor.at += 1;
    cursor.skipSpace();
  }
  if (cursor.take('(')) {
    parseOr(cursor, depth + 1, reads);
    cursor.skipSpace();
    cursor.expect(')');
    return;
  }
  parseOperand(cursor, depth, reads);
  cursor.skipSpace();
  if (cursor.match(OPERATOR) === '') return;
  cursor.skipSpace();
  parseOperand(cursor, depth, reads);
}

const OPERATOR =
  /==|!=|=~|<=|>=|<|>|(?:in|nin|subsetof|anyof|noneof|size|empty|contains|IN|NIN|CONTAINS|SIZE)(?![\w])/y;

function parseOperand(cursor: Cursor, depth: number, reads: JsonPath[]): void {
  if (depth > SELECTION_DEPTH_MAX) cursor.failTooDeep(`conditions are nested more than ${SELECTION_DEPTH_MAX} deep`);
  const next = cursor.peek();
  if (next === '@' || next === '$') {
    reads.push(parsePath(cursor, 'filter', depth + 1));
  } else if (next === "'" || next === '"') {
    parseQuoted(cursor);
  } else if (next === '/') {
    if (cursor.match(/\/(?:[^/\\]|\\.)*\/[a-z]*/y) === '') cursor.fail('a pattern that starts with `/` is not closed');
  } else if (cursor.take('[')) {
    parseItems(cursor, ']', { depth: depth + 1, reads });
  } else if (cursor.match(/-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y) === '' && cursor.match(WORD) === '') {
    cursor.fail('expected a path, a string, a number or a word');
  }
}

/** `true`, `false`, `null`, and text without quotes, which the service takes as a string. */
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;

function parseItems(cursor: Cursor, close: string, into: { readonly depth: number; readonly reads: JsonPath[] }): void {
  cursor.skipSpace();
  if (cursor.take(close)) return;
  do {
    cursor.skipSpace();
    parseOperand(cursor, into.depth, into.reads);
    cursor.skipSpace();
  } while (cursor.take(','));
  cursor.expect(close);
}

/** Arguments of a function suffix, after `(`; steps over `)`. */
function parseArguments(cursor: Cursor, depth: number): readonly JsonPath[] {
  const reads: JsonPath[] = [];
  parseItems(cursor, ')', { depth, reads });
  return reads;
}
