import { InstancePool } from './instance-pool.ts';
import { LOADED_HERE_BYTES_MAX } from './limits.ts';
import { loadInThread } from './loading/load-in-thread.ts';
import { loadPolicy, tryPolicy } from './loading/load-policy.ts';
import type { CompiledPolicy } from './module/compiled-policy.ts';
import type { EngineLimits } from './options.ts';
import { compileInputs, type PreparedInput } from './prepare-input.ts';
import { runEvaluation, type EvaluationParts, type Outcome } from './run-evaluation.ts';
import { StatsCounter, type EvaluatorStats } from './stats.ts';
import type { Evaluation, EvaluationRequest, PolicyEvaluator, PolicySource } from './types.ts';

const NS_PER_MS = 1_000_000;

interface VettedOptions {
  readonly limits: EngineLimits;
  readonly monotonicMs: () => number;
}

/** Evaluates in the calling thread. There is no deadline here: what a vetted policy may cost is checked when it is built. */
export class VettedEvaluator implements PolicyEvaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly #parts: EvaluationParts;
  readonly #prepare: (request: EvaluationRequest) => PreparedInput;
  readonly #monotonicMs: () => number;
  readonly #counter: StatsCounter;
  #isClosed = false;

  private constructor(
    source: PolicySource,
    parts: EvaluationParts & { readonly counter: StatsCounter },
    options: VettedOptions,
  ) {
    this.revision = source.revision;
    this.entrypoints = [...parts.template.entrypoints.keys()].sort();
    this.#parts = parts;
    this.#counter = parts.counter;
    this.#prepare = compileInputs(source.references, options.limits);
    this.#monotonicMs = options.monotonicMs;
  }

  /**
   * Loads the data, with much of it in a thread of its own, and tries the policy.
   *
   * @throws EngineError with the codes ENG002 to ENG008.
   */
  static async start(source: PolicySource, compiled: CompiledPolicy, options: VettedOptions): Promise<VettedEvaluator> {
    const { limits, monotonicMs } = options;
    const loading = { compiled, data: source.data, limits };
    const isLarge = source.data.byteLength > LOADED_HERE_BYTES_MAX;
    const template = isLarge ? await loadInThread(loading) : loadPolicy(loading);
    const clean = await tryPolicy(template, limits, monotonicMs);
    const counter = new StatsCounter();
    const pool = new InstancePool(template, limits, counter);
    if (clean !== null) pool.adopt(clean);
    return new VettedEvaluator(source, { template, pool, limits, counter }, options);
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
