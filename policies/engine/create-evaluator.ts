import { compilePolicy } from './module/compiled-policy.ts';
import { limitsOf, type EvaluatorOptions } from './options.ts';
import { EngineError, textOfThrown, type EngineRefusal } from './refusal.ts';
import type { EvaluatorStats } from './stats.ts';
import { TenantEvaluator } from './tenant-evaluator.ts';
import type { PolicyEvaluator, PolicySource } from './types.ts';
import { VettedEvaluator } from './vetted-evaluator.ts';

/** A {@link PolicyEvaluator} that also tells what it has done. */
export interface CountingEvaluator extends PolicyEvaluator {
  readonly stats: EvaluatorStats;
}

export type EvaluatorOutcome =
  | { readonly ok: true; readonly evaluator: CountingEvaluator }
  | { readonly ok: false; readonly refusal: EngineRefusal };

/**
 * Loads a compiled policy: compiles it once, puts its data into memory, refuses builtins that are not provided and tries every entry point. Vetted
 * policies are evaluated in the calling thread, at once; those of tenants in workers that are killed at the deadline.
 *
 * @returns the evaluator, or why the policy was refused (ENG001 to ENG008). Never rejects.
 */
export async function createEvaluator(source: PolicySource, options: EvaluatorOptions = {}): Promise<EvaluatorOutcome> {
  const limits = limitsOf(source.trust, options.limits);
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  try {
    const compiled = await compilePolicy(source.wasm);
    if (source.trust === 'tenant') return await TenantEvaluator.start(source, compiled, { limits, monotonicMs });
    return { ok: true, evaluator: await VettedEvaluator.start(source, compiled, { limits, monotonicMs }) };
  } catch (error) {
    if (error instanceof EngineError) return { ok: false, refusal: error.refusal };
    return {
      ok: false,
      refusal: {
        code: 'ENG002',
        message: textOfThrown(error),
        help: 'Build the bundle again with `weir policy build`.',
      },
    };
  }
}
