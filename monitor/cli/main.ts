#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ContextError } from '../enforcement/context/errors.ts';
import { StartError } from '../run/files.ts';
import { ConfigurationRefused } from '../run/load.ts';
import { runProgram } from './program.ts';

const EXIT_USAGE = 2;
const EXIT_INTERNAL = 3;

// However the process ends, it never ends with 0 by accident.
process.exitCode = EXIT_INTERNAL;

function crash(error: unknown): never {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `weir-monitor: internal error, this is a defect of weir and not of your configuration\n${detail}\n`,
  );
  process.exit(EXIT_INTERNAL);
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') crash(error);
  });
}

try {
  process.exitCode = await runProgram(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  } else if (error instanceof ConfigurationRefused) {
    for (const { code, message, help, span } of error.diagnostics) {
      process.stderr.write(`${span.file}:${span.start.line}:${span.start.column}: ${code} ${message}\n  ${help}\n`);
    }
    process.exit(EXIT_USAGE);
  } else if (error instanceof StartError || error instanceof ContextError) {
    process.stderr.write(`weir-monitor: ${error.code} ${error.message}\n  ${error.help}\n`);
    // What was opened before it failed must not keep the process alive, which would look like a monitor that runs.
    process.exit(EXIT_USAGE);
  } else {
    crash(error);
  }
}
