import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { safe } from '../common/text.ts';
import { Nesting } from './nesting.ts';
import { subtitle } from './size.ts';
import { BORDERS, FILLS, shadeOf } from './style.ts';

/** A composition as a Mermaid flowchart, e.g. for Markdown. Fill is confidentiality, border is integrity; both are written out too. */
export function renderMermaid(graph: CompositionGraph): string {
  const ids = new Map(graph.nodes.map((node, at) => [node.id, `n${at}`]));
  const idOf = (id: string): string => ids.get(id) ?? 'n';
  const nesting = new Nesting(graph);
  const lines = ['flowchart TD'];
  const add = (node: GraphNode, indent: string): void => {
    if (!nesting.isBox(node.id)) {
      lines.push(`${indent}${idOf(node.id)}["${nodeText(node)}"]:::${styleName(node)}`);
      return;
    }
    lines.push(`${indent}subgraph ${idOf(node.id)}["${label(`${node.name} (${subtitle(node)})`)}"]`);
    for (const child of nesting.children(node.id)) add(child, `${indent}  `);
    lines.push(`${indent}end`);
  };
  for (const node of nesting.children(null)) add(node, '  ');
  for (const edge of graph.edges) {
    const arrow = edge.kind === 'error' ? '-.->' : '-->';
    lines.push(`  ${idOf(edge.from)} ${arrow}${edge.text === '' ? '' : `|"${label(edge.text)}"|`} ${idOf(edge.to)}`);
  }
  const leaves = graph.nodes.filter(({ id }) => !nesting.isBox(id));
  const styles = new Map(leaves.map((node) => [styleName(node), style(node)]));
  for (const [name, text] of [...styles].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`  classDef ${name} ${text}`);
  return `${lines.join('\n')}\n`;
}

function nodeText(node: GraphNode): string {
  const levels = `${node.label.confidentiality} / ${node.label.integrity}`;
  return [node.name, subtitle(node), levels].map(label).join('<br/>');
}

const styleName = (node: GraphNode): string => `c${shadeOf(node.confidentialityRank)}i${shadeOf(node.integrityRank)}`;

const DASHES = { solid: '', dashed: ',stroke-dasharray:7 4', dotted: ',stroke-dasharray:2 4' } as const;

function style(node: GraphNode): string {
  const fill = FILLS[shadeOf(node.confidentialityRank)] ?? '#ffffff';
  const border = BORDERS[shadeOf(node.integrityRank)] ?? 'solid';
  return `fill:${fill},color:#1a2027,stroke:#1a2027${DASHES[border]}`;
}

/** Mermaid writes special characters as numbered entities. */
const label = (text: string): string =>
  safe(text).replace(/[^\w .:,/$()=-]/gu, (unit) => `#${unit.codePointAt(0) ?? 63};`);
