import type { Admission, DecisionCore } from '../types.ts';
import { carryOut, plainDenial } from './answer.ts';
import { makeArrival, type ArrivalMaker } from './arrival.ts';
import { readCheckRequest } from './check-request.ts';
import { writeCheckResponse } from './check-response.ts';
import type { GrpcCall } from './grpc-call.ts';
import { LoadGauge } from './load-gauge.ts';
import type { DoorRefusal, ExtAuthzCounters, ExtAuthzLimits, ExtAuthzOptions } from './options.ts';
import { RouteTable, type ExtAuthzRoute } from './routes.ts';

/** Full name of the service. */
export const AUTHORIZATION = 'envoy.service.auth.v3.Authorization';

const STATUS_OF: Readonly<Record<DoorRefusal['cause'], number>> = {
  'bad-request': 400,
  overload: 503,
  draining: 503,
  late: 503,
  thrown: 503,
};

/** The bytes that refuse a check before the core has decided. */
function refusalBytes({ cause, detail }: DoorRefusal): Buffer {
  const status = STATUS_OF[cause];
  return writeCheckResponse(
    plainDenial({
      status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-weir-cause': cause,
        ...(status === 503 ? { 'retry-after': '1' } : {}),
      },
      body: JSON.stringify({ error: 'denied', cause, detail, reasons: [] }),
    }),
  );
}

type Counters = { -readonly [Name in keyof ExtAuthzCounters]: number };

const OVERLOAD: DoorRefusal = { cause: 'overload', detail: 'too many checks at once' };
const DRAINING: DoorRefusal = { cause: 'draining', detail: 'the point is being stopped' };
const LATE: DoorRefusal = { cause: 'late', detail: 'no decision in time' };
const FAILED: DoorRefusal = { cause: 'thrown', detail: 'internal error' };

const COUNTER_OF = {
  'bad-request': 'malformed',
  overload: 'overloaded',
  draining: 'drained',
  late: 'late',
  thrown: 'failed',
} as const satisfies Record<DoorRefusal['cause'], keyof ExtAuthzCounters>;

/** One check that the core is deciding. */
interface Visit {
  readonly call: GrpcCall;
  isAnswered: boolean;
}

/** Answers checks. Whatever goes wrong is an answer that refuses, or none at all, which Envoy takes for a refusal too. */
export class ExtAuthzDoor {
  readonly counts: Counters = {
    checks: 0,
    passed: 0,
    denied: 0,
    malformed: 0,
    overloaded: 0,
    drained: 0,
    late: 0,
    failed: 0,
    unmet: 0,
    cancelled: 0,
    connectionsRefused: 0,
    connectionsSilent: 0,
    assumedRunningRefused: 0,
  };
  readonly #core: DecisionCore;
  readonly #limits: ExtAuthzLimits;
  readonly #maker: ArrivalMaker;
  readonly #onRefused: ExtAuthzOptions['onRefused'];
  readonly #gauge: LoadGauge;
  readonly #running = new Map<Admission, NodeJS.Timeout>();
  readonly #idle: (() => void)[] = [];
  #pending = 0;
  #isDraining = false;

  constructor(core: DecisionCore, options: ExtAuthzOptions, limits: ExtAuthzLimits) {
    this.#core = core;
    this.#limits = limits;
    this.#onRefused = options.onRefused;
    this.#maker = { routes: new RouteTable(options.routes), principals: options.principals };
    this.#gauge = new LoadGauge(options.clock, limits.loopLagMsMax);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  readonly check = (call: GrpcCall): void => {
    this.counts.checks += 1;
    const visit: Visit = { call, isAnswered: false };
    if (this.#isDraining) {
      this.#refuse(visit, DRAINING);
    } else if (this.#pending >= this.#limits.pendingMax || this.#gauge.isOverloaded) {
      this.#refuse(visit, OVERLOAD);
    } else {
      this.#decide(visit);
    }
  };

  /** Refuses from now on; resolves when nothing is being decided any more. */
  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** Ends what is assumed to be running: nobody would be told any more. */
  close(): void {
    this.#gauge.close();
    for (const [admission, timer] of this.#running) {
      clearTimeout(timer);
      admission.complete({ outcome: 'ok', status: null, sizeBytes: null });
    }
    this.#running.clear();
  }

  #decide(visit: Visit): void {
    const reading = readCheckRequest(visit.call.message);
    if (!reading.ok) {
      this.#refuse(visit, { cause: 'bad-request', detail: reading.detail });
      return;
    }
    const { request } = reading;
    const controller = new AbortController();
    const arriving = makeArrival(request, this.#maker, controller.signal);
    if (!arriving.ok) {
      this.#refuse(visit, { cause: 'bad-request', detail: arriving.detail });
      return;
    }
    visit.call.onGone(() => {
      if (visit.isAnswered) return;
      visit.isAnswered = true;
      this.counts.cancelled += 1;
      controller.abort();
    });
    const timer = setTimeout(() => {
      this.#refuse(visit, LATE);
      controller.abort();
    }, this.#limits.decisionMsMax);
    this.#pending += 1;
    const ended = (): void => {
      clearTimeout(timer);
      this.#leave();
    };
    this.#core.admit(arriving.arrival).then(
      (admission) => {
        ended();
        this.#answer(visit, admission, { route: arriving.route, headers: request.attributes.request.http.headers });
      },
      () => {
        ended();
        this.#refuse(visit, FAILED);
      },
    );
  }

  #leave(): void {
    this.#pending -= 1;
    if (this.#pending > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #answer(
    visit: Visit,
    admission: Admission,
    { route, headers }: { readonly route: ExtAuthzRoute | null; readonly headers: Readonly<Record<string, string>> },
  ): void {
    if (visit.isAnswered) {
      // Envoy refused the call when it got no answer in time.
      if (admission.isAdmitted) admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
      return;
    }
    const { answer, isPassed } = carryOut(admission, headers);
    if (isPassed) {
      this.counts.passed += 1;
      this.#begin(admission, route?.assumedDurationMs ?? 0);
    } else if (admission.isAdmitted) {
      this.counts.unmet += 1;
      admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
    } else {
      this.counts.denied += 1;
    }
    this.#send(visit, writeCheckResponse(answer));
  }

  /** Envoy never tells how an invocation ends, so its end is assumed. */
  #begin(admission: Admission, assumedDurationMs: number): void {
    const isFull = this.#running.size >= this.#limits.assumedRunningMax;
    if (assumedDurationMs > 0 && isFull) this.counts.assumedRunningRefused += 1;
    if (assumedDurationMs <= 0 || isFull) {
      admission.complete({ outcome: 'ok', status: null, sizeBytes: null });
      return;
    }
    const timer = setTimeout(() => {
      this.#running.delete(admission);
      admission.complete({ outcome: 'ok', status: null, sizeBytes: null });
    }, assumedDurationMs).unref();
    this.#running.set(admission, timer);
  }

  #refuse(visit: Visit, refusal: DoorRefusal): void {
    if (visit.isAnswered) return;
    this.counts[COUNTER_OF[refusal.cause]] += 1;
    this.#onRefused(refusal);
    this.#send(visit, refusalBytes(refusal));
  }

  #send(visit: Visit, bytes: Buffer): void {
    visit.isAnswered = true;
    visit.call.respond(bytes);
  }
}
