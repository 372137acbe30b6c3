import type { DecisionCore } from '../types.ts';
import { AUTHORIZATION, ExtAuthzDoor } from './door.ts';
import { makeGrpcServer, type GrpcHandler } from './grpc-server.ts';
import { Health, HEALTH } from './health.ts';
import { listen, securityOf, type Listener } from './listener.ts';
import { EXT_AUTHZ_LIMITS, ExtAuthzError, type ExtAuthz, type ExtAuthzOptions } from './options.ts';
import { MATCHES_MAX } from './routes.ts';

/**
 * Starts the door for Envoy's external authorization (gRPC, `envoy.service.auth.v3`), with health checks beside it.
 * @throws ExtAuthzError with MON301 to MON305
 */
export async function startExtAuthz(core: DecisionCore, options: ExtAuthzOptions): Promise<ExtAuthz> {
  const limits = { ...EXT_AUTHZ_LIMITS, ...options.limits };
  checkRoutes(options);
  const security = securityOf(options.listen);
  const door = new ExtAuthzDoor(core, options, limits);
  const health = new Health([AUTHORIZATION], () => !door.isDraining && options.isReady());
  const methods: ReadonlyMap<string, GrpcHandler> = new Map([
    [`/${AUTHORIZATION}/Check`, door.check],
    [`/${HEALTH}/Check`, health.check],
    [`/${HEALTH}/Watch`, health.watch],
  ]);
  const server = makeGrpcServer(methods, { tls: security, limits, counts: door.counts });
  let listener: Listener;
  try {
    listener = await listen(server.acceptor, options.listen, limits, door.counts);
  } catch (error) {
    door.close();
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
        await within(limits.closeMsMax, server.shutDown());
        server.destroy();
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
