import { Worker } from 'node:worker_threads';
import { HOST_FUNCTIONS } from '../builtins/catalogue.ts';
import type { PolicyTemplate } from '../instance.ts';
import { EngineError, textOfThrown, type EngineRefusal } from '../refusal.ts';
import type { LoadingSource } from './load-policy.ts';

/** What the loading thread hands over: a template without what both threads have anyway. */
export type LoadedMemory = Omit<PolicyTemplate, 'module' | 'hostBuiltins'>;

export type LoaderMessage =
  | { readonly kind: 'loaded'; readonly loaded: LoadedMemory }
  | { readonly kind: 'refused'; readonly refusal: EngineRefusal };

const LOADER_FILE = new URL(import.meta.url.endsWith('.ts') ? './loader.ts' : './loader.js', import.meta.url);

/** Longest that loading may take, milliseconds; 64 MiB of data take some 10 seconds. */
const LOAD_MS_MAX = 60_000;

const HELP = 'Make the data smaller; the machine may also be out of memory.';

function isMessage(value: unknown): value is LoaderMessage {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/**
 * Loads and tries a policy in a thread of its own, so that decisions go on meanwhile.
 *
 * @throws EngineError with the codes of `loadPolicy` and `tryPolicy`, and ENG008 when the thread fails or takes too long.
 */
export async function loadInThread(source: LoadingSource): Promise<PolicyTemplate> {
  const worker = new Worker(LOADER_FILE, { workerData: source, env: {}, execArgv: [] });
  try {
    const loaded = await answerOf(worker);
    return { ...loaded, module: source.compiled.module, hostBuiltins: HOST_FUNCTIONS };
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<LoadedMemory> {
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      clearTimeout(timer);
      reject(new EngineError('ENG008', message, HELP));
    };
    const timer = setTimeout(() => {
      fail(`the policy was not loaded within ${LOAD_MS_MAX} ms`);
    }, LOAD_MS_MAX);
    worker.on('message', (message: unknown) => {
      if (!isMessage(message)) return;
      clearTimeout(timer);
      if (message.kind === 'loaded') {
        resolve(message.loaded);
        return;
      }
      const { code, message: text, help } = message.refusal;
      reject(new EngineError(code, text, help));
    });
    worker.on('error', (error: unknown) => {
      fail(`the policy could not be loaded: ${textOfThrown(error)}`);
    });
    worker.on('exit', () => {
      fail('the thread that loads the policy ended');
    });
  });
}
