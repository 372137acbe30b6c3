import { compositionId, storeId } from '../brand.ts';
import type { Bound, Composition, Delivery, FeatureUse, Journal } from '../ir.ts';
import type { Cursor } from './cursor.ts';
import { readBoundValue } from './read-action.ts';
import { readVariable } from './read-expression.ts';
import { readRegion } from './read-step.ts';
import type { Token } from './tokens.ts';

/** The input variable of a composition that names none. */
const DEFAULT_INPUT = 'input';

/** Reads a composition after its first word. Lines that it leaves out have defaults: input `input`, exactly once, one unit for each outer step. */
export function readComposition(cursor: Cursor, start: Token): Composition {
  const id = cursor.expectName('the id of a composition');
  const name = cursor.acceptString() ?? id;
  cursor.expect('on');
  const platform = cursor.expectName('a platform');
  const span = cursor.spanFrom(start);
  cursor.expect('{');
  const input = cursor.accept('input') ? readVariable(cursor) : DEFAULT_INPUT;
  const delivery = cursor.accept('delivery') ? cursor.expectOneOf(DELIVERIES, 'a kind of delivery') : 'exactly-once';
  const timeoutSeconds = readTimeout(cursor);
  const units = cursor.accept('units') ? cursor.expectNumber('a number of units') : null;
  const journals = readLines(cursor, 'journal', readJournal);
  const features = readLines(cursor, 'feature', readFeature);
  cursor.expect('body');
  const body = readRegion(cursor);
  cursor.expect('}');
  return {
    id: compositionId(id),
    name,
    platform,
    span,
    input,
    body,
    delivery,
    journals,
    timeoutSeconds,
    features,
    unitCount: units ?? body.steps.length,
  };
}

const DELIVERIES: Readonly<Record<Delivery, true>> = {
  'exactly-once': true,
  'at-least-once': true,
  'at-most-once': true,
};
const LEVELS: Readonly<Record<Journal['level'], true>> = { all: true, error: true, fatal: true };
const SUPPORT: Readonly<Record<FeatureUse['support'], true>> = { approximated: true, refused: true };

function readTimeout(cursor: Cursor): Bound {
  return cursor.accept('timeout') ? readBoundValue(cursor) : { kind: 'none' };
}

function readLines<Line>(cursor: Cursor, word: string, read: (cursor: Cursor, start: Token) => Line): Line[] {
  const lines: Line[] = [];
  for (let start = cursor.peek(); cursor.accept(word); start = cursor.peek()) lines.push(read(cursor, start));
  return lines;
}

function readJournal(cursor: Cursor, start: Token): Journal {
  const store = storeId(cursor.expectName('the id of a store'));
  const level = cursor.expectOneOf(LEVELS, 'which events are kept');
  const includesData = cursor.acceptInLine('data');
  return { store, includesData, level, span: cursor.spanFrom(start) };
}

function readFeature(cursor: Cursor, start: Token): FeatureUse {
  const support = cursor.expectOneOf(SUPPORT, 'how far it is modelled');
  const feature = cursor.expectName('the id of a feature');
  const note = cursor.expectString('a note in quotes');
  return { feature, support, note, span: cursor.spanFrom(start) };
}
