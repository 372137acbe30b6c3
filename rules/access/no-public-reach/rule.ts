import type { Trigger } from '../../../model/application.ts';
import type { Composition } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  lookupIn,
  placedSteps,
  reportPlaces,
  violatedSteps,
  type Lookup,
  type Place,
  type Rule,
  type RuleContext,
  type RuleReport,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** From this rank on, reading stored data on behalf of anyone is reported. */
const LABELLED_RANK_MIN = 0.3;
const HIGH_RANK_MIN = 0.6;

/** The composition and all that it starts, each once. */
function startedBy(composition: Composition, lookup: Lookup): readonly Composition[] {
  const started = new Set([composition]);
  for (const at of started) {
    for (const { step } of placedSteps(at)) {
      if (step.kind !== 'call' || step.target.kind !== 'composition') continue;
      const target = lookup.compositionOf(step.target.id);
      if (target !== null) started.add(target);
    }
  }
  return [...started];
}

interface Reach {
  readonly context: RuleContext;
  /** Steps of which another rule says that untrusted data feeds or steers them. */
  readonly reported: ReadonlySet<string>;
  /** Anyone can call for certain. */
  readonly isOpen: boolean;
}

function placesIn(composition: Composition, { context, reported, isOpen }: Reach): readonly Place[] {
  const lookup = lookupIn(context.application);
  return startedBy(composition, lookup).flatMap((started) =>
    placedSteps(started).flatMap(({ step }): Place[] => {
      if (step.kind !== 'call' && step.kind !== 'read' && step.kind !== 'write') return [];
      const typing = context.typingOf(started.id, step.id);
      if (typing?.isReachable === false) return [];
      const place = { span: step.span, name: step.name, identity: [lookup.effectText(step)] };
      if (step.effect.privileged && !reported.has(`${started.id}/${step.id}`)) {
        return [{ ...place, what: `runs the privileged operation ${lookup.effectText(step)}` }];
      }
      if (step.kind !== 'read' || typing === null || typing.output.marks.includes('opaque')) return [];
      const readRank = context.confidentialityRank(typing.output);
      if (readRank < LABELLED_RANK_MIN) return [];
      const isHigh = isOpen && readRank >= HIGH_RANK_MIN;
      const what = `reads ${typing.output.confidentiality} data (${lookup.effectText(step)})`;
      return [{ ...place, what, ...(isHigh ? { level: 'error', score: 7.5 } : {}) }];
    }),
  );
}

/** An entry that anyone can call, else an HTTP entry of which that is not known. */
function openEntry(composition: Composition, context: RuleContext): Trigger | null {
  const triggers = lookupIn(context.application).triggersOf(composition.id);
  const isDirect = ({ kind }: Trigger): boolean => kind === 'http' || kind === 'function-url';
  return (
    triggers.find((trigger) => trigger.authentication === 'none') ??
    triggers.find((trigger) => trigger.authentication === 'unknown' && isDirect(trigger)) ??
    null
  );
}

function reportsFor(
  composition: Composition,
  context: RuleContext,
  reported: ReadonlySet<string>,
): readonly RuleReport[] {
  const entry = openEntry(composition, context);
  if (entry === null) return [];
  const isOpen = entry.authentication === 'none';
  const message = isOpen ? 'anyone can start it here' : 'who can start it here is not known';
  return reportPlaces(composition, placesIn(composition, { context, reported, isOpen }), {
    messageKey: isOpen ? 'reaches' : 'unknown',
    noun: 'step',
    outcome: isOpen ? 'violated' : 'undecided',
    anchor: { span: entry.span, message },
  });
}

/** An entry that anyone can call leads to privileged operations or labelled data. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) => {
    const reported = violatedSteps(context, 'privileged');
    return context.application.compositions.flatMap((composition) => reportsFor(composition, context, reported));
  },
};
