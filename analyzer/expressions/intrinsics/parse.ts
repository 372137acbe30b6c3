import { type Cursor } from '../cursor.ts';
import { parsePath } from '../jsonpath/parse.ts';
import type { JsonPath } from '../jsonpath/syntax.ts';
import { SELECTION_DEPTH_MAX } from '../lowering.ts';

/** An argument of an intrinsic function. Offsets are code units in the text. */
export type Argument = { readonly from: number; readonly to: number } & (
  | {
      readonly kind: 'constant';
      readonly value: null | boolean | number | string;
      /** For strings: the text between the quotes with its escapes, as `States.Format` needs it. */
      readonly raw: string;
    }
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'call'; readonly call: IntrinsicCall }
);

export interface IntrinsicCall {
  /** With the `States.` prefix. */
  readonly name: string;
  readonly args: readonly Argument[];
  readonly from: number;
  readonly to: number;
}

/** Parses a call that starts at the cursor: a name, and arguments that are strings in single quotes, numbers, null, paths or calls. */
export function parseCall(cursor: Cursor, depth = 0): IntrinsicCall {
  if (depth > SELECTION_DEPTH_MAX) cursor.failTooDeep(`calls are nested more than ${SELECTION_DEPTH_MAX} deep`);
  const from = cursor.at;
  const name = cursor.match(/[A-Za-z_][A-Za-z0-9_.]*/y);
  if (name === '') cursor.fail('expected the name of an intrinsic function');
  cursor.skipSpace();
  cursor.expect('(');
  const args: Argument[] = [];
  cursor.skipSpace();
  if (!cursor.take(')')) {
    do {
      cursor.skipSpace();
      args.push(parseArgument(cursor, depth));
      cursor.skipSpace();
    } while (cursor.take(','));
    cursor.expect(')');
  }
  return { name, args, from, to: cursor.at };
}

function parseArgument(cursor: Cursor, depth: number): Argument {
  const from = cursor.at;
  if (cursor.peek() === '$') {
    const path = parsePath(cursor, 'argument', depth + 1);
    return { kind: 'path', path, from, to: cursor.at };
  }
  if (cursor.peek() === "'") return parseString(cursor);
  const word = cursor.match(/(?:null|true|false)(?![\w.])/y);
  if (word !== '') {
    const value = word === 'null' ? null : word === 'true';
    return { kind: 'constant', value, raw: word, from, to: cursor.at };
  }
  const number = cursor.match(/-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y);
  if (number !== '') return { kind: 'constant', value: Number(number), raw: number, from, to: cursor.at };
  if (!/[A-Za-z_]/.test(cursor.peek())) {
    cursor.fail("expected a string in single quotes, a number, null, a path or another function's call");
  }
  const call = parseCall(cursor, depth + 1);
  return { kind: 'call', call, from, to: cursor.at };
}

/** In strings `\'`, `\{`, `\}` and `\\` stand for the second character. */
function parseString(cursor: Cursor): Argument {
  const from = cursor.at;
  cursor.expect("'");
  const raw = cursor.match(/(?:[^'\\]|\\[\s\S])*/y);
  if (!cursor.take("'")) cursor.fail("a string that starts with `'` is not closed", from);
  return { kind: 'constant', value: unescape(raw), raw, from, to: cursor.at };
}

export const unescape = (raw: string): string => raw.replace(/\\([\s\S])/g, '$1');

/** The number of `{}` places in a format's raw text. */
export function countPlaces(raw: string): number {
  return raw.replace(/\\[\s\S]/g, '').split('{}').length - 1;
}
