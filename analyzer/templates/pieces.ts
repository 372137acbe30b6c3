import type { Span } from '../../model/span.ts';
import { textOf, valueAt, type DataNode, type ScalarNode } from '../source/index.ts';

/** A text put together from pieces that stand in different places of the user's files. */
export interface PiecedText {
  readonly text: string;
  /** Span in the user's file of `text.slice(from, to)`. */
  place(from: number, to: number): Span;
}

interface Piece {
  readonly text: string;
  readonly place: (from: number, to: number) => Span;
}

/** Deepest nesting of intrinsic functions that is followed. */
const INTRINSICS_DEPTH_MAX = 16;

/**
 * The text that a template value stands for, with references kept as `${Name}` or `${Name.Attribute}` placeholders: a plain string, `Fn::Sub`,
 * `Fn::Join` as `cdk synth` writes it, `Ref`, `Fn::GetAtt`. Null when it is none of these.
 */
export function pieceTogether(node: DataNode): PiecedText | null {
  const pieces = piecesOf(node, 0);
  if (pieces === null) return null;
  const starts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    length += piece.text.length;
  }
  const pieceAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const place = (from: number, to: number): Span => {
    const [first, last] = [pieceAt(from), pieceAt(Math.max(from, to - 1))];
    const startPiece = pieces[first];
    if (startPiece === undefined) return node.span;
    const start = starts[first] ?? 0;
    if (first === last) return startPiece.place(from - start, to - start);
    const endPiece = pieces[last];
    const begin = startPiece.place(from - start, startPiece.text.length);
    const end = endPiece?.place(0, to - (starts[last] ?? 0)) ?? begin;
    return { file: begin.file, start: begin.start, end: end.file === begin.file ? end.end : begin.end };
  };
  return { text: pieces.map((piece) => piece.text).join(''), place };
}

function piecesOf(node: DataNode, depth: number): readonly Piece[] | null {
  if (depth > INTRINSICS_DEPTH_MAX) return null;
  if (node.kind === 'scalar')
    return typeof node.value === 'string' ? [scalarPiece(node)] : [{ text: node.raw, place: () => node.span }];
  if (node.kind !== 'map' || node.entries.length !== 1) return null;
  const [entry] = node.entries;
  if (entry === undefined) return null;
  switch (entry.key) {
    case 'Ref':
      return placeholder(textOf(entry.value), node);
    case 'Fn::GetAtt':
      return placeholder(attributeText(entry.value), node);
    case 'Fn::Sub':
      return piecesOf(entry.value.kind === 'list' ? (entry.value.items[0] ?? entry.value) : entry.value, depth + 1);
    case 'Fn::Join':
      return joinPieces(entry.value, depth);
    default:
      return null;
  }
}

function scalarPiece(node: ScalarNode): Piece {
  return { text: String(node.value), place: (from, to) => node.spanOf(from, to) };
}

function placeholder(name: string | null, node: DataNode): readonly Piece[] | null {
  return name === null ? null : [{ text: `\${${name}}`, place: () => node.span }];
}

function joinPieces(value: DataNode, depth: number): readonly Piece[] | null {
  if (value.kind !== 'list') return null;
  const separator = textOf(value.items[0]) ?? '';
  const list = value.items[1];
  if (list?.kind !== 'list') return null;
  const pieces: Piece[] = [];
  for (const [at, item] of list.items.entries()) {
    if (at > 0 && separator !== '') pieces.push({ text: separator, place: () => item.span });
    const inner = piecesOf(item, depth + 1) ?? [{ text: `\${unresolved ${at}}`, place: () => item.span }];
    pieces.push(...inner);
  }
  return pieces;
}

/** `Logical.Attribute` of a `Fn::GetAtt` value. */
export function attributeText(value: DataNode): string | null {
  if (value.kind === 'list') {
    const parts = value.items.map(textOf);
    return parts.includes(null) ? null : parts.join('.');
  }
  return textOf(value);
}

/** The variables of a two-argument `Fn::Sub`, by name. */
export function substitutionsOf(node: DataNode): ReadonlyMap<string, DataNode> {
  const argument = valueAt(node, 'Fn::Sub');
  const variables = argument?.kind === 'list' ? argument.items[1] : undefined;
  return new Map(variables?.kind === 'map' ? variables.entries.map((entry) => [entry.key, entry.value]) : []);
}
