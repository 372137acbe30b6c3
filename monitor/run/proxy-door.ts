import type { ProxyConfiguration, RouteConfiguration } from '../configuration/types.ts';
import { DEFAULT_METHODS, type ProxyRoute, type Upstream } from '../enforcement/proxy/options.ts';
import { startProxy } from '../enforcement/proxy/proxy.ts';
import { DEFAULT_PATH_RULES } from '../enforcement/proxy/target.ts';
import type { DecisionCore } from '../enforcement/types.ts';
import type { DoorWorld, OpenDoor } from './doors.ts';
import { readAddress, StartError } from './files.ts';

const BODY_BYTES_MAX = 10 * 1024 * 1024;
const IN_FLIGHT_MAX = 1_000;
const DRAIN_MS = 30_000;

/**
 * Opens a reverse proxy in front of one function.
 * @throws StartError
 */
export async function openProxy(
  door: ProxyConfiguration,
  route: RouteConfiguration,
  { core, world }: { readonly core: DecisionCore; readonly world: DoorWorld },
): Promise<OpenDoor> {
  const listen = readAddress(door.listen);
  if (listen === null) throw new StartError('MON004', `\`${door.listen}\` is no address`, 'Write `<host>:<port>`.');
  const running = await startProxy(core, {
    listen,
    routes: [proxyRouteOf(door, route)],
    clock: world.clock,
    observe: ({ kind, route: name, status, reason }) => {
      world.logger.debug(kind, { door: 'http-proxy', route: name, status, reason });
    },
  });
  return { name: 'http-proxy', address: running.address, close: () => running.drain(DRAIN_MS) };
}

function proxyRouteOf(door: ProxyConfiguration, route: RouteConfiguration): ProxyRoute {
  const functionName = route.function ?? door.route;
  const platform = route.platform ?? 'http';
  return {
    name: door.route,
    hosts: [],
    pathPrefix: '/',
    platform,
    functionName,
    functionVersion: route.version ?? null,
    functionDigest: route.digest ?? null,
    loadableDigests: door.loadableDigests ?? null,
    memoryLimitBytes: route.memoryLimitBytes ?? null,
    timeoutMs: route.timeoutMs ?? null,
    instanceId: route.instance ?? `http-proxy/${platform}:${functionName}`,
    upstream: upstreamOf(door.upstream),
    upstreamHost: null,
    paths: DEFAULT_PATH_RULES,
    methods: DEFAULT_METHODS,
    body: { readMaxBytes: door.readBodyBytesMax ?? 0, maxBytes: door.bodyBytesMax ?? BODY_BYTES_MAX },
    inFlightMax: route.inFlightMax ?? IN_FLIGHT_MAX,
    callbackHosts: door.callbackHosts ?? [],
    platformPeers: (route.platformPeers ?? []).filter((peer) => !peer.startsWith('spiffe://')),
    isUpgradable: door.upgrades ?? false,
  };
}

/** `http://host:port`, or `h2c://host:port` for HTTP/2 without TLS. */
function upstreamOf(text: string): Upstream {
  const [, scheme = '', rest = ''] = /^(http|h2c):\/\/([^/]+)\/?$/.exec(text) ?? [];
  const address = readAddress(/:\d+$/.test(rest) ? rest : `${rest}:80`);
  if (scheme === '' || address === null) {
    throw new StartError(
      'MON004',
      `\`${text}\` is no address of a function`,
      'Write `http://<host>:<port>` or `h2c://<host>:<port>`.',
    );
  }
  return { protocol: scheme === 'h2c' ? 'h2c' : 'http/1.1', address };
}
