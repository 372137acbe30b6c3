import { createHash } from 'node:crypto';
import type { BlockList } from 'node:net';
import type { AdapterRequest, InvocationFacts, LifecycleFacts, SpokenRefusal } from '../adapters/types.ts';
import type { Admission, DecisionCore, InvocationOutcome, MonitorClock, Refusal } from '../types.ts';
import { admitInTime } from './admit.ts';
import { answerWith } from './answer.ts';
import { adapterRequest, arrivalOf, type Reception } from './arrival.ts';
import { NO_BODY, readBody, UNREAD, type ReadBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { forward, type ForwardResult } from './forward.ts';
import type { ForwardedRules, ProxyEvent, ProxyLimits, ProxyTimeouts } from './options.ts';
import { prepare, prepareBare, type Prepared } from './prepare.ts';
import { receive } from './receive.ts';
import { refusal, type RefusalDetail, type RefusalName } from './refusals.ts';
import type { RouteState } from './routes.ts';

/** What every request of one proxy shares. */
export interface ProxyContext {
  readonly core: DecisionCore;
  readonly routes: readonly RouteState[];
  readonly limits: ProxyLimits;
  readonly timeouts: ProxyTimeouts;
  readonly forwarded: ForwardedRules & { readonly trusted: BlockList };
  readonly clock: MonitorClock;
  readonly count: (event: ProxyEvent) => void;
  inFlight: number;
  isDraining: boolean;
}

/**
 * Carries one request from its head to the end of its answer. There is one way to the function, and it begins with an admission (or, for what the
 * platform itself does to an instance, with the proof that it is the platform). Never rejects.
 */
export async function handle(context: ProxyContext, exchange: Exchange): Promise<void> {
  const turn = new Turn(context, exchange);
  context.inFlight += 1;
  try {
    await turn.run();
  } catch {
    // A defect of ours must not become an undecided call, and must not end the process either.
    await turn.refuse('undecided').catch(() => {
      exchange.abort();
    });
  } finally {
    turn.release();
    context.inFlight -= 1;
  }
}

/** One request on its way. */
class Turn {
  readonly #context: ProxyContext;
  readonly #exchange: Exchange;
  #state: RouteState | null = null;
  #isCounted = false;
  /** The caller waits for 100 before it sends its body. */
  #isWaiting = false;

  constructor(context: ProxyContext, exchange: Exchange) {
    this.#context = context;
    this.#exchange = exchange;
  }

  release(): void {
    if (this.#isCounted && this.#state !== null) this.#state.inFlight -= 1;
    this.#isCounted = false;
  }

  async refuse(name: RefusalName, more: RefusalDetail = {}): Promise<void> {
    await this.#tell(refusal(name, more), name, null);
  }

  async run(): Promise<void> {
    const { limits, isDraining, inFlight } = this.#context;
    if (isDraining) return this.refuse('draining');
    if (this.#exchange.isCrowded) return this.refuse('pipelined');
    if (inFlight > limits.inFlightMax) return this.refuse('in-flight');
    const received = receive(this.#context, this.#exchange);
    if (!received.ok) {
      this.#state = received.state;
      return this.refuse(received.refusal, received.more);
    }
    const reception = received.value;
    this.#state = reception.state;
    if (reception.state.inFlight >= reception.state.route.inFlightMax) return this.refuse('in-flight');
    reception.state.inFlight += 1;
    this.#isCounted = true;
    this.#isWaiting = reception.expectsContinue;
    const body = await this.#read(reception);
    if (body === null) return;
    const request = adapterRequest(reception, body);
    const facts = reception.state.adapter.describe(request);
    switch (facts.kind) {
      case 'refused':
        return this.#tell(refusal('platform', { status: facts.status, detail: facts.reason }), 'platform', request);
      case 'lifecycle':
        return this.#live(reception, request, facts, body);
      case 'invocation':
        return this.#invoke(reception, request, facts, body);
    }
  }

  /** The body as far as somebody needs it; null when the request was refused or is gone. */
  async #read(reception: Reception): Promise<ReadBody | null> {
    const { limits, timeouts } = this.#context;
    const { route, adapter } = reception.state;
    if (!this.#exchange.hasBody) return NO_BODY;
    const need = adapter.needsBody(adapterRequest(reception, UNREAD));
    const bytesMax = need === 'load' ? Math.max(limits.loadBytesMax, route.body.readMaxBytes) : route.body.readMaxBytes;
    if (need === 'no' && bytesMax === 0) return UNREAD;
    if (need === 'load' && !reception.isFromPlatform) {
      await this.refuse('not-platform');
      return null;
    }
    this.#isWaiting = false;
    const read = await readBody(this.#exchange, {
      bytesMax,
      idleMs: timeouts.idleMs,
      totalMs: timeouts.totalMs,
      depthMax: limits.jsonDepthMax,
      isJson: need !== 'no',
    });
    if (!read.ok) {
      if (read.refusal !== 'gone') await this.refuse(read.refusal);
      return null;
    }
    if (need !== 'no' && !read.value.isWhole) {
      await this.refuse('body-too-large');
      return null;
    }
    return read.value;
  }

  async #invoke(reception: Reception, request: AdapterRequest, facts: InvocationFacts, body: ReadBody): Promise<void> {
    const { core, clock, timeouts } = this.#context;
    const arrival = arrivalOf(reception, facts, body, clock);
    if (arrival.functionName === '') {
      return this.#tell(refusal('platform', { detail: 'Which function is called is not clear.' }), 'platform', request);
    }
    const admission = await admitInTime(core, arrival, timeouts.decisionMs);
    if (admission === null) return this.#tell(refusal('undecided'), 'undecided', request);
    if (!admission.isAdmitted) {
      return this.#tell(admission.refusal ?? refusal('undecided', { status: 403 }), 'denied', request);
    }
    await this.#carryOut({ reception, request, facts, body }, admission);
  }

  async #carryOut(
    call: { reception: Reception; request: AdapterRequest; facts: InvocationFacts; body: ReadBody },
    admission: Admission,
  ): Promise<void> {
    let outcome: InvocationOutcome = { outcome: 'error', status: null, sizeBytes: null };
    try {
      const prepared = prepare(this.#context, call, admission);
      if (prepared.kind === 'refused') {
        outcome = { outcome: 'error', status: prepared.refusal.status, sizeBytes: null };
        await this.#tell(prepared.refusal, prepared.name, call.request);
        return;
      }
      outcome = await this.#forward(prepared.value, call);
    } finally {
      admission.complete(outcome);
    }
  }

  async #forward(
    prepared: Prepared,
    {
      reception,
      request,
      facts,
    }: { reception: Reception; request: AdapterRequest; facts: { deadlineAtMs: number | null } | null },
  ): Promise<InvocationOutcome> {
    const { timeouts, limits, clock, forwarded } = this.#context;
    const { route, client } = reception.state;
    const deadlineAtMs = facts?.deadlineAtMs ?? null;
    const leftMs = deadlineAtMs === null ? timeouts.totalMs : Math.max(1, deadlineAtMs - clock.nowMs());
    const result = await forward({
      exchange: this.#exchange,
      client,
      ...prepared,
      bodyBytesMax: route.body.maxBytes,
      pseudonym: forwarded.pseudonym,
      limits,
      timeouts: { ...timeouts, totalMs: Math.min(timeouts.totalMs, leftMs) },
    });
    return this.#conclude(result, request);
  }

  async #conclude(result: ForwardResult, request: AdapterRequest): Promise<InvocationOutcome> {
    const { count } = this.#context;
    const route = this.#state?.route.name ?? null;
    if (result.refusal === null) {
      count({ kind: 'request-completed', route, status: result.outcome.status, reason: result.outcome.outcome });
      return result.outcome;
    }
    count({ kind: 'upstream-failed', route, status: null, reason: result.refusal });
    this.#isWaiting = false;
    const answer = refusal(result.refusal);
    await this.#tell(answer, result.refusal, request);
    return { ...result.outcome, status: answer.status };
  }

  /** What the platform does to an instance: only the platform may, and code is measured before it is loaded. */
  async #live(reception: Reception, request: AdapterRequest, facts: LifecycleFacts, body: ReadBody): Promise<void> {
    const { state } = reception;
    this.#context.count({ kind: 'lifecycle', route: state.route.name, status: null, reason: facts.step });
    if (facts.answer !== null) return this.#say(facts.answer);
    if (!reception.isFromPlatform) return this.#tell(refusal('not-platform'), 'not-platform', request);
    const pass = (): Promise<InvocationOutcome> =>
      this.#forward(prepareBare(this.#context, reception, body), { reception, request, facts: null });
    if (facts.step === 'probe') {
      await pass();
      return;
    }
    const digest = facts.code === null ? null : `sha256:${createHash('sha256').update(facts.code).digest('hex')}`;
    const { loadableDigests } = state.route;
    const isLoadable = loadableDigests === null || (digest !== null && loadableDigests.includes(digest));
    if (!isLoadable || state.loaded.step !== 'none') {
      return this.#tell(refusal('not-loadable'), 'not-loadable', request);
    }
    state.loaded = { step: 'loading', digest };
    const outcome = await pass();
    const isLoaded = outcome.outcome === 'ok' && outcome.status !== null && outcome.status < 300;
    state.loaded = isLoaded ? { step: 'done', digest } : { step: 'none', digest: null };
  }

  /** Refuses in the platform's words once the platform's form of the request is known. */
  async #tell(answer: Refusal, reason: RefusalName | 'denied', request: AdapterRequest | null): Promise<void> {
    this.#context.count({
      kind: reason === 'denied' ? 'request-denied' : 'request-refused',
      route: this.#state?.route.name ?? null,
      status: answer.status,
      reason,
    });
    const adapter = this.#state?.adapter;
    await this.#say(request === null || adapter === undefined ? answer : adapter.speak(answer, request));
  }

  async #say(spoken: SpokenRefusal): Promise<void> {
    await answerWith(this.#exchange, spoken, this.#isWaiting);
  }
}
