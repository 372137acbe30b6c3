/** Runs in a thread of its own: evaluates one policy of a tenant, one evaluation after the other, until it is killed. */
import { parentPort, workerData } from 'node:worker_threads';
import { InstancePool } from '../instance-pool.ts';
import { loadPolicy, tryPolicy, type LoadingSource } from '../loading/load-policy.ts';
import { EngineError, textOfThrown } from '../refusal.ts';
import { runEvaluation } from '../run-evaluation.ts';
import { StatsCounter } from '../stats.ts';
import type { WorkerMessage, WorkerRequest } from './messages.ts';

const port = parentPort;

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

function isSource(value: unknown): value is LoadingSource {
  return typeof value === 'object' && value !== null && 'compiled' in value && 'data' in value && 'limits' in value;
}

function isRequest(value: unknown): value is WorkerRequest {
  return typeof value === 'object' && value !== null && 'id' in value && 'run' in value;
}

async function start(source: LoadingSource): Promise<void> {
  const { limits } = source;
  const template = loadPolicy(source);
  const clean = await tryPolicy(template, limits, () => performance.now());
  const pool = new InstancePool(template, limits, new StatsCounter());
  if (clean !== null) pool.adopt(clean);
  port?.on('message', (message: unknown) => {
    if (!isRequest(message)) return;
    send({ kind: 'answer', id: message.id, outcome: runEvaluation({ template, pool, limits }, message.run) });
  });
  send({ kind: 'ready', entrypoints: [...template.entrypoints.keys()].sort() });
}

const source: unknown = workerData;
if (isSource(source)) {
  start(source).catch((error: unknown) => {
    const refusal =
      error instanceof EngineError
        ? error.refusal
        : { code: 'ENG008', message: `the worker failed: ${textOfThrown(error)}`, help: 'Look at the message.' };
    send({ kind: 'refused', refusal });
  });
}
