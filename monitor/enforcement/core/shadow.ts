import type { InvocationInput } from '../../../model/run-time-input.ts';
import { interpret } from './interpret.ts';
import type { CoreOptions } from './options.ts';
import type { DecisionRecord, ShadowDifference } from './record.ts';

/** Decisions that wait for their shadow evaluation; further ones are skipped and counted. */
export const SHADOWS_PENDING_MAX = 1_000;

/** Evaluates the candidate policy after a decision was made, off its way, and tells the observers how the candidate would have decided. */
export class ShadowRunner {
  readonly #options: CoreOptions;
  #pending = 0;
  /** Decisions without a shadow because of {@link SHADOWS_PENDING_MAX}. */
  skipped = 0;

  constructor(options: CoreOptions) {
    this.#options = options;
  }

  /** Does nothing when there is no candidate. */
  consider(record: DecisionRecord, input: InvocationInput, entrypoint: string): void {
    if (this.#options.candidate.current === null) return;
    if (this.#pending >= SHADOWS_PENDING_MAX) {
      this.skipped += 1;
      return;
    }
    this.#pending += 1;
    setImmediate(() => {
      void this.#compare(record, input, entrypoint).finally(() => {
        this.#pending -= 1;
      });
    });
  }

  async #compare(record: DecisionRecord, input: InvocationInput, entrypoint: string): Promise<void> {
    const { candidate, observers } = this.#options;
    const policy = candidate.current;
    if (policy === null) return;
    const tenant = input.weir.caller.tenant ?? '';
    const evaluation = await candidate.evaluate(policy, { entrypoint, input, nowMs: input.time.unixMs, tenant });
    const { verdict, deny } = interpret(evaluation);
    const active = new Set(record.decision.deny.map(({ id }) => id));
    const shadow = new Set(deny.map(({ id }) => id));
    const difference: ShadowDifference = {
      candidateRevision: policy.revision,
      candidateVerdict: verdict,
      onlyActive: [...active].filter((id) => !shadow.has(id)).sort(),
      onlyCandidate: [...shadow].filter((id) => !active.has(id)).sort(),
    };
    const isSame =
      verdict === record.decision.verdict &&
      difference.onlyActive.length === 0 &&
      difference.onlyCandidate.length === 0;
    for (const observer of observers) observer.shadowed?.(record, isSame ? null : difference);
  }
}
