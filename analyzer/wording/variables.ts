import type { Path, Segment } from '../../model/ir.ts';

/** How users of a platform know a variable that its front end made. */
export interface VariableWords {
  /** The whole value where it is read, e.g. `the state's input`. */
  readonly whole: string;
  /** Where a value goes that is assigned to the whole, e.g. `the next state`. */
  readonly target: string;
  /** What a path into it starts with, e.g. `$`. */
  readonly sign: string;
  /** As `sign`, in a language whose paths apply to each element of an array, e.g. `$states.input`. */
  readonly listSign: string;
  /** What `sign` stands for where it could mean something else, e.g. `the result`; empty where it is clear. */
  readonly of: string;
}

/** The words for a variable of the IR by its name. */
export type WordsOf = (root: string) => VariableWords;

/** Variables as they are called in the IR: for front ends that keep the user's names. */
export const plainWords: WordsOf = (root) => ({ whole: root, target: root, sign: root, listSign: root, of: '' });

/** A path as its author would write it, e.g. `$.order.lines[*]`; of the whole of a variable its words. */
export function pathText(path: Path, wordsOf: WordsOf): string {
  const words = wordsOf(path.root);
  const way = wayText(path.segments);
  return way === '' ? words.whole : signOf(path, words) + way;
}

/** {@link pathText} for a sentence: code between backticks, and what it is part of. */
export function pathWords(path: Path, wordsOf: WordsOf): string {
  const words = wordsOf(path.root);
  const way = wayText(path.segments);
  if (way === '') return quoted(words.whole);
  const code = `\`${signOf(path, words)}${way}\``;
  return words.of === '' || isListPath(path) ? code : `${code} of ${words.of}`;
}

/** Where an assignment to a path puts its value, for a sentence. */
export function targetWords(path: Path, wordsOf: WordsOf): string {
  const words = wordsOf(path.root);
  const way = wayText(path.segments);
  return way === '' ? quoted(words.target) : `\`${words.sign}${way}\``;
}

/** A phrase stays one; what is a name in the user's language becomes code. */
const quoted = (text: string): string => (text.includes(' ') ? text : `\`${text}\``);

const isListPath = ({ segments }: Path): boolean => segments[0]?.kind === 'spread';
const signOf = (path: Path, words: VariableWords): string => (isListPath(path) ? words.listSign : words.sign);

/** A way into a value, e.g. `.order["e-mail"][0]`; empty when it is the value itself. */
export const wayText = (segments: readonly Segment[]): string => segments.map(segmentText).join('');

function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case 'field':
      return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(segment.name) ? `.${segment.name}` : `[${JSON.stringify(segment.name)}]`;
    case 'index':
      return `[${segment.index}]`;
    case 'anyElement':
    case 'anyChild':
      return '[*]';
    case 'dynamic':
      return '[…]';
    case 'spread':
    case 'own':
      return '';
  }
}
