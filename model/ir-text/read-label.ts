import { BUILT_IN_MARKS, type LabelDeclaration, type MarkName } from '../label.ts';
import type { Cursor } from './cursor.ts';
import { isAfterLevels, NO_LEVEL } from './words.ts';

/** Reads a label declaration, e.g. `secret untrusted in {eu} for {acme} +token`. Names are not looked up. */
export function readLabel(cursor: Cursor): LabelDeclaration {
  const start = cursor.at;
  const confidentiality = cursor.accept(NO_LEVEL) ? undefined : readLevel(cursor);
  const integrity = cursor.at > start && !cursor.peek().isFirst ? readLevel(cursor) : undefined;
  const region = cursor.acceptInLine('in') ? readNames(cursor) : undefined;
  const tenant = cursor.acceptInLine('for') ? readNames(cursor) : undefined;
  const marks = readMarks(cursor);
  if (cursor.at === start) return cursor.failExpecting('a label');
  return {
    ...(confidentiality === undefined ? {} : { confidentiality }),
    ...(integrity === undefined ? {} : { integrity }),
    ...(region === undefined ? {} : { region }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(marks === undefined ? {} : { marks }),
  };
}

/** A level's name, unless a word comes that follows levels. */
function readLevel(cursor: Cursor): string | undefined {
  const { kind, text } = cursor.peek();
  const isName = kind === 'string' || (kind === 'word' && !isAfterLevels(text));
  return isName ? cursor.take().value : undefined;
}

function readNames(cursor: Cursor): string[] {
  cursor.expect('{');
  if (cursor.accept('}')) return [];
  const names = cursor.list(() => cursor.expectName('a name'));
  cursor.expect('}');
  return names;
}

function readMarks(cursor: Cursor): MarkName[] | undefined {
  if (!cursor.isNext('+') || cursor.peek().isFirst) return undefined;
  const marks: MarkName[] = [];
  while (cursor.acceptInLine('+')) {
    if (cursor.accept('{')) cursor.expect('}');
    else marks.push(readMark(cursor));
  }
  return marks;
}

function readMark(cursor: Cursor): MarkName {
  if (cursor.accept('bypass')) {
    cursor.expect(':');
    return `bypass:${cursor.expectName('the required function')}`;
  }
  const known = BUILT_IN_MARKS.find((mark) => cursor.isNext(mark));
  if (known === undefined) {
    const allowed = [...BUILT_IN_MARKS, 'bypass:<function>'].join(', ');
    return cursor.fail('IRT006', `\`${cursor.peek().text}\` is no mark`, `Use one of ${allowed}.`);
  }
  cursor.take();
  return known;
}
