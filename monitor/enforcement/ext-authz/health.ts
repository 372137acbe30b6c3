import {
  status,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { WireReader, WireWriter } from './wire.ts';

/** Health streams at once over all connections. */
export const WATCHERS_MAX = 64;
/** How often watchers are told when something changed, milliseconds. */
const WATCH_INTERVAL_MS = 1_000;

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

const asIs = (bytes: Buffer): Buffer => bytes;

const method = (name: string, responseStream: boolean) => ({
  path: `/grpc.health.v1.Health/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});

/** `proto/grpc/health/v1/health.proto`. */
export const HEALTH_SERVICE = {
  Check: method('Check', false),
  Watch: method('Watch', true),
} satisfies ServiceDefinition;

/** Answers health checks: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export class Health {
  readonly #services: readonly string[];
  readonly #isServing: () => boolean;
  readonly #watchers = new Set<ServerWritableStream<Buffer, Buffer>>();
  #lastTold: number;
  #timer: NodeJS.Timeout | null = null;

  /** @param services besides the empty name, which means all of them. */
  constructor(services: readonly string[], isServing: () => boolean) {
    this.#services = ['', ...services];
    this.#isServing = isServing;
    this.#lastTold = this.#status;
  }

  readonly check: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    const service = serviceOf(call.request);
    if (service === null || !this.#services.includes(service)) {
      callback({ code: status.NOT_FOUND, details: 'unknown service' });
      return;
    }
    callback(null, responseOf(this.#status));
  };

  readonly watch: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    if (this.#watchers.size >= WATCHERS_MAX) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many watchers' });
      return;
    }
    const service = serviceOf(call.request);
    if (service === null || !this.#services.includes(service)) {
      // The stream stays open, as the protocol asks; there is nothing more to tell.
      call.write(responseOf(SERVICE_UNKNOWN));
    } else {
      call.write(responseOf(this.#status));
    }
    this.#watchers.add(call);
    this.#timer ??= setInterval(() => {
      this.tell();
    }, WATCH_INTERVAL_MS).unref();
    call.on('cancelled', () => {
      this.#forget(call);
    });
  };

  /** Tells watchers when the status has changed since they last heard of it. */
  tell(): void {
    const now = this.#status;
    if (now === this.#lastTold) return;
    this.#lastTold = now;
    for (const call of this.#watchers) {
      const service = serviceOf(call.request);
      if (service !== null && this.#services.includes(service)) call.write(responseOf(now));
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const call of this.#watchers) call.end();
    this.#watchers.clear();
    this.#stop();
  }

  get #status(): number {
    return this.#isServing() ? SERVING : NOT_SERVING;
  }

  #forget(call: ServerWritableStream<Buffer, Buffer>): void {
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
