import type { CompiledPolicy } from '../module/compiled-policy.ts';
import type { EngineLimits } from '../options.ts';
import type { EngineRefusal } from '../refusal.ts';
import type { Outcome, Run } from '../run-evaluation.ts';

/** What a worker is started with. */
export interface WorkerSource {
  /** Compiled once, in the thread that starts the workers. */
  readonly compiled: CompiledPolicy;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly limits: EngineLimits;
}

/** To a worker: one evaluation, identified by a number. */
export interface WorkerRequest {
  readonly id: number;
  readonly run: Run;
}

/** From a worker: it is ready, it cannot use the policy, or it has evaluated. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly entrypoints: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: EngineRefusal }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Outcome };
