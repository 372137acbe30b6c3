import type { Span } from '../../model/span.ts';
import { itemsOf, textOf, type DataNode, type ScalarNode } from '../source/index.ts';

/** A text put together from pieces that stand in different places of the user's files. */
export interface PiecedText {
  /** References are kept as `${Name}` or `${Name.Attribute}`, so that a target keeps its identity. */
  readonly text: string;
  /** What a name between `${` and `}` stands for, when it is not one of the template's own: a variable of `Fn::Sub`, or an inner function. */
  readonly names: ReadonlyMap<string, DataNode>;
  /** Each `Fn::If` of which the first alternative that can be read was taken. */
  readonly choices: readonly DataNode[];
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
 * The text that a template value stands for: a scalar, `Fn::Sub`, `Fn::Join` as `cdk synth` writes it, `Ref`, `Fn::GetAtt`, or `Fn::If` of such.
 * Null when it is none of these.
 */
export function pieceTogether(node: DataNode): PiecedText | null {
  const collector = new Collector();
  const pieces = collector.pieces(node, 0);
  if (pieces === null) return null;
  return {
    text: pieces.map((piece) => piece.text).join(''),
    names: collector.names,
    choices: collector.choices,
    place: placeIn(pieces, node.span),
  };
}

function placeIn(pieces: readonly Piece[], whole: Span): PiecedText['place'] {
  const starts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    length += piece.text.length;
  }
  return (from, to) => {
    const [first, last] = [pieceAt(starts, from), pieceAt(starts, Math.max(from, to - 1))];
    const [startPiece, endPiece] = [pieces[first], pieces[last]];
    if (startPiece === undefined || endPiece === undefined) return whole;
    const start = starts[first] ?? 0;
    if (first === last) return startPiece.place(from - start, to - start);
    const begin = startPiece.place(from - start, startPiece.text.length);
    const end = endPiece.place(0, to - (starts[last] ?? 0));
    const isOrdered = end.file === begin.file && end.end.offset >= begin.start.offset;
    return { file: begin.file, start: begin.start, end: isOrdered ? end.end : begin.end };
  };
}

/** The last piece that begins at or before an offset. */
function pieceAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

class Collector {
  readonly names = new Map<string, DataNode>();
  readonly choices: DataNode[] = [];

  pieces(node: DataNode, depth: number): readonly Piece[] | null {
    if (depth > INTRINSICS_DEPTH_MAX) return null;
    if (node.kind === 'scalar') return [scalarPiece(node)];
    const call = intrinsicOf(node);
    switch (call?.name) {
      case 'Ref':
        return placeholder(textOf(call.argument), node);
      case 'Fn::GetAtt':
        return placeholder(attributeText(call.argument), node);
      case 'Fn::Sub':
        return this.#substitution(call.argument, depth);
      case 'Fn::Join':
        return this.#join(call.argument, depth);
      case 'Fn::If':
        return this.#choice(call.argument, depth);
      default:
        return null;
    }
  }

  #substitution(argument: DataNode, depth: number): readonly Piece[] | null {
    const [template, variables] = argument.kind === 'list' ? argument.items : [argument];
    if (template === undefined) return null;
    if (variables?.kind === 'map') for (const entry of variables.entries) this.names.set(entry.key, entry.value);
    return this.pieces(template, depth + 1);
  }

  #join(argument: DataNode, depth: number): readonly Piece[] | null {
    const [separator, list] = itemsOf(argument);
    if (list?.kind !== 'list') return null;
    const glue = textOf(separator) ?? '';
    const pieces: Piece[] = [];
    for (const [at, item] of list.items.entries()) {
      if (at > 0 && glue !== '') pieces.push({ text: glue, place: () => item.span });
      pieces.push(...(this.pieces(item, depth + 1) ?? this.#named(item)));
    }
    return pieces;
  }

  /** A function whose value is asked for later, under a name that no template can declare. */
  #named(item: DataNode): readonly Piece[] {
    const name = `${intrinsicOf(item)?.name ?? 'value'} ${this.names.size + 1}`;
    this.names.set(name, item);
    return [{ text: `\${${name}}`, place: () => item.span }];
  }

  #choice(argument: DataNode, depth: number): readonly Piece[] | null {
    this.choices.push(argument);
    for (const alternative of itemsOf(argument).slice(1)) {
      if (isNoValue(alternative)) continue;
      const pieces = this.pieces(alternative, depth + 1);
      if (pieces !== null) return pieces;
    }
    return null;
  }
}

function scalarPiece(node: ScalarNode): Piece {
  const text = typeof node.value === 'string' ? node.value : node.raw;
  return { text, place: (from, to) => node.spanOf(from, to) };
}

function placeholder(name: string | null, node: DataNode): readonly Piece[] | null {
  return name === null ? null : [{ text: `\${${name}}`, place: () => node.span }];
}

/** The intrinsic function that a map with one entry is a call of; null for everything else. */
export function intrinsicOf(node: DataNode): { readonly name: string; readonly argument: DataNode } | null {
  if (node.kind !== 'map' || node.entries.length !== 1) return null;
  const [entry] = node.entries;
  const isCall = entry !== undefined && (entry.key === 'Ref' || /^Fn::[A-Za-z0-9]+$/.test(entry.key));
  return isCall ? { name: entry.key, argument: entry.value } : null;
}

/** Whether a value is `Ref: AWS::NoValue`, which removes the property it is given to. */
export function isNoValue(node: DataNode): boolean {
  const call = intrinsicOf(node);
  return call?.name === 'Ref' && textOf(call.argument) === 'AWS::NoValue';
}

/** `Logical.Attribute` of a `Fn::GetAtt` argument. */
export function attributeText(argument: DataNode): string | null {
  if (argument.kind !== 'list') return textOf(argument);
  const parts = argument.items.map(textOf);
  return parts.includes(null) ? null : parts.join('.');
}
