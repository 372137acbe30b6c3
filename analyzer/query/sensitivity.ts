import type { StepTyping } from '../../model/verdict.ts';
import type { RuleContext } from './types.ts';

/**
 * How much is at stake at a step: `high` for data of the upper half of the confidentiality levels or input that anyone can send, `some` for
 * any other confidentiality above the lowest, `none` for data without a label and for what known callers send.
 */
export type Sensitivity = 'none' | 'some' | 'high';

const HIGH_RANK_MIN = 0.5;

/** Judges the data that a step reads, produces and is controlled by. */
export function sensitivityOf(typing: StepTyping | null, context: RuleContext): Sensitivity {
  if (typing === null || !typing.isReachable) return 'none';
  const labels = [typing.control, typing.input, typing.output];
  const known = labels.filter((label) => !label.marks.includes('opaque'));
  if (known.some((label) => label.marks.includes('public-entry') || context.integrityRank(label) === 1)) return 'high';
  const confidentiality = Math.max(0, ...known.map((label) => context.confidentialityRank(label)));
  if (confidentiality >= HIGH_RANK_MIN) return 'high';
  return confidentiality > 0 ? 'some' : 'none';
}

/** The higher of two. */
export function moreSensitive(left: Sensitivity, right: Sensitivity): Sensitivity {
  if (left === 'high' || right === 'high') return 'high';
  return left === 'some' || right === 'some' ? 'some' : 'none';
}
