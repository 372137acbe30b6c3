import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { formatLabel } from '../common/labels.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import { levelCodes, type LevelCodes } from './codes.ts';
import { curve } from './curve.ts';
import { layOut, type PlacedEdge, type PlacedNode } from './layout.ts';
import { BAND_WIDTH, LABEL_HEIGHT, labelWidth, shortDetail, shortLabel, shortName, subtitle } from './size.ts';
import { GRAPH_STYLE, SHADES, shadeOf } from './style.ts';
import type { Trail } from './trail.ts';

export interface SvgOptions {
  /** Makes ids unique when several graphs stand in one document. */
  readonly id: string;
  /** Numbers of hops by node id, drawn as badges. */
  readonly hops: ReadonlyMap<string, readonly number[]>;
  /** Edges of the path, drawn in its colour. Default none. */
  readonly pathEdges?: Trail['edges'];
  /** Signs of levels; default those of the levels in this graph. */
  readonly codes?: LevelCodes;
  /** Where a click on a node leads; null for nowhere. */
  readonly link: (node: GraphNode) => string | null;
  /** With the style sheet inside, for a file of its own. */
  readonly standalone: boolean;
}

/** A composition as a layered graph. Readable without colour: letters, patterns and line styles say what colours say. */
export function renderSvg(graph: CompositionGraph, options: SvgOptions): string {
  const layout = layOut(graph);
  const drawing = new Drawing(graph, options);
  const title = `${options.id}-title`;
  const size = `viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}"`;
  const isPlain = (placed: PlacedEdge): boolean => options.pathEdges?.has(placed.edge) !== true;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="weir-graph" ${size} role="group" aria-labelledby="${title}">`,
    `<title id="${title}">Workflow ${text(graph.name)}</title>`,
    options.standalone ? `<style>${GRAPH_STYLE}</style>` : '',
    definitions(options.id),
    ...layout.nodes.filter(({ isBox }) => isBox).map((placed) => drawing.box(placed)),
    ...layout.edges.filter(isPlain).map((placed) => drawing.edge(placed)),
    ...layout.edges.filter((placed) => !isPlain(placed)).map((placed) => drawing.edge(placed)),
    ...layout.edges.map((placed) => drawing.edgeText(placed)),
    ...layout.nodes.filter(({ isBox }) => !isBox).map((placed) => drawing.node(placed)),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Id of a node's element, which links lead to. */
export const nodeElementId = (drawing: string, graph: CompositionGraph, node: GraphNode): string =>
  `${drawing}-n${graph.nodes.indexOf(node)}`;

const text = (value: string): string => escapeMarkup(safe(value));
const r = (value: number): string => String(Math.round(value * 10) / 10);

/** Patterns of the bands: the more lines, the more confidential. */
function definitions(id: string): string {
  const hatches = Array.from({ length: SHADES - 1 }, (_, at) => {
    const gap = [9, 6, 4][at] ?? 4;
    const lines = `<line class="hatch" x1="0" y1="0" x2="0" y2="${gap}"/>${at === SHADES - 2 ? `<line class="hatch" x1="0" y1="0" x2="${gap}" y2="0"/>` : ''}`;
    return `<pattern id="${id}-h${at + 1}" width="${gap}" height="${gap}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${lines}</pattern>`;
  });
  const arrow = (name: string, className: string): string =>
    `<marker id="${id}-${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${className}" d="M0 0.5 8 4 0 7.5z"/></marker>`;
  return `<defs>${hatches.join('')}${arrow('arrow', 'arrow')}${arrow('leak', 'arrow leak')}</defs>`;
}

class Drawing {
  readonly #graph: CompositionGraph;
  readonly #options: SvgOptions;
  readonly #codes: LevelCodes;

  constructor(graph: CompositionGraph, options: SvgOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#codes = options.codes ?? levelCodes(graph.nodes);
  }

  box(placed: PlacedNode): string {
    const { node, x, y, width, height } = placed;
    const title = `<text class="name" x="${r(x + 12)}" y="${r(y + 19)}">${escapeMarkup(shortName(safe(node.name)))} <tspan class="kind">${escapeMarkup(shortDetail(safe(subtitle(node))))}</tspan></text>`;
    const rect = `<rect x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" rx="12"/>`;
    return this.#element(placed, 'group', `${rect}${title}${this.#badge(placed)}`);
  }

  node(placed: PlacedNode): string {
    const { node, x, y, width, height } = placed;
    const shade = shadeOf(node.confidentialityRank);
    const band = `M${r(x + 8)} ${r(y)}h${BAND_WIDTH - 8}v${r(height)}h-${BAND_WIDTH - 8}a8 8 0 0 1 -8 -8v-${r(height - 16)}a8 8 0 0 1 8 -8z`;
    const textX = r(x + BAND_WIDTH + 10);
    const body = [
      `<title>${text(this.#description(node))}</title>`,
      `<rect class="box" x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" rx="8"/>`,
      `<path class="band" d="${band}"/>`,
      shade === 0 ? '' : `<path d="${band}" fill="url(#${this.#options.id}-h${shade})"/>`,
      `<text class="name" x="${textX}" y="${r(y + 22)}">${escapeMarkup(shortName(safe(node.name)))}</text> `,
      `<text class="kind" x="${textX}" y="${r(y + 39)}">${escapeMarkup(shortDetail(safe(subtitle(node))))}</text> `,
      this.#code(placed),
      this.#badge(placed),
    ];
    return this.#element(placed, `node c${shade} i${shadeOf(node.integrityRank)}`, body.join(''));
  }

  #element(placed: PlacedNode, classes: string, body: string): string {
    const isOnPath = this.#options.hops.has(placed.node.id);
    const target = this.#options.link(placed.node);
    const inner = target === null ? body : `<a href="${escapeMarkup(target)}">${body}</a>`;
    const id = nodeElementId(this.#options.id, this.#graph, placed.node);
    return `<g id="${id}" class="${classes}${isOnPath ? ' on-path' : ''}">${inner}</g>`;
  }

  #description(node: GraphNode): string {
    return `${node.name}, ${subtitle(node)}, ${formatLabel(node.label)}`;
  }

  /** The signs of both levels at the right of a node. */
  #code({ node, x, y, width, height }: PlacedNode): string {
    const confidentiality = this.#codes.confidentiality.get(node.label.confidentiality)?.letters ?? '?';
    const integrity = this.#codes.integrity.get(node.label.integrity)?.letters ?? '?';
    const signs = `${confidentiality}·${integrity}`.slice(0, 12);
    const boxWidth = signs.length * 6.6 + 8;
    const left = x + width - boxWidth - 8;
    const top = y + height - 20;
    return `<rect class="code-box" x="${r(left)}" y="${r(top)}" width="${r(boxWidth)}" height="14" rx="3"/><text class="code" x="${r(left + boxWidth / 2)}" y="${r(top + 10.5)}" text-anchor="middle">${text(signs)}</text>`;
  }

  /** The numbers of the hops at a node: `2–4, 7`. */
  #badge({ node, x, y, width }: PlacedNode): string {
    const hops = this.#options.hops.get(node.id);
    if (hops === undefined) return '';
    const numbers = ranges(hops);
    const badgeWidth = Math.max(22, numbers.length * 6.8 + 12);
    const left = x + width - badgeWidth + 8;
    return `<g class="hop"><rect x="${r(left)}" y="${r(y - 11)}" width="${r(badgeWidth)}" height="22" rx="11"/><text x="${r(left + badgeWidth / 2)}" y="${r(y + 4)}" text-anchor="middle">${numbers}</text></g>`;
  }

  edge({ edge, points }: PlacedEdge): string {
    if (points.length === 0) return '';
    const isLeak = this.#options.pathEdges?.has(edge) === true;
    const marker = `${this.#options.id}-${isLeak ? 'leak' : 'arrow'}`;
    return `<path class="edge ${edge.kind}${isLeak ? ' leak' : ''}" d="${curve(points)}" marker-end="url(#${marker})"/>`;
  }

  edgeText({ edge, label }: PlacedEdge): string {
    if (edge.text === '') return '';
    const shown = safe(edge.text);
    const width = labelWidth(shown);
    return `<g><title>${text(edge.text)}</title><rect class="edge-back" x="${r(label.x - width / 2)}" y="${r(label.y - LABEL_HEIGHT / 2)}" width="${width}" height="${LABEL_HEIGHT}" rx="4"/><text class="edge-text" x="${r(label.x)}" y="${r(label.y + 4)}" text-anchor="middle">${escapeMarkup(shortLabel(shown))}</text></g>`;
  }
}

/** Rising numbers, runs of them as ranges. */
export function ranges(numbers: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === number) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}
