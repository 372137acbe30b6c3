import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../model/json.ts';
import { VERSION } from '../cli/version.ts';
import { serveControl } from '../control/server.ts';
import { httpSender } from '../decision-log/http-service.ts';
import { DecisionUploader, UPLOAD_BYTES_MAX_DEFAULT, UPLOAD_BYTES_MAX_LEAST } from '../decision-log/upload.ts';
import type { DecisionObserver } from '../enforcement/core/record.ts';
import { runBehind } from '../enforcement/lambda/run-runtime.ts';
import type { MonitorClock } from '../enforcement/types.ts';
import { serveTelemetry } from '../telemetry/http.ts';
import { Logger } from '../telemetry/logger.ts';
import { EnforcementMetrics } from '../telemetry/metrics.ts';
import { InvocationSpans, otlpExporter } from '../telemetry/spans.ts';
import { AlertLog } from './alert-log.ts';
import { makeBundles, type Bundles } from './bundles.ts';
import { openDoors, type OpenDoor } from './doors.ts';
import { prepareStateFolder, readAddress, readConfigured, StartError } from './files.ts';
import { resolveIn, type LoadedConfiguration } from './load.ts';
import { makeParts, type Parts } from './parts.ts';

/** Where the world begins for a monitor: streams, environment, signals. */
export interface MonitorProcess {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A running monitor. */
export interface RunningMonitor {
  readonly doors: readonly OpenDoor[];
  /** Port of metrics and health. */
  readonly telemetryPort: number;
  readonly controlSocket: string;
  /** Refuses what arrives, lets what is in flight end, writes what is recorded, and ends. */
  stop(): Promise<void>;
}

const REPLAY_FILE = 'contexts.bin';
const UPLOAD_DELAY_SECONDS_MAX = 60;
const UPLOAD_TIMEOUT_MS = 30_000;
/** Pause between two looks for something to upload, and between two times that the log is made safe against a loss of power. */
const UPLOAD_INTERVAL_MS = 1_000;
const TELEMETRY_LISTEN = '127.0.0.1:9464';

const CLOCK: MonitorClock = { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() };

/**
 * Starts a monitor: parts, bundles, telemetry and control first, doors last, so that nothing arrives before it can be decided.
 * @throws StartError, ContextError
 */
export async function startMonitor(loaded: LoadedConfiguration, world: MonitorProcess): Promise<RunningMonitor> {
  const { configuration } = loaded;
  const stateFolder = resolveIn(loaded, configuration.stateFolder);
  prepareStateFolder(stateFolder);
  const level = configuration.telemetry?.logLevel ?? 'info';
  const logger = new Logger({ write: world.writeError, now: () => CLOCK.nowMs(), level });
  let bundles: Bundles | null = null;
  let parts: Parts | null = null;
  const policyStatus = (): ReturnType<Bundles['policyStatus']> =>
    bundles?.policyStatus() ?? { revision: '', ageMs: Number.MAX_SAFE_INTEGER, isStale: true };
  const metrics = new EnforcementMetrics({
    inFlight: () => parts?.core.inFlight ?? 0,
    bundle: () => (parts?.active.current === null ? null : policyStatus()),
    decisionLog: () => parts?.log.stats ?? { recorded: 0, written: 0, dropped: 0, maskFailures: 0, lost: 0 },
    spool: () => parts?.spool ?? null,
  });
  const spans = spansOf(loaded);
  const observers: DecisionObserver[] = [metrics, new AlertLog(logger), ...(spans === null ? [] : [spans])];
  parts = makeParts(loaded, {
    clock: CLOCK,
    logger,
    version: VERSION,
    writeOut: world.writeOut,
    policyStatus,
    observers,
    replaySnapshot: takeSnapshot(path.join(stateFolder, REPLAY_FILE)),
  });
  bundles = makeBundles(loaded, parts, { logger, clock: CLOCK });
  await bundles.start();
  const started: Started = { loaded, world, logger, parts, bundles, metrics, spans };
  return openToTheWorld(started, stateFolder);
}

/** What is there before anything is open. */
interface Started {
  readonly loaded: LoadedConfiguration;
  readonly world: MonitorProcess;
  readonly logger: Logger;
  readonly parts: Parts;
  readonly bundles: Bundles;
  readonly metrics: EnforcementMetrics;
  readonly spans: InvocationSpans | null;
}

async function openToTheWorld(started: Started, stateFolder: string): Promise<RunningMonitor> {
  const { loaded, world, logger, parts, metrics } = started;
  const { telemetry, control } = loaded.configuration;
  const listen = telemetry?.listen ?? TELEMETRY_LISTEN;
  const address = readAddress(listen);
  if (address === null) throw new StartError('MON004', `\`${listen}\` is no address`, 'Write `<host>:<port>`.');
  const isReady = (): boolean => parts.active.current !== null;
  const telemetryServer = await serveTelemetry({
    ...address,
    readiness: () => ({ isReady: isReady(), reasons: isReady() ? [] : ['no bundle is active'] }),
    metrics: () => metrics.render(),
  }).catch((error: unknown) => {
    throw new StartError(
      'MON007',
      `metrics cannot be served on ${listen}: ${String(error)}`,
      'Choose another `telemetry.listen`.',
    );
  });
  const controlSocket = resolveIn(loaded, control?.socket ?? path.join(stateFolder, 'control.sock'));
  const controlServer = await serveControl(controlSocket, controlOf(started)).catch((error: unknown) => {
    throw new StartError(
      'MON007',
      `the control socket cannot be made: ${String(error)}`,
      'Choose another `control.socket`.',
    );
  });
  const doors = await openDoors(loaded, parts.core, { clock: CLOCK, logger, isReady, env: world.env });
  logger.info('metrics and health', { address: `${address.host}:${telemetryServer.port}` });
  for (const door of doors) logger.info('listening', { door: door.name, address: door.address });
  const stopUploads = keepUploading(started);
  return {
    doors,
    telemetryPort: telemetryServer.port,
    controlSocket,
    stop: async () => {
      parts.core.drain();
      await Promise.all(doors.map((door) => door.close()));
      await started.bundles.stop();
      await parts.log.flush();
      await stopUploads();
      parts.spool.close();
      if (parts.contexts !== null) {
        writeFileSync(path.join(stateFolder, REPLAY_FILE), parts.contexts.close(), { mode: 0o600 });
      }
      await controlServer.close();
      await telemetryServer.close();
      await started.spans?.close();
      await parts.active.close();
      await parts.candidate.close();
    },
  };
}

/** What was presented before the last end in order; used once, so that a crash after it forgets nothing. */
function takeSnapshot(file: string): Buffer | null {
  try {
    const bytes = readFileSync(file);
    rmSync(file);
    return bytes;
  } catch {
    return null;
  }
}

function spansOf({ configuration }: LoadedConfiguration): InvocationSpans | null {
  const { telemetry, node } = configuration;
  if (telemetry?.otlp === undefined) return null;
  return new InvocationSpans({
    exporter: otlpExporter(telemetry.otlp),
    node: { id: node.id, region: node.region ?? null },
    version: VERSION,
  });
}

function controlOf({ parts, bundles, logger, loaded }: Started): Parameters<typeof serveControl>[1] {
  return {
    status: () => statusOf(parts, bundles, loaded),
    quarantine: (instance, cause, untilMs) => {
      parts.instances.quarantine(instance, { cause, untilMs });
      logger.warn('quarantined', { instance, cause });
    },
    release: (instance) => {
      const isReleased = parts.instances.release(instance);
      if (isReleased) logger.warn('released from quarantine', { instance });
      return isReleased;
    },
    setLogLevel: (level) => {
      logger.level = level;
    },
    tail: (listener) => {
      parts.tails.add(listener);
      return () => {
        parts.tails.delete(listener);
      };
    },
  };
}

function statusOf(parts: Parts, bundles: Bundles, { configuration }: LoadedConfiguration): JsonValue {
  const { log, spool, core, instances, contexts } = parts;
  return {
    node: { ...configuration.node },
    version: VERSION,
    bundles: bundles.status(),
    routes: Object.keys(configuration.routes).sort(),
    inFlight: core.inFlight,
    decisionLog: { ...log.stats, spoolBytes: spool.bytes, spoolDropped: spool.droppedEvents },
    contexts: contexts === null ? null : { ...contexts.statistics() },
    instances: instances.list().map(({ id, residualLabel, quarantine, inFlight }) => ({
      id,
      inFlight,
      quarantine: quarantine === null ? null : { ...quarantine },
      residualLabel: residualLabel === null ? null : { ...residualLabel },
    })),
  };
}

/** Uploads what is spooled, if there is a service, and makes the spool safe once a second. @returns what ends it after a last try. */
function keepUploading({ loaded, parts, logger }: Started): () => Promise<void> {
  const service = loaded.configuration.decisionLog?.service;
  const abort = new AbortController();
  const tokenFile = service?.bearerTokenFile;
  const uploader =
    service === undefined
      ? null
      : new DecisionUploader({
          spool: parts.spool,
          send: httpSender({
            url: service.url,
            partition: service.partition ?? null,
            bearerToken: () =>
              tokenFile === undefined ? null : readConfigured(resolveIn(loaded, tokenFile), { isSecret: true }).trim(),
            timeoutMs: UPLOAD_TIMEOUT_MS,
          }),
          uploadBytesMax: Math.max(UPLOAD_BYTES_MAX_LEAST, service.uploadBytesMax ?? UPLOAD_BYTES_MAX_DEFAULT),
          delayMsMax: (service.maxDelaySeconds ?? UPLOAD_DELAY_SECONDS_MAX) * 1000,
          random: Math.random,
          wait: waitFor,
        });
  let running: Promise<void> = Promise.resolve();
  let isUploading = false;
  const timer = setInterval(() => {
    parts.spool.sync();
    if (uploader === null || isUploading) return;
    isUploading = true;
    running = uploader
      .drain(abort.signal)
      .catch((error: unknown) => {
        logger.error('decisions cannot be uploaded', { reason: String(error) });
      })
      .finally(() => {
        isUploading = false;
      });
  }, UPLOAD_INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    abort.abort();
    await running;
  };
}

/** Waits, or until the signal is aborted. */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

const THIS_PROCESS: MonitorProcess = {
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  env: process.env,
};

/** Runs until a signal ends it. @returns the exit code. */
export async function runMonitor(loaded: LoadedConfiguration): Promise<number> {
  const monitor = await startMonitor(loaded, THIS_PROCESS);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await monitor.stop();
  return 0;
}

/**
 * Runs a Lambda runtime behind the monitor; both end together.
 * @returns the exit code of the runtime.
 * @throws StartError when the configuration has no `doors.lambda`.
 */
export async function runBehindMonitor(loaded: LoadedConfiguration, command: readonly string[]): Promise<number> {
  const [program, ...rest] = command;
  if (program === undefined) throw new StartError('MON003', 'there is no command to run', 'Write it after `--`.');
  if (loaded.configuration.doors.lambda === undefined) {
    throw new StartError(
      'MON003',
      'the configuration has no `doors.lambda`',
      'Add it, with the route of the function.',
    );
  }
  const monitor = await startMonitor(loaded, THIS_PROCESS);
  const address = monitor.doors.find(({ name }) => name === 'lambda')?.address ?? '';
  const code = await runBehind(address, {
    command: program,
    arguments: rest,
    environment: process.env,
    signals: process,
  });
  await monitor.stop();
  return code;
}
