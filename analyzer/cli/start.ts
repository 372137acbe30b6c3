import { CommanderError } from 'commander';
import { UsageError, type Machine } from './machine.ts';
import { formatDiagnostics, usesColor } from './output.ts';
import { EXIT_INTERNAL, EXIT_USAGE } from './pipeline/exit-code.ts';
import { runProgram } from './program.ts';
import { ConfigurationError } from './session.ts';

/** Runs the program and turns everything that is thrown into a message on standard error and an exit code. */
export async function start(machine: Machine, args: readonly string[]): Promise<number> {
  try {
    return await runProgram(machine, args);
  } catch (error) {
    return explainFailure(machine, error);
  }
}

/** Says what went wrong. @returns the exit code: 2 for wrong use, 3 for a defect of ours, never 0. */
export function explainFailure(machine: Machine, error: unknown): number {
  // The parser of the command line has written its message already.
  if (error instanceof CommanderError) return EXIT_USAGE;
  if (error instanceof UsageError) {
    if (error instanceof ConfigurationError) {
      machine.stderr.write(formatDiagnostics(error.diagnostics, usesColor(machine, machine.stderr, false)));
    }
    machine.stderr.write(`weir: ${error.code} ${error.message}\n  ${error.help}\n`);
    return EXIT_USAGE;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  machine.stderr.write(`weir: internal error, this is a defect of weir and not of your files\n${detail}\n`);
  return EXIT_INTERNAL;
}
