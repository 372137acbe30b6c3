import type { Composition } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  placedSteps,
  reportPlaces,
  type Place,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

function placesIn(composition: Composition, context: RuleContext): readonly Place[] {
  const isRecorded = composition.journals.some((journal) => journal.includesData && journal.level === 'all');
  if (!isRecorded) return [];
  return placedSteps(composition).flatMap(({ step }): Place[] => {
    if (step.kind !== 'read' && step.kind !== 'call') return [];
    const typing = context.typingOf(composition.id, step.id);
    const isNew = typing?.output.marks.includes('credential') === true && !typing.input.marks.includes('credential');
    const { operation } = step.effect;
    const what = `a credential is read by ${operation}`;
    return isNew ? [{ span: step.span, name: step.name, what, identity: [operation] }] : [];
  });
}

/** A secret is read by the workflow itself, so that its value stands in the record of the execution. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, placesIn(composition, context), { messageKey: 'recorded', noun: 'step' }),
    ),
};
