import { parse, type DocumentNode, type Token, type ValueNode } from '@humanwhocodes/momoa';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { alignScalar } from './align.ts';
import { SOURCE_DEPTH_MAX } from './limits.ts';
import { listNode, mapNode, scalarNode } from './nodes.ts';
import type { Comment, DataNode, MapEntry } from './types.ts';

/** Places a range of the parsed text in the user's file. */
export type Place = (from: number, to: number) => Span;

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

/** Parses JSON with comments and trailing commas, or JSON5. Never throws. */
export function parseJson(input: JsonInput): JsonOutput {
  const depth = nestingOf(input.text);
  if (depth > SOURCE_DEPTH_MAX) {
    return refuse(
      input.place(0, 1),
      'SRC002',
      `the document is nested ${depth} levels deep`,
      `Nest at most ${SOURCE_DEPTH_MAX} levels.`,
    );
  }
  let document: DocumentNode;
  try {
    const options = { ranges: true, tokens: true, allowTrailingCommas: true };
    document = parse(input.text, { ...options, mode: input.json5 ? 'json5' : 'jsonc' });
  } catch (error) {
    const at = offsetOf(error);
    const text = error instanceof Error ? error.message.replace(/\s*\(\d+:\d+\)\s*$/, '') : 'it cannot be parsed';
    return refuse(
      input.place(at, at + 1),
      'SRC001',
      `this is not valid ${input.json5 ? 'JSON5' : 'JSON'}: ${text}`,
      'Correct the syntax here.',
    );
  }
  const converter = new Converter(input);
  const root = converter.convert(document.body);
  return { root, comments: commentsOf(document.tokens ?? [], input), diagnostics: converter.diagnostics };
}

function refuse(span: Span, code: string, message: string, help: string): JsonOutput {
  return { root: null, comments: [], diagnostics: [{ code, severity: 'error', message, help, span }] };
}

/** Momoa's errors carry the offset where parsing stopped. */
function offsetOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'offset' in error && typeof error.offset === 'number'
    ? error.offset
    : 0;
}

/** Upper estimate of nesting, ignoring brackets in strings, so that the recursive parser is never given too deep a text. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text[at] ?? '';
    if (quote !== '') {
      if (unit === '\\') at += 1;
      else if (unit === quote || unit === '\n') quote = '';
    } else if (unit === '"') quote = unit;
    else if (unit === '{' || unit === '[') deepest = Math.max(deepest, ++depth);
    else if (unit === '}' || unit === ']') depth -= 1;
  }
  return deepest;
}

function commentsOf(tokens: readonly Token[], input: JsonInput): Comment[] {
  return tokens.flatMap((token) => {
    if (token.type !== 'LineComment' && token.type !== 'BlockComment') return [];
    const [from, to] = token.range ?? [token.loc.start.offset, token.loc.end.offset];
    const text = input.text
      .slice(from, to)
      .replace(/^\/[/*]|\*\/$/g, '')
      .trim();
    return [{ text, span: input.place(from, to) }];
  });
}

class Converter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #input: JsonInput;

  constructor(input: JsonInput) {
    this.#input = input;
  }

  convert(node: ValueNode): DataNode {
    const { start, end } = node.loc;
    const span = this.#input.place(start.offset, end.offset);
    const raw = this.#input.text.slice(start.offset, end.offset);
    switch (node.type) {
      case 'Object':
        return mapNode(this.#entries(node), span);
      case 'Array':
        return listNode(
          node.elements.map((element) => this.convert(element.value)),
          span,
        );
      case 'String': {
        const bare = this.#input.bare?.get(start.offset);
        if (bare !== undefined) return scalarNode({ value: bare, raw: bare, span });
        return this.#string(node.value, start.offset, end.offset);
      }
      case 'Number':
      case 'Boolean':
        return scalarNode({ value: node.value, raw, span });
      case 'Null':
        return scalarNode({ value: null, raw, span });
      case 'NaN':
      case 'Infinity':
        return scalarNode({ value: raw, raw, span });
    }
  }

  #string(value: string, from: number, to: number): DataNode {
    const raw = this.#input.text.slice(from + 1, to - 1);
    let offsets: readonly number[] | null | undefined;
    const place = (start: number, end: number): Span | null => {
      offsets ??= alignScalar(value, raw, 'json');
      const [a, b] = [offsets?.[start], offsets?.[end]];
      return a === undefined || b === undefined ? null : this.#input.place(from + 1 + a, from + 1 + b);
    };
    return scalarNode({ value, raw, span: this.#input.place(from, to), place });
  }

  #entries(node: Extract<ValueNode, { type: 'Object' }>): MapEntry[] {
    const entries = new Map<string, MapEntry>();
    for (const { name, value } of node.members) {
      const key = name.type === 'String' ? name.value : name.name;
      const keySpan = this.#input.place(name.loc.start.offset, name.loc.end.offset);
      if (entries.has(key)) {
        const help = 'Remove one of them: parsers keep only the last.';
        this.diagnostics.push({
          code: 'SRC003',
          severity: 'warning',
          message: `\`${key}\` stands twice in this object`,
          help,
          span: keySpan,
        });
        entries.delete(key);
      }
      entries.set(key, { key, keySpan, value: this.convert(value) });
    }
    return [...entries.values()];
  }
}
