import type { Application } from '../../model/application.ts';
import type { Step } from '../../model/ir.ts';
import type { Verdict } from '../../model/verdict.ts';
import { fixes, remainingDecision } from './advice-try.ts';
import type { AdviceContext } from './advice.ts';
import { listNames } from './describe.ts';
import { fieldsIn, payloadOf, withoutField, withPayload, withStep } from './edit.ts';
import { placedSteps } from './structure.ts';

/** Most trial runs of the checker for one search. */
const TRIALS_MAX = 48;

interface Candidate {
  readonly step: Step;
  readonly names: readonly string[];
}

/** The fewest fields that, left out of what the state sends, keep the promise; nothing when that does not help. */
export function adviseFields(verdict: Verdict, context: AdviceContext): readonly string[] {
  if (verdict.witnesses.every((witness) => witness.flow === 'implicit')) return [];
  const candidates = candidatesOf(verdict, context.application);
  const without = (left: readonly Candidate[]): AdviceContext => {
    const application = left.reduce((before, candidate) => leaveOut(before, verdict, candidate), context.application);
    return { ...context, application };
  };
  const whole = fewest(candidates, (left) => fixes(verdict, without(left)));
  if (whole.length > 0) return whole.map((left) => `${sentence(verdict, left)}.`);
  const [part] = fewest(candidates, (left) => remainingDecision(verdict, without(left)) !== null);
  if (part === undefined) return [];
  const decision = remainingDecision(verdict, without(part)) ?? '';
  return [`${sentence(verdict, part)}, and do not let ${decision} decide whether it is sent.`];
}

/** Each candidate that helps alone; else the fewest that help together, found by giving back one after the other. */
function fewest(
  candidates: readonly Candidate[],
  isEnough: (left: readonly Candidate[]) => boolean,
): readonly (readonly Candidate[])[] {
  let trials = 0;
  const helps = (left: readonly Candidate[]): boolean => {
    trials += 1;
    return left.length > 0 && trials <= TRIALS_MAX && isEnough(left);
  };
  const alone = candidates.filter((candidate) => helps([candidate]));
  if (alone.length > 0) return alone.map((candidate) => [candidate]);
  if (!helps(candidates)) return [];
  let needed = candidates;
  for (const candidate of candidates) {
    const fewer = needed.filter((other) => other !== candidate);
    if (helps(fewer)) needed = fewer;
  }
  return [needed];
}

/** The named fields of everything that the user's state computes or sends. */
function candidatesOf(verdict: Verdict, application: Application): readonly Candidate[] {
  const composition = application.compositions.find(({ id }) => id === verdict.composition);
  if (composition === undefined) return [];
  return placedSteps(composition)
    .filter(({ step }) => step.name === verdict.stepName)
    .flatMap(({ step }) => {
      const payload = payloadOf(step);
      return payload === null ? [] : fieldsIn(payload).map(({ names }) => ({ step, names: wholeOf(step, names) }));
    });
}

/** Type names of DynamoDB's attribute values ("AttributeValue", API reference): a value without its type is refused. */
const ATTRIBUTE_TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/** The field that can be left out without breaking what is around it. */
function wholeOf(step: Step, names: readonly string[]): readonly string[] {
  const isAttribute = 'effect' in step && step.effect.operation.startsWith('dynamodb:') && names.length > 1;
  return isAttribute && ATTRIBUTE_TYPES.has(names.at(-1) ?? '') ? names.slice(0, -1) : names;
}

function leaveOut(application: Application, verdict: Verdict, { step, names }: Candidate): Application {
  return withStep(application, { composition: verdict.composition, step: step.id }, (found) => {
    const payload = payloadOf(found);
    return payload === null ? found : withPayload(found, withoutField(payload, names));
  });
}

function sentence(verdict: Verdict, candidates: readonly Candidate[]): string {
  const fields = candidates.map(({ names }) => `\`${names.join('.')}\``);
  return `Leave ${listNames([...new Set(fields)], fields.length)} out of what ${verdict.stepName} sends`;
}
