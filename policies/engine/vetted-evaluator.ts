import { InstancePool } from './instance-pool.ts';
import type { PolicyTemplate } from './instance.ts';
import type { EngineLimits } from './options.ts';
import { compileInputs, type PreparedInput } from './prepare-input.ts';
import { runEvaluation, type Outcome } from './run-evaluation.ts';
import { StatsCounter, type EvaluatorStats } from './stats.ts';
import type { Evaluation, EvaluationRequest, PolicyEvaluator, PolicySource } from './types.ts';

const NS_PER_MS = 1_000_000;

/** Evaluates in the calling thread. There is no deadline here: what a vetted policy may cost is checked when it is built. */
export class VettedEvaluator implements PolicyEvaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly #parts: { readonly template: PolicyTemplate; readonly pool: InstancePool; readonly limits: EngineLimits };
  readonly #prepare: (request: EvaluationRequest) => PreparedInput;
  readonly #monotonicMs: () => number;
  readonly #counter = new StatsCounter();
  #isClosed = false;

  constructor(
    source: PolicySource,
    template: PolicyTemplate,
    options: { readonly limits: EngineLimits; readonly monotonicMs: () => number },
  ) {
    this.revision = source.revision;
    this.entrypoints = [...template.entrypoints.keys()].sort();
    const pool = new InstancePool(template, options.limits, this.#counter);
    this.#parts = { template, pool, limits: options.limits };
    this.#prepare = compileInputs(source.references, options.limits);
    this.#monotonicMs = options.monotonicMs;
  }

  get stats(): EvaluatorStats {
    return this.#counter.stats;
  }

  evaluate(request: EvaluationRequest): Evaluation {
    const startMs = this.#monotonicMs();
    const outcome = this.#outcome(request);
    const elapsedNs = Math.max(0, Math.round((this.#monotonicMs() - startMs) * NS_PER_MS));
    return this.#counter.evaluated({ ...outcome, elapsedNs });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#parts.pool.clear();
    await Promise.resolve();
  }

  #outcome(request: EvaluationRequest): Outcome | Unready {
    if (this.#isClosed) return { kind: 'unready', detail: 'the policy was closed' };
    const input = this.#prepare(request);
    if (!input.ok) {
      this.#counter.add('inputsRefused');
      return { kind: 'thrown', detail: input.detail };
    }
    const { entrypoint, nowMs, tenant } = request;
    return runEvaluation(this.#parts, { entrypoint, inputText: input.text, nowMs, tenant });
  }
}

interface Unready {
  readonly kind: 'unready';
  readonly detail: string;
}
