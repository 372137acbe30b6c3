import type { PolicyData } from '../../../model/policy-data.ts';
import type { Evaluation, EvaluationRequest, PolicyEvaluator } from '../../../policies/engine/types.ts';

/** A policy that was verified, loaded and tried. */
export interface LoadedPolicy {
  readonly evaluator: PolicyEvaluator;
  /** `data.weir`; null when the bundle has none (policies written for OPA-Envoy alone). */
  readonly data: PolicyData | null;
  readonly bundleName: string;
  readonly revision: string;
}

/** The policy in force and how old it is, as the bundle manager knows it. */
export interface PolicyStatus {
  readonly revision: string;
  /** Since the source last confirmed it, milliseconds of the monotonic clock. */
  readonly ageMs: number;
  readonly isStale: boolean;
}

/**
 * Holds the policy that decides. Activation replaces it between two decisions; evaluations that still run on the old one end there before it is closed.
 */
export class ActivePolicy {
  #current: LoadedPolicy | null = null;
  readonly #running = new Map<PolicyEvaluator, number>();
  readonly #retired = new Set<PolicyEvaluator>();

  get current(): LoadedPolicy | null {
    return this.#current;
  }

  activate(policy: LoadedPolicy): void {
    const before = this.#current;
    this.#current = policy;
    if (before !== null && before.evaluator !== policy.evaluator) this.#retire(before.evaluator);
  }

  /** Evaluates with a policy that was taken from {@link current}. Never throws. */
  evaluate(policy: LoadedPolicy, request: EvaluationRequest): Evaluation | Promise<Evaluation> {
    const evaluation = policy.evaluator.evaluate(request);
    if (!(evaluation instanceof Promise)) return evaluation;
    this.#running.set(policy.evaluator, (this.#running.get(policy.evaluator) ?? 0) + 1);
    return evaluation.finally(() => {
      this.#leave(policy.evaluator);
    });
  }

  async close(): Promise<void> {
    const { current } = this;
    this.#current = null;
    if (current !== null) await current.evaluator.close();
  }

  #leave(evaluator: PolicyEvaluator): void {
    const left = (this.#running.get(evaluator) ?? 1) - 1;
    if (left > 0) {
      this.#running.set(evaluator, left);
      return;
    }
    this.#running.delete(evaluator);
    if (this.#retired.delete(evaluator)) void evaluator.close();
  }

  #retire(evaluator: PolicyEvaluator): void {
    if (this.#running.has(evaluator)) this.#retired.add(evaluator);
    else void evaluator.close();
  }
}
