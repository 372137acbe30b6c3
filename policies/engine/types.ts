import type { JsonValue } from '../../model/json.ts';

/** What is needed to evaluate: the verified content of a bundle. */
export interface PolicySource {
  /** Revision of the bundle, for messages. */
  readonly revision: string;
  /** The compiled module (`policy.wasm`). */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** `data` as JSON in UTF-8, as the bundle has it. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Access paths of `input` that each entry point reads (by entry point), found when the bundle was built; null to hand over everything. */
  readonly references: Readonly<Record<string, readonly (readonly string[])[]>> | null;
  /** `vetted` runs in the calling thread, `tenant` in a worker that can be killed. */
  readonly trust: 'vetted' | 'tenant';
}

/**
 * What came of one evaluation. Only `result` has an answer; everything else must be taken as a deny.
 *
 *  - `undefined`: the entry point has no value for this input;
 *  - `thrown`: a host builtin or the module gave up with a message;
 *  - `trapped`: the module ran into a WebAssembly trap (out of memory, stack) and its instance was replaced;
 *  - `late`: the deadline passed and the worker was killed;
 *  - `unready`: no instance could be made in time, or the evaluator was closed.
 */
export type Evaluation =
  | { readonly kind: 'result'; readonly value: JsonValue; readonly elapsedNs: number }
  | { readonly kind: 'undefined'; readonly elapsedNs: number }
  | {
      readonly kind: 'thrown' | 'trapped' | 'late' | 'unready';
      /** For the log; never contains the input. */
      readonly detail: string;
      readonly elapsedNs: number;
    };

export interface EvaluationRequest {
  /** Slash separated, e.g. `weir/invocation/decision`. */
  readonly entrypoint: string;
  /** An object; a falsy input is refused as `thrown`. */
  readonly input: object;
  /** The clock of every `time` builtin, milliseconds since 1970. */
  readonly nowMs: number;
  /** Whose memory is used: tenants never share an instance. */
  readonly tenant: string;
}

/** A loaded policy. Evaluations of vetted policies return at once, those of tenants' policies a promise; neither ever throws or rejects. */
export interface PolicyEvaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  evaluate(request: EvaluationRequest): Evaluation | Promise<Evaluation>;
  close(): Promise<void>;
}
