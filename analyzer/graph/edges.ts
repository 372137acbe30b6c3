import type { StepId } from '../../model/brand.ts';
import type { Handler, Step } from '../../model/ir.ts';
import type { GraphEdge } from '../../model/result.ts';
import { isFailureArm } from '../../model/walk.ts';
import { conditionText, type WordsOf } from '../wording/index.ts';
import type { Unit, Units } from './units.ts';

/** What an edge says: the condition or error that leads this way. */
type Words = Pick<GraphEdge, 'text' | 'kind'>;

const PLAIN: Words = { text: '', kind: 'next' };

/** Where a step may go, in its region. */
interface Exit extends Words {
  readonly to: StepId;
}

/** Edges between units, in document order, each once. A condition or error is told on the edge that leaves the unit, however many steps later. */
export function collectEdges(units: Units, wordsOf: WordsOf): readonly GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  const exits: Exits = new Map(
    units.all.flatMap(({ steps }) => steps.map((step) => [step.id, exitsOf(step, wordsOf)] as const)),
  );
  const targeted = targetedFromOutside(units, exits);
  for (const unit of units.all) {
    const said = saidInside(unit, units, { exits, targeted });
    for (const step of unit.steps) {
      for (const exit of exits.get(step.id) ?? []) {
        const target = units.byStep.get(exit.to);
        // Where what stands in a box begins is seen without a line from the box.
        if (target === undefined || target === unit || target.group === unit.id) continue;
        const words = exit.kind === 'next' ? (said.get(step.id) ?? PLAIN) : exit;
        const edge = { from: unit.id, to: target.id, text: words.text, kind: words.kind };
        edges.set(JSON.stringify([edge.from, edge.to, edge.kind, edge.text]), edge);
      }
    }
  }
  return [...edges.values()];
}

type Exits = ReadonlyMap<StepId, readonly Exit[]>;

function exitsOf(step: Step, wordsOf: WordsOf): readonly Exit[] {
  switch (step.kind) {
    case 'branch': {
      const arms = step.arms.map((arm): Exit => {
        if (isFailureArm(arm)) return { to: arm.next, text: 'an evaluation fails', kind: 'error' };
        return { to: arm.next, text: conditionText(arm.guard, wordsOf), kind: 'branch' };
      });
      if (step.otherwise === null) return arms;
      // Where only failures leave, going on is no decision.
      const words: Words = step.arms.every(isFailureArm) ? PLAIN : { text: 'otherwise', kind: 'branch' };
      return [...arms, { ...words, to: step.otherwise }];
    }
    case 'try':
      return [...plainExits(step.next), ...step.handlers.flatMap(handlerExits)];
    case 'return':
    case 'raise':
      return [];
    default:
      return plainExits(step.next);
  }
}

const plainExits = (next: StepId | null): readonly Exit[] => (next === null ? [] : [{ ...PLAIN, to: next }]);

function handlerExits({ errors, next }: Handler): readonly Exit[] {
  const text = errors.kind === 'any' ? 'any error' : errors.names.join(', ');
  return next === null ? [] : [{ to: next, text, kind: 'error' }];
}

/** Steps that other units jump to, and those that regions begin with. */
function targetedFromOutside(units: Units, exits: Exits): ReadonlySet<StepId> {
  const targeted = new Set<StepId>(units.entries);
  for (const unit of units.all) {
    for (const step of unit.steps) {
      for (const { to } of exits.get(step.id) ?? []) if (units.byStep.get(to) !== unit) targeted.add(to);
    }
  }
  return targeted;
}

/**
 * What was decided before a step of a unit runs: the one condition or error that leads to it inside the unit. Absent for steps that are also
 * reached without, or by several.
 */
function saidInside(
  unit: Unit,
  units: Units,
  { exits, targeted }: { readonly exits: Exits; readonly targeted: ReadonlySet<StepId> },
): ReadonlyMap<StepId, Words> {
  const inside = (id: StepId): readonly Exit[] =>
    (exits.get(id) ?? []).filter(({ to }) => units.byStep.get(to) === unit);
  const first = unit.steps[0]?.id;
  const starts = unit.steps.map(({ id }) => id).filter((id) => targeted.has(id) || id === first);
  const plain = reach(starts, (id) =>
    inside(id)
      .filter(({ kind }) => kind === 'next')
      .map(({ to }) => to),
  );
  const said = new Map<StepId, Words>();
  const disputed = new Set<StepId>();
  for (const step of unit.steps) {
    for (const exit of inside(step.id)) {
      if (exit.kind === 'next') continue;
      if (plain.has(exit.to)) continue;
      const below = reach([exit.to], (id) => inside(id).flatMap(({ to }) => (plain.has(to) ? [] : [to])));
      for (const id of below) {
        const known = said.get(id);
        if (known !== undefined && known.text !== exit.text) disputed.add(id);
        else said.set(id, { text: exit.text, kind: exit.kind });
      }
    }
  }
  for (const id of disputed) said.delete(id);
  return said;
}

function reach(starts: readonly StepId[], next: (id: StepId) => readonly StepId[]): ReadonlySet<StepId> {
  const reached = new Set(starts);
  const stack = [...starts];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const to of next(id)) {
      if (reached.has(to)) continue;
      reached.add(to);
      stack.push(to);
    }
  }
  return reached;
}
