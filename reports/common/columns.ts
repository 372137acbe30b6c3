import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('en');

/** The characters of a text as people count them. */
export const characters = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

/** As much of the beginning of a text as fits into some columns. */
export function takeColumns(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const character of characters(text)) {
    width += stringWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}

/** As much of the end of a text as fits into some columns. */
export function takeLastColumns(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const character of characters(text).toReversed()) {
    width += stringWidth(character);
    if (width > columns) break;
    taken = character + taken;
  }
  return taken;
}

/** A text that takes at most some columns; the last one says when something is missing. */
export const cutColumns = (text: string, columns: number): string =>
  stringWidth(text) <= columns ? text : `${takeColumns(text, columns - 1)}…`;

/** As {@link cutColumns}, between two words where there are several. */
export function cutWords(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const start = takeColumns(text, columns - 2);
  const end = text.charAt(start.length) === ' ' ? start.length : start.lastIndexOf(' ');
  return end > 0 ? `${start.slice(0, end)} …` : cutColumns(text, columns);
}

/** A text that takes exactly some columns: cut, or filled with spaces. */
export function fitColumns(text: string, columns: number): string {
  const cut = cutColumns(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - stringWidth(cut)));
}
