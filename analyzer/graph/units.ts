import type { StepId } from '../../model/brand.ts';
import type { Composition, Region, Step } from '../../model/ir.ts';
import { compareSpans } from '../../model/span.ts';
import { regionsOf } from '../../model/walk.ts';

/** What is drawn as one node: the steps that one of the user's states became. */
export interface Unit {
  readonly id: string;
  readonly name: string;
  /** The unit whose box it stands in, null at the top. */
  readonly group: string | null;
  /** Steps of the composition's own: where it begins. */
  readonly isStart: boolean;
  readonly steps: Step[];
  isGroup: boolean;
}

export interface Units {
  /** In document order. */
  readonly all: readonly Unit[];
  readonly byStep: ReadonlyMap<StepId, Unit>;
  /** Steps that regions begin with. */
  readonly entries: ReadonlySet<StepId>;
}

/**
 * Groups the steps of a composition by the name of what they come from, within the frame or loop that they stand in. What prepares the composition
 * is a unit of its own, even if a state has the same name; what prepares a frame belongs to the step that holds the frame.
 */
export function collectUnits(composition: Composition): Units {
  const units = new Map<string, Unit>();
  const byStep = new Map<StepId, Unit>();
  const entries = new Set<StepId>();
  const start = preparation(composition.body, composition.name, true);
  const stack: Visit[] = [{ region: composition.body, group: null, prefix: '' }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const inner: Visit[] = [];
    const { region, group } = visit;
    entries.add(region.entry);
    const own = group === null ? null : preparation(region, group.name, false);
    for (const step of region.steps) {
      const isOwn = group !== null && own?.has(step.id) === true;
      const unit = isOwn ? group : unitFor(step, visit, { units, isStart: start.has(step.id) });
      unit.steps.push(step);
      byStep.set(step.id, unit);
      inner.push(...visitsBelow(step, unit, visit));
    }
    stack.push(...inner.reverse());
  }
  return { all: [...units.values()], byStep, entries };
}

interface Visit {
  readonly region: Region;
  readonly group: Unit | null;
  /** Beginning of the ids of units in it: two arms may have states of the same name. */
  readonly prefix: string;
}

/** The assignments of a name that a region begins with; `atOnePlace`: only those at the same place as the first. */
function preparation(region: Region, name: string, atOnePlace: boolean): ReadonlySet<StepId> {
  const steps = new Map(region.steps.map((step) => [step.id, step]));
  const first = steps.get(region.entry);
  const found = new Set<StepId>();
  for (let step = first; step?.kind === 'assign' && step.name === name && !found.has(step.id);) {
    if (atOnePlace && first !== undefined && compareSpans(step.span, first.span) !== 0) break;
    found.add(step.id);
    step = step.next === null ? undefined : steps.get(step.next);
  }
  return found;
}

function unitFor(
  step: Step,
  visit: Visit,
  { units, isStart }: { readonly units: Map<string, Unit>; readonly isStart: boolean },
): Unit {
  const id = isStart ? '^' : `${visit.prefix}/${step.name}`;
  const unit = units.get(id);
  if (unit !== undefined) return unit;
  const made: Unit = { id, name: step.name, group: visit.group?.id ?? null, isStart, steps: [], isGroup: false };
  units.set(id, made);
  return made;
}

/** The regions below a step. The blocks of `try` are drawn where it stands; frames and loops are boxes. */
function visitsBelow(step: Step, unit: Unit, visit: Visit): readonly Visit[] {
  const regions = regionsOf(step);
  if (step.kind === 'try') return regions.map((region) => ({ ...visit, region }));
  if (regions.length > 0) unit.isGroup = true;
  return regions.map((region, arm) => ({
    region,
    group: unit,
    prefix: regions.length === 1 ? unit.id : `${unit.id}[${arm}]`,
  }));
}
