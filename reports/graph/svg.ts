import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { formatLabel } from '../common/labels.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import { layOut, shortLabel, TEXT_LENGTH_MAX, type Layout, type PlacedEdge, type PlacedNode } from './layout.ts';
import { GRAPH_STYLE, shadeOf } from './style.ts';

export interface SvgOptions {
  /** Makes ids unique when several graphs stand in one document. */
  readonly id: string;
  /** Numbers of hops by node id, drawn as badges. */
  readonly hops: ReadonlyMap<string, readonly number[]>;
  /** Where a click on a node leads; null for nowhere. */
  readonly link: (node: GraphNode) => string | null;
  /** With the style sheet inside, for a file of its own. */
  readonly standalone: boolean;
}

/** A composition as a layered graph. Readable without colour: letters and border styles say what colours say. */
export function renderSvg(graph: CompositionGraph, options: SvgOptions): string {
  const layout = layOut(graph);
  const title = `${options.id}-title`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" class="weir-graph" viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}" role="group" aria-labelledby="${title}">`;
  return [
    head,
    `<title id="${title}">Workflow ${text(graph.name)}</title>`,
    options.standalone ? `<style>${GRAPH_STYLE}</style>` : '',
    definitions(options.id),
    ...groupsOf(layout).map((placed) => groupBox(placed)),
    ...layout.edges.map((placed) => edgePath(placed, options.id)),
    ...layout.nodes.filter((placed) => !isDrawnGroup(placed, layout)).map((placed) => nodeBox(placed, options)),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const text = (value: string): string => escapeMarkup(safe(value));
const short = (value: string): string =>
  value.length > TEXT_LENGTH_MAX ? `${value.slice(0, TEXT_LENGTH_MAX - 1)}…` : value;

function definitions(id: string): string {
  const hatches = [1, 2, 3].map(
    (shade) =>
      `<pattern id="${id}-h${shade}" width="${14 - 3 * shade}" height="${14 - 3 * shade}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="${14 - 3 * shade}"/></pattern>`,
  );
  return `<defs>${hatches.join('')}<marker id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>`;
}

const groupsOf = (layout: Layout): readonly PlacedNode[] =>
  layout.nodes.filter((placed) => isDrawnGroup(placed, layout));

function isDrawnGroup(placed: PlacedNode, layout: Layout): boolean {
  return placed.node.isGroup && layout.nodes.some((other) => other.node.group === placed.node.id);
}

function groupBox({ node, x, y, width, height }: PlacedNode): string {
  return `<g class="group"><rect x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" rx="10"/><text class="name" x="${r(x + 10)}" y="${r(y + 16)}">${escapeMarkup(short(safe(node.name)))} <tspan class="kind">${text(node.kind)}</tspan></text></g>`;
}

const r = (value: number): string => String(Math.round(value * 10) / 10);

function edgePath({ edge, points, label: middle }: PlacedEdge, id: string): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const path = `M${r(first.x)} ${r(first.y)} ${rest.map((point) => `L${r(point.x)} ${r(point.y)}`).join(' ')}`;
  const label =
    edge.text === ''
      ? ''
      : `<text class="edge-text" x="${r(middle.x)}" y="${r(middle.y + 4)}" text-anchor="middle">${escapeMarkup(shortLabel(safe(edge.text)))}</text>`;
  return `<path class="edge ${edge.kind}" d="${path}" marker-end="url(#${id}-arrow)"/>${label}`;
}

function nodeBox(placed: PlacedNode, options: SvgOptions): string {
  const { node, x, y, width, height } = placed;
  const shade = shadeOf(node.confidentialityRank);
  const hops = options.hops.get(node.id) ?? [];
  const classes = [
    'node',
    `c${shade}`,
    `i${shadeOf(node.integrityRank)}`,
    ...(hops.length > 0 ? ['on-path'] : []),
  ].join(' ');
  const letters = `${node.label.confidentiality.charAt(0).toUpperCase()}·${node.label.integrity.charAt(0).toUpperCase()}`;
  const description = `${node.name}, ${node.kind}${node.detail === '' ? '' : ` ${node.detail}`}, ${formatLabel(node.label)}`;
  const hatch =
    shade === 0
      ? ''
      : `<rect x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" rx="6" fill="url(#${options.id}-h${shade})"/>`;
  const body = [
    `<title>${text(description)}</title>`,
    `<rect class="fill" x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" rx="6"/>${hatch}`,
    `<text class="name" x="${r(x + 10)}" y="${r(y + 20)}">${escapeMarkup(short(safe(node.name)))}</text>`,
    `<text class="kind" x="${r(x + 10)}" y="${r(y + 34)}">${text(node.kind)}</text>`,
    `<text class="kind" x="${r(x + 10)}" y="${r(y + 46)}">${escapeMarkup(short(safe(node.detail)))}</text>`,
    `<text class="kind name" x="${r(x + width - 30)}" y="${r(y + 34)}">${text(letters)}</text>`,
    badges(hops, { x: x + width, y }),
  ].join(' ');
  const target = options.link(node);
  const inner = target === null ? body : `<a href="${escapeMarkup(target)}">${body}</a>`;
  return `<g class="${classes}">${inner}</g>`;
}

function badges(hops: readonly number[], at: { readonly x: number; readonly y: number }): string {
  return hops
    .map((hop, index) => {
      const x = at.x - 4 - (hops.length - 1 - index) * 22;
      return `<g class="hop"><circle cx="${r(x)}" cy="${r(at.y)}" r="10"/><text x="${r(x)}" y="${r(at.y + 4)}" text-anchor="middle">${hop}</text></g>`;
    })
    .join('');
}
