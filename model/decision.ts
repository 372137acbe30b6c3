/** What policies answer and what becomes of it (DESIGN §4). */
import type { JsonValue } from './json.ts';

/** How bad it is; the order of OCSF and of the alerts' screens. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** One reason to refuse. `deny` of a policy is a set of these. */
export interface Denial {
  /** Id of the promise: the static rule's where both guard the same, e.g. `WEIR-FLOW-001`. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong here, one sentence for whoever called or operates the function. Names of things, never data of the request. */
  readonly message: string;
  /** What to do. */
  readonly action: string;
  /** Facts the decision rests on, for the record. */
  readonly evidence: Readonly<Record<string, JsonValue>>;
  /** True when the policy could not decide because something is not known; undecided is a deny. */
  readonly undecided: boolean;
}

/** Something that must be done for the call to be allowed; a point that cannot do it denies. */
export type Obligation =
  | {
      readonly kind: 'mask-fields';
      /** JSON Pointers into the body; `*` stands for one segment. */ readonly paths: readonly string[];
    }
  | { readonly kind: 'add-header'; readonly name: string; readonly value: string }
  | { readonly kind: 'require-reauthentication'; readonly maxAgeSeconds: number };

/** Something people should hear of although it may be allowed. */
export interface PolicyAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly evidence: Readonly<Record<string, JsonValue>>;
}

/** Output of every `…/decision` entry point of the default pack. `allow` is true exactly when nothing denies. */
export interface PolicyOutput {
  readonly allow: boolean;
  readonly deny: readonly Denial[];
  readonly obligations: readonly Obligation[];
  readonly alerts: readonly PolicyAlert[];
}

/**
 * Why a decision is what it is. `policy`: a policy answered. All others are failures of ours or of the surroundings and deny, except
 * `exception`: a written, time-limited exception of the route let it through.
 */
export type DecisionCause =
  | 'policy'
  | 'undefined'
  | 'malformed'
  | 'thrown'
  | 'trapped'
  | 'late'
  | 'no-policy'
  | 'stale'
  | 'overload'
  | 'draining'
  | 'bad-request'
  | 'context'
  | 'quarantine'
  | 'unrecorded'
  | 'exception';

/** What the enforcement point decided about one invocation. */
export interface Decision {
  /** UUID; `decision_id` in the log. */
  readonly id: string;
  readonly invocationId: string;
  /** Slash separated entry point, e.g. `weir/invocation/decision`. */
  readonly entrypoint: string;
  readonly mode: 'enforce' | 'dry-run';
  /** What the policy says. */
  readonly verdict: 'allow' | 'deny';
  /** What is done: in `dry-run`, and by an exception, a deny is let through. */
  readonly effective: 'allow' | 'deny';
  readonly cause: DecisionCause;
  /** Sorted by id, then message. */
  readonly deny: readonly Denial[];
  readonly obligations: readonly Obligation[];
  readonly alerts: readonly PolicyAlert[];
  readonly revision: string;
  /** Answer of policies written for OPA-Envoy; null for others. */
  readonly envoy: EnvoyAnswer | null;
  readonly evaluationNs: number;
}

/** The object that OPA-Envoy's policies may answer with instead of a boolean. */
export interface EnvoyAnswer {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly requestHeadersToRemove: readonly string[];
  readonly responseHeadersToAdd: Readonly<Record<string, string | readonly string[]>>;
  readonly queryParametersToSet: Readonly<Record<string, string | readonly string[]>>;
  readonly queryParametersToRemove: readonly string[];
  readonly httpStatus: number | null;
  readonly body: string | null;
  readonly dynamicMetadata: JsonValue;
}
