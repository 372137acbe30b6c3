import type { Decision } from '../../../model/decision.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { InvocationInput } from '../../../model/run-time-input.ts';
import type { Arrival, Door, InvocationOutcome } from '../types.ts';
import type { RouteException } from './route.ts';

/** One decision with all that it rests on: what the log, the metrics, the spans and the tail are made from. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly door: Door;
  readonly route: string;
  readonly functionId: string;
  readonly instanceId: string;
  readonly bundleName: string;
  /** What the policy was given; null when it was refused before. Holds request data: only the decision log may keep it, after masking. */
  readonly input: InvocationInput | null;
  /** What the policy answered; null when it did not. */
  readonly output: JsonValue | null;
  /** Why no policy answered, null when one did; never data of the request. */
  readonly detail: string | null;
  readonly exception: RouteException | null;
  /** Arrival, milliseconds since 1970. */
  readonly arrivedAtMs: number;
  /** From arrival to decision. */
  readonly totalNs: number;
}

/** Takes every decision before it is carried out. */
export interface DecisionRecorder {
  /** @returns false when the record cannot be kept; it is counted as lost, and routes that must be recorded refuse the call. */
  record(record: DecisionRecord): boolean;
}

/** Hears of decisions and of how invocations end; must not throw and must not keep the input. */
export interface DecisionObserver {
  decided(record: DecisionRecord, arrival: Arrival): void;
  completed?(record: DecisionRecord, outcome: InvocationOutcome, durationNs: number): void;
  shadowed?(record: DecisionRecord, difference: ShadowDifference | null): void;
}

/** How the candidate of a shadow run differs from what was decided. */
export interface ShadowDifference {
  readonly candidateRevision: string;
  readonly candidateVerdict: Decision['verdict'];
  /** Ids of denials that only one of both gave, sorted. */
  readonly onlyActive: readonly string[];
  readonly onlyCandidate: readonly string[];
}
