import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DecisionLogStats } from '../decision-log/log.ts';
import type { DecisionObserver, DecisionRecord, ShadowDifference } from '../enforcement/core/record.ts';
import type { InvocationOutcome } from '../enforcement/types.ts';

/** Different ids of denials that get a time series of their own; the rest is counted under `other`. */
export const DENIAL_SERIES_MAX = 500;

/** Seconds; the target of a decision is p50 <= 0.3 ms and p99 <= 1 ms. */
const DECISION_BUCKETS = [0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1];
const INVOCATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 900];

/** What gauges are read from when somebody asks. */
export interface MetricSources {
  readonly inFlight: () => number;
  readonly bundle: () => { readonly revision: string; readonly ageMs: number; readonly isStale: boolean } | null;
  readonly decisionLog: () => DecisionLogStats;
  readonly spool: () => { readonly bytes: number; readonly droppedEvents: number } | null;
}

/** Prometheus metrics of the enforcement point. */
export class EnforcementMetrics implements DecisionObserver {
  readonly #registry = new Registry();
  readonly #denialIds = new Set<string>();
  readonly #decisions: Counter<'verdict' | 'effective' | 'cause' | 'route'>;
  readonly #denials: Counter<'policy'>;
  readonly #decisionSeconds: Histogram;
  readonly #evaluationSeconds: Histogram;
  readonly #invocationSeconds: Histogram<'outcome'>;
  readonly #exceptions: Counter<'route'>;
  readonly #shadows: Counter<'difference'>;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    const histogram = (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name, help, buckets, registers });
    this.#decisions = new Counter({
      name: 'weir_decisions_total',
      help: 'Decisions by what the policy says, what was done, and why',
      labelNames: ['verdict', 'effective', 'cause', 'route'],
      registers,
    });
    this.#denials = new Counter({
      name: 'weir_denials_total',
      help: 'Reasons given for denials, by id of the promise',
      labelNames: ['policy'],
      registers,
    });
    this.#decisionSeconds = histogram('weir_decision_seconds', 'From arrival to decision', DECISION_BUCKETS);
    this.#evaluationSeconds = histogram('weir_evaluation_seconds', 'Evaluation of the policy alone', DECISION_BUCKETS);
    this.#invocationSeconds = new Histogram({
      name: 'weir_invocation_seconds',
      help: 'From admission to the end of the invocation',
      labelNames: ['outcome'],
      buckets: INVOCATION_BUCKETS,
      registers,
    });
    this.#exceptions = new Counter({
      name: 'weir_exceptions_used_total',
      help: 'Calls let through by a written exception of the route',
      labelNames: ['route'],
      registers,
    });
    this.#shadows = new Counter({
      name: 'weir_shadow_decisions_total',
      help: 'Decisions of the candidate beside the active policy',
      labelNames: ['difference'],
      registers,
    });
    addGauges(registers, sources);
  }

  decided({ decision, route, totalNs, exception }: DecisionRecord): void {
    const { verdict, effective, cause, deny, evaluationNs } = decision;
    this.#decisions.inc({ verdict, effective, cause, route });
    this.#decisionSeconds.observe(totalNs / 1e9);
    if (evaluationNs > 0) this.#evaluationSeconds.observe(evaluationNs / 1e9);
    for (const { id } of deny) this.#denials.inc({ policy: this.#seriesOf(id) });
    if (exception !== null) this.#exceptions.inc({ route });
  }

  completed(_record: DecisionRecord, { outcome }: InvocationOutcome, durationNs: number): void {
    this.#invocationSeconds.observe({ outcome }, durationNs / 1e9);
  }

  shadowed(_record: DecisionRecord, difference: ShadowDifference | null): void {
    this.#shadows.inc({ difference: difference === null ? 'none' : difference.candidateVerdict });
  }

  /** The exposition in text, with its content type. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #seriesOf(id: string): string {
    if (this.#denialIds.has(id)) return id;
    if (this.#denialIds.size >= DENIAL_SERIES_MAX) return 'other';
    this.#denialIds.add(id);
    return id;
  }
}

function addGauges(registers: Registry[], sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers,
      collect() {
        made.set(read());
      },
    });
  };
  gauge('weir_invocations_in_flight', 'Admitted invocations that have not ended', sources.inFlight);
  gauge('weir_bundle_age_seconds', 'Since the source last confirmed the active bundle', () =>
    Math.max(0, (sources.bundle()?.ageMs ?? 0) / 1000),
  );
  gauge('weir_bundle_stale', '1 when the bundle is older than allowed', () => (sources.bundle()?.isStale ? 1 : 0));
  gauge('weir_decision_log_lost', 'Decisions that no sink has', () => sources.decisionLog().lost);
  gauge(
    'weir_decision_log_mask_failures',
    'Decisions logged without input because the mask failed',
    () => sources.decisionLog().maskFailures,
  );
  gauge('weir_decision_log_spool_bytes', 'Events kept on this node', () => sources.spool()?.bytes ?? 0);
  gauge(
    'weir_decision_log_spool_dropped',
    'Events dropped before they were uploaded',
    () => sources.spool()?.droppedEvents ?? 0,
  );
  const info: Gauge<'revision'> = new Gauge({
    name: 'weir_bundle_info',
    help: 'Revision of the active bundle',
    labelNames: ['revision'],
    registers,
    collect() {
      info.reset();
      const bundle = sources.bundle();
      if (bundle !== null) info.set({ revision: bundle.revision }, 1);
    },
  });
}
