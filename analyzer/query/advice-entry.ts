import type { LabelledShape, Labelling } from '../../model/labelling.ts';
import type { Label } from '../../model/label.ts';
import type { Verdict } from '../../model/verdict.ts';
import { fixes } from './advice-try.ts';
import type { AdviceContext } from './advice.ts';
import { describePlace } from './describe.ts';

/** Name of the level that authenticated callers have in the built-in lattice; a lattice without it gets no such advice. */
const AUTHENTICATED = 'authenticated';

/** An authorizer on the entry, when typing the input as sent by authenticated callers keeps the promise. */
export function adviseAuthentication(verdict: Verdict, context: AdviceContext): readonly string[] {
  if (!['integrity', 'privileged', 'dynamic-target', 'robustness'].includes(verdict.promise)) return [];
  const { application, labelling } = context;
  const open = application.triggers.filter(
    ({ target, authentication }) =>
      authentication === 'none' && target.kind === 'composition' && labelling.entries.has(target.id),
  );
  return open.flatMap((trigger): string[] => {
    if (trigger.target.kind !== 'composition') return [];
    const { id } = trigger.target;
    const entry = labelling.entries.get(id);
    const raised = entry === undefined ? null : authenticated(entry, labelling);
    if (raised === null) return [];
    const entries = new Map(labelling.entries).set(id, raised);
    const isFixed = fixes(verdict, { ...context, labelling: { ...labelling, entries } });
    return isFixed ? [`Add an authorizer to the ${trigger.kind} entry at ${describePlace(trigger.span)}.`] : [];
  });
}

function authenticated(entry: LabelledShape, { space }: Labelling): LabelledShape | null {
  const level = space.resolve({ integrity: AUTHENTICATED }, space.bottom);
  if (!('label' in level)) return null;
  const lower = (label: Label): Label =>
    space.withoutMarks(space.replaceAxes(label, ['integrity'], space.meet(label, level.label)), ['public-entry']);
  return {
    ...entry,
    label: lower(entry.label),
    parts: entry.parts.map((part) => ({ ...part, label: lower(part.label) })),
  };
}
