import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { routeOf } from '../configuration/routes.ts';
import { DecisionLog } from '../decision-log/log.ts';
import type { DecisionLogEvent } from '../decision-log/event.ts';
import { DecisionSpool, SPOOL_BYTES_MAX_DEFAULT } from '../decision-log/spool.ts';
import { createContextAuthority, type WeirContextAuthority } from '../enforcement/context/authority.ts';
import { ActivePolicy, type PolicyStatus } from '../enforcement/core/active-policy.ts';
import { BearerVerifier } from '../enforcement/core/callers.ts';
import { EnforcementCore } from '../enforcement/core/core.ts';
import { latticeOf } from '../enforcement/core/input.ts';
import { InstanceRegistry } from '../enforcement/core/instances.ts';
import { AdmissionRates } from '../enforcement/core/rates.ts';
import type { DecisionObserver } from '../enforcement/core/record.ts';
import type { Route } from '../enforcement/core/route.ts';
import type { MonitorClock } from '../enforcement/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { InstanceFile } from './instance-file.ts';
import { loadContextKeys, loadJwtRule, resolveIn, type LoadedConfiguration } from './load.ts';

/** Ids of the default pack that ask for a proof of identity, and the one of rates; they decide the status of a refusal. */
const REFUSAL_STATUSES = { unauthenticated: new Set(['WEIR-ACCESS-002']), rate: new Set(['WEIR-RUN-009']) };

/** What the parts of a monitor need from outside. */
export interface PartsWorld {
  readonly clock: MonitorClock;
  readonly logger: Logger;
  readonly version: string;
  /** Standard output, for decision logs. */
  readonly writeOut: (text: string) => void;
  readonly policyStatus: () => PolicyStatus;
  readonly observers: readonly DecisionObserver[];
  /** What contexts were presented before the last end in order; null when it is not known. */
  readonly replaySnapshot: Buffer | null;
}

/** The parts that decide and record, without doors and bundles. */
export interface Parts {
  readonly core: EnforcementCore;
  readonly active: ActivePolicy;
  readonly candidate: ActivePolicy;
  readonly contexts: WeirContextAuthority | null;
  readonly instances: InstanceRegistry;
  readonly log: DecisionLog;
  readonly spool: DecisionSpool;
  readonly tails: Set<(event: DecisionLogEvent) => void>;
  /** Routes by name; their entry labels are made anew with each bundle, since levels are the bundle's. */
  readonly remakeRoutes: () => void;
  /** Entry points that some route asks for. */
  readonly entrypoints: readonly string[];
}

/**
 * Puts the parts together from a configuration.
 * @throws StartError, ContextError
 */
export function makeParts(loaded: LoadedConfiguration, world: PartsWorld): Parts {
  const { configuration } = loaded;
  const stateFolder = resolveIn(loaded, configuration.stateFolder);
  const active = new ActivePolicy();
  const candidate = new ActivePolicy();
  const contexts = makeContexts(loaded, world, active);
  const instances = new InstanceRegistry(new InstanceFile(path.join(stateFolder, 'instances.json')));
  const spool = new DecisionSpool(
    path.join(stateFolder, 'decisions'),
    configuration.decisionLog?.spoolBytesMax ?? SPOOL_BYTES_MAX_DEFAULT,
  );
  const tails = new Set<(event: DecisionLogEvent) => void>();
  const log = makeLog(loaded, world, { active, spool, tails });
  const routes = new Map<string, Route>();
  const bearers = new Map<string, BearerVerifier>();
  const rules = new Map(
    Object.entries(configuration.routes).map(([name, route]) => [name, loadJwtRule(loaded, route)]),
  );
  for (const [name, rule] of rules) if (rule !== null) bearers.set(name, new BearerVerifier(rule));
  const remakeRoutes = (): void => {
    const lattice = latticeOf(active.current?.data ?? null);
    for (const [name, route] of Object.entries(configuration.routes)) {
      routes.set(name, routeOf(name, route, { jwt: rules.get(name) ?? null, lattice }));
    }
  };
  remakeRoutes();
  const { id, region = null } = configuration.node;
  const core = new EnforcementCore({
    clock: world.clock,
    randomId: randomUUID,
    routes,
    bearers,
    active,
    candidate,
    policyStatus: world.policyStatus,
    deniesWhenStale: configuration.bundle.whenStale !== 'policy',
    contexts,
    instances,
    rates: new AdmissionRates(),
    // Nobody watches the kernel of this node yet: policies are told that it is not known.
    node: () => ({ id, region, isBlind: null, blindReason: null }),
    recorder: log,
    mustRecord: configuration.decisionLog?.required !== false,
    observers: world.observers,
    refusalStatuses: REFUSAL_STATUSES,
  });
  const entrypoints = [...new Set([...routes.values()].map(({ entrypoint }) => entrypoint))].sort();
  return { core, active, candidate, contexts, instances, log, spool, tails, remakeRoutes, entrypoints };
}

function makeContexts(
  loaded: LoadedConfiguration,
  { clock, replaySnapshot }: PartsWorld,
  active: ActivePolicy,
): WeirContextAuthority | null {
  const keys = loadContextKeys(loaded);
  if (keys === null) return null;
  const startedNs = clock.monotonicNs();
  return createContextAuthority({
    keys,
    issuer: loaded.configuration.node.id,
    lattice: () => latticeOf(active.current?.data ?? null),
    memory: {
      startedAtMs: () => clock.nowMs() - Number((clock.monotonicNs() - startedNs) / 1_000_000n),
      snapshot: replaySnapshot,
    },
    randomBytes,
  });
}

function makeLog(
  { configuration }: LoadedConfiguration,
  { logger, version, writeOut }: PartsWorld,
  { active, spool, tails }: Pick<Parts, 'active' | 'spool' | 'tails'>,
): DecisionLog {
  const { decisionLog = {}, node } = configuration;
  return new DecisionLog({
    source: { labels: { app: 'weir-monitor', version, ...decisionLog.labels, id: node.id }, boot: randomUUID() },
    active,
    sinks: [
      {
        write: (lines) => {
          spool.append(lines);
        },
      },
      ...(decisionLog.console === true
        ? [
            {
              write: (lines: readonly string[]) => {
                writeOut(`${lines.join('\n')}\n`);
              },
            },
          ]
        : []),
    ],
    mustRecord: decisionLog.required !== false,
    defer: setImmediate,
    onProblem: (message) => {
      if (message === null) logger.info('decisions can be recorded again');
      else logger.error('decisions cannot be recorded', { reason: message });
    },
    onEvent: (event) => {
      for (const tail of tails) tail(event);
    },
  });
}
