import type { Axis, Label } from '../../model/label.ts';
import { compareSpans } from '../../model/span.ts';
import type { Hop, Witness } from '../../model/verdict.ts';
import type { Answer } from './effects.ts';
import type { Kernel } from './kernel.ts';
import type { Program } from './program.ts';
import type { TraceNode } from './trace.ts';

/** Most witnesses of one verdict, shortest first. */
export const WITNESSES_MAX = 8;

/** Whether a label on the way can be part of what makes the verdict. */
type Carries = (label: Label) => boolean;

/**
 * The shortest path from each source that contributes to the sink: breadth-first search backwards over the trace, only through labels that
 * exceed the bound themselves. When only the join of several sources exceeds it, every source above ⊥ on that axis contributes.
 */
export function findWitnesses(answer: Answer, program: Program): readonly Witness[] {
  const { kernel } = program;
  if (!kernel.trace.isOn) return [];
  const alone = search(answer, carriesAlone(answer, kernel), program);
  if (alone.length > 0) return alone;
  return search(answer, carriesTogether(answer, kernel), program);
}

function carriesAlone(answer: Answer, kernel: Kernel): Carries {
  const { question } = answer;
  const { space } = kernel;
  const { forbidden } = question;
  if (forbidden !== null) return (label) => space.hasMark(label, forbidden);
  return (label) => space.exceeds(label, question.bound).some((axis) => question.axes.includes(axis));
}

function carriesTogether(answer: Answer, kernel: Kernel): Carries {
  const { space } = kernel;
  const { axes, bound } = answer.question;
  const joined = kernel.join(answer.data, answer.control).label;
  const isExceeded = space.exceeds(joined, bound).some((axis) => axes.includes(axis));
  if (!isExceeded) return (label) => space.hasMark(label, 'assumed') || space.hasMark(label, 'opaque');
  const isAboveBottom = (label: Label, axis: Axis): boolean => space.exceeds(label, space.bottom).includes(axis);
  return (label) => axes.some((axis) => isAboveBottom(label, axis));
}

interface Visit {
  readonly node: TraceNode;
  /** Towards the sink; null next to it. */
  readonly next: Visit | null;
  /** How the label went from `node` to `next`. */
  readonly isControl: boolean;
}

/** Sources that reach the sink by data alone keep such a path; only for the others a path through control is looked for. */
function search(answer: Answer, carries: Carries, program: Program): readonly Witness[] {
  const byData = walkBack(answer, carries, { program, seesControl: false });
  const known = new Set(byData.map((visit) => visit.node.id));
  const byControl = walkBack(answer, carries, { program, seesControl: true }).filter(
    (visit) => !known.has(visit.node.id),
  );
  const witnesses = [...byData, ...byControl].map((visit) => toWitness(visit, answer, program));
  return witnesses.sort(compareWitnesses).slice(0, WITNESSES_MAX);
}

function walkBack(
  answer: Answer,
  carries: Carries,
  { program, seesControl }: { readonly program: Program; readonly seesControl: boolean },
): readonly Visit[] {
  const { nodes } = program.kernel.trace;
  const seen = new Set<number>();
  let frontier: Visit[] = [];
  const enter = (id: number, next: Visit | null, isControl: boolean, into: Visit[]): void => {
    const node = nodes[id];
    if (node === undefined || seen.has(id) || !carries(node.label)) return;
    if (!seesControl && (isControl || node.isBundle)) return;
    seen.add(id);
    if (node.isBundle) for (const from of [...node.from.keys()].sort((a, b) => a - b)) enter(from, next, true, into);
    else into.push({ node, next, isControl });
  };
  for (const id of answer.data.origins.nodes) enter(id, null, false, frontier);
  for (const id of answer.control.origins.nodes) enter(id, null, true, frontier);
  const found: Visit[] = [];
  while (frontier.length > 0) {
    const further: Visit[] = [];
    for (const visit of frontier) {
      if (visit.node.source !== null) found.push(visit);
      for (const [id, isControl] of [...visit.node.from].sort(([a], [b]) => a - b))
        enter(id, visit, isControl, further);
    }
    frontier = further;
  }
  return found;
}

/** Definite ones first, then those by data, then shorter ones, then by where the source is. */
function compareWitnesses(left: Witness, right: Witness): number {
  if (left.isDefinite !== right.isDefinite) return left.isDefinite ? -1 : 1;
  if (left.flow !== right.flow) return left.flow === 'explicit' ? -1 : 1;
  return (
    left.hops.length - right.hops.length ||
    compareSpans(left.source.span, right.source.span) ||
    (left.source.description < right.source.description ? -1 : 1)
  );
}

function toWitness(start: Visit, answer: Answer, program: Program): Witness {
  const { space } = program.kernel;
  const hops: Hop[] = [];
  let before = space.describe(space.bottom);
  let isControl = false;
  let isImplicit = false;
  for (let visit: Visit | null = start; visit !== null; visit = visit.next) {
    const { node } = visit;
    const after = space.describe(node.label);
    const { composition, step, name, span } = node.site;
    const by = isControl ? 'control' : 'data';
    const isKnown = isRepetition(hops.at(-1), node) || isOwnRecord(hops.at(-1), visit, answer);
    if (!isKnown && !isPreparation(node, program)) {
      hops.push({
        span,
        composition,
        step,
        name,
        construct: node.construct,
        by,
        labelBefore: before,
        labelAfter: after,
        why: node.why,
      });
    }
    before = after;
    isControl = visit.isControl;
    isImplicit ||= isControl;
  }
  hops.push(sinkHop(answer, { before, isControl }, program));
  const { source, site } = start.node;
  const unknown = { description: 'unknown source', origin: { description: '', span: null }, isDefinite: false };
  const { description, origin, isDefinite } = source ?? unknown;
  return {
    source: { description, origin, span: origin.span ?? site.span },
    hops,
    flow: isImplicit ? 'implicit' : 'explicit',
    isDefinite,
  };
}

/** Steps before the first of the user's own, which carry the composition's name, and its own entry are no hops to the user. */
function isPreparation(node: TraceNode, program: Program): boolean {
  const { composition, name, step } = node.site;
  if (node.construct === 'enter')
    return node.from.size === 0 || [...node.from.keys()].every((from) => isOwnEntry(from, composition, program));
  if (node.construct !== 'assign' || step === null || name !== program.compositionName(composition)) return false;
  // A state may have the name of the composition.
  const body = program.compositionOf(composition)?.body;
  const first = body?.steps.find(({ id }) => id === body.entry);
  return first === undefined || compareSpans(first.span, node.site.span) === 0;
}

function isOwnEntry(from: number, composition: Hop['composition'], program: Program): boolean {
  const node = program.kernel.trace.nodes[from];
  return node?.construct === 'source' && node.site.composition === composition;
}

/** Several assignments inside one of the user's states are one hop to the user. */
function isRepetition(last: Hop | undefined, node: TraceNode): boolean {
  return (
    last !== undefined &&
    last.construct === node.construct &&
    last.step === node.site.step &&
    last.composition === node.site.composition &&
    compareSpans(last.span, node.site.span) === 0
  );
}

/** That a journal shows the step that the hop before names is said by the sink. */
function isOwnRecord(last: Hop | undefined, { node, next }: Visit, answer: Answer): boolean {
  const { composition, name } = node.site;
  return (
    answer.question.sink.kind === 'journal' &&
    next === null &&
    last !== undefined &&
    last.name === name &&
    last.composition === composition
  );
}

function sinkHop(
  answer: Answer,
  last: { readonly before: Hop['labelBefore']; readonly isControl: boolean },
  program: Program,
): Hop {
  const { question } = answer;
  const { composition, step, name, span } = question.site;
  const label = program.kernel.join(answer.data, answer.control).label;
  return {
    span,
    composition,
    step,
    name,
    construct: 'sink',
    by: last.isControl ? 'control' : 'data',
    labelBefore: last.before,
    labelAfter: program.kernel.space.describe(label),
    why: `it reaches ${question.sink.name}`,
  };
}
