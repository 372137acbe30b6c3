import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { REPORTERS } from '../../reports/index.ts';
import { runBaseline } from './commands/baseline.ts';
import { runCheck } from './commands/check.ts';
import { runExplain } from './commands/explain.ts';
import { runGraph } from './commands/graph.ts';
import { runInit } from './commands/init.ts';
import { addPolicyAuthoring } from './commands/policy/register-authoring.ts';
import { addPolicyRuns } from './commands/policy/register-runs.ts';
import { runRulesCommand } from './commands/rules.ts';
import { didYouMean } from '../config/index.ts';
import { UsageError, type Machine } from './machine.ts';
import { VERSION } from './version.ts';

/** Takes the exit code of a command. */
type Finish = (code: number) => void;
type Values = Readonly<Record<string, unknown>>;

/**
 * Runs one command line (without program and script) and returns the exit code. Wrong use is thrown as a UsageError or, after its message was
 * written, as a CommanderError.
 */
export async function runProgram(machine: Machine, args: readonly string[]): Promise<number> {
  let code = 0;
  const finish: Finish = (result) => {
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
    .showHelpAfterError('(add --help for all options)')
    .addHelpText('after', EXIT_CODES);
  addCheck(program, machine, finish);
  addExplain(program, machine, finish);
  addGraph(program, machine, finish);
  addInit(program, machine, finish);
  addBaseline(program, machine, finish);
  addRules(program, machine, finish);
  addPolicy(program, machine, finish);
  refuseUnknownCommand(machine, program, args[0]);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Help and version are asked for and end well.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    throw error;
  }
  return code;
}

/**
 * A first word that is neither a command nor a path is a mistyped command more often than a missing file.
 * @throws UsageError CLI022
 */
function refuseUnknownCommand(machine: Machine, { commands }: Command, word: string | undefined): void {
  const names = [...commands.map((command) => command.name()), 'help'];
  if (word === undefined || !/^[\w-]+$/.test(word) || word.startsWith('-') || names.includes(word)) return;
  if (existsSync(path.resolve(machine.cwd, word))) return;
  const help = didYouMean(word, names, `Commands are ${names.join(', ')}; a path without a command is checked.`);
  throw new UsageError('CLI022', `unknown command \`${word}\`, and there is no file or folder of that name`, help);
}

const EXIT_CODES = `
Without a command, \`weir [paths...]\` is \`weir check [paths...]\`.

Exit codes:
  0  nothing that counts was found
  1  findings at or above --fail-on
  2  wrong use, or a configuration that does not hold together
  3  a defect of weir, or nothing could be analysed, or --fail-on-incomplete and
     something could not be analysed`;

const CONFIG = ['-c, --config <file>', 'configuration (default: weir.yaml here or above)'] as const;
const STRICT = ['--strict', 'also check termination, retry counts and cancellation'] as const;
const INCOMPLETE = '--fail-on-incomplete';
const PATHS = ['[paths...]', 'files and folders (default: the current folder)'] as const;

function addCheck(program: Command, machine: Machine, finish: Finish): void {
  const formats = Object.keys(REPORTERS).join(', ');
  program
    .command('check', { isDefault: true })
    .description('analyse workflows and report what is wrong (the default command)')
    .argument(...PATHS)
    .option(...CONFIG)
    .option(
      '-f, --format <format[=file]>',
      `report (${formats}); may be given several times (default: pretty)`,
      collect,
    )
    .option('--fail-on <level>', 'lowest level that fails the run: error, warning, note or none', 'warning')
    .option(INCOMPLETE, 'end with 3 when something could not be analysed and nothing else fails')
    .option('--changed-since <ref>', 'only findings that are not in this git revision count')
    .option('--baseline <file>', 'only findings that are not in this file count')
    .option(...STRICT)
    .option('--stdin', 'check what comes in on standard input, and report on nothing else')
    .option('--stdin-filename <file>', 'with --stdin: the file that the text stands in for')
    .option('-w, --watch', 'check again after every change')
    .option('--cache', 'remember results in .weir-cache')
    .option('-j, --jobs <number>', 'threads for the checker, worth it from some hundred workflows on', '1')
    .option('--show-config', 'print every label that holds and where it was decided, and check nothing')
    .option('-q, --quiet', 'print nothing when nothing fails the run')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action(async (paths: string[], values: Values) => {
      const options = {
        config: textOf(values['config']),
        format: textsOf(values['format']),
        failOn: textOf(values['failOn']) ?? 'warning',
        failOnIncomplete: isSet(values['failOnIncomplete']),
        baseline: textOf(values['baseline']),
        changedSince: textOf(values['changedSince']),
        strict: isSet(values['strict']),
        quiet: isSet(values['quiet']),
        color: values['color'] !== false,
        cache: isSet(values['cache']),
        jobs: textOf(values['jobs']) ?? '1',
        watch: isSet(values['watch']),
        stdin: isSet(values['stdin']),
        stdinFilename: textOf(values['stdinFilename']),
        showConfig: isSet(values['showConfig']),
      };
      finish(await runCheck(machine, paths, options));
    });
}

function addExplain(program: Command, machine: Machine, finish: Finish): void {
  program
    .command('explain')
    .description('explain a rule, a diagnostic code, or one finding with its paths and fixes')
    .argument('<rule|code|fingerprint>', 'e.g. WEIR-FLOW-001, no-bypass, CFG013, or what `weir check` printed')
    .argument(...PATHS)
    .option(...CONFIG)
    .option(...STRICT)
    .action((subject: string, paths: string[], values: Values) => {
      finish(
        runExplain(machine, subject, { paths, config: textOf(values['config']), strict: isSet(values['strict']) }),
      );
    });
}

function addGraph(program: Command, machine: Machine, finish: Finish): void {
  program
    .command('graph')
    .description('draw workflows with their labels')
    .argument(...PATHS)
    .option(...CONFIG)
    .option('-f, --format <format>', 'svg, mermaid, dot or ir', 'mermaid')
    .option('--workflow <name>', 'name or glob of the workflows to draw (default: all)')
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .option(INCOMPLETE, 'end with 3 when something could not be analysed')
    .action((paths: string[], values: Values) => {
      const options = {
        config: textOf(values['config']),
        format: textOf(values['format']) ?? 'mermaid',
        workflow: textOf(values['workflow']),
        output: textOf(values['output']),
        failOnIncomplete: isSet(values['failOnIncomplete']),
      };
      finish(runGraph(machine, paths, options));
    });
}

function addInit(program: Command, machine: Machine, finish: Finish): void {
  program
    .command('init')
    .description('look at what is here and write a first weir.yaml, a CI step and a pre-commit hook')
    .argument('[folder]', 'root of the repository (default: the current folder)')
    .option('-y, --yes', 'ask nothing: write what is certain, propose the rest as comments')
    .action(async (folder: string | undefined, values: Values) => {
      finish(await runInit(machine, folder ?? '.', { yes: isSet(values['yes']) }));
    });
}

function addBaseline(program: Command, machine: Machine, finish: Finish): void {
  program
    .command('baseline')
    .description('write down all findings there are, so that only new ones count')
    .argument(...PATHS)
    .option(...CONFIG)
    .option(...STRICT)
    .option('-o, --output <file>', 'file to write', 'weir-baseline.json')
    .option(INCOMPLETE, 'end with 3 when something could not be analysed')
    .action((paths: string[], values: Values) => {
      const options = {
        config: textOf(values['config']),
        strict: isSet(values['strict']),
        output: textOf(values['output']) ?? 'weir-baseline.json',
        failOnIncomplete: isSet(values['failOnIncomplete']),
      };
      finish(runBaseline(machine, paths, options));
    });
}

function addRules(program: Command, machine: Machine, finish: Finish): void {
  program
    .command('rules')
    .description('list all rules')
    .option('--json', 'metadata as JSON')
    .action((values: Values) => {
      finish(runRulesCommand(machine, { json: isSet(values['json']) }));
    });
}

function addPolicy(program: Command, machine: Machine, finish: Finish): void {
  const policy = program.command('policy').description('write, test and build Rego policies');
  addPolicyAuthoring(policy, machine, finish);
  addPolicyRuns(policy, machine, finish);
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const isSet = (value: unknown): boolean => value === true;
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
