import type { StepId } from '../../model/brand.ts';
import type { Composition, Region, Step } from '../../model/ir.ts';
import { regionsOf } from '../../model/walk.ts';

/** What is drawn as one node: the steps that one of the user's states became. */
export interface Unit {
  readonly id: string;
  readonly name: string;
  /** The unit whose box it stands in, null at the top. */
  readonly group: string | null;
  /** Steps of the composition's own: where it, or a frame in it, begins. */
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

/** Groups the steps of a composition by the name of what they come from, within the frame or loop that they stand in. */
export function collectUnits(composition: Composition): Units {
  const units = new Map<string, Unit>();
  const byStep = new Map<StepId, Unit>();
  const entries = new Set<StepId>();
  const stack: Visit[] = [{ region: composition.body, group: null, prefix: '', frame: 'composition' }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const inner: Visit[] = [];
    entries.add(visit.region.entry);
    for (const step of visit.region.steps) {
      const unit = unitFor(step, visit, { composition, units });
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
  /** What a reader calls the beginning of it. */
  readonly frame: string;
}

function unitFor(
  step: Step,
  visit: Visit,
  known: { readonly composition: Composition; readonly units: Map<string, Unit> },
): Unit {
  const isStart = step.name === known.composition.name;
  const id = `${visit.prefix}/${step.name}`;
  const unit = known.units.get(id);
  if (unit !== undefined) return unit;
  const name = isStart && visit.group !== null ? visit.frame : step.name;
  const made: Unit = { id, name, group: visit.group?.id ?? null, isStart, steps: [], isGroup: false };
  known.units.set(id, made);
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
    frame: frameName(step, arm),
  }));
}

function frameName(step: Step, arm: number): string {
  if (step.kind === 'forEach') return 'each item';
  return step.kind === 'loop' ? 'each round' : `branch ${arm + 1}`;
}
