import { Server } from '@grpc/grpc-js';
import type { DecisionCore } from '../types.ts';
import { AUTHORIZATION, AUTHORIZATION_SERVICE, ExtAuthzDoor } from './door.ts';
import { Health, HEALTH_SERVICE } from './health.ts';
import { listen, type Listener } from './listener.ts';
import { EXT_AUTHZ_LIMITS, ExtAuthzError, type ExtAuthz, type ExtAuthzOptions } from './options.ts';
import { MATCHES_MAX } from './routes.ts';

/** Between pings to a connection that is silent, and for their answer, milliseconds: finds peers that are gone. */
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;

/**
 * Starts the door for Envoy's external authorization (gRPC, `envoy.service.auth.v3`), with health checks beside it.
 * @throws ExtAuthzError with MON301 to MON305
 */
export async function startExtAuthz(core: DecisionCore, options: ExtAuthzOptions): Promise<ExtAuthz> {
  const limits = { ...EXT_AUTHZ_LIMITS, ...options.limits };
  checkRoutes(options);
  const door = new ExtAuthzDoor(core, options, limits);
  const health = new Health([AUTHORIZATION], () => !door.isDraining && options.isReady());
  const server = new Server({
    'grpc.max_receive_message_length': limits.messageBytesMax,
    'grpc.max_concurrent_streams': limits.streamsMax,
    'grpc.max_connection_idle_ms': limits.idleMsMax,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    'grpc.enable_channelz': 0,
  });
  server.addService(AUTHORIZATION_SERVICE, { Check: door.check });
  server.addService(HEALTH_SERVICE, { Check: health.check, Watch: health.watch });
  let listener: Listener;
  try {
    listener = await listen(server, options.listen, limits, door.counts);
  } catch (error) {
    door.close();
    server.forceShutdown();
    throw error;
  }
  const drain = async (): Promise<void> => {
    const drained = door.drain();
    health.tell();
    await drained;
  };
  let closing: Promise<void> | null = null;
  return {
    address: listener.address,
    counters: () => ({ ...door.counts }),
    drain,
    close: () => {
      closing ??= (async () => {
        await within(limits.closeMsMax, drain());
        listener.stop();
        health.close();
        await within(limits.closeMsMax, shutDown(server));
        server.forceShutdown();
        listener.destroy();
        door.close();
      })();
      return closing;
    },
  };
}

function checkRoutes({ routes }: ExtAuthzOptions): void {
  const matches = routes.reduce((sum, route) => sum + route.matches.length, 0);
  const names = new Set(routes.map(({ name }) => name));
  const isWrong = matches > MATCHES_MAX || names.size !== routes.length || names.has('');
  if (!isWrong) return;
  throw new ExtAuthzError(
    'MON305',
    `the routes of external authorization have ${matches} matches and ${routes.length - names.size} names that are taken twice`,
    `Give every route a name of its own and at most ${MATCHES_MAX} matches in all.`,
  );
}

const shutDown = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.tryShutdown(() => {
      resolve();
    });
  });

/** Waits for `work`, but not for longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
