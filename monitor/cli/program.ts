import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import type { JsonValue } from '../../model/json.ts';
import { generateJwk, NO_END_MS } from '../enforcement/context/keys.ts';
import { readConfigured, StartError } from '../run/files.ts';
import { loadConfiguration, loadContextKeys, loadJwtRule, resolveIn, type LoadedConfiguration } from '../run/load.ts';
import { runBehindMonitor, runMonitor } from '../run/monitor.ts';
import { askMonitor, followMonitor } from './control-client.ts';
import { guardConfiguration } from './guard.ts';
import { formatTailLine } from './tail-line.ts';
import { VERSION } from './version.ts';

type Finish = (code: number) => void;
type Values = Readonly<Record<string, unknown>>;

const EXIT_FAILED = 1;

const DEFAULT_CONFIGURATION = 'weir-monitor.yaml';
const GUARD_STATE = '.weir-monitor';
const GUARD_SOCKET = path.join(GUARD_STATE, 'control.sock');

const CONFIG = ['-c, --config <file>', 'configuration', DEFAULT_CONFIGURATION] as const;
const SOCKET = ['-s, --socket <path>', 'control socket (default: the one of the configuration)'] as const;

/**
 * Runs one command line (without program and script) and returns the exit code.
 * @throws CommanderError, StartError, ConfigurationRefused, ContextError
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  const finish: Finish = (result) => {
    code = result;
  };
  const program = new Command('weir-monitor')
    .description('Decides every invocation of the functions on this node, with Rego policies.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(add --help for all options)');
  addRun(program, finish);
  addGuard(program, finish);
  addControl(program, finish);
  addKeys(program);
  await program.parseAsync([...args], { from: 'user' });
  return code;
}

function addRun(program: Command, finish: Finish): void {
  program
    .command('run')
    .description('run with a configuration')
    .option(...CONFIG)
    .action(async (values: Values) => {
      finish(await runMonitor(loadConfiguration(textOf(values['config']) ?? 'weir-monitor.yaml')));
    });
  program
    .command('lambda')
    .description('run a Lambda runtime behind the monitor; for AWS_LAMBDA_EXEC_WRAPPER and Greengrass components')
    .option(...CONFIG)
    .argument('<command...>', 'the runtime and its arguments, after `--`')
    .action(async (command: string[], values: Values) => {
      finish(await runBehindMonitor(loadConfiguration(textOf(values['config']) ?? 'weir-monitor.yaml'), command));
    });
  program
    .command('check')
    .description('read the configuration and every file that it names, and say what is wrong')
    .option(...CONFIG)
    .action((values: Values) => {
      const file = textOf(values['config']) ?? 'weir-monitor.yaml';
      const loaded = loadConfiguration(file);
      checkFiles(loaded);
      process.stdout.write(`${file}: ${Object.keys(loaded.configuration.routes).length} routes, nothing wrong\n`);
    });
}

/** Reads what `run` would read. */
function checkFiles(loaded: LoadedConfiguration): void {
  loadContextKeys(loaded);
  const { routes, bundle, candidate } = loaded.configuration;
  for (const route of Object.values(routes)) loadJwtRule(loaded, route);
  for (const { keys } of candidate === undefined ? [bundle] : [bundle, candidate]) {
    for (const { file } of Object.values(keys)) readConfigured(resolveIn(loaded, file), { isSecret: false });
  }
}

function addGuard(program: Command, finish: Finish): void {
  program
    .command('guard')
    .description('run in front of one HTTP function, without a configuration file')
    .requiredOption('--upstream <url>', 'address of the function, e.g. http://127.0.0.1:9000')
    .requiredOption('--bundle <path|url>', 'signed bundle of policies')
    .requiredOption('--key <file>', 'public key that the bundle must be signed with (PEM)')
    .option('--algorithm <name>', 'algorithm of the key (default: the one that suits it)')
    .option('--listen <host:port>', 'address to listen on', '127.0.0.1:8080')
    .option('--function <platform:name>', 'function as in the contract', 'http:function')
    .option('--node <id>', 'id of this node', 'local')
    .option('--region <name>', 'region of this node')
    .option(
      '--entry-label <label>',
      'label of what callers send, e.g. confidentiality=pii,region=eu (default: the worst)',
    )
    .option('--read-body <bytes>', 'bytes of a body that policies may see', '0')
    .option('--state <folder>', 'folder for bundles and decisions', GUARD_STATE)
    .option(
      '--metrics <host:port>',
      'address of metrics and health (default: any free port on loopback)',
      '127.0.0.1:0',
    )
    .option('--dry-run', 'let every call through and record what would have been done')
    .option('--console', 'write decisions to standard output')
    .action(async (values: Values) => {
      const configuration = guardConfiguration(values);
      finish(await runMonitor({ configuration, folder: process.cwd() }));
    });
}

function addControl(program: Command, finish: Finish): void {
  const withSocket = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option(...CONFIG)
      .option(...SOCKET);
  const ask = async (
    values: Values,
    method: 'GET' | 'POST' | 'PUT',
    route: string,
    body?: JsonValue,
  ): Promise<void> => {
    const answer = await askMonitor(socketOf(values), { method, path: route, ...(body === undefined ? {} : { body }) });
    process.stdout.write(`${JSON.stringify(answer.body, null, 2)}\n`);
    finish(answer.status === 200 ? 0 : EXIT_FAILED);
  };
  withSocket('status', 'what a running monitor does').action((values: Values) => ask(values, 'GET', '/v1/status'));
  withSocket('tail', 'show decisions as they happen')
    .option('--json', 'as JSON lines')
    .action(async (values: Values) => {
      const abort = new AbortController();
      process.once('SIGINT', () => {
        abort.abort();
      });
      const usesColor = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
      await followMonitor(
        socketOf(values),
        (line) => process.stdout.write(`${values['json'] === true ? line : formatTailLine(line, usesColor)}\n`),
        abort.signal,
      );
    });
  withSocket('quarantine', 'refuse further invocations in an instance')
    .argument('<instance>')
    .requiredOption('--cause <text>', 'why; shown to whoever is refused')
    .option('--minutes <number>', 'how long (default: until it is released)')
    .action((instance: string, values: Values) => {
      const given = textOf(values['minutes']);
      const minutes = Number(given ?? 0);
      if (!Number.isFinite(minutes) || minutes < 0 || given?.trim() === '') {
        throw new StartError(
          'MON004',
          `\`${given ?? ''}\` is no number of minutes`,
          'Give a number, e.g. --minutes 30.',
        );
      }
      const until = given === null ? {} : { untilMs: Date.now() + Math.ceil(minutes * 60_000) };
      return ask(values, 'POST', '/v1/quarantine', { instance, cause: textOf(values['cause']) ?? '', ...until });
    });
  withSocket('release', 'end the quarantine of an instance')
    .argument('<instance>')
    .action((instance: string, values: Values) => ask(values, 'POST', '/v1/release', { instance }));
  withSocket('log-level', 'change how much a running monitor says of itself')
    .argument('<level>', 'debug, info, warn or error')
    .action((level: string, values: Values) => ask(values, 'PUT', '/v1/log-level', { level }));
}

function addKeys(program: Command): void {
  program
    .command('keygen')
    .description('write a new key for signed contexts')
    .argument('<file>', 'JWK set to write; only you can read it')
    .option('--days <number>', 'how long it is valid (default: without end)')
    .action((file: string, values: Values) => {
      const days = Number(textOf(values['days']) ?? Number.NaN);
      const nowMs = Date.now();
      const key = generateJwk({
        notBeforeMs: nowMs,
        notAfterMs: Number.isFinite(days) ? nowMs + days * 86_400_000 : NO_END_MS,
      });
      try {
        writeFileSync(file, `${JSON.stringify({ keys: [key] }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new StartError(
          'MON005',
          `${file} cannot be written: ${reason}`,
          'Choose another name; keys are never replaced.',
        );
      }
      process.stdout.write(`wrote ${file}, key ${String(key['kid'])}\n`);
    });
}

/** The socket that is named, or that of the configuration. */
function socketOf(values: Values): string {
  const named = textOf(values['socket']);
  if (named !== null) return named;
  const file = textOf(values['config']) ?? DEFAULT_CONFIGURATION;
  // Beside `guard` there is no configuration, and its state is where it was started.
  if (file === DEFAULT_CONFIGURATION && !existsSync(file) && existsSync(GUARD_SOCKET)) return GUARD_SOCKET;
  const loaded = loadConfiguration(file);
  const { control, stateFolder } = loaded.configuration;
  return resolveIn(loaded, control?.socket ?? path.join(stateFolder, 'control.sock'));
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
