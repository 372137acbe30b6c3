import { Command, CommanderError } from 'commander';
import type { Machine } from './machine.ts';
import { runCheck } from './commands/check.ts';
import { VERSION } from './version.ts';

/** Runs one command line (without program and script) and returns the exit code. Wrong use is thrown as a UsageError or a CommanderError. */
export async function runProgram(machine: Machine, args: readonly string[]): Promise<number> {
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  const program = new Command('weir')
    .description('Checks that labelled data in serverless workflows only reaches places that may have it.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => machine.stdout.write(text),
      writeErr: (text) => machine.stderr.write(text),
    })
    .showHelpAfterError('(run with --help for all options)');
  addCheck(program, machine, finish);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Help and version are asked for and end well.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    throw error;
  }
  return code;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function addCheck(program: Command, machine: Machine, finish: (code: number) => void): void {
  program
    .command('check', { isDefault: true })
    .description('analyse workflows and report what is wrong')
    .argument('[paths...]', 'files and folders (default: the current folder)')
    .option('-c, --config <file>', 'configuration (default: weir.yaml here or above)')
    .option('-f, --format <format[=file]>', 'report; may be given several times', collect, [])
    .option('--fail-on <level>', 'lowest level that fails the run: error, warning, note or none', 'warning')
    .option('--fail-on-incomplete', 'end with 3 when something could not be analysed', false)
    .option('--baseline <file>', 'only findings that are not in this file count')
    .option('--strict', 'also check termination, retry counts and cancellation', false)
    .option('-q, --quiet', 'print nothing when nothing fails the run', false)
    .option('--no-color', 'no colours')
    .action((paths: string[], options: Record<string, unknown>) => {
      finish(
        runCheck(machine, paths, {
          config: textOf(options['config']),
          format: Array.isArray(options['format']) ? options['format'].map(String) : [],
          failOn: textOf(options['failOn']) ?? 'warning',
          failOnIncomplete: options['failOnIncomplete'] === true,
          baseline: textOf(options['baseline']),
          strict: options['strict'] === true,
          quiet: options['quiet'] === true,
          color: options['color'] !== false,
        }),
      );
    });
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
