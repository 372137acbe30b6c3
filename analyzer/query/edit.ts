/** Small edits of the IR, to try whether a change would fix a finding. The original is never changed. */
import type { Application } from '../../model/application.ts';
import type { CompositionId, StepId } from '../../model/brand.ts';
import type { Expression, Region, Step } from '../../model/ir.ts';

/** Steps that are nested deeper are left as they are, so that no advice is given about them. */
const NESTING_DEPTH_MAX = 256;

/** The application with one step replaced by what `change` makes of it. */
export function withStep(
  application: Application,
  at: { readonly composition: CompositionId; readonly step: StepId },
  change: (step: Step) => Step,
): Application {
  return {
    ...application,
    compositions: application.compositions.map((composition) =>
      composition.id === at.composition
        ? { ...composition, body: editRegion(composition.body, { id: at.step, change }, 0) }
        : composition,
    ),
  };
}

interface StepEdit {
  readonly id: StepId;
  readonly change: (step: Step) => Step;
}

function editRegion(region: Region, edit: StepEdit, depth: number): Region {
  if (depth >= NESTING_DEPTH_MAX) return region;
  return { ...region, steps: region.steps.map((step) => editStep(step, edit, depth)) };
}

function editStep(step: Step, edit: StepEdit, depth: number): Step {
  if (step.id === edit.id) return edit.change(step);
  switch (step.kind) {
    case 'loop':
    case 'forEach':
    case 'try':
      return { ...step, body: editRegion(step.body, edit, depth + 1) };
    case 'parallel':
    case 'race':
      return { ...step, arms: step.arms.map((arm) => editRegion(arm, edit, depth + 1)) };
    default:
      return step;
  }
}

/** What a step sends or computes, as one expression; null for steps that send nothing. */
export function payloadOf(step: Step): Expression | null {
  switch (step.kind) {
    case 'call':
    case 'declassify':
    case 'endorse':
      return step.argument;
    case 'write':
    case 'assign':
    case 'return':
      return step.value;
    default:
      return null;
  }
}

/** The step with another payload. */
export function withPayload(step: Step, payload: Expression): Step {
  switch (step.kind) {
    case 'call':
    case 'declassify':
    case 'endorse':
      return { ...step, argument: payload };
    case 'write':
    case 'assign':
    case 'return':
      return { ...step, value: payload };
    default:
      return step;
  }
}

/** A named part of a payload: the names of the object fields that lead to it. */
export interface PayloadField {
  readonly names: readonly string[];
  readonly value: Expression;
}

/** Deepest fields and most fields that are looked at. */
const FIELD_DEPTH_MAX = 6;
const FIELDS_MAX = 64;

/** The fields of a payload, the innermost objects only, in document order. */
export function fieldsIn(payload: Expression): readonly PayloadField[] {
  const found: PayloadField[] = [];
  const stack: PayloadField[] = [{ names: [], value: payload }];
  for (let at = stack.pop(); at !== undefined && found.length < FIELDS_MAX; at = stack.pop()) {
    const { names, value } = at;
    if (value.kind === 'object' && value.fields.length > 0 && names.length < FIELD_DEPTH_MAX) {
      for (const field of value.fields.toReversed()) stack.push({ names: [...names, field.name], value: field.value });
    } else if (names.length > 0) found.push(at);
  }
  return found;
}

/** The payload without the field at `names`. */
export function withoutField(payload: Expression, names: readonly string[]): Expression {
  const [name, ...below] = names;
  if (payload.kind !== 'object' || name === undefined) return payload;
  const fields = payload.fields.flatMap((field) => {
    if (field.name !== name) return [field];
    return below.length === 0 ? [] : [{ ...field, value: withoutField(field.value, below) }];
  });
  return { ...payload, fields };
}
