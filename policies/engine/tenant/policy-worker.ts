import { Worker } from 'node:worker_threads';
import type { LoadingSource } from '../loading/load-policy.ts';
import type { EngineRefusal } from '../refusal.ts';
import { textOfThrown } from '../refusal.ts';
import type { Outcome, Run } from '../run-evaluation.ts';
import type { WorkerMessage } from './messages.ts';

/** The worker runs from sources in tests and from compiled files in the package. */
const WORKER_FILE = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Young generation, code and stack of a worker, MiB; the heap is a limit of the evaluator. */
const YOUNG_HEAP_MIB = 16;
const CODE_MIB = 32;
const STACK_MIB = 4;

/** How a worker got on after it was started. */
export type WorkerStart =
  | { readonly ok: true; readonly entrypoints: readonly string[] }
  | { readonly ok: false; readonly refusal: EngineRefusal };

/** What a worker made of one run; `late` when it was killed for it, `lost` when it ended by itself. */
export type WorkerOutcome = Outcome | { readonly kind: 'late' } | { readonly kind: 'lost'; readonly detail: string };

interface Pending {
  readonly id: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: WorkerOutcome) => void;
}

function isMessage(value: unknown): value is WorkerMessage {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** One thread with one policy in it. It takes one run at a time and is of no more use once it was late or lost. */
export class PolicyWorker {
  readonly #worker: Worker;
  /** Resolves when the worker has tried the policy, or cannot. */
  readonly started: Promise<WorkerStart>;
  readonly #deadlineMs: number;
  #settleStart: ((start: WorkerStart) => void) | null = null;
  #pending: Pending | null = null;
  #nextId = 0;
  #isAlive = true;
  #failure = 'the worker ended';

  constructor(source: LoadingSource) {
    const { limits } = source;
    this.#deadlineMs = limits.deadlineMs;
    this.#worker = new Worker(WORKER_FILE, {
      workerData: source,
      env: {},
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: limits.workerHeapMibMax,
        maxYoungGenerationSizeMb: YOUNG_HEAP_MIB,
        codeRangeSizeMb: CODE_MIB,
        stackSizeMb: STACK_MIB,
      },
    });
    const timer = setTimeout(() => {
      this.#end(`the worker was not ready after ${limits.workerStartMsMax} ms`);
    }, limits.workerStartMsMax);
    this.started = new Promise((resolve) => {
      this.#settleStart = (start) => {
        clearTimeout(timer);
        this.#settleStart = null;
        resolve(start);
      };
    });
    this.#worker.on('message', (message: unknown) => {
      if (isMessage(message)) this.#receive(message);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#failure = textOfThrown(error);
    });
    this.#worker.on('exit', () => {
      this.#end(this.#failure);
    });
    // Whoever waits for an answer keeps the process alive, not the worker that waits for work.
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Evaluates, and kills the thread when it takes longer than the deadline. Must not be called while another run is under way. */
  async run(run: Run): Promise<WorkerOutcome> {
    if (!this.#isAlive) return { kind: 'lost', detail: this.#failure };
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#answer({ kind: 'late' });
        this.#end('the worker was killed at the deadline');
      }, this.#deadlineMs);
      this.#pending = { id, timer, settle: resolve };
      this.#worker.postMessage({ id, run });
    });
  }

  async close(): Promise<void> {
    this.#end('the policy was closed');
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#settleStart?.({ ok: true, entrypoints: message.entrypoints });
        return;
      case 'refused':
        this.#settleStart?.({ ok: false, refusal: message.refusal });
        this.#end(message.refusal.message);
        return;
      case 'answer':
        if (this.#pending?.id === message.id) this.#answer(message.outcome);
    }
  }

  #answer(outcome: WorkerOutcome): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    clearTimeout(pending.timer);
    pending.settle(outcome);
  }

  #end(reason: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#failure = reason;
    const help = 'Look at the message; the machine may be out of memory.';
    this.#settleStart?.({ ok: false, refusal: { code: 'ENG008', message: reason, help } });
    this.#answer({ kind: 'lost', detail: reason });
    void this.#worker.terminate();
  }
}
