import { IR_EXPRESSION_DEPTH_MAX } from '../ir-limits.ts';
import type { JsonValue } from '../json.ts';
import type { Cursor } from './cursor.ts';

/** Reads a JSON value. `depth` counts on from the expression that it stands in. */
export function readJson(cursor: Cursor, depth: number): JsonValue {
  if (depth >= IR_EXPRESSION_DEPTH_MAX) {
    const message = `values nest deeper than ${IR_EXPRESSION_DEPTH_MAX} levels`;
    return cursor.fail('IRT003', message, 'Flatten the value.');
  }
  const token = cursor.peek();
  if (token.kind === 'string') return cursor.take().value;
  if (token.kind === 'number') return Number(cursor.take().text);
  if (cursor.accept('null')) return null;
  if (cursor.accept('true')) return true;
  if (cursor.accept('false')) return false;
  if (cursor.accept('[')) return readList(cursor, depth);
  if (cursor.accept('{')) return readObject(cursor, depth);
  return cursor.failExpecting('a JSON value');
}

function readList(cursor: Cursor, depth: number): JsonValue {
  if (cursor.accept(']')) return [];
  const items = cursor.list(() => readJson(cursor, depth + 1));
  cursor.expect(']');
  return items;
}

function readObject(cursor: Cursor, depth: number): JsonValue {
  if (cursor.accept('}')) return {};
  const keys = new Set<string>();
  const entries = cursor.list((): [string, JsonValue] => {
    const token = cursor.peek();
    const key = cursor.expectString('a key in quotes');
    if (keys.has(key)) cursor.fail('IRT008', `the key \`${key}\` is repeated`, 'Remove one of the two.', token);
    keys.add(key);
    cursor.expect(':');
    return [key, readJson(cursor, depth + 1)];
  });
  cursor.expect('}');
  // Makes own properties even of keys such as `__proto__`.
  return Object.fromEntries(entries);
}
