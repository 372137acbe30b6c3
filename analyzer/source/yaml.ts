import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  Composer,
  type Document,
  type Node,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { alignScalar, type ScalarStyle } from './align.ts';
import type { Place } from './json.ts';
import { SOURCE_DEPTH_MAX, SOURCE_NODES_MAX } from './limits.ts';
import { listNode, mapNode, scalarNode } from './nodes.ts';
import type { Comment, DataNode, MapEntry, ScalarNode } from './types.ts';

export interface YamlOutput {
  readonly roots: readonly DataNode[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses all documents of a YAML file. A broken one is left out and has a diagnostic. Never throws. */
export function parseYaml(text: string, place: Place): YamlOutput {
  const depth = nestingOf(text);
  if (depth > SOURCE_DEPTH_MAX) {
    const diagnostic: Diagnostic = {
      code: 'SRC002',
      severity: 'error',
      message: `the document is nested about ${depth} levels deep`,
      help: `Nest at most ${SOURCE_DEPTH_MAX} levels.`,
      span: place(0, 1),
    };
    return { roots: [], comments: [], diagnostics: [diagnostic] };
  }
  const lines = new LineCounter();
  const composer = new Composer({
    keepSourceTokens: true,
    uniqueKeys: false,
    merge: false,
    lineCounter: lines,
    strict: true,
  });
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const roots: DataNode[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of composer.compose(tokens, true, text.length)) {
    const converter = new Converter(document, { text, place });
    for (const error of document.errors) diagnostics.push(converter.syntaxError(error.message, error.pos));
    if (document.errors.length === 0 && document.contents !== null) roots.push(converter.convert(document.contents, 0));
    diagnostics.push(...converter.diagnostics);
  }
  return { roots, comments: findComments(text, place), diagnostics };
}

/** An upper estimate of nesting by brackets and by indentation, so that the recursive composer is never given too deep a text. */
function nestingOf(text: string): number {
  let flow = 0;
  let deepest = 0;
  const indents: number[] = [];
  for (const line of text.split('\n')) {
    const indent = /^[ ]*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '') continue;
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    const markers = (/^[ ]*((?:[-?:][ \t]+)+)/.exec(line)?.[1] ?? '').replace(/[ \t]/g, '').length;
    for (const unit of line) {
      if (unit === '{' || unit === '[') flow += 1;
      else if (unit === '}' || unit === ']') flow = Math.max(0, flow - 1);
      deepest = Math.max(deepest, flow);
    }
    deepest = Math.max(deepest, indents.length + markers);
  }
  return deepest;
}

function findComments(text: string, place: Place): Comment[] {
  const comments: Comment[] = [];
  const visitToken = (source: string, offset: number): void => {
    for (const match of source.matchAll(/#[^\r\n]*/g)) {
      const from = offset + match.index;
      comments.push({ text: match[0].slice(1).trim(), span: place(from, from + match[0].length) });
    }
  };
  let offset = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const start = /(?:^|\s)#/.exec(line);
    if (start !== null && !isInQuotes(line, start.index)) {
      const from = start.index + start[0].length - 1;
      visitToken(line.slice(from).replace(/[\r\n]+$/, ''), offset + from);
    }
    offset += line.length;
  }
  return comments.map((comment) => ({ ...comment, text: comment.text }));
}

/** An odd number of quotes before the sign: it is part of a quoted scalar. */
function isInQuotes(line: string, at: number): boolean {
  const before = line.slice(0, at + 1);
  const doubles = (before.match(/"/g) ?? []).length;
  const singles = (before.match(/'/g) ?? []).length;
  return doubles % 2 === 1 || singles % 2 === 1;
}

const SHORT_FORMS_WITHOUT_PREFIX = new Set(['Ref', 'Condition']);

class Converter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #place: Place;
  #nodes = 0;

  constructor(document: Document.Parsed, input: { readonly text: string; readonly place: Place }) {
    this.#document = document;
    this.#text = input.text;
    this.#place = input.place;
  }

  syntaxError(message: string, [from, to]: readonly [number, number]): Diagnostic {
    const text = message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
    return {
      code: 'SRC001',
      severity: 'error',
      message: `this is not valid YAML: ${text}`,
      help: 'Correct the syntax here.',
      span: this.#place(from, to),
    };
  }

  convert(node: Node | ParsedNode | null, depth: number): DataNode {
    this.#nodes += 1;
    const span = this.#spanOf(node);
    if (node === null) return scalarNode({ value: null, raw: '', span });
    if (depth > SOURCE_DEPTH_MAX || this.#nodes > SOURCE_NODES_MAX) return this.#tooLarge(span);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      return target === undefined ? scalarNode({ value: null, raw: '', span }) : this.convert(target, depth + 1);
    }
    const tag = node.tag?.startsWith('!') === true && !node.tag.startsWith('!!') ? node.tag : null;
    const value = this.#untagged(node, depth);
    return tag === null || tag.startsWith('!<') ? value : this.#longForm(tag, value);
  }

  #untagged(node: Node, depth: number): DataNode {
    const span = this.#spanOf(node);
    if (isMap(node)) return mapNode(this.#entries(node, depth), span);
    if (isSeq(node))
      return listNode(
        node.items.map((item) => this.convert(isPair(item) ? this.#pairMap(item) : (item as Node), depth + 1)),
        span,
      );
    if (isScalar(node)) return this.#scalar(node);
    return scalarNode({ value: null, raw: '', span });
  }

  /** A pair directly in a sequence (`- a: 1` is parsed to a map, `[a: 1]` to a pair). */
  #pairMap(pair: Pair): Node | null {
    return isCollection(pair.value) ? pair.value : null;
  }

  #tooLarge(span: Span): ScalarNode {
    if (!this.diagnostics.some((known) => known.code === 'SRC004')) {
      const help = `A document may have ${SOURCE_NODES_MAX} nodes and ${SOURCE_DEPTH_MAX} levels after aliases are expanded; write it without nested aliases.`;
      this.diagnostics.push({
        code: 'SRC004',
        severity: 'error',
        message: 'the document is too large once its aliases are expanded',
        help,
        span,
      });
    }
    return scalarNode({ value: null, raw: '', span });
  }

  #entries(node: YAMLMap, depth: number): MapEntry[] {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const key = isScalar(keyNode) ? String(keyNode.value) : this.#text.slice(...this.#rangeOf(keyNode));
      const value = this.convert(pair.value as Node | null, depth + 1);
      if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN') {
        for (const source of value.kind === 'list' ? value.items : [value]) {
          if (source.kind === 'map')
            for (const entry of source.entries) if (!merged.has(entry.key)) merged.set(entry.key, entry);
        }
        continue;
      }
      const keySpan = this.#spanOf(keyNode);
      if (own.has(key)) this.#duplicateKey(key, keySpan);
      own.delete(key);
      own.set(key, {
        key,
        keySpan,
        value: value.kind === 'scalar' && pair.value === null ? { ...value, span: keySpan } : value,
      });
    }
    for (const [key, entry] of merged) if (!own.has(key)) own.set(key, entry);
    return [...own.values()];
  }

  #duplicateKey(key: string, span: Span): void {
    const help = 'Remove one of them: parsers keep only the last, or refuse the file.';
    this.diagnostics.push({
      code: 'SRC003',
      severity: 'warning',
      message: `\`${key}\` stands twice in this map`,
      help,
      span,
    });
  }

  #scalar(node: Scalar): ScalarNode {
    const [from, to] = this.#rangeOf(node);
    const { value } = node;
    const raw = node.source ?? this.#text.slice(from, to);
    const span = this.#place(from, to);
    if (typeof value !== 'string') {
      const plain = value === null || typeof value === 'boolean' || typeof value === 'number' ? value : raw;
      return scalarNode({ value: plain, raw, span });
    }
    const { start, text, style } = this.#writtenForm(node, from, to);
    let offsets: readonly number[] | null | undefined;
    const place = (first: number, last: number): Span | null => {
      offsets ??= alignScalar(value, text, style);
      const [a, b] = [offsets?.[first], offsets?.[last]];
      return a === undefined || b === undefined ? null : this.#place(start + a, start + b);
    };
    return scalarNode({ value, raw, span, place });
  }

  #writtenForm(
    node: Scalar,
    from: number,
    to: number,
  ): { readonly start: number; readonly text: string; readonly style: ScalarStyle } {
    const written = this.#text.slice(from, to);
    switch (node.type) {
      case 'QUOTE_DOUBLE':
        return { start: from + 1, text: written.slice(1, -1), style: 'double' };
      case 'QUOTE_SINGLE':
        return { start: from + 1, text: written.slice(1, -1), style: 'single' };
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED': {
        const header = written.indexOf('\n') + 1;
        return {
          start: from + header,
          text: written.slice(header),
          style: node.type === 'BLOCK_LITERAL' ? 'literal' : 'folded',
        };
      }
      default:
        return { start: from, text: written, style: 'plain' };
    }
  }

  /** `!Sub x` is `{"Fn::Sub": x}`; `!GetAtt a.b` has its parts apart. */
  #longForm(tag: string, value: DataNode): DataNode {
    const name = tag.slice(1);
    const key = SHORT_FORMS_WITHOUT_PREFIX.has(name) ? name : `Fn::${name}`;
    const parts =
      key === 'Fn::GetAtt' && value.kind === 'scalar' && typeof value.value === 'string'
        ? splitAttribute(value, value.value)
        : value;
    return mapNode([{ key, keySpan: value.span, value: parts }], value.span, tag);
  }

  #rangeOf(node: Node | null): [number, number] {
    const range = node?.range;
    return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
  }

  #spanOf(node: Node | null): Span {
    return this.#place(...this.#rangeOf(node));
  }
}

function splitAttribute(node: ScalarNode, text: string): DataNode {
  const dot = text.indexOf('.');
  if (dot < 0) return node;
  const part = (from: number, to: number): ScalarNode =>
    scalarNode({
      value: text.slice(from, to),
      raw: text.slice(from, to),
      span: node.spanOf(from, to),
      place: (first, last) => node.spanOf(from + first, from + last),
    });
  return listNode([part(0, dot), part(dot + 1, text.length)], node.span);
}
