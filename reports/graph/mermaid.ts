import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { safe } from '../common/text.ts';
import { shadeOf } from './style.ts';

/** A composition as a Mermaid flowchart, e.g. for Markdown. */
export function renderMermaid(graph: CompositionGraph): string {
  const ids = new Map(graph.nodes.map((node, at) => [node.id, `n${at}`]));
  const idOf = (id: string): string => ids.get(id) ?? 'n';
  const lines = ['flowchart TD'];
  const children = (group: string | null): readonly GraphNode[] => graph.nodes.filter((node) => node.group === group);
  const add = (group: string | null, indent: string, depth: number): void => {
    for (const node of children(group)) {
      const hasChildren = node.isGroup && children(node.id).length > 0 && depth < 64;
      if (hasChildren) {
        lines.push(`${indent}subgraph ${idOf(node.id)}["${label(node.name)}"]`);
        add(node.id, `${indent}  `, depth + 1);
        lines.push(`${indent}end`);
      } else {
        const levels = `${node.label.confidentiality} / ${node.label.integrity}`;
        const parts = [node.name, node.detail, levels].filter((part) => part !== '');
        lines.push(
          `${indent}${idOf(node.id)}["${parts.map(label).join('<br/>')}"]:::c${shadeOf(node.confidentialityRank)}`,
        );
      }
    }
  };
  add(null, '  ', 0);
  for (const edge of graph.edges) {
    const arrow = edge.kind === 'error' ? '-.->' : '-->';
    lines.push(`  ${idOf(edge.from)} ${arrow}${edge.text === '' ? '' : `|"${label(edge.text)}"|`} ${idOf(edge.to)}`);
  }
  lines.push(
    '  classDef c0 fill:#eef6f0,color:#1b1f24',
    '  classDef c1 fill:#fdf3d0,color:#1b1f24',
    '  classDef c2 fill:#fbd9b5,color:#1b1f24',
    '  classDef c3 fill:#f3b3ae,color:#1b1f24',
  );
  return `${lines.join('\n')}\n`;
}

/** Mermaid writes special characters as numbered entities. */
const label = (text: string): string =>
  safe(text)
    .replace(/[^\w .:,/$()=<>-]/g, (unit) => `#${unit.codePointAt(0) ?? 63};`)
    .replace(/[<>]/g, (unit) => (unit === '<' ? '#lt;' : '#gt;'));
