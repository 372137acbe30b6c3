import type { Span } from '../../model/span.ts';
import type { DataNode, ListNode, MapEntry, MapNode, ScalarNode } from './types.ts';

/** What a scalar is made from; `place` gives the span of part of its value in the user's file. */
export interface ScalarParts {
  readonly value: ScalarNode['value'];
  readonly raw: string;
  readonly span: Span;
  readonly place?: (from: number, to: number) => Span | null;
}

export function scalarNode(parts: ScalarParts): ScalarNode {
  const { value, raw, span, place } = parts;
  return { kind: 'scalar', value, raw, span, spanOf: (from, to) => place?.(from, to) ?? span };
}

export const listNode = (items: readonly DataNode[], span: Span): ListNode => ({ kind: 'list', items, span });

export const mapNode = (entries: readonly MapEntry[], span: Span, tag: string | null = null): MapNode => ({
  kind: 'map',
  entries,
  span,
  tag,
});

/** The value under a key; null when absent or when `node` is no map. */
export function valueAt(node: DataNode | null | undefined, ...keys: readonly string[]): DataNode | null {
  let at: DataNode | null = node ?? null;
  for (const key of keys) {
    if (at?.kind !== 'map') return null;
    at = at.entries.find((entry) => entry.key === key)?.value ?? null;
  }
  return at;
}

/** The text of a scalar; null for everything else. Numbers and booleans give their written form. */
export function textOf(node: DataNode | null | undefined): string | null {
  if (node?.kind !== 'scalar' || node.value === null) return null;
  return typeof node.value === 'string' ? node.value : node.raw;
}

export function mapOf(node: DataNode | null | undefined): MapNode | null {
  return node?.kind === 'map' ? node : null;
}

export function itemsOf(node: DataNode | null | undefined): readonly DataNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function entriesOf(node: DataNode | null | undefined): readonly MapEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

/** The plain JSON value of a node. */
export function toJson(node: DataNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, toJson(entry.value)]));
  }
}
