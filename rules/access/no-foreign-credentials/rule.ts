import type { Composition, EffectDescription, Expression, Step } from '../../../model/ir.ts';
import { forEachExpression, pathsIn } from '../../../model/walk.ts';
import {
  decodeRuleMetadata,
  lookupIn,
  placedSteps,
  reportPlaces,
  sensitivityOf,
  type Place,
  type Rule,
  type RuleContext,
  type RuleReport,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

const effectOf = (step: Step): EffectDescription | null =>
  step.kind === 'call' || step.kind === 'read' || step.kind === 'write' ? step.effect : null;

/** Whether constants name anything at all; an empty object leaves the workflow's own role. */
function namesRole(credentials: Expression): boolean {
  let isNamed = false;
  forEachExpression(credentials, (part) => {
    isNamed ||= part.kind === 'literal' && /[^{}[\]"\s]/.test(JSON.stringify(part.value ?? ''));
  });
  return isNamed;
}

interface Uses {
  readonly chosen: Place[];
  readonly assumed: Place[];
  readonly foreign: Place[];
}

function usesIn(composition: Composition, context: RuleContext): Uses {
  const uses: Uses = { chosen: [], assumed: [], foreign: [] };
  const lookup = lookupIn(context.application);
  for (const { step } of placedSteps(composition)) {
    const effect = effectOf(step);
    if (effect === null) continue;
    const sensitivity = sensitivityOf(context.typingOf(composition.id, step.id), context);
    const identity = [lookup.effectText(step)];
    const place = (what: string): Place => ({ span: step.span, name: step.name, what, identity });
    const declared =
      step.kind === 'call'
        ? lookup.functionOf(step.target)
        : step.kind === 'read' || step.kind === 'write'
          ? lookup.storeOf(step.store)
          : null;
    if (effect.credentials !== null) {
      const isChosen = pathsIn(effect.credentials).length > 0;
      if (!isChosen && !namesRole(effect.credentials)) continue;
      if (!isChosen) uses.assumed.push(place('a fixed role is assumed'));
      else if (sensitivity !== 'high') uses.chosen.push(place('the role comes from data'));
      else uses.chosen.push({ ...place('the role comes from data'), level: 'error', score: 8.1 });
    } else if (declared?.isForeign === true && sensitivity !== 'none') {
      uses.foreign.push(place(`${declared.name} belongs to another account`));
    }
  }
  return uses;
}

function reportsFor(composition: Composition, context: RuleContext): readonly RuleReport[] {
  const { chosen, assumed, foreign } = usesIn(composition, context);
  return [
    ...reportPlaces(composition, chosen, { messageKey: 'chosen', noun: 'step' }),
    ...reportPlaces(composition, assumed, { messageKey: 'assumed', noun: 'step', level: 'note', score: 2.5 }),
    ...reportPlaces(composition, foreign, { messageKey: 'foreign', noun: 'step', level: 'note', score: 3.5 }),
  ];
}

/** A step acts with the rights of another account, or with a role that data names. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) => context.application.compositions.flatMap((composition) => reportsFor(composition, context)),
};
