import type { MonitorConfiguration, RouteConfiguration } from '../configuration/types.ts';
import { startExtAuthz } from '../enforcement/ext-authz/ext-authz.ts';
import { ExtAuthzError, type ExtAuthzListen } from '../enforcement/ext-authz/options.ts';
import type { ExtAuthzRoute } from '../enforcement/ext-authz/routes.ts';
import { readLambdaEnvironment } from '../enforcement/lambda/environment.ts';
import { startLambdaProxy } from '../enforcement/lambda/proxy.ts';
import type { DecisionCore, MonitorClock } from '../enforcement/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readAddress, readConfigured, StartError } from './files.ts';
import { resolveIn, type LoadedConfiguration } from './load.ts';
import { openProxy } from './proxy-door.ts';

/** An open door. */
export interface OpenDoor {
  readonly name: string;
  readonly address: string;
  /** Lets what is under way end, takes nothing new, and closes. */
  close(): Promise<void>;
}

export interface DoorWorld {
  readonly clock: MonitorClock;
  readonly logger: Logger;
  readonly isReady: () => boolean;
  /** The environment, for what a Lambda runtime is told of itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens every configured door; when one cannot be opened, those that are open are closed again.
 * @throws StartError
 */
export async function openDoors(
  loaded: LoadedConfiguration,
  core: DecisionCore,
  world: DoorWorld,
): Promise<readonly OpenDoor[]> {
  const { doors } = loaded.configuration;
  const open: OpenDoor[] = [];
  try {
    if (doors.extAuthz !== undefined) open.push(await openExtAuthz(loaded, doors.extAuthz, { core, world }));
    for (const proxy of doors.proxies ?? []) {
      open.push(await openProxy(proxy, loaded.configuration.routes[proxy.route] ?? {}, { core, world }));
    }
    if (doors.lambda !== undefined) open.push(await openLambda(loaded.configuration, doors.lambda, { core, world }));
  } catch (error) {
    await Promise.all(open.map((door) => door.close()));
    throw startErrorOf(error);
  }
  return open;
}

function startErrorOf(error: unknown): StartError {
  if (error instanceof StartError) return error;
  if (error instanceof ExtAuthzError) return new StartError(error.code, error.message, error.help);
  const reason = error instanceof Error ? error.message : String(error);
  return new StartError(
    'MON007',
    `a door cannot be opened: ${reason}`,
    'Choose another address, or stop what listens there.',
  );
}

interface Behind {
  readonly core: DecisionCore;
  readonly world: DoorWorld;
}

type ExtAuthzDoor = NonNullable<MonitorConfiguration['doors']['extAuthz']>;

async function openExtAuthz(
  loaded: LoadedConfiguration,
  door: ExtAuthzDoor,
  { core, world }: Behind,
): Promise<OpenDoor> {
  const refused = (cause: string, detail: string): void => {
    world.logger.debug('refused before a decision', { door: 'ext-authz', cause, detail });
  };
  const running = await startExtAuthz(core, {
    listen: listenOf(loaded, door),
    routes: Object.entries(loaded.configuration.routes).map(([name, route]) => extAuthzRouteOf(name, route)),
    principals: {
      trustDomains: door.trustDomains ?? [],
      callers: Object.fromEntries(
        Object.entries(door.callers ?? {}).map(([id, caller]) => [id, { ...caller, tenant: caller.tenant ?? null }]),
      ),
    },
    clock: world.clock,
    isReady: world.isReady,
    onRefused: ({ cause, detail }) => {
      refused(cause, detail);
    },
    limits: {},
  });
  return { name: 'ext-authz', address: running.address, close: () => running.close() };
}

function listenOf(loaded: LoadedConfiguration, { listen, tls }: ExtAuthzDoor): ExtAuthzListen {
  if (listen.startsWith('unix:')) return { kind: 'unix', path: resolveIn(loaded, listen.slice('unix:'.length)) };
  const address = readAddress(listen);
  if (address === null)
    throw new StartError('MON004', `\`${listen}\` is no address`, 'Write `unix:<path>` or `<host>:<port>`.');
  const read = (file: string, isSecret: boolean): string => readConfigured(resolveIn(loaded, file), { isSecret });
  return {
    kind: 'tcp',
    ...address,
    tls:
      tls === undefined
        ? null
        : {
            certificate: read(tls.certificateFile, false),
            key: read(tls.keyFile, true),
            clientAuthorities: read(tls.clientAuthoritiesFile, false),
          },
  };
}

function extAuthzRouteOf(name: string, route: RouteConfiguration): ExtAuthzRoute {
  return {
    name,
    platform: route.platform ?? 'http',
    functionName: route.function ?? name,
    functionVersion: route.version ?? null,
    functionDigest: route.digest ?? null,
    memoryLimitBytes: route.memoryLimitBytes ?? null,
    timeoutMs: route.timeoutMs ?? null,
    instanceId: route.instance ?? null,
    trigger: 'http',
    matches: (route.matches ?? []).map(({ host = null, pathPrefix }) => ({ host, pathPrefix })),
    platformPrincipals: (route.platformPeers ?? []).filter((peer) => peer.startsWith('spiffe://')),
    // Envoy never tells how a call ended: an estimate would refuse calls as overload that is not there.
    assumedDurationMs: 0,
  };
}

type LambdaDoor = NonNullable<MonitorConfiguration['doors']['lambda']>;

async function openLambda(
  configuration: MonitorConfiguration,
  door: LambdaDoor,
  { core, world }: Behind,
): Promise<OpenDoor> {
  const route = configuration.routes[door.route] ?? {};
  const read = readLambdaEnvironment({
    ...world.env,
    ...(door.runtimeApi === undefined ? {} : { AWS_LAMBDA_RUNTIME_API: door.runtimeApi }),
  });
  if (!read.ok) throw new StartError(read.refusal.code, read.refusal.message, read.refusal.help);
  const { runtimeApi, instanceId } = read.value;
  const told = read.value.function;
  const running = await startLambdaProxy(core, {
    runtimeApi,
    port: door.port ?? 0,
    route: door.route,
    platform: route.platform === 'aws-greengrass' ? 'aws-greengrass' : 'aws-lambda',
    function: {
      name: route.function ?? told.name,
      version: route.version ?? told.version,
      digest: route.digest ?? told.digest,
      memoryLimitBytes: route.memoryLimitBytes ?? told.memoryLimitBytes,
    },
    instanceId: route.instance ?? instanceId,
    carrier: door.carrier ?? 'client-context',
    clock: world.clock,
  });
  return { name: 'lambda', address: running.address, close: () => running.close() };
}
