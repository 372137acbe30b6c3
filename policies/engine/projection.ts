/**
 * Hands a policy only what it reads. A compiled policy spends most of its time on reading its input, so what no rule refers to is left out
 * before it is written as JSON.
 */

/** The input cannot be written as JSON. */
export class InputError extends Error {}

/** Paths of one entry point as a tree; a null child stands for everything below. */
interface PathNode {
  readonly children: Map<string, PathNode | null>;
}

/** Writes an input as JSON, without what is not referred to. */
export type InputWriter = (input: object) => string;

/** Nesting of references that is kept; below, everything is handed over. */
const REFERENCE_DEPTH_MAX = 32;

/**
 * Compiles access paths to a writer. A path keeps all that is below it; where a path leads through a list or a scalar, that is kept as a whole.
 *
 * @param paths of `input`; null, or the empty path among them, keeps everything
 */
export function compileProjection(paths: readonly (readonly string[])[] | null): InputWriter {
  if (paths === null || paths.some((path) => path.length === 0)) return writeAll;
  const root: PathNode = { children: new Map() };
  for (const path of paths) addPath(root, path.slice(0, REFERENCE_DEPTH_MAX));
  const write = compileNode(root);
  return (input) => wellFormed(write(input) ?? '{}');
}

function addPath(root: PathNode, path: readonly string[]): void {
  let node = root;
  for (const [at, segment] of path.entries()) {
    const child = node.children.get(segment);
    if (child === null) return;
    if (at === path.length - 1) {
      node.children.set(segment, null);
    } else if (child === undefined) {
      const made: PathNode = { children: new Map() };
      node.children.set(segment, made);
      node = made;
    } else {
      node = child;
    }
  }
}

type NodeWriter = (value: unknown) => string | undefined;

function compileNode(node: PathNode): NodeWriter {
  const fields = [...node.children]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, child]) => ({
      name,
      prefix: `${JSON.stringify(name)}:`,
      write: child === null ? stringify : compileNode(child),
    }));
  return (value) => {
    if (!isPlainObject(value)) return stringify(value);
    let text = '';
    for (const { name, prefix, write } of fields) {
      if (!Object.hasOwn(value, name)) continue;
      const part = write(value[name]);
      if (part !== undefined) text += text === '' ? prefix + part : `,${prefix}${part}`;
    }
    return `{${text}}`;
  };
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value);
}

function writeAll(input: object): string {
  const text = stringify(input);
  if (text === undefined) throw new InputError('the input is no object');
  return wellFormed(text);
}

/** `JSON.stringify`, and whole numbers beyond 2^53 given as `bigint` keep their digits. */
function stringify(value: unknown): string | undefined {
  try {
    return jsonOf(value);
  } catch (error) {
    if (error instanceof RangeError)
      throw new InputError('the input is nested too deeply or too large', { cause: error });
    if (!(error instanceof TypeError) || !('rawJSON' in JSON))
      throw new InputError('the input is no JSON', { cause: error });
    return stringifyWithBigInts(value);
  }
}

/** The library's type says that there is always a text; for a function or undefined there is none. */
const jsonOf: (value: unknown, replacer?: (key: string, value: unknown) => unknown) => string | undefined =
  JSON.stringify;

function stringifyWithBigInts(value: unknown): string | undefined {
  const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
  if (typeof rawJson !== 'function') throw new InputError('the input is no JSON');
  try {
    return jsonOf(value, (_key, item) =>
      typeof item === 'bigint' ? (Reflect.apply(rawJson, JSON, [String(item)]) as unknown) : item,
    );
  } catch (error) {
    throw new InputError('the input is no JSON', { cause: error });
  }
}

/** Half a surrogate pair, which `JSON.stringify` writes as an escape and a policy could not read; whole pairs are never escaped. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function wellFormed(text: string): string {
  return text.includes('\\ud') ? text.replaceAll(LONE_SURROGATE, '$1\\ufffd') : text;
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether JSON text is nested deeper than a number of levels. */
export function isDeeperThan(text: string, levels: number): boolean {
  // Each level takes two characters.
  if (text.length <= levels * 2) return false;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) {
      isInString = true;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > levels) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
    }
  }
  return false;
}
