import type { Result } from '../../model/result.ts';
import { escapeMarkup } from '../common/text.ts';
import { shadeOf } from '../graph/style.ts';

/** What fills, borders and letters mean, for the levels that occur. */
export function legend(result: Result): string {
  const nodes = result.graphs.flatMap((graph) => graph.nodes);
  const confidentiality = new Map(nodes.map((node) => [node.label.confidentiality, node.confidentialityRank]));
  const integrity = new Map(nodes.map((node) => [node.label.integrity, node.integrityRank]));
  const byRank = ([a, x]: [string, number], [b, y]: [string, number]): number => x - y || (a < b ? -1 : 1);
  const fills = [...confidentiality]
    .sort(byRank)
    .map(([name, rank]) => item(`c${shadeOf(rank)} i0`, `${name} (${name.charAt(0).toUpperCase()})`));
  const borders = [...integrity]
    .sort(byRank)
    .map(([name, rank]) => item(`c0 i${shadeOf(rank)}`, `${name} (${name.charAt(0).toUpperCase()})`));
  if (fills.length === 0) return '';
  return `<ul class="legend"><li class="quiet">Fill, confidentiality:</li>${fills.join('')}</ul><ul class="legend"><li class="quiet">Border, integrity:</li>${borders.join('')}</ul>`;
}

function item(classes: string, text: string): string {
  return `<li><svg class="weir-graph" width="34" height="22" viewBox="0 0 34 22" aria-hidden="true"><g class="node ${classes}"><rect class="fill" x="2" y="2" width="30" height="18" rx="4"/></g></svg> ${escapeMarkup(text)}</li>`;
}
