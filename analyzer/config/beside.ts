import type { Span } from '../../model/span.ts';
import type { DataNode } from '../source/types.ts';

/** A map entry or list item: something a comment can stand beside. */
export interface Element {
  /** Key of a map entry, empty for list items. */
  readonly key: string;
  readonly line: number;
  /** Offsets from the key's start to the value's end. */
  readonly from: number;
  readonly to: number;
}

/** Map entries and list items of a document, outer before inner. Nesting is bounded by the parser. */
export function elementsOf(roots: readonly DataNode[]): readonly Element[] {
  const elements: Element[] = [];
  const visit = (node: DataNode): void => {
    if (node.kind === 'list') {
      for (const item of node.items) {
        elements.push({ key: '', line: item.span.start.line, from: item.span.start.offset, to: item.span.end.offset });
        visit(item);
      }
    } else if (node.kind === 'map') {
      for (const { key, keySpan, value } of node.entries) {
        const { line, offset } = keySpan.start;
        elements.push({ key, line, from: offset, to: Math.max(keySpan.end.offset, value.span.end.offset) });
        visit(value);
      }
    }
  };
  roots.forEach(visit);
  return elements;
}

/** What a comment stands beside: what begins on its line before it, else what begins on the first line with content after it. */
export function elementBeside(comment: Span, elements: readonly Element[]): Element | null {
  const trailing = elements.find(({ line, from }) => line === comment.start.line && from < comment.start.offset);
  if (trailing !== undefined) return trailing;
  let first: Element | null = null;
  for (const element of elements) {
    if (element.from < comment.end.offset) continue;
    if (first === null || element.line < first.line) first = element;
  }
  return first;
}
