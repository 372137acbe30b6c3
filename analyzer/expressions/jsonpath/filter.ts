import { type Cursor } from '../cursor.ts';
import { SELECTION_DEPTH_MAX } from '../lowering.ts';
import { parsePath, parseQuoted } from './parse.ts';
import type { JsonPath } from './syntax.ts';

/**
 * Parses the condition of a filter, `(@.a > 1 && …)`, and returns the paths it reads. What is compared with what does not matter to labels:
 * the selection depends on all of them.
 */
export function parseFilter(cursor: Cursor, depth: number): readonly JsonPath[] {
  const reads: JsonPath[] = [];
  cursor.skipSpace();
  parseOr(cursor, depth, reads);
  return reads;
}

function parseOr(cursor: Cursor, depth: number, reads: JsonPath[]): void {
  if (depth > SELECTION_DEPTH_MAX) cursor.fail(`conditions are nested deeper than ${SELECTION_DEPTH_MAX}`);
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
  if (depth > SELECTION_DEPTH_MAX) cursor.fail(`conditions are nested deeper than ${SELECTION_DEPTH_MAX}`);
  const next = cursor.peek();
  if (next === '@' || next === '$') {
    reads.push(parsePath(cursor, 'filter', depth + 1));
  } else if (next === "'" || next === '"') {
    parseQuoted(cursor);
  } else if (next === '/') {
    if (cursor.match(/\/(?:[^/\\]|\\.)*\/[a-z]*/y) === '') cursor.fail('a pattern that starts with `/` is not closed');
  } else if (cursor.take('[')) {
    parseItems(cursor, ']', { depth: depth + 1, reads });
  } else if (cursor.match(/-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|(?:true|false|null)(?![\w])/y) === '') {
    cursor.fail('expected a path, a string, a number, `true`, `false` or `null`');
  }
}

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
export function parseArguments(cursor: Cursor, depth: number): readonly JsonPath[] {
  const reads: JsonPath[] = [];
  parseItems(cursor, ')', { depth, reads });
  return reads;
}
