import { watch } from 'node:fs';
import type { Machine } from './machine.ts';
import { isSkippedFolder } from './files/discover.ts';

/** Changes within this time are answered by one run, in milliseconds: editors and git write many files at once. */
const SETTLE_MS = 80;

/**
 * Runs once and again after every change below the root, until the process is interrupted.
 * @returns the exit code of the last run
 */
export async function watchAndRun(machine: Machine, root: string, run: () => Promise<number>): Promise<number> {
  let code = await run();
  return new Promise((resolve, reject) => {
    let running = Promise.resolve();
    let timer: NodeJS.Timeout | null = null;
    const watcher = watch(root, { recursive: true }, (_event, file) => {
      const folders = (file ?? '').split(/[\\/]/);
      if (folders.some(isSkippedFolder)) return;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        // One run at a time: what changes meanwhile is seen by the next.
        running = running.then(async () => {
          code = await run();
        });
        running.catch(reject);
      }, SETTLE_MS);
    });
    // Said only when it is so: what is changed by whoever reads this must be seen.
    machine.stderr.write('watching for changes, stop with Ctrl+C\n');
    const stop = (): void => {
      if (timer !== null) clearTimeout(timer);
      watcher.close();
      resolve(code);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
