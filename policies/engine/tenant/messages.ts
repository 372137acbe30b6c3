import type { EngineRefusal } from '../refusal.ts';
import type { Outcome, Run } from '../run-evaluation.ts';

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
