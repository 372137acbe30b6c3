/** How names are written: the lexical side that printer and parser share. */

/** First line of an application: the name of the format and its version. */
export const FORMAT_WORD = 'weir-ir';
export const FORMAT_VERSION = 1;

/** A name that needs no quotes. Hyphens join words, so that ids such as `aws-step-functions` stay plain. */
export const WORD_PATTERN = '[A-Za-z_$][A-Za-z0-9_$]*(?:-[A-Za-z0-9_$]+)*';
const WORD = new RegExp(`^${WORD_PATTERN}$`);
const DOTTED_WORD = new RegExp(`^(${WORD_PATTERN})(?:\\.${WORD_PATTERN})*$`);

/** A file name that needs no quotes in a span. */
export const BARE_FILE_PATTERN = '[A-Za-z0-9_./-]+';
const BARE_FILE = new RegExp(`^${BARE_FILE_PATTERN}$`);

/** Words that begin an expression or an action: variables of these names are written in backquotes. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['if', 'source', 'merge', 'json', 'null', 'true', 'false'],
  ...[
    'call',
    'read',
    'write',
    'await',
    'declassify',
    'endorse',
    'branch',
    'while',
    'do',
    'for',
    'parallel',
    'race',
    'try',
  ],
  ...['raise', 'return', 'opaque'],
]);

export const isReserved = (word: string): boolean => RESERVED.has(word);

/** A jump that ends the region. A step of this name is written in quotes. */
export const END_WORD = 'end';
/** Begins a region's first line when it does not start with its first step. A step of this name is written in quotes. */
export const ENTRY_WORD = 'entry';
/** Stands for the confidentiality that a label declaration leaves out. */
export const NO_LEVEL = '_';
/** Words that follow levels in a label; levels of these names are written in quotes. */
const AFTER_LEVELS: ReadonlySet<string> = new Set([NO_LEVEL, 'in', 'for', 'to']);

export const quote = (text: string): string => JSON.stringify(text);

/** An id, kind or other name where the grammar expects a name. */
export const nameText = (name: string): string => (WORD.test(name) ? name : quote(name));

export const jumpText = (id: string | null): string =>
  id === null ? END_WORD : id === END_WORD ? quote(id) : nameText(id);

export const stepNameText = (id: string): string => (id === ENTRY_WORD ? quote(id) : nameText(id));

export const levelText = (level: string): string => (AFTER_LEVELS.has(level) ? quote(level) : nameText(level));

export const isAfterLevels = (word: string): boolean => word !== NO_LEVEL && AFTER_LEVELS.has(word);

/** A variable, plain or in backquotes. */
export const variableText = (name: string): string =>
  WORD.test(name) && !RESERVED.has(name) ? name : `\`${backquoted(name)}\``;

/** An operator: also dotted words are plain, e.g. `States.Format`. */
export function operatorText(operator: string): string {
  const first = DOTTED_WORD.exec(operator)?.[1];
  return first !== undefined && !RESERVED.has(first) ? operator : `\`${backquoted(operator)}\``;
}

/** The inside of a JSON string, with backquotes escaped. */
const backquoted = (name: string): string => JSON.stringify(name).slice(1, -1).replaceAll('`', '\\u0060');

export const fieldText = (name: string): string => (WORD.test(name) ? `.${name}` : `[${quote(name)}]`);

export const keyText = nameText;

export const fileText = (file: string): string => (BARE_FILE.test(file) ? file : quote(file));

/** A number in its shortest form; negative zero keeps its sign. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : JSON.stringify(value));
