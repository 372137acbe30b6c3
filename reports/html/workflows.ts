import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import { count, safe } from '../common/text.ts';
import type { LevelCode } from '../graph/codes.ts';
import { SHADES, shadeOf } from '../graph/style.ts';
import { shortLabel } from '../graph/size.ts';
import { renderSvg } from '../graph/svg.ts';
import { lineId, text, type View } from './view.ts';

/** Every workflow as a drawing, with what the signs mean. */
export function workflowsSection(view: View): string {
  const drawings = view.result.graphs.map((graph, at) => workflow(view, graph, at));
  const body = drawings.length === 0 ? '<p>No workflow was found.</p>' : `${legend(view)}${drawings.join('\n')}`;
  return `<section aria-labelledby="workflows"><h2 id="workflows">Workflows</h2>${body}</section>`;
}

function workflow(view: View, graph: CompositionGraph, at: number): string {
  const summary = view.result.coverage.compositions.find(({ id }) => id === graph.composition);
  const verdicts = summary?.verdicts;
  const facts =
    verdicts === undefined
      ? ''
      : `, ${count(summary?.units ?? 0, 'state')}: ${verdicts.satisfied} satisfied, ${verdicts.violated} violated, ${verdicts.undecided} undecided`;
  const link = (node: GraphNode): string | null =>
    view.sources.of(node.span.file) === null ? null : `#${lineId(node.span)}`;
  const svg = renderSvg(graph, { id: `w${at + 1}`, hops: new Map(), codes: view.codes, link, standalone: false });
  return `<details class="workflow" id="workflow-${at + 1}" open><summary>${text(graph.name)} <span class="quiet">${text(graph.file)}${facts}</span></summary><div class="scroll drawing" tabindex="0" role="region" aria-label="Workflow ${at + 1}: ${text(graph.name)}">${svg}</div>${cutConditions(graph)}</details>`;
}

/** Conditions that are too long for the drawing, in full. */
function cutConditions(graph: CompositionGraph): string {
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const items = graph.edges
    .filter((edge) => shortLabel(safe(edge.text)) !== safe(edge.text))
    .map((edge) => {
      const way = `${text(names.get(edge.from) ?? '')} → ${text(names.get(edge.to) ?? '')}`;
      return `<li><strong>${way}</strong>: <code>${text(edge.text)}</code></li>`;
    });
  return items.length === 0 ? '' : `<p class="quiet">In full:</p><ul>${items.join('')}</ul>`;
}

/** What bands, borders, letters and lines mean, for the levels that occur. */
function legend({ codes }: View): string {
  const fills = [...codes.confidentiality].map((level, at) =>
    sample(level, `c${shadeOf(level[1].rank)} i0`, `lc${at}`),
  );
  const borders = [...codes.integrity].map((level, at) => sample(level, `c0 i${shadeOf(level[1].rank)}`, `li${at}`));
  const path =
    '<li><svg class="weir-graph" width="64" height="26" viewBox="0 0 64 26" aria-hidden="true"><path class="edge leak" d="M4 13H40"/><g class="hop"><rect x="38" y="2" width="22" height="22" rx="11"/><text x="49" y="17" text-anchor="middle">2</text></g></svg>path of a finding, hops in order</li>';
  const error =
    '<li><svg class="weir-graph" width="40" height="26" viewBox="0 0 40 26" aria-hidden="true"><path class="edge error" d="M2 13H38"/></svg>when an error is caught</li>';
  return `<div class="legend"><div><h3>Band: confidentiality</h3><ul>${fills.join('')}</ul></div><div><h3>Border: integrity</h3><ul>${borders.join('')}</ul></div><div><h3>Lines</h3><ul>${path}${error}</ul></div></div>`;
}

function sample([name, { letters, rank }]: readonly [string, LevelCode], classes: string, id: string): string {
  const shade = classes.startsWith('c0') ? 0 : Math.min(SHADES - 1, shadeOf(rank));
  const gap = [0, 9, 6, 4][shade] ?? 4;
  const cross = shade === SHADES - 1 ? `<line class="hatch" x1="0" y1="0" x2="${gap}" y2="0"/>` : '';
  const pattern =
    shade === 0
      ? ''
      : `<defs><pattern id="${id}" width="${gap}" height="${gap}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="${gap}"/>${cross}</pattern></defs>`;
  const hatch = shade === 0 ? '' : `<rect x="3" y="3" width="10" height="20" fill="url(#${id})"/>`;
  return `<li><svg class="weir-graph" width="44" height="26" viewBox="0 0 44 26" aria-hidden="true">${pattern}<g class="node ${classes}"><rect class="box" x="3" y="3" width="38" height="20" rx="4"/><rect class="band" x="3" y="3" width="10" height="20"/>${hatch}</g></svg><span class="code">${text(letters)}</span> ${text(name)}</li>`;
}
