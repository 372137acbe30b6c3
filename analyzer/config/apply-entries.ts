import type { Trigger } from '../../model/application.ts';
import type { CompositionId } from '../../model/brand.ts';
import type { Composition } from '../../model/ir.ts';
import type { Label } from '../../model/label.ts';
import type { LabelledShape, Labelling, LabelOrigin } from '../../model/labelling.ts';
import type { LabellingParts } from './apply.ts';
import { sinkClaims, sourceClaims } from './apply-stores.ts';
import { boundOf, claimOfLabel, mergeClaims, resolveLabel, shapeOf, type Claim } from './claims.ts';
import { entryDefault } from './defaults.ts';
import { matchesPattern, nameableComposition } from './patterns.ts';

interface Entry {
  readonly label: Label;
  readonly origin: LabelOrigin;
}

/** The input of every composition. */
export function applyEntries(shared: LabellingParts): Labelling['entries'] {
  const byTarget = new Map<string, Trigger[]>();
  for (const trigger of shared.application.triggers) {
    if (trigger.target.kind !== 'composition') continue;
    byTarget.set(trigger.target.id, [...(byTarget.get(trigger.target.id) ?? []), trigger]);
  }
  return new Map(
    shared.application.compositions.map((composition) => [
      composition.id,
      applyEntry(composition, byTarget.get(composition.id) ?? [], shared),
    ]),
  );
}

function applyEntry(composition: Composition, triggers: readonly Trigger[], shared: LabellingParts): LabelledShape {
  const { configuration, labels, native, diagnostics } = shared;
  const { space } = labels;
  const what = `the input of ${composition.name}`;
  const base = triggers
    .map((trigger) => applyTrigger(trigger, shared))
    .reduce<Entry | null>((left, right) => (left === null ? right : joinEntries(left, right, shared)), null);
  const none = `no trigger of ${composition.name} was found, callers are taken to be inside the application`;
  const start = base ?? { label: labels.internal, origin: { description: none, span: null } };
  const workflow = nameableComposition(composition, 'workflow');
  const named = configuration.entries.flatMap(({ match, label }): Claim[] =>
    match.kind === 'workflow' && matchesPattern(match.pattern, workflow) ? [claimOfLabel(label, match.pattern)] : [],
  );
  const sources = sourceClaims(configuration, nameableComposition(composition, 'input'));
  const beside = native.content.get(composition.id) ?? [];
  const claims = mergeClaims([...named, ...sources, ...beside], what, diagnostics);
  const shape = shapeOf(claims, start, space);
  const isTrustDeclared = claims.some(({ text, declaration }) => text === '' && declaration.integrity !== undefined);
  const isRaised = space.flowsTo(labels.untrusted, shape.label);
  return isTrustDeclared && !isRaised ? { ...shape, label: space.withoutMarks(shape.label, ['public-entry']) } : shape;
}

/** Rules for the kind of trigger beat rules for how callers are authenticated. */
function applyTrigger(trigger: Trigger, { configuration, labels, diagnostics }: LabellingParts): Entry {
  const { space } = labels;
  const base = entryDefault(trigger, labels);
  const claims = configuration.entries.flatMap(({ match, label }): Claim[] => {
    const isTrigger = match.kind === 'trigger' && match.trigger === trigger.kind;
    const isCallers = match.kind === 'callers' && match.authentication === trigger.authentication;
    if (!isTrigger && !isCallers) return [];
    return [{ specificity: isTrigger ? 1 : 0, written: 'file', text: '', path: [], label }];
  });
  const [declared] = mergeClaims(claims, `entries of kind ${trigger.kind}`, diagnostics);
  if (declared === undefined) return base;
  const label = resolveLabel(declared.declaration, base.label, space);
  const isTrusted = declared.declaration.integrity !== undefined && !space.flowsTo(labels.untrusted, label);
  return { label: isTrusted ? space.withoutMarks(label, ['public-entry']) : label, origin: declared.origin };
}

/** The origin of the worse one is kept. */
function joinEntries(left: Entry, right: Entry, { labels }: LabellingParts): Entry {
  const label = labels.space.join(left.label, right.label);
  return { label, origin: label === left.label ? left.origin : right.origin };
}

/** Bounds on what compositions return. */
export function applyResults(shared: LabellingParts): Labelling['results'] {
  const { application, configuration, labels, diagnostics } = shared;
  const results = new Map<CompositionId, { readonly accepts: Label; readonly origin: LabelOrigin }>();
  for (const composition of application.compositions) {
    const thing = nameableComposition(composition, 'result');
    const claims = sinkClaims(configuration, thing, labels.space);
    const bound = boundOf(mergeClaims(claims, `the result of ${composition.name}`, diagnostics), labels.space);
    if (bound !== null) results.set(composition.id, { accepts: bound.label, origin: bound.origin });
  }
  return results;
}
