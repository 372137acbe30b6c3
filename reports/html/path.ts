import type { MarkName } from '../../model/label.ts';
import type { CompositionGraph } from '../../model/result.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import { constructWord, flowWords, formatLabel, marksOf } from '../common/labels.ts';
import { count } from '../common/text.ts';
import { shadeOf } from '../graph/style.ts';
import { nodeElementId } from '../graph/svg.ts';
import { nodeOfHop } from '../graph/trail.ts';
import { placeLink, prose, text, type View } from './view.ts';

/** Where the names of hops lead: a drawing in this report. */
export interface PathTarget {
  /** Id of the drawing. */
  readonly drawing: string;
  readonly graph: CompositionGraph;
}

/** A witness as a numbered list: what happens, the label before and after, and the line. */
export function pathList(view: View, witness: Witness, target: PathTarget | null): string {
  const marks = marksOf(witness);
  const hops = witness.hops.map((hop, at) => hopItem(view, hop, { at, marks, target, next: witness.hops[at + 1] }));
  return `<ol class="path">${hops.join('\n')}</ol>`;
}

/** What a path is, in one line above it. */
export function pathTitle({ source, hops, ...witness }: Witness): string {
  const origin = `<span class="quiet">(${prose(source.origin.description)})</span>`;
  return `${count(hops.length, 'hop')} from ${prose(source.description)} ${origin}: ${flowWords({ source, hops, ...witness })}`;
}

interface HopPlace {
  readonly at: number;
  readonly marks: readonly MarkName[];
  readonly target: PathTarget | null;
  readonly next: Hop | undefined;
}

function hopItem(view: View, hop: Hop, { at, marks, target, next }: HopPlace): string {
  const node = target === null ? null : nodeOfHop(hop, target.graph);
  const name =
    target === null || node === null
      ? text(hop.name)
      : `<a href="#${nodeElementId(target.drawing, target.graph, node)}">${text(hop.name)}</a>`;
  const end = hop.construct === 'source' || hop.construct === 'sink' ? ' end' : '';
  const rail = next?.by === 'control' ? ' to-control' : '';
  const by = hop.by === 'control' ? ' <span class="by">by control</span>' : '';
  return `<li class="hop${end}${rail}"><span class="number" aria-hidden="true">${at + 1}</span><div><p><strong>${name}</strong> <span class="word">${constructWord(hop.construct)}</span>${by} <span class="at">${placeLink(view, hop.span, true)}</span></p><p>${prose(hop.why)}</p><p>${labelChange(view, hop, marks)}</p></div></li>`;
}

function labelChange(view: View, hop: Hop, marks: readonly MarkName[]): string {
  const [before, after] = [formatLabel(hop.labelBefore, marks), formatLabel(hop.labelAfter, marks)];
  const chipAfter = chip(view, after, hop.labelAfter.confidentiality);
  if (before === after || hop.construct === 'source') return chipAfter;
  return `${chip(view, before, hop.labelBefore.confidentiality)} <span aria-label="becomes">→</span> ${chipAfter}`;
}

/** A label in the colour that its confidentiality has in the drawings. */
function chip(view: View, label: string, confidentiality: string): string {
  const rank = view.codes.confidentiality.get(confidentiality)?.rank;
  return `<span class="chip${rank === undefined ? '' : ` k${shadeOf(rank)}`}">${text(label)}</span>`;
}
