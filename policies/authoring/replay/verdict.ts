import type { JsonValue } from '../../../model/json.ts';
import type { Evaluation } from '../../engine/types.ts';
import { differencesOf, isJsonObject, isSame, type JsonObject } from '../runs/json.ts';

/** What an answer means. `value`: it is neither of the forms that enforcement points know, so only equal answers are the same verdict. */
export interface Verdict {
  readonly verdict: 'allow' | 'deny' | 'value';
  /** Why it is a deny without a policy saying so: undefined, or how the evaluation failed; empty otherwise. */
  readonly failure: string;
  /** Ids of the denials, sorted. */
  readonly reasons: readonly string[];
}

/** How the candidate's answer differs from the logged one. */
export type ChangeKind = 'newly-allowed' | 'newly-denied' | 'reasons' | 'value';

/** How the candidate's answer differs; the texts name places and ids, never values of the answer. */
export interface AnswerChange {
  readonly kind: ChangeKind;
  readonly details: readonly string[];
}

/** Reads an answer in the forms that the enforcement point knows: a boolean, OPA-Envoy's object with `allowed`, and `PolicyOutput`. */
export function verdictOf(value: JsonValue | undefined): Verdict {
  if (value === undefined) return { verdict: 'deny', failure: 'undefined', reasons: [] };
  if (typeof value === 'boolean') return { verdict: value ? 'allow' : 'deny', failure: '', reasons: [] };
  if (isJsonObject(value)) {
    const allowed = value['allowed'] ?? value['allow'];
    if (typeof allowed === 'boolean')
      return { verdict: allowed ? 'allow' : 'deny', failure: '', reasons: reasonsOf(value) };
  }
  return { verdict: 'value', failure: '', reasons: [] };
}

/** As {@link verdictOf} for an evaluation, where everything that gave no answer is a deny. */
export function verdictOfEvaluation(evaluation: Evaluation): Verdict {
  if (evaluation.kind === 'result') return verdictOf(evaluation.value);
  return { verdict: 'deny', failure: evaluation.kind, reasons: [] };
}

function reasonsOf(output: JsonObject): readonly string[] {
  const { deny } = output;
  if (!Array.isArray(deny)) return [];
  const ids = (deny as readonly JsonValue[]).flatMap((each) => {
    const id = isJsonObject(each) ? each['id'] : each;
    return typeof id === 'string' ? [id] : [];
  });
  return [...new Set(ids)].sort();
}

/**
 * Compares what was logged with what the candidate says; null when nothing changes.
 *
 * @param isWhole whether the logged result is as it was; when a mask altered it, only the verdicts are compared
 */
export function changeOf(logged: JsonValue | undefined, evaluation: Evaluation, isWhole: boolean): AnswerChange | null {
  const before = verdictOf(logged);
  const after = verdictOfEvaluation(evaluation);
  const details = detailsOf(before, after);
  if (before.verdict !== after.verdict) {
    if (before.verdict === 'value' || after.verdict === 'value')
      return { kind: 'value', details: ['the answer has another form'] };
    return { kind: after.verdict === 'allow' ? 'newly-allowed' : 'newly-denied', details };
  }
  if (before.failure !== after.failure) return { kind: 'reasons', details };
  const answer = evaluation.kind === 'result' ? evaluation.value : undefined;
  if (!isWhole || isSame(logged, answer)) return null;
  const places = differencesOf(logged, answer).map(
    ({ path }) => `the answer differs at ${path === '' ? 'the top' : path}`,
  );
  return { kind: before.verdict === 'value' ? 'value' : 'reasons', details: details.length > 0 ? details : places };
}

function detailsOf(before: Verdict, after: Verdict): readonly string[] {
  const failed = ({ failure }: Verdict): string => (failure === '' ? 'answered' : failure);
  return [
    ...(before.failure === after.failure ? [] : [`${failed(before)} → ${failed(after)}`]),
    ...after.reasons.filter((id) => !before.reasons.includes(id)).map((id) => `+${id}`),
    ...before.reasons.filter((id) => !after.reasons.includes(id)).map((id) => `-${id}`),
  ];
}
