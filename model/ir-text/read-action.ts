import { compositionId, functionId, storeId } from '../brand.ts';
import type { Bound, CallTarget, EffectDescription, Expression, Path, Step, StoreTarget } from '../ir.ts';
import type { Cursor } from './cursor.ts';
import { readExpression, readPath } from './read-expression.ts';
import { readLabel } from './read-label.ts';

type WithoutBase<Of> = Of extends unknown ? Omit<Of, 'id' | 'name' | 'span' | 'next'> : never;
/** A step before it is given its id, name, place and what follows it. */
export type Action = WithoutBase<Step>;

/** Reads a limit after its word, e.g. `timeout default 60`; none when the word does not come on this line. */
export function readBound(cursor: Cursor, word: string): Bound {
  return cursor.acceptInLine(word) ? readBoundValue(cursor) : { kind: 'none' };
}

export function readBoundValue(cursor: Cursor): Bound {
  if (cursor.accept('default')) return { kind: 'default', value: cursor.expectNumber('a number') };
  if (cursor.accept('dynamic')) return { kind: 'dynamic', from: readExpression(cursor) };
  return { kind: 'set', value: cursor.expectNumber('a number, `default` or `dynamic`') };
}

/** Readers of actions that hold no steps and may have a result, by their word. */
const RESULT_ACTIONS: Readonly<Record<string, (cursor: Cursor, result: Path | null) => Action>> = {
  call: readCall,
  read: readRead,
  write: readWrite,
  await: readAwait,
  declassify: (cursor, result) => readRelease(cursor, 'declassify', result),
  endorse: (cursor, result) => readRelease(cursor, 'endorse', result),
};

/** Readers of actions that hold no steps and have no result. */
const PLAIN_ACTIONS: Readonly<Record<string, (cursor: Cursor) => Action>> = {
  raise: readRaise,
  return: (cursor) => ({ kind: 'return', value: readExpression(cursor) }),
  opaque: readOpaque,
};

/** Reads an action that holds no steps; null when the next word begins none. */
export function readSimpleAction(cursor: Cursor, result: Path | null): Action | null {
  const { kind, text } = cursor.peek();
  if (kind !== 'word') return null;
  const withResult = Object.hasOwn(RESULT_ACTIONS, text) ? RESULT_ACTIONS[text] : undefined;
  const plain = result === null && Object.hasOwn(PLAIN_ACTIONS, text) ? PLAIN_ACTIONS[text] : undefined;
  if (withResult === undefined && plain === undefined) return null;
  cursor.take();
  return withResult?.(cursor, result) ?? plain?.(cursor) ?? null;
}

function readCall(cursor: Cursor, result: Path | null): Action {
  const target = readCallTarget(cursor);
  cursor.expect('with');
  const argument = readExpression(cursor);
  const waits = !cursor.acceptInLine('detached');
  return { kind: 'call', target, argument, result, waits, effect: readEffect(cursor) };
}

function readRead(cursor: Cursor, result: Path | null): Action {
  const store = readStoreTarget(cursor);
  cursor.expect('key');
  const key = readExpression(cursor);
  return { kind: 'read', store, key, result, effect: readEffect(cursor) };
}

function readWrite(cursor: Cursor, result: Path | null): Action {
  const store = readStoreTarget(cursor);
  cursor.expect('key');
  const key = readExpression(cursor);
  cursor.expect('value');
  const value = readExpression(cursor);
  return { kind: 'write', store, key, value, result, effect: readEffect(cursor) };
}

const CALL_TARGETS = { function: true, composition: true, dynamic: true, unresolved: true } as const;
const STORE_TARGETS = { store: true, dynamic: true, unresolved: true } as const;

function readCallTarget(cursor: Cursor): CallTarget {
  const start = cursor.peek();
  const kind = cursor.expectOneOf(CALL_TARGETS, 'what is called');
  if (kind === 'dynamic' || kind === 'unresolved') return readUnknownTarget(cursor, kind, start);
  const id = cursor.expectName(`the id of a ${kind}`);
  const span = cursor.spanFrom(start);
  return kind === 'function' ? { kind, id: functionId(id), span } : { kind, id: compositionId(id), span };
}

function readStoreTarget(cursor: Cursor): StoreTarget {
  const start = cursor.peek();
  const kind = cursor.expectOneOf(STORE_TARGETS, 'a store');
  if (kind !== 'store') return readUnknownTarget(cursor, kind, start);
  const id = storeId(cursor.expectName('the id of a store'));
  return { kind, id, span: cursor.spanFrom(start) };
}

function readUnknownTarget(
  cursor: Cursor,
  kind: 'dynamic' | 'unresolved',
  start: ReturnType<Cursor['peek']>,
): CallTarget & StoreTarget {
  if (kind === 'dynamic') {
    const from = readExpression(cursor);
    return { kind, from, span: cursor.spanFrom(start) };
  }
  const text = cursor.expectString('what is written, in quotes');
  cursor.expect('because');
  const reason = cursor.expectString('a reason in quotes');
  return { kind, text, reason, span: cursor.spanFrom(start) };
}

function readEffect(cursor: Cursor): EffectDescription {
  const operation = cursor.acceptInLine('via') ? cursor.expectString('an operation in quotes') : '';
  const isIdempotent = cursor.acceptInLine('idempotent');
  const isNotIdempotent = !isIdempotent && cursor.acceptInLine('not-idempotent');
  const idempotent = isIdempotent ? true : isNotIdempotent ? false : null;
  const timeoutSeconds = readBound(cursor, 'timeout');
  const heartbeatSeconds = readBound(cursor, 'heartbeat');
  const credentials = cursor.acceptInLine('as') ? readExpression(cursor) : null;
  const privileged = cursor.acceptInLine('privileged');
  return { operation, idempotent, timeoutSeconds, heartbeatSeconds, credentials, privileged };
}

const AWAITED = { callback: true, event: true, timer: true } as const;

function readAwait(cursor: Cursor, result: Path | null): Action {
  const kind = cursor.expectOneOf(AWAITED, 'what is awaited');
  const source =
    kind === 'timer'
      ? { kind, duration: readExpression(cursor) }
      : { kind, channel: storeId(cursor.expectName('the id of a channel')) };
  const timeoutSeconds = readBound(cursor, 'timeout');
  const heartbeatSeconds = readBound(cursor, 'heartbeat');
  return { kind: 'await', source, result, timeoutSeconds, heartbeatSeconds };
}

function readRelease(cursor: Cursor, kind: 'declassify' | 'endorse', result: Path | null): Action {
  const argument = readExpression(cursor);
  cursor.expect('by');
  const by = functionId(cursor.expectName('the id of a function'));
  cursor.expect('under');
  const authority = cursor.expectName('an authority');
  cursor.expect('from');
  const from = readLabel(cursor);
  cursor.expect('to');
  const to = readLabel(cursor);
  return { kind, by, authority, from, to, argument, result };
}

function readRaise(cursor: Cursor): Action {
  const error = readExpression(cursor);
  const cause = cursor.acceptInLine('cause') ? readExpression(cursor) : null;
  return { kind: 'raise', error, cause };
}

function readOpaque(cursor: Cursor): Action {
  const reason = cursor.expectString('a reason in quotes');
  const reads: Expression[] = cursor.acceptInLine('reads') ? cursor.list(() => readExpression(cursor)) : [];
  const writes: Path[] = cursor.acceptInLine('writes') ? cursor.list(() => readPath(cursor)) : [];
  return { kind: 'opaque', reads, writes, reason };
}
