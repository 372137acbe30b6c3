import { Worker } from 'node:worker_threads';
import { compareSpans } from '../../../model/span.ts';
import type { StepTyping, Verdict } from '../../../model/verdict.ts';
import type { Prepared } from '../pipeline/analyse.ts';
import { checkPart, type CheckedPart, type CheckTask } from './check-part.ts';
import { partition } from './partition.ts';

/** The file of the worker beside this one, as source or as built. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Checks an application in several threads, one for each group of compositions that others do not influence. */
export async function checkInThreads(prepared: Prepared, jobs: number): Promise<CheckedPart> {
  const { application, labelling, native, options } = prepared;
  const { configuration, strict } = options;
  const tasks = partition(application, labelling, jobs).map((compositions): CheckTask => ({
    application,
    configuration,
    native,
    strict,
    compositions,
  }));
  const [only, ...more] = tasks;
  if (only === undefined || more.length === 0)
    return only === undefined ? { verdicts: [], steps: [] } : checkPart(only);
  const parts = await Promise.all(tasks.map(runTask));
  return {
    verdicts: parts.flatMap(({ verdicts }) => verdicts).sort(compareVerdicts),
    steps: parts.flatMap(({ steps }) => steps).sort(compareSteps),
  };
}

function runTask(task: CheckTask): Promise<CheckedPart> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: task });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`a thread of the checker ended with ${code} before it had an answer`));
    });
  });
}

/** The order of the checker. */
function compareVerdicts(left: Verdict, right: Verdict): number {
  return (
    compareSpans(left.span, right.span) ||
    compareText(left.step, right.step) ||
    compareText(left.promise, right.promise) ||
    compareText(left.sink.id ?? left.sink.name, right.sink.id ?? right.sink.name) ||
    compareText(left.composition, right.composition)
  );
}

const compareSteps = (left: StepTyping, right: StepTyping): number =>
  compareText(left.composition, right.composition) || compareText(left.step, right.step);

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
