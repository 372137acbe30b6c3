import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { SOURCE_DEPTH_MAX, SOURCE_NODES_MAX } from './limits.ts';
import { listNode, mapNode, scalarNode } from './nodes.ts';
import { aliasProblem, duplicateProblem, expansionProblem, mergeProblem, type Place } from './problems.ts';
import { isShortForm, longForm } from './short-forms.ts';
import type { DataNode, MapEntry, ScalarNode } from './types.ts';
import { writtenRange } from './written-value.ts';
import { decodeWritten, type ScalarStyle, type WrittenValue } from './written.ts';

/** A converted value with its size after expansion: values that aliases share are counted as often as they are reached. */
interface Converted {
  readonly node: DataNode;
  readonly nodes: number;
  readonly height: number;
}

/** Converts one YAML document; anchors, aliases, merge keys and CloudFormation's tags are resolved. */
export class YamlConverter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #place: Place;
  /** Anchors whose value is complete. One that is given again is replaced, as YAML 1.2.2 §7.1 says. */
  readonly #anchors = new Map<string, Converted>();
  #isTooLarge = false;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  /** The document's value; null when it has none or is refused. */
  root(document: Document.Parsed): DataNode | null {
    if (document.contents === null) return null;
    const { node } = this.#convert(document.contents, 0);
    return this.#isTooLarge ? null : node;
  }

  #convert(node: Node | null, at: number): Converted {
    if (node === null || this.#isTooLarge) return this.#nothing(this.#place(at, at));
    if (isAlias(node)) return this.#alias(node.source, this.#spanOf(node));
    const plain = this.#untagged(node);
    const converted = node.tag !== undefined && isShortForm(node.tag) ? this.#tagged(node, node.tag, plain) : plain;
    if (converted.nodes > SOURCE_NODES_MAX || converted.height > SOURCE_DEPTH_MAX) return this.#refuse(node);
    if (node.anchor !== undefined && node.anchor !== '') this.#anchors.set(node.anchor, converted);
    return converted;
  }

  #nothing(span: Span): Converted {
    return { node: scalarNode({ value: null, raw: '', span }), nodes: 1, height: 0 };
  }

  #refuse(node: Node): Converted {
    if (!this.#isTooLarge) this.diagnostics.push(expansionProblem(this.#spanOf(node)));
    this.#isTooLarge = true;
    return this.#nothing(this.#spanOf(node));
  }

  #alias(name: string, span: Span): Converted {
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    this.diagnostics.push(aliasProblem(name, span));
    return this.#nothing(span);
  }

  #tagged(node: Node, tag: string, value: Converted): Converted {
    // The tag stands before its value with nothing but blanks, comments and an anchor between.
    const found = this.#text.lastIndexOf(tag, this.#rangeOf(node)[0]);
    const tagSpan = found < 0 ? this.#spanOf(node) : this.#place(found, found + tag.length);
    return { node: longForm(tag, value.node, tagSpan), nodes: value.nodes + 3, height: value.height + 2 };
  }

  #untagged(node: Node): Converted {
    const span = this.#spanOf(node);
    if (isMap(node)) return this.#map(node, span);
    if (isScalar(node)) return { node: this.#scalar(node), nodes: 1, height: 0 };
    if (!isSeq(node)) return this.#nothing(span);
    const items = node.items.map((item) =>
      isPair(item) ? this.#pair(item, node) : this.#convert(isNode(item) ? item : null, this.#rangeOf(node)[0]),
    );
    return grown(listNode(items.map((item) => item.node), span), items); // prettier-ignore
  }

  /** `[a: 1]` is a list with a map of one entry. */
  #pair(pair: Pair, holder: Node): Converted {
    const entry = this.#entry(pair, holder);
    return grown(mapNode([{ ...entry, value: entry.value.node }], entry.keySpan), [entry.value]);
  }

  #map(node: YAMLMap, span: Span): Converted {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    const parts: Converted[] = [];
    for (const pair of node.items) {
      const { key, keySpan, value } = this.#entry(pair, node);
      if (this.#isTooLarge) break;
      parts.push(value);
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        this.#merge(value.node, merged);
        continue;
      }
      if (own.has(key)) this.diagnostics.push(duplicateProblem(key, keySpan));
      own.delete(key);
      own.set(key, { key, keySpan, value: value.node });
    }
    for (const [key, entry] of merged) if (!own.has(key)) own.set(key, entry);
    return grown(mapNode([...own.values()], span), parts);
  }

  #entry(pair: Pair, holder: Node): { readonly key: string; readonly keySpan: Span; readonly value: Converted } {
    const keyNode = isNode(pair.key) ? pair.key : null;
    const keyRange = this.#rangeOf(keyNode ?? holder);
    const key = keyNode === null ? null : this.#convert(keyNode, keyRange[0]).node;
    const value = this.#convert(isNode(pair.value) ? pair.value : null, keyRange[1]);
    return { key: key === null ? '' : this.#keyText(key, keyRange), keySpan: this.#place(...keyRange), value };
  }

  /** Keys that are no text keep their written form: an account number keeps its zeros. */
  #keyText(key: DataNode, range: readonly [number, number]): string {
    if (key.kind !== 'scalar') return this.#text.slice(...range);
    return typeof key.value === 'string' ? key.value : key.raw;
  }

  /** Merge keys (YAML 1.1 type `merge`): of several maps the earlier wins, and the map's own keys win over all. */
  #merge(value: DataNode, into: Map<string, MapEntry>): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map' || source.tag !== null) this.diagnostics.push(mergeProblem(source.span));
      else for (const entry of source.entries) if (!into.has(entry.key)) into.set(entry.key, entry);
    }
  }

  #scalar(node: Scalar): ScalarNode {
    const [from, to] = this.#rangeOf(node);
    const { value } = node;
    const raw = node.source ?? this.#text.slice(from, to);
    const span = this.#place(from, to);
    if (typeof value !== 'string') {
      const known = value === null || typeof value === 'boolean' || typeof value === 'number';
      return scalarNode({ value: known ? value : raw, raw, span });
    }
    let written: WrittenValue | null | undefined;
    const { start, style } = this.#writtenForm(node, from);
    const place = (first: number, last: number): Span | null => {
      written ??= this.#decode(node, { start, style, end: style === 'double' || style === 'single' ? to - 1 : to });
      const range = written?.value === value ? writtenRange(written, first, last) : null;
      return range === null ? null : this.#place(start + range[0], start + range[1]);
    };
    return scalarNode({ value, raw, span, place });
  }

  #decode(
    node: Scalar,
    written: { readonly start: number; readonly end: number; readonly style: ScalarStyle },
  ): WrittenValue | null {
    const token = node.srcToken;
    const indent = token?.type === 'block-scalar' ? token.indent : 0;
    return decodeWritten(this.#text.slice(written.start, written.end), written.style, indent);
  }

  #writtenForm(node: Scalar, from: number): { readonly start: number; readonly style: ScalarStyle } {
    switch (node.type) {
      case 'QUOTE_DOUBLE':
        return { start: from + 1, style: 'double' };
      case 'QUOTE_SINGLE':
        return { start: from + 1, style: 'single' };
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED':
        return { start: from, style: 'block' };
      default:
        return { start: from, style: 'plain' };
    }
  }

  #rangeOf(node: Node): [number, number] {
    const { range } = node;
    return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
  }

  #spanOf(node: Node): Span {
    return this.#place(...this.#rangeOf(node));
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function grown(node: DataNode, parts: readonly Converted[]): Converted {
  let nodes = 1;
  let height = 0;
  for (const part of parts) {
    nodes += part.nodes;
    height = Math.max(height, part.height + 1);
  }
  return { node, nodes, height };
}
