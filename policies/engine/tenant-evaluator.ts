import type { CompiledPolicy } from './module/compiled-policy.ts';
import type { EngineLimits } from './options.ts';
import { compileInputs, type PreparedInput } from './prepare-input.ts';
import type { EngineRefusal } from './refusal.ts';
import { StatsCounter, type EvaluatorStats } from './stats.ts';
import type { Evaluation, EvaluationRequest, PolicyEvaluator, PolicySource } from './types.ts';
import { WorkerPool, type PoolOutcome } from './tenant/worker-pool.ts';

const NS_PER_MS = 1_000_000;

interface TenantOptions {
  readonly limits: EngineLimits;
  readonly monotonicMs: () => number;
}

/** Evaluates policies that tenants wrote, in threads that are killed at the deadline, whatever the policy does. */
export class TenantEvaluator implements PolicyEvaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly #pool: WorkerPool;
  readonly #prepare: (request: EvaluationRequest) => PreparedInput;
  readonly #options: TenantOptions;
  readonly #counter: StatsCounter;

  private constructor(
    source: PolicySource,
    options: TenantOptions,
    parts: { readonly pool: WorkerPool; readonly counter: StatsCounter; readonly entrypoints: readonly string[] },
  ) {
    this.revision = source.revision;
    this.entrypoints = parts.entrypoints;
    this.#pool = parts.pool;
    this.#counter = parts.counter;
    this.#options = options;
    this.#prepare = compileInputs(source.references, options.limits);
  }

  static async start(
    source: PolicySource,
    compiled: CompiledPolicy,
    options: TenantOptions,
  ): Promise<
    { readonly ok: true; readonly evaluator: TenantEvaluator } | { readonly ok: false; readonly refusal: EngineRefusal }
  > {
    const counter = new StatsCounter();
    const pool = new WorkerPool({ compiled, data: source.data, limits: options.limits }, counter);
    const start = await pool.start();
    if (!start.ok) {
      await pool.close();
      return start;
    }
    const { entrypoints } = start;
    return { ok: true, evaluator: new TenantEvaluator(source, options, { pool, counter, entrypoints }) };
  }

  get stats(): EvaluatorStats {
    return this.#counter.stats;
  }

  async evaluate(request: EvaluationRequest): Promise<Evaluation> {
    const startMs = this.#options.monotonicMs();
    const outcome = await this.#outcome(request);
    const elapsedNs = Math.max(0, Math.round((this.#options.monotonicMs() - startMs) * NS_PER_MS));
    return this.#counter.evaluated(this.#evaluation(outcome, elapsedNs));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #outcome(request: EvaluationRequest): Promise<PoolOutcome> {
    const input = this.#prepare(request);
    if (!input.ok) {
      this.#counter.add('inputsRefused');
      return { kind: 'thrown', detail: input.detail };
    }
    const { entrypoint, nowMs, tenant } = request;
    return this.#pool.run({ entrypoint, inputText: input.text, nowMs, tenant });
  }

  #evaluation(outcome: PoolOutcome, elapsedNs: number): Evaluation {
    if (outcome.kind === 'late') {
      const detail = `the evaluation took longer than ${this.#options.limits.deadlineMs} ms and was killed`;
      return { kind: 'late', detail, elapsedNs };
    }
    if (outcome.kind === 'lost') return { kind: 'trapped', detail: outcome.detail, elapsedNs };
    return { ...outcome, elapsedNs };
  }
}
