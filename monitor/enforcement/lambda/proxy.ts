import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Admission, DecisionCore, InvocationOutcome } from '../types.ts';
import { DENIED, denied, judge, type DenialKind, type Judgement } from './decide.ts';
import type { HandedOn } from './hand-on.ts';
import { DEFAULT_LAMBDA_PROXY_LIMITS, type LambdaProxyLimits, type LambdaProxyOptions } from './options.ts';
import { errorDocument, readCall, type RuntimeCall } from './runtime-api.ts';
import { readAuthority, Upstream } from './upstream.ts';

/** Only processes of this machine are served. */
const LOOPBACK = '127.0.0.1';
/** Error type of an invocation whose runtime went away. */
const RUNTIME_EXITED = 'Weir.RuntimeExited';

/** Counts since the start, for metrics. */
export interface LambdaProxyStatistics {
  readonly admitted: number;
  readonly denied: Readonly<Partial<Record<DenialKind, number>>>;
  /** Refusals that the Runtime API could not be told. */
  readonly undelivered: number;
  /** Invocations whose runtime went away before it answered. */
  readonly abandoned: number;
  /** Tries to reach the Runtime API beyond the first. */
  readonly retries: number;
  /** Requests of the runtime that the Runtime API does not have, or that came out of turn. */
  readonly refusedCalls: number;
}

export interface LambdaProxy {
  /** `host:port` for `AWS_LAMBDA_RUNTIME_API` of the runtime. */
  readonly address: string;
  statistics(): LambdaProxyStatistics;
  /** Waits for the running invocation, within its limit, then ends all connections. */
  close(): Promise<void>;
}

/** An event that was admitted and waits for the runtime to take it. */
interface Delivery {
  readonly kind: 'delivery';
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly admission: Admission;
  readonly handedOn: HandedOn;
}

/** The invocation that the runtime is working on. */
interface InFlight {
  readonly requestId: string;
  /** Connection that it was handed over on. */
  readonly socket: Socket;
  readonly admission: Admission;
  readonly timer: NodeJS.Timeout;
  /** An answer is being relayed. */
  isAnswering: boolean;
}

/**
 * Stands between a Lambda runtime and the Runtime API. It takes the next event, decides on it, and hands on only what is admitted; what is denied
 * it answers itself, so that the runtime never sees it. One invocation at a time, so that what a function does belongs to one invocation.
 *
 * @throws RangeError when `runtimeApi` is no `host:port`; rejects when the port is taken.
 */
export async function startLambdaProxy(core: DecisionCore, options: LambdaProxyOptions): Promise<LambdaProxy> {
  const target = readAuthority(options.runtimeApi);
  if (target === null) throw new RangeError('runtimeApi is no host and port');
  const limits = { ...DEFAULT_LAMBDA_PROXY_LIMITS, ...options.limits };
  const upstream = new Upstream({ ...limits, runtimeApi: options.runtimeApi }, target);
  const proxy = new Proxy(core, { ...options, limits }, upstream);
  await proxy.listen();
  return proxy;
}

class Proxy implements LambdaProxy {
  readonly #core: DecisionCore;
  readonly #options: LambdaProxyOptions & { readonly limits: LambdaProxyLimits };
  readonly #upstream: Upstream;
  readonly #server: http.Server;
  /** Waits for the next admitted event, once for all polls: an event that came is never lost because its runtime went away. */
  #pending: Promise<Delivery | 'unavailable'> | null = null;
  /** A poll is waiting. */
  #poll: ServerResponse | null = null;
  #inFlight: InFlight | null = null;
  #isClosing = false;
  /** Called when there is no invocation in flight any more. */
  #onIdle: (() => void) | null = null;
  readonly #denied = new Map<DenialKind, number>();
  #admitted = 0;
  #undelivered = 0;
  #abandoned = 0;
  #refusedCalls = 0;

  constructor(
    core: DecisionCore,
    options: LambdaProxyOptions & { readonly limits: LambdaProxyLimits },
    upstream: Upstream,
  ) {
    this.#core = core;
    this.#options = options;
    this.#upstream = upstream;
    // A poll waits as long as nothing happens, so neither requests nor idle connections time out.
    this.#server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      this.#serve(request, response);
    });
    this.#server.maxConnections = options.limits.connectionsMax;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, LOOPBACK, resolve);
    });
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${LOOPBACK}:${port}`;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const call = readCall(request.method ?? '', request.url ?? '');
    if (call === null) {
      this.#refuse(response, 404, errorDocument('NotFound', 'The Runtime API has no such resource.'));
      return;
    }
    void this.#carryOut(call, request, response);
  }

  async #carryOut(call: RuntimeCall, request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (call.kind) {
      case 'next':
        await this.#next(request, response);
        return;
      case 'response':
      case 'error':
        await this.#answer(call, request, response);
        return;
      case 'passed':
        await this.#upstream.relay(request, response);
        return;
    }
  }

  #refuse(response: ServerResponse, status: number, document: string): void {
    this.#refusedCalls += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(document);
  }

  async #next(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isClosing) {
      this.#refuse(response, 500, errorDocument('Weir.Closing', 'No more invocations are taken.'));
      return;
    }
    const isPolled = this.#poll !== null && !this.#poll.destroyed;
    if (isPolled || (this.#inFlight !== null && !this.#isAbandoned(this.#inFlight))) {
      const message = 'The runtime has not answered the invocation that it took before.';
      this.#refuse(response, 403, errorDocument('InvalidStateTransition', message));
      return;
    }
    this.#poll = response;
    if (this.#inFlight !== null) await this.#abandon(this.#inFlight);
    for (;;) {
      const pending = this.#pending ?? this.#takeNext();
      this.#pending = pending;
      const delivery = await pending;
      const isGone = this.#poll !== response || response.destroyed;
      // Whoever polled is gone; an event waits for the next poll.
      if (isGone && delivery !== 'unavailable') return;
      if (this.#pending === pending) this.#pending = null;
      if (isGone) return;
      if (delivery === 'unavailable') {
        this.#poll = null;
        this.#refuse(response, 500, errorDocument('Weir.RuntimeApiUnavailable', 'The Runtime API does not answer.'));
        return;
      }
      if (delivery.deadlineMs > this.#options.clock.nowMs()) {
        this.#poll = null;
        this.#deliver(delivery, request.socket, response);
        return;
      }
      await this.#giveUp(delivery);
    }
  }

  #deliver(delivery: Delivery, socket: Socket, response: ServerResponse): void {
    const { requestId, admission, deadlineMs } = delivery;
    const timer = setTimeout(() => {
      this.#end(requestId, { outcome: 'timeout', status: null, sizeBytes: null }, false);
    }, deadlineMs - this.#options.clock.nowMs());
    timer.unref();
    this.#inFlight = { requestId, socket, admission, timer, isAnswering: false };
    response.writeHead(200, delivery.handedOn.headers).end(delivery.handedOn.body);
  }

  /** Polls the Runtime API until an event is admitted. */
  async #takeNext(): Promise<Delivery | 'unavailable'> {
    for (;;) {
      const next = await this.#upstream.next();
      if (next.kind === 'unavailable' || next.kind === 'closed') return 'unavailable';
      const requestId = next.kind === 'event' ? next.invocation.requestId : next.requestId;
      const judgement: Judgement =
        next.kind === 'event'
          ? await judge(this.#core, next.invocation, this.#options)
          : denied('too-large', 'The invocation was refused: its event is too large to decide on.');
      if (judgement.kind === 'admitted' && next.kind === 'event') {
        this.#admitted += 1;
        const { admission, handedOn } = judgement;
        return { kind: 'delivery', requestId, deadlineMs: next.invocation.deadlineMs, admission, handedOn };
      }
      if (judgement.kind === 'denied') {
        this.#denied.set(judgement.denial, (this.#denied.get(judgement.denial) ?? 0) + 1);
        await this.#report(requestId, DENIED, judgement.document);
      }
    }
  }

  async #report(requestId: string, errorType: string, document: string): Promise<void> {
    if (!(await this.#upstream.fail(requestId, errorType, document))) this.#undelivered += 1;
  }

  /** An event whose time passed before a runtime took it. */
  async #giveUp({ requestId, admission }: Delivery): Promise<void> {
    this.#abandoned += 1;
    admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
    await this.#report(requestId, RUNTIME_EXITED, errorDocument(RUNTIME_EXITED, 'No runtime took the invocation.'));
  }

  /** The runtime went away if the connection that it took the event on is gone, and it polls again instead of answering. */
  #isAbandoned({ socket, isAnswering }: InFlight): boolean {
    return !isAnswering && (socket.destroyed || socket.readableEnded);
  }

  async #abandon({ requestId }: InFlight): Promise<void> {
    this.#abandoned += 1;
    this.#end(requestId, { outcome: 'error', status: null, sizeBytes: null }, true);
    await this.#report(
      requestId,
      RUNTIME_EXITED,
      errorDocument(RUNTIME_EXITED, 'The runtime ended before it answered.'),
    );
  }

  async #answer(
    call: { readonly kind: 'response' | 'error'; readonly requestId: string },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const inFlight = this.#inFlight;
    if (inFlight?.requestId !== call.requestId || inFlight.isAnswering) {
      request.resume();
      this.#refuse(response, 400, errorDocument('InvalidRequestID', 'This invocation is not running.'));
      return;
    }
    inFlight.isAnswering = true;
    const { isDelivered, status, sizeBytes, hasErrorTrailer } = await this.#upstream.relay(request, response);
    const isError = call.kind === 'error' || hasErrorTrailer || (status ?? 0) >= 400;
    const outcome = !isDelivered ? 'aborted' : isError ? 'error' : 'ok';
    this.#end(call.requestId, { outcome, status, sizeBytes }, true);
  }

  /** @param isOver false at the deadline: the runtime may still say something, and may not take the next event before. */
  #end(requestId: string, outcome: InvocationOutcome, isOver: boolean): void {
    const inFlight = this.#inFlight;
    if (inFlight?.requestId !== requestId) return;
    clearTimeout(inFlight.timer);
    inFlight.admission.complete(outcome);
    if (!isOver) return;
    this.#inFlight = null;
    this.#onIdle?.();
  }

  statistics(): LambdaProxyStatistics {
    return {
      admitted: this.#admitted,
      denied: Object.fromEntries([...this.#denied].sort(([left], [right]) => (left < right ? -1 : 1))),
      undelivered: this.#undelivered,
      abandoned: this.#abandoned,
      retries: this.#upstream.retries,
      refusedCalls: this.#refusedCalls,
    };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#inFlight !== null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#options.limits.drainMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const { requestId } = this.#inFlight ?? { requestId: '' };
    this.#end(requestId, { outcome: 'aborted', status: null, sizeBytes: null }, true);
    this.#upstream.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
