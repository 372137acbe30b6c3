import { GRPC_STATUS, type GrpcCall } from './grpc-call.ts';
import { WireReader, WireWriter } from './wire.ts';

/** Health streams at once over all connections. */
export const WATCHERS_MAX = 64;
/** How often watchers are told when something changed, milliseconds. */
const WATCH_INTERVAL_MS = 1_000;

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** `proto/grpc/health/v1/health.proto`. */
export const HEALTH = 'grpc.health.v1.Health';

/** Answers health checks: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export class Health {
  readonly #services: readonly string[];
  readonly #isServing: () => boolean;
  readonly #watchers = new Map<GrpcCall, boolean>();
  #lastTold: number;
  #timer: NodeJS.Timeout | null = null;

  /** @param services besides the empty name, which means all of them. */
  constructor(services: readonly string[], isServing: () => boolean) {
    this.#services = ['', ...services];
    this.#isServing = isServing;
    this.#lastTold = this.#status;
  }

  readonly check = (call: GrpcCall): void => {
    const service = serviceOf(call.message);
    if (service === null || !this.#services.includes(service)) call.fail(GRPC_STATUS.notFound, 'unknown service');
    else call.respond(responseOf(this.#status));
  };

  readonly watch = (call: GrpcCall): void => {
    if (this.#watchers.size >= WATCHERS_MAX) {
      call.fail(GRPC_STATUS.resourceExhausted, 'too many watchers');
      return;
    }
    const service = serviceOf(call.message);
    const isKnown = service !== null && this.#services.includes(service);
    // The stream stays open either way, as the protocol asks.
    call.write(responseOf(isKnown ? this.#status : SERVICE_UNKNOWN));
    this.#watchers.set(call, isKnown);
    this.#timer ??= setInterval(() => {
      this.tell();
    }, WATCH_INTERVAL_MS).unref();
    call.onGone(() => {
      this.#forget(call);
    });
  };

  /** Tells watchers when the status has changed since they last heard of it. */
  tell(): void {
    const now = this.#status;
    if (now === this.#lastTold) return;
    this.#lastTold = now;
    for (const [call, isKnown] of this.#watchers) {
      if (isKnown) call.write(responseOf(now));
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const call of this.#watchers.keys()) call.end();
    this.#watchers.clear();
    this.#stop();
  }

  get #status(): number {
    return this.#isServing() ? SERVING : NOT_SERVING;
  }

  #forget(call: GrpcCall): void {
    this.#watchers.delete(call);
    if (this.#watchers.size === 0) this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** Null when the request is no message. */
function serviceOf(bytes: Buffer): string | null {
  try {
    const reader = new WireReader(bytes);
    let service = '';
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 1) service = reader.string();
      else reader.skip();
    }
    return service;
  } catch {
    return null;
  }
}

function responseOf(serving: number): Buffer {
  const writer = new WireWriter();
  writer.uint32(1, serving);
  return writer.finish();
}
