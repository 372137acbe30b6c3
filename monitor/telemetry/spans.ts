import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { DecisionObserver, DecisionRecord } from '../enforcement/core/record.ts';
import type { Arrival, InvocationOutcome } from '../enforcement/types.ts';
import { readTraceparent } from './traceparent.ts';

/** Spans that wait for export; further ones are dropped by the SDK. */
const SPANS_QUEUED_MAX = 2_048;

export interface SpanOptions {
  /** Where spans go: see {@link otlpExporter}. */
  readonly exporter: SpanExporter;
  readonly node: { readonly id: string; readonly region: string | null };
  readonly version: string;
}

/** OTLP over HTTP with JSON, e.g. to `http://127.0.0.1:4318/v1/traces`. */
export const otlpExporter = (url: string): SpanExporter => new OTLPTraceExporter({ url });

/**
 * One span an invocation, from arrival to its end, with the `faas.*` attributes of the semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/). A caller's `traceparent` is the parent. Names and ids only: nothing of the payload.
 */
export class InvocationSpans implements DecisionObserver {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #open = new WeakMap<DecisionRecord, Span>();

  constructor({ exporter, node, version }: SpanOptions) {
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'weir-monitor',
        'service.version': version,
        'host.name': node.id,
        ...(node.region === null ? {} : { 'cloud.region': node.region }),
      }),
      spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: SPANS_QUEUED_MAX })],
    });
    this.#tracer = this.#provider.getTracer('weir', version);
  }

  decided(record: DecisionRecord, arrival: Arrival): void {
    const parent = parentOf(arrival.attributes.request.http.headers['traceparent'] ?? '');
    const options = { kind: SpanKind.SERVER, startTime: record.arrivedAtMs, attributes: attributesOf(record, arrival) };
    const span = this.#tracer.startSpan(`invoke ${arrival.functionName}`, options, parent);
    if (record.decision.effective === 'allow') {
      this.#open.set(record, span);
      return;
    }
    span.setStatus({ code: SpanStatusCode.ERROR, message: `denied: ${record.decision.cause}` });
    span.end(record.arrivedAtMs + record.totalNs / 1e6);
  }

  completed(record: DecisionRecord, { outcome, status }: InvocationOutcome, durationNs: number): void {
    const span = this.#open.get(record);
    if (span === undefined) return;
    this.#open.delete(record);
    span.setAttribute('weir.outcome', outcome);
    if (status !== null) span.setAttribute('http.response.status_code', status);
    if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    span.end(record.arrivedAtMs + (record.totalNs + durationNs) / 1e6);
  }

  /** Exports what has ended. */
  async flush(): Promise<void> {
    await this.#provider.forceFlush();
  }

  /** Exports what is left, and nothing after it. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}

/** The trigger in the words of the conventions. */
const TRIGGER: Readonly<Record<Arrival['trigger'], string>> = {
  http: 'http',
  event: 'pubsub',
  action: 'other',
  'runtime-api': 'other',
  callback: 'other',
};

function attributesOf(record: DecisionRecord, arrival: Arrival): Attributes {
  const { decision } = record;
  return {
    'faas.name': arrival.functionName,
    'faas.invocation_id': decision.invocationId,
    'faas.trigger': TRIGGER[arrival.trigger],
    'faas.instance': arrival.instanceId,
    ...(arrival.functionVersion === null ? {} : { 'faas.version': arrival.functionVersion }),
    ...(arrival.memoryLimitBytes === null ? {} : { 'faas.max_memory': arrival.memoryLimitBytes }),
    'weir.platform': arrival.platform,
    'weir.route': record.route,
    'weir.decision.id': decision.id,
    'weir.decision.verdict': decision.verdict,
    'weir.decision.cause': decision.cause,
    'weir.bundle.revision': decision.revision,
    'weir.evaluation_ns': decision.evaluationNs,
  };
}

function parentOf(header: string): Context {
  const read = readTraceparent(header);
  if (read === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = read;
  const traceFlags = (flags & TraceFlags.SAMPLED) === 0 ? TraceFlags.NONE : TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
