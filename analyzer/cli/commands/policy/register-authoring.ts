import type { Command } from 'commander';
import type { Machine } from '../../machine.ts';
import { runPolicyBuild, runPolicyKeygen, runPolicySign, type KeyChoice } from './build.ts';
import { runPolicyCheck } from './check.ts';
import { runPolicyInit } from './init.ts';

/** Takes the exit code of a command. */
type Finish = (code: number) => void;
type Values = Readonly<Record<string, unknown>>;

const FOLDER = ['[folder]', 'folder with the policies (default: the current folder)'] as const;

/** Adds the commands that write, check, build and sign policies to `weir policy`. */
export function addPolicyAuthoring(policy: Command, machine: Machine, finish: Finish): void {
  policy
    .command('init')
    .description('start a small project: a policy, its tests, data and schemas')
    .argument('[folder]', 'folder to write it to (default: the current folder)')
    .option('--schemas', 'only write the schemas again, after an update of Weir')
    .action((folder: string | undefined, values: Values) => {
      finish(runPolicyInit(machine, folder ?? '.', { schemas: values['schemas'] === true }));
    });
  policy
    .command('check')
    .description('find misspelt paths, builtins that enforcement points lack, slow patterns and wrong metadata')
    .argument(...FOLDER)
    .option('-f, --format <format>', 'pretty, json or sarif', 'pretty')
    .option('--fail-on <level>', 'lowest level that fails the run: error, warning or none', 'warning')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action(async (folder: string | undefined, values: Values) => {
      const options = {
        format: textOf(values['format']) ?? 'pretty',
        failOn: textOf(values['failOn']) ?? 'warning',
        color: values['color'] !== false,
      };
      finish(await runPolicyCheck(machine, folder ?? '.', options));
    });
  addBuild(policy, machine, finish);
  addSigning(policy, machine, finish);
}

function addBuild(policy: Command, machine: Machine, finish: Finish): void {
  signingOptions(
    policy
      .command('build')
      .description('compile policies to Wasm and pack them with their data into a bundle')
      .argument(...FOLDER)
      .option('-o, --output <file>', 'bundle to write', 'bundle.tar.gz')
      .option(
        '-e, --entrypoint <path>',
        'further entry point, e.g. acme/authz/allow; may be given several times',
        collect,
      )
      .option('--revision <text>', 'name of this version (default: from the content)')
      .option(
        '--sequence <number>',
        'grows with every version (default: one more than that of the bundle that is replaced)',
      ),
  )
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action(async (folder: string | undefined, values: Values) => {
      const entrypoints = values['entrypoint'];
      const options = {
        ...keyChoice(values),
        output: textOf(values['output']) ?? 'bundle.tar.gz',
        revision: textOf(values['revision']),
        sequence: textOf(values['sequence']),
        entrypoints: Array.isArray(entrypoints) ? entrypoints.map(String) : [],
        color: values['color'] !== false,
      };
      finish(await runPolicyBuild(machine, folder ?? '.', options));
    });
}

function addSigning(policy: Command, machine: Machine, finish: Finish): void {
  signingOptions(policy.command('sign').description('sign a bundle').argument('<bundle>', 'e.g. bundle.tar.gz'))
    .option('-o, --output <file>', 'file to write (default: the bundle itself)')
    .action(async (bundle: string, values: Values) => {
      finish(await runPolicySign(machine, bundle, { ...keyChoice(values), output: textOf(values['output']) }));
    });
  policy
    .command('keygen')
    .description('make a key pair for signing bundles')
    .argument('<name>', 'writes <name>.key.pem, only for you, and <name>.pub.pem')
    .option('--algorithm <name>', 'ES256, which every OPA knows, EdDSA, ES384, RS256 or PS256', 'ES256')
    .action((name: string, values: Values) => {
      finish(runPolicyKeygen(machine, name, { algorithm: textOf(values['algorithm']) ?? 'ES256' }));
    });
}

/** Keys come from files: what stands on a command line can be read by every process. */
function signingOptions(command: Command): Command {
  return command
    .option('--key <file>', 'private key (PEM) to sign with, which only you may be able to read')
    .option(
      '--key-id <id>',
      'name under which enforcement points know the key (default: name of the file without .key.pem)',
    )
    .option('--algorithm <name>', 'signature algorithm, e.g. PS256 (default: what suits the key)')
    .option('--scope <text>', 'scope that enforcement points expect');
}

const keyChoice = (values: Values): KeyChoice => ({
  key: textOf(values['key']),
  keyId: textOf(values['keyId']),
  algorithm: textOf(values['algorithm']),
  scope: textOf(values['scope']),
});

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
