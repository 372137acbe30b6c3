import type { LoadingSource } from '../loading/load-policy.ts';
import type { EngineLimits } from '../options.ts';
import type { Run } from '../run-evaluation.ts';
import type { StatsCounter } from '../stats.ts';
import { PolicyWorker, type WorkerOutcome, type WorkerStart } from './policy-worker.ts';

/** What became of a run: an outcome of a worker, or none, because there was no worker in time. */
export type PoolOutcome = WorkerOutcome | { readonly kind: 'unready'; readonly detail: string };

interface Waiting {
  readonly run: Run;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: PoolOutcome) => void;
}

/** Pause before a worker that could not be started is started again, milliseconds; keeps a policy that cannot be loaded from burning the processor. */
const RESTART_PAUSE_MS = 1000;

/**
 * Threads for one policy: a fixed number that evaluate, and one more that is started beforehand and takes the place of a killed one at once. Runs that
 * find no free thread wait in a queue with a limit of length and of time.
 */
export class WorkerPool {
  readonly #source: LoadingSource;
  readonly #limits: EngineLimits;
  readonly #counter: StatsCounter;
  readonly #workers = new Set<PolicyWorker>();
  readonly #idle: PolicyWorker[] = [];
  #spare: PolicyWorker | null = null;
  readonly #queue: Waiting[] = [];
  readonly #restarts = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(source: LoadingSource, counter: StatsCounter) {
    this.#source = source;
    this.#limits = source.limits;
    this.#counter = counter;
  }

  /** Starts the workers and the spare one. Resolves, when all have tried the policy, with what the first of them says about it. */
  async start(): Promise<WorkerStart> {
    const first = await this.#make();
    if (!first.ok) return first.start;
    this.#use(first.worker);
    // The others, and a spare one.
    await Promise.all(Array.from({ length: this.#limits.workersMax }, () => this.#fill()));
    return first.start;
  }

  run(run: Run): Promise<PoolOutcome> {
    if (this.#isClosed) return Promise.resolve({ kind: 'unready', detail: 'the policy was closed' });
    return new Promise((resolve) => {
      const worker = this.#idle.pop();
      if (worker !== undefined) {
        void this.#runOn(worker, run, resolve);
        return;
      }
      if (this.#queue.length >= this.#limits.queueLengthMax) {
        this.#counter.add('queueRefused');
        resolve({ kind: 'unready', detail: `more than ${this.#limits.queueLengthMax} evaluations wait` });
        return;
      }
      this.#wait(run, resolve);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    for (const { timer, settle } of this.#queue.splice(0)) {
      clearTimeout(timer);
      settle({ kind: 'unready', detail: 'the policy was closed' });
    }
    const workers = [...this.#workers, ...(this.#spare === null ? [] : [this.#spare])];
    this.#workers.clear();
    this.#idle.length = 0;
    this.#spare = null;
    await Promise.all(workers.map((worker) => worker.close()));
  }

  #wait(run: Run, settle: (outcome: PoolOutcome) => void): void {
    const timer = setTimeout(() => {
      const at = this.#queue.findIndex((waiting) => waiting.timer === timer);
      if (at !== -1) this.#queue.splice(at, 1);
      this.#counter.add('queueRefused');
      settle({ kind: 'unready', detail: `no worker was free within ${this.#limits.queueWaitMsMax} ms` });
    }, this.#limits.queueWaitMsMax);
    this.#queue.push({ run, timer, settle });
  }

  async #runOn(worker: PolicyWorker, run: Run, settle: (outcome: PoolOutcome) => void): Promise<void> {
    const outcome = await worker.run(run);
    if (outcome.kind === 'late') this.#counter.add('workersKilled');
    if (outcome.kind === 'lost') this.#counter.add('workersLost');
    settle(outcome);
    if (worker.isAlive) this.#use(worker);
    else this.#replace(worker);
  }

  /** Gives a free worker the run that waits longest, or lays it aside. */
  #use(worker: PolicyWorker): void {
    this.#workers.add(worker);
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#idle.push(worker);
      return;
    }
    clearTimeout(next.timer);
    void this.#runOn(worker, next.run, next.settle);
  }

  #replace(worker: PolicyWorker): void {
    this.#workers.delete(worker);
    if (this.#isClosed) return;
    const spare = this.#spare;
    this.#spare = null;
    if (spare?.isAlive === true) this.#use(spare);
    void this.#fill();
  }

  /** Starts a worker; it evaluates when one is missing, else it is the spare one. */
  async #fill(): Promise<void> {
    const made = await this.#make();
    if (this.#isClosed) {
      if (made.ok) await made.worker.close();
      return;
    }
    if (!made.ok) {
      const timer = setTimeout(() => {
        this.#restarts.delete(timer);
        void this.#fill();
      }, RESTART_PAUSE_MS);
      timer.unref();
      this.#restarts.add(timer);
      return;
    }
    if (this.#workers.size < this.#limits.workersMax) this.#use(made.worker);
    else if (this.#spare === null) this.#spare = made.worker;
    else await made.worker.close();
  }

  async #make(): Promise<
    | { readonly ok: true; readonly worker: PolicyWorker; readonly start: WorkerStart }
    | { readonly ok: false; readonly start: WorkerStart }
  > {
    const worker = new PolicyWorker(this.#source);
    this.#counter.add('workersStarted');
    const start = await worker.started;
    return start.ok ? { ok: true, worker, start } : { ok: false, start };
  }
}
