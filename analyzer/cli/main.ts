#!/usr/bin/env node
import { engineProblem } from './engine.ts';
import type { Machine } from './machine.ts';

/** Exit code until a command has returned its own, so that however the process ends, it never ends with 0 by accident. */
const EXIT_UNFINISHED = 3;

/** Wrong use, as everywhere. */
const EXIT_USAGE = 2;

process.exitCode = EXIT_UNFINISHED;
const problem = engineProblem(process.versions.node);
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exit(EXIT_USAGE);
}
const machine: Machine = {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  today: () => new Date().toISOString().slice(0, 10),
};

function crash(error: unknown): never {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`weir: internal error, this is a defect of weir and not of your files\n${detail}\n`);
  process.exit(EXIT_UNFINISHED);
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
// The reader went away, as in `weir check | head`: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') crash(error);
  });
}

// Loaded only now, so that a file of ours that does not load is a crash like any other.
const { start } = await import('./start.ts');
process.exitCode = await start(machine, process.argv.slice(2));
