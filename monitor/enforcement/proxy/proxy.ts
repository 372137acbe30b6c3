import type { AddressInfo } from 'node:net';
import type { DecisionCore } from '../types.ts';
import { networksOf } from './forwarded.ts';
import { handle, type ProxyContext } from './handle.ts';
import { createListener, type Listener } from './listener.ts';
import {
  DEFAULT_FORWARDED,
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Proxy,
  type ProxyEvent,
  type ProxyOptions,
} from './options.ts';
import { openRoutes } from './routes.ts';

/** How long what is under way may take to end when nobody says otherwise, milliseconds. */
const DRAIN_MS = 30_000;
/** How long destroyed connections may take to be gone, milliseconds. */
const CLOSE_MS = 1_000;

/**
 * Starts the reverse proxy in front of functions: every request is described to the core, and only what the core admits reaches a function.
 *
 * @returns when the proxy listens. Rejects when the address cannot be listened on or a network in the options is none.
 */
export async function startProxy(core: DecisionCore, options: ProxyOptions): Promise<Proxy> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const rules = { ...DEFAULT_FORWARDED, ...options.forwarded };
  const counts = new Map<string, number>();
  const count = (event: ProxyEvent): void => {
    const key = `${event.kind}:${event.reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    options.observe?.(event);
  };
  const context: ProxyContext = {
    core,
    routes: openRoutes(options.routes, limits, timeouts),
    limits,
    timeouts,
    forwarded: { ...rules, trusted: networksOf(rules.trustedPeers) },
    clock: options.clock,
    count,
    inFlight: 0,
    isDraining: false,
  };
  const idle = new Waiters();
  const listener = createListener({
    limits,
    timeouts,
    isDraining: () => context.isDraining,
    handle: (exchange) => {
      void handle(context, exchange).then(() => {
        if (context.inFlight === 0) idle.wake();
      });
    },
    refused: (name) => {
      count({
        kind: name === 'header-too-slow' ? 'connection-timed-out' : 'connection-refused',
        route: null,
        status: null,
        reason: name,
      });
    },
  });
  await listen(listener, options);
  return running(context, listener, { idle, counts });
}

/** Those who wait until nothing is under way. */
class Waiters {
  #waiting: (() => void)[] = [];

  wake(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const one of woken) one();
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function listen({ server }: Listener, { listen: place }: ProxyOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      server.removeListener('error', reject);
      resolve();
    };
    if ('socketPath' in place) server.listen(place.socketPath, ready);
    else server.listen({ host: place.host, port: place.port, backlog: 1_024 }, ready);
  });
}

function running(
  context: ProxyContext,
  listener: Listener,
  { idle, counts }: { idle: Waiters; counts: ReadonlyMap<string, number> },
): Proxy {
  const bound = listener.server.address();
  const { address, port } = placeOf(bound);
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      context.isDraining = true;
      listener.stopAccepting();
      listener.destroy();
      // Callers first: what then ends at the functions is a consequence, and is recorded as that.
      await listener.flushed(CLOSE_MS);
      for (const { client } of context.routes) client.close();
    })();
    return closing;
  };
  return {
    address,
    port,
    status: () => ({
      connections: listener.connections(),
      inFlight: context.inFlight,
      isDraining: context.isDraining,
      counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
    drain: async (deadlineMs = DRAIN_MS) => {
      context.isDraining = true;
      listener.stopAccepting();
      listener.retire();
      if (context.inFlight > 0) await idle.wait(deadlineMs);
      await listener.flushed(context.inFlight > 0 ? 0 : deadlineMs);
      await close();
    },
    close,
  };
}

function placeOf(bound: AddressInfo | string | null): { readonly address: string; readonly port: number | null } {
  if (bound === null || typeof bound === 'string') return { address: bound ?? '', port: null };
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { address: `${host}:${bound.port}`, port: bound.port };
}
