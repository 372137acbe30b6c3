import { parse, type DocumentNode, type ObjectNode, type Token, type ValueNode } from '@humanwhocodes/momoa';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { SOURCE_DEPTH_MAX } from './limits.ts';
import { listNode, mapNode, scalarNode } from './nodes.ts';
import { depthProblem, duplicateProblem, syntaxProblem, type Place } from './problems.ts';
import type { Comment, DataNode, MapEntry } from './types.ts';
import { writtenRange } from './written-value.ts';
import { decodeWritten, type WrittenValue } from './written.ts';

export interface JsonInput {
  readonly text: string;
  readonly place: Place;
  readonly json5: boolean;
  /** Values of placeholders that stand where a value is expected, by the offset of their replacement. */
  readonly bare?: ReadonlyMap<number, string>;
}

export interface JsonOutput {
  readonly root: DataNode | null;
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses JSON with comments and trailing commas, or JSON5. A text without any value has no root and no diagnostic. Never throws. */
export function parseJson(input: JsonInput): JsonOutput {
  if (input.text.trim() === '') return { root: null, comments: [], diagnostics: [] };
  let document: DocumentNode;
  try {
    // Tokens cost as much as the tree and are only wanted for comments.
    const tokens = /\/[/*]/.test(input.text);
    document = parse(input.text, { tokens, allowTrailingCommas: true, mode: input.json5 ? 'json5' : 'jsonc' });
  } catch (error) {
    return refuse(whyRefused(error, input));
  }
  const converter = new Converter(input);
  const root = converter.convert(document.body, 0);
  const comments = commentsOf(document.tokens ?? [], input);
  return { root: converter.tooDeep === null ? root : null, comments, diagnostics: converter.diagnostics };
}

function refuse(diagnostic: Diagnostic): JsonOutput {
  return { root: null, comments: [], diagnostics: [diagnostic] };
}

function whyRefused(error: unknown, input: JsonInput): Diagnostic {
  // The library's parser recurs: a text that is nested deeper than the stack ends in a RangeError.
  if (error instanceof RangeError) {
    const from = tooDeepAt(input.text);
    return depthProblem(input.place(from, from + 1));
  }
  const isAtEnd =
    error instanceof Error &&
    (error.message.startsWith('Unexpected end of input') || /^\s*[[{]\s*$/.test(input.text.slice(offsetOf(error))));
  const at = isAtEnd ? input.text.trimEnd().length : Math.min(offsetOf(error), input.text.length);
  const language = input.json5 ? 'JSON5' : 'JSON';
  const detail = isAtEnd
    ? 'the text ends too early'
    : error instanceof Error
      ? inWords(error.message)
      : 'it cannot be parsed';
  return syntaxProblem(language, detail, input.place(at, Math.min(at + 1, input.text.length)));
}

/** The library's names of tokens. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ['LBrace', '`{`'],
  ['RBrace', '`}`'],
  ['LBracket', '`[`'],
  ['RBracket', '`]`'],
  ['Comma', 'a comma'],
  ['Colon', 'a colon'],
  ['String', 'a string'],
  ['Number', 'a number'],
  ['Boolean', 'a value'],
  ['Null', 'a value'],
]);

/** The library's message without its position and its names of tokens. */
function inWords(message: string): string {
  const detail = message.replace(/\.?\s*\(\d+:\d+\)\s*$/, '');
  const token = /^Unexpected token (\w+) found$/.exec(detail)?.[1];
  const words = token === undefined ? undefined : TOKENS.get(token);
  return words === undefined ? firstLower(detail) : `${words} is not expected here`;
}

/** What has no brackets that count: strings and comments. */
const UNBRACKETED = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|'[^'\\]*(?:\\[\s\S][^'\\]*)*'?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;

/** Offset of the bracket with which the nesting passes the limit. */
function tooDeepAt(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    UNBRACKETED.lastIndex = at;
    const unit = text.charAt(at);
    if (unit === '{' || unit === '[') depth += 1;
    else if (unit === '}' || unit === ']') depth -= 1;
    else if (/["'/]/.test(unit)) at = Math.max(at, at + (UNBRACKETED.exec(text)?.[0].length ?? 1) - 1);
    // The outermost value has depth 0.
    if (depth > SOURCE_DEPTH_MAX + 1) return at;
  }
  return 0;
}

const firstLower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The library's errors carry the offset where parsing stopped. */
function offsetOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'offset' in error && typeof error.offset === 'number'
    ? error.offset
    : 0;
}

function commentsOf(tokens: readonly Token[], input: JsonInput): Comment[] {
  return tokens.flatMap((token) => {
    if (token.type !== 'LineComment' && token.type !== 'BlockComment') return [];
    const [from, to] = [token.loc.start.offset, token.loc.end.offset];
    const written = input.text.slice(from, to);
    const text = written.replace(token.type === 'LineComment' ? /^\/\// : /^\/\*|\*\/$/g, '').trim();
    return [{ text, span: input.place(from, to) }];
  });
}

class Converter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #input: JsonInput;
  /** Where nesting passed the limit. */
  tooDeep: Span | null = null;

  constructor(input: JsonInput) {
    this.#input = input;
  }

  convert(node: ValueNode, depth: number): DataNode {
    const { start, end } = node.loc;
    const span = this.#input.place(start.offset, end.offset);
    if (depth > SOURCE_DEPTH_MAX) return this.#refuse(span);
    const raw = (): string => this.#input.text.slice(start.offset, end.offset);
    switch (node.type) {
      case 'Object':
        return mapNode(this.#entries(node, depth), span);
      case 'Array': {
        const items = node.elements.map((element) => this.convert(element.value, depth + 1));
        return listNode(items, span);
      }
      case 'String': {
        const bare = this.#input.bare?.get(start.offset);
        if (bare !== undefined)
          return scalarNode({ value: bare, raw: bare, span, place: this.#verbatim(start.offset) });
        return this.#string(node.value, start.offset, end.offset);
      }
      case 'Number':
      case 'Boolean':
        return scalarNode({ value: node.value, raw: raw(), span });
      case 'Null':
        return scalarNode({ value: null, raw: raw(), span });
      case 'NaN':
        return scalarNode({ value: Number.NaN, raw: raw(), span });
      case 'Infinity':
        return scalarNode({ value: node.sign === '-' ? -Infinity : Infinity, raw: raw(), span });
    }
  }

  #refuse(span: Span): DataNode {
    if (this.tooDeep === null) this.diagnostics.push(depthProblem(span));
    this.tooDeep ??= span;
    return scalarNode({ value: null, raw: '', span });
  }

  #verbatim(start: number): (from: number, to: number) => Span {
    return (from, to) => this.#input.place(start + from, start + to);
  }

  #string(value: string, from: number, to: number): DataNode {
    const raw = this.#input.text.slice(from + 1, to - 1);
    if (!raw.includes('\\')) {
      return scalarNode({ value, raw, span: this.#input.place(from, to), place: this.#verbatim(from + 1) });
    }
    let written: WrittenValue | null | undefined;
    const place = (first: number, last: number): Span | null => {
      written ??= decodeWritten(raw, 'json');
      const range = written?.value === value ? writtenRange(written, first, last) : null;
      return range === null ? null : this.#input.place(from + 1 + range[0], from + 1 + range[1]);
    };
    return scalarNode({ value, raw, span: this.#input.place(from, to), place });
  }

  /** Of equal keys the last wins, as in ECMAScript's `JSON.parse` and RFC 8259 §4's "many implementations". */
  #entries(node: ObjectNode, depth: number): MapEntry[] {
    const entries = new Map<string, MapEntry>();
    for (const { name, value } of node.members) {
      const key = name.type === 'String' ? name.value : name.name;
      const keySpan = this.#input.place(name.loc.start.offset, name.loc.end.offset);
      if (entries.has(key)) this.diagnostics.push(duplicateProblem(key, keySpan));
      entries.delete(key);
      entries.set(key, { key, keySpan, value: this.convert(value, depth + 1) });
    }
    return [...entries.values()];
  }
}
