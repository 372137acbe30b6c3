import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';
import { safe } from '../common/text.ts';
import { Nesting } from './nesting.ts';
import { subtitle } from './size.ts';
import { BORDERS, FILLS, shadeOf } from './style.ts';

/** A composition in Graphviz's language. Fill is confidentiality, border is integrity; both are written out too. */
export function renderDot(graph: CompositionGraph): string {
  const nesting = new Nesting(graph);
  const lines = [
    `digraph ${quote(graph.name)} {`,
    '  compound=true;',
    '  node [shape=box, fontname="sans-serif", color="#1a2027", fontcolor="#1a2027"];',
    '  edge [fontname="sans-serif", color="#6b7683"];',
  ];
  const add = (node: GraphNode, indent: string): void => {
    if (!nesting.isBox(node.id)) {
      lines.push(`${indent}${quote(node.id)} [${attributes(node)}];`);
      return;
    }
    lines.push(`${indent}subgraph ${quote(cluster(node.id))} {`);
    lines.push(`${indent}  label=${quote(`${node.name} (${subtitle(node)})`)}; style=rounded;`);
    for (const child of nesting.children(node.id)) add(child, `${indent}  `);
    lines.push(`${indent}}`);
  };
  for (const node of nesting.children(null)) add(node, '  ');
  for (const edge of graph.edges) lines.push(`  ${edgeText(edge, nesting)}`);
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

const cluster = (id: string): string => `cluster ${id}`;

function attributes(node: GraphNode): string {
  const levels = `${node.label.confidentiality} / ${node.label.integrity}`;
  const style = `filled,rounded,${BORDERS[shadeOf(node.integrityRank)] ?? 'solid'}`;
  const fill = FILLS[shadeOf(node.confidentialityRank)] ?? '#ffffff';
  return `label=${quote([node.name, subtitle(node), levels].join('\n'))}, style=${quote(style)}, fillcolor=${quote(fill)}`;
}

/** Graphviz draws edges of nodes only; of a box, it cuts them at the border. */
function edgeText({ from, to, text, kind }: GraphEdge, nesting: Nesting): string {
  const parts = [
    ...(text === '' ? [] : [`label=${quote(text)}`]),
    ...(kind === 'error' ? ['style=dashed'] : []),
    ...(nesting.isBox(from) ? [`ltail=${quote(cluster(from))}`] : []),
    ...(nesting.isBox(to) ? [`lhead=${quote(cluster(to))}`] : []),
  ];
  const suffix = parts.length === 0 ? '' : ` [${parts.join(', ')}]`;
  return `${quote(nesting.exit(from))} -> ${quote(nesting.entry(to))}${suffix};`;
}

function quote(text: string): string {
  const lines = text.split('\n').map((line) => safe(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"'));
  return `"${lines.join('\\n')}"`;
}
