import type { JsonValue } from '../../model/json.ts';
import type { DecisionRecord } from '../enforcement/core/record.ts';

/**
 * A decision log event in OPA's format (https://www.openpolicyagent.org/docs/management-decision-logs, "Decision Log Service API"). What is ours
 * beyond it is under `custom.weir`.
 */
export interface DecisionLogEvent {
  readonly labels: Readonly<Record<string, string>>;
  readonly decision_id: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly bundles?: Readonly<Record<string, { readonly revision: string }>>;
  /** Entry point without a leading slash. */
  readonly path: string;
  readonly input?: JsonValue;
  readonly result?: JsonValue;
  /** Paths that the mask removed or replaced. */
  readonly erased?: readonly string[];
  readonly masked?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly requested_by?: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Grows by one with every decision of a run of the monitor: a hole is a lost record. */
  readonly req_id: number;
  readonly custom: { readonly weir: WeirPart };
}

/** What OPA's format has no place for. */
export interface WeirPart {
  readonly boot: string;
  readonly invocation: string;
  readonly function: string;
  readonly instance: string;
  readonly route: string;
  readonly door: string;
  readonly mode: string;
  readonly verdict: string;
  readonly effective: string;
  readonly cause: string;
  readonly exception?: { readonly reason: string; readonly approvedBy: string };
}

/** What all events of a run have in common. */
export interface EventSource {
  readonly labels: Readonly<Record<string, string>>;
  /** Random id of this run of the monitor. */
  readonly boot: string;
}

/** The event of one decision, not masked yet. */
export function makeEvent(record: DecisionRecord, source: EventSource, sequence: number): DecisionLogEvent {
  const { decision, input, output, detail, exception } = record;
  const requestedBy = input?.attributes.source?.address?.socketAddress?.address;
  return {
    labels: source.labels,
    decision_id: decision.id,
    ...(record.bundleName === '' ? {} : { bundles: { [record.bundleName]: { revision: decision.revision } } }),
    path: decision.entrypoint,
    // A record's input is made of plain JSON values only.
    ...(input === null ? {} : { input: input as unknown as JsonValue }),
    ...(output === null ? {} : { result: output }),
    ...(detail === null ? {} : { error: { code: `weir_${decision.cause}`, message: detail } }),
    ...(requestedBy === undefined ? {} : { requested_by: requestedBy }),
    timestamp: new Date(record.arrivedAtMs).toISOString(),
    metrics: { timer_rego_query_eval_ns: decision.evaluationNs, timer_server_handler_ns: record.totalNs },
    req_id: sequence,
    custom: {
      weir: {
        boot: source.boot,
        invocation: decision.invocationId,
        function: record.functionId,
        instance: record.instanceId,
        route: record.route,
        door: record.door,
        mode: decision.mode,
        verdict: decision.verdict,
        effective: decision.effective,
        cause: decision.cause,
        ...(exception === null ? {} : { exception: { reason: exception.reason, approvedBy: exception.approvedBy } }),
      },
    },
  };
}
