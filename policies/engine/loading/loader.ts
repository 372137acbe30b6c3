/** Runs in a thread of its own: loads a policy with much data, hands over the memory it made, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError, textOfThrown } from '../refusal.ts';
import { loadPolicy, tryPolicy, type LoadingSource } from './load-policy.ts';
import type { LoaderMessage } from './load-in-thread.ts';

function isSource(value: unknown): value is LoadingSource {
  return typeof value === 'object' && value !== null && 'compiled' in value && 'data' in value && 'limits' in value;
}

async function load(source: LoadingSource): Promise<void> {
  const template = loadPolicy(source);
  await tryPolicy(template, source.limits, () => performance.now());
  const { entrypoints, builtins, snapshot, heapAddress, dataAddress, inputAddress, pagesInitial, pagesMax } = template;
  const loaded = { entrypoints, builtins, snapshot, heapAddress, dataAddress, inputAddress, pagesInitial, pagesMax };
  const message: LoaderMessage = { kind: 'loaded', loaded };
  parentPort?.postMessage(message, [snapshot.buffer]);
}

const source: unknown = workerData;
if (isSource(source)) {
  load(source).catch((error: unknown) => {
    const refusal =
      error instanceof EngineError
        ? error.refusal
        : {
            code: 'ENG008',
            message: `the policy could not be loaded: ${textOfThrown(error)}`,
            help: 'Look at the message.',
          };
    const message: LoaderMessage = { kind: 'refused', refusal };
    parentPort?.postMessage(message);
  });
}
