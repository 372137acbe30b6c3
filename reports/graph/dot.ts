import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { safe } from '../common/text.ts';
import { shadeOf } from './style.ts';

const FILLS = ['#eef6f0', '#fdf3d0', '#fbd9b5', '#f3b3ae'];
const BORDERS = ['solid', 'dashed', 'dotted', 'dotted'];

/** A composition in Graphviz's language. */
export function renderDot(graph: CompositionGraph): string {
  const lines = [`digraph ${quote(graph.name)} {`, '  node [shape=box, fontname="sans-serif"];'];
  const children = (group: string | null): readonly GraphNode[] => graph.nodes.filter((node) => node.group === group);
  const add = (group: string | null, indent: string, depth: number): void => {
    for (const node of children(group)) {
      if (node.isGroup && children(node.id).length > 0 && depth < 64) {
        lines.push(`${indent}subgraph ${quote(`cluster ${node.id}`)} {`, `${indent}  label=${quote(node.name)};`);
        add(node.id, `${indent}  `, depth + 1);
        lines.push(`${indent}}`);
        continue;
      }
      const levels = `${node.label.confidentiality} / ${node.label.integrity}`;
      const text = [node.name, node.detail, levels].filter((part) => part !== '').join('\n');
      const style = `filled,${BORDERS[shadeOf(node.integrityRank)] ?? 'solid'}`;
      lines.push(
        `${indent}${quote(node.id)} [label=${quote(text)}, style=${quote(style)}, fillcolor=${quote(FILLS[shadeOf(node.confidentialityRank)] ?? '#ffffff')}];`,
      );
    }
  };
  add(null, '  ', 0);
  const inside = (id: string): string => graph.nodes.find((node) => node.group === id)?.id ?? id;
  for (const edge of graph.edges) {
    const style = edge.kind === 'error' ? ', style=dashed' : '';
    lines.push(`  ${quote(inside(edge.from))} -> ${quote(inside(edge.to))} [label=${quote(edge.text)}${style}];`);
  }
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function quote(text: string): string {
  const lines = text.split('\n').map((line) => safe(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"'));
  return `"${lines.join('\\n')}"`;
}
