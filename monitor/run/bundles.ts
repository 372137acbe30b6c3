import path from 'node:path';
import type { JsonValue } from '../../model/json.ts';
import { parseVerification, type Verification } from '../../policies/bundle/verification.ts';
import { parseAddress } from '../bundles/address.ts';
import { NO_CREDENTIALS } from '../bundles/credentials.ts';
import { POLLING } from '../bundles/delays.ts';
import { fileSource } from '../bundles/file-source.ts';
import { httpSource } from '../bundles/http-source.ts';
import { BundleManager } from '../bundles/manager.ts';
import type { ActivationOutcome, BundleEvent, BundleSource } from '../bundles/types.ts';
import type { BundleConfiguration } from '../configuration/types.ts';
import type { ActivePolicy, PolicyStatus } from '../enforcement/core/active-policy.ts';
import type { MonitorClock } from '../enforcement/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { preparePolicy } from './activate.ts';
import { readConfigured, StartError } from './files.ts';
import { resolveIn, type LoadedConfiguration } from './load.ts';
import type { Parts } from './parts.ts';

/** The bundles of a monitor. */
export interface Bundles {
  /** Loads what was kept and asks the source once, so that a monitor that can decide does so from its first call on. */
  start(): Promise<void>;
  stop(): Promise<void>;
  policyStatus(): PolicyStatus;
  status(): JsonValue;
}

interface BundleWorld {
  readonly logger: Logger;
  readonly clock: MonitorClock;
}

/**
 * Makes the managers of the active bundle and of the candidate.
 * @throws StartError with the code of the refusal when a configuration of a bundle cannot be used.
 */
export function makeBundles(loaded: LoadedConfiguration, parts: Parts, world: BundleWorld): Bundles {
  const { bundle, candidate } = loaded.configuration;
  const main = makeManager(loaded, bundle, { parts, into: parts.active, world });
  const beside =
    candidate === undefined ? null : makeManager(loaded, candidate, { parts, into: parts.candidate, world });
  const managers = beside === null ? [main] : [main, beside];
  return {
    start: async () => {
      await Promise.all(managers.map((manager) => manager.start()));
      // The loop asks at once; what it finds is waited for, and its failure is no reason not to start.
      if (main.status().active === null) await main.poll();
    },
    stop: async () => {
      await Promise.all(managers.map((manager) => manager.stop()));
    },
    policyStatus: () => {
      const { active, ageMs, isStale } = main.status();
      return { revision: active?.revision ?? '', ageMs, isStale };
    },
    status: () =>
      managers.map((manager) => {
        const { active, lastError, counts, ...rest } = manager.status();
        return {
          ...rest,
          active: active === null ? null : { ...active },
          lastError: lastError === null ? null : { ...lastError },
          counts: { ...counts },
        };
      }),
  };
}

interface Target {
  readonly parts: Parts;
  readonly into: ActivePolicy;
  readonly world: BundleWorld;
}

function makeManager(loaded: LoadedConfiguration, configuration: BundleConfiguration, target: Target): BundleManager {
  const { world } = target;
  const { maxStalenessSeconds, minDelaySeconds, maxDelaySeconds, longPollingSeconds } = configuration;
  const minDelayMs = minDelaySeconds === undefined ? POLLING.minDelayMs : minDelaySeconds * 1000;
  const maxDelayMs = maxDelaySeconds === undefined ? Math.max(minDelayMs, POLLING.maxDelayMs) : maxDelaySeconds * 1000;
  return new BundleManager({
    name: configuration.name,
    source: sourceOf(loaded, configuration),
    verification: verificationOf(loaded, configuration),
    storeFolder: path.join(resolveIn(loaded, loaded.configuration.stateFolder), 'bundles'),
    polling: { minDelayMs, maxDelayMs: Math.max(minDelayMs, maxDelayMs), longPollSeconds: longPollingSeconds ?? null },
    maxStalenessMs: maxStalenessSeconds === undefined ? null : maxStalenessSeconds * 1000,
    activate: (bundle, signal) => activate(bundle, signal, { configuration, target }),
    report: (event) => {
      reportEvent(world.logger, configuration.name, event);
    },
    clock: world.clock,
    random: Math.random,
  });
}

async function activate(
  bundle: Parameters<typeof preparePolicy>[0],
  signal: AbortSignal,
  { configuration, target }: { readonly configuration: BundleConfiguration; readonly target: Target },
): Promise<ActivationOutcome> {
  const { parts, into } = target;
  const prepared = await preparePolicy(bundle, {
    trust: configuration.trust ?? 'vetted',
    entrypoints: parts.entrypoints,
  });
  if (!prepared.ok) return { ok: false, reason: `${prepared.code} ${prepared.message}` };
  if (signal.aborted) {
    await prepared.policy.evaluator.close();
    return { ok: false, reason: 'the activation was given up' };
  }
  into.activate(prepared.policy);
  if (into === parts.active) parts.remakeRoutes();
  return { ok: true };
}

function sourceOf(loaded: LoadedConfiguration, { source, bearerTokenFile }: BundleConfiguration): BundleSource {
  const isPath = !/^[a-z][a-z0-9+.-]*:/i.test(source);
  const parsed = parseAddress(isPath ? resolveIn(loaded, source) : source);
  if (!parsed.ok) throw new StartError(parsed.refusal.code, parsed.refusal.message, parsed.refusal.help);
  if (parsed.value.kind === 'file') return fileSource(parsed.value.path);
  const tokenFile = bearerTokenFile === undefined ? null : resolveIn(loaded, bearerTokenFile);
  return httpSource({ url: parsed.value.url, files: { ...NO_CREDENTIALS, tokenFile } });
}

function verificationOf(loaded: LoadedConfiguration, { keys, scope }: BundleConfiguration): Verification {
  const ids = Object.keys(keys);
  const verification = parseVerification({
    keys: Object.fromEntries(
      Object.entries(keys).map(([id, { algorithm, file, notBefore, notAfter }]) => [
        id,
        {
          algorithm,
          key: readConfigured(resolveIn(loaded, file), { isSecret: false }),
          ...(notBefore === undefined ? {} : { notBefore }),
          ...(notAfter === undefined ? {} : { notAfter }),
        },
      ]),
    ),
    // With one key there is nothing to select: it is the key, whatever the signature calls it.
    signing: { ...(ids.length === 1 ? { keyid: ids[0] } : {}), ...(scope === undefined ? {} : { scope }) },
  });
  if (!verification.ok) {
    const { code, message, help } = verification.refusal;
    throw new StartError(code, message, help);
  }
  return verification.value;
}

function reportEvent(logger: Logger, bundle: string, event: BundleEvent): void {
  switch (event.kind) {
    case 'activated':
      logger.info('bundle activated', { bundle, revision: event.revision, sequence: event.sequence, from: event.from });
      return;
    case 'confirmed':
      logger.debug('bundle confirmed', { bundle, revision: event.revision });
      return;
    case 'refused':
    case 'failed': {
      const { code, message, help } = event.refusal;
      logger.error(`bundle ${event.kind}`, { bundle, from: event.from, code, reason: message, help });
      return;
    }
    case 'stale':
      logger.warn('bundle stale', { bundle, ageMs: event.ageMs });
      return;
  }
}
