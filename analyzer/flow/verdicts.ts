import { functionId, stepId } from '../../model/brand.ts';
import type { Axis, MarkName } from '../../model/label.ts';
import { compareSpans } from '../../model/span.ts';
import type { Verdict, Witness } from '../../model/verdict.ts';
import type { Answer } from './effects.ts';
import type { Kernel } from './kernel.ts';
import type { Program } from './program.ts';
import { findWitnesses } from './witness.ts';

const BYPASS = 'bypass:';

/** Whether a verdict on this answer wants a path: something exceeds the bound, or rests on an assumption. */
export function needsWitness(answer: Answer, kernel: Kernel): boolean {
  const { outcome } = judge(answer, kernel);
  return outcome === 'violated' || outcome === 'undecided';
}

/** Turns everything that was asked into verdicts, sorted. */
export function toVerdicts(program: Program): readonly Verdict[] {
  const verdicts = program.effects.answers().map((answer) => toVerdict(answer, program));
  return verdicts.sort(compareVerdicts);
}

function compareVerdicts(left: Verdict, right: Verdict): number {
  return (
    compareSpans(left.span, right.span) ||
    compareText(left.step, right.step) ||
    compareText(left.promise, right.promise) ||
    compareText(left.sink.id ?? left.sink.name, right.sink.id ?? right.sink.name) ||
    compareText(left.composition, right.composition)
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

type Judgement = Pick<Verdict, 'outcome' | 'reason'>;

/** The outcome by labels alone. */
function judge(answer: Answer, kernel: Kernel): Judgement {
  const { question, broken } = answer;
  const { space } = kernel;
  const label = kernel.join(answer.data, answer.control).label;
  if (broken !== null) return { outcome: 'violated', reason: broken };
  if (question.forbidden !== null) {
    const isFound = space.hasMark(label, question.forbidden);
    if (isFound && question.unknown !== null) return { outcome: 'undecided', reason: question.unknown };
    return isFound ? { outcome: 'violated', reason: '' } : { outcome: 'satisfied', reason: '' };
  }
  if (question.axes.length > 0 && question.axes.every((axis) => isUnbounded(axis, question.bound, kernel))) {
    return { outcome: 'not-applicable', reason: 'nothing is declared for this place' };
  }
  const exceeded = space.exceeds(label, question.bound).filter((axis) => question.axes.includes(axis));
  if (question.unknown !== null) {
    return exceeded.length === 0
      ? { outcome: 'satisfied', reason: '' }
      : { outcome: 'undecided', reason: question.unknown };
  }
  if (exceeded.length > 0) {
    const isGuess = space.hasMark(label, 'opaque');
    return {
      outcome: isGuess ? 'undecided' : 'violated',
      reason: isGuess ? 'it passes a construct that is not modelled' : '',
    };
  }
  if (question.axes.length > 0 && space.hasMark(label, 'assumed')) {
    return { outcome: 'undecided', reason: 'it passes a function that is not declared' };
  }
  return { outcome: 'satisfied', reason: '' };
}

function isUnbounded(axis: Axis, bound: Answer['question']['bound'], kernel: Kernel): boolean {
  return kernel.space.exceeds(kernel.space.top, bound).every((exceeded) => exceeded !== axis);
}

function toVerdict(answer: Answer, program: Program): Verdict {
  const { kernel } = program;
  const { question } = answer;
  const { site } = question;
  const witnesses = needsWitness(answer, kernel) ? findWitnesses(answer, program) : [];
  const { outcome, reason } = refine(judge(answer, kernel), answer, witnesses);
  const missed = outcome === 'violated' ? missedFunction(question.forbidden, program) : null;
  return {
    promise: question.promise,
    outcome,
    reason: reason === '' && missed !== null ? `it has not passed ${missed}` : reason,
    composition: site.composition,
    step: site.step ?? stepId(''),
    stepName: site.name,
    span: site.span,
    sink: { ...question.sink, origin: question.origin },
    label: kernel.space.describe(kernel.join(answer.data, answer.control).label),
    bound: kernel.space.describe(question.bound),
    witnesses: outcome === 'violated' ? witnesses.filter((witness) => witness.isDefinite) : witnesses,
  };
}

/** The user's name of the function that a `bypass:` mark is about. */
function missedFunction(mark: MarkName | null, program: Program): string | null {
  return mark?.startsWith(BYPASS) === true ? program.functionName(functionId(mark.slice(BYPASS.length))) : null;
}

/** One definite source makes it a violation; if all that is found is unmodelled or assumed, nothing is proved. */
function refine(judgement: Judgement, answer: Answer, witnesses: readonly Witness[]): Judgement {
  if (witnesses.length === 0 || answer.broken !== null || answer.question.unknown !== null) return judgement;
  const isProved = witnesses.some((witness) => witness.isDefinite);
  if (judgement.outcome === 'violated' && !isProved) {
    return { outcome: 'undecided', reason: `it rests on: ${describe(witnesses)}` };
  }
  if (judgement.outcome !== 'undecided') return judgement;
  const isExceeded = witnesses.some((witness) => witness.isDefinite && answer.question.axes.length > 0);
  if (isExceeded) return { outcome: 'violated', reason: '' };
  return { outcome: 'undecided', reason: `it rests on: ${describe(witnesses)}` };
}

function describe(witnesses: readonly Witness[]): string {
  return [...new Set(witnesses.map((witness) => witness.source.description))].sort().slice(0, 3).join('; ');
}
