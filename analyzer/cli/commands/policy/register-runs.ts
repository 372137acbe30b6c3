import type { Command } from 'commander';
import type { Machine } from '../../machine.ts';
import { runPolicyTest } from './test.ts';

/** Takes the exit code of a command. */
type Finish = (code: number) => void;
type Values = Readonly<Record<string, unknown>>;

/** Adds the commands that run policies to `weir policy`. */
export function addPolicyRuns(policy: Command, machine: Machine, finish: Finish): void {
  addTest(policy, machine, finish);
}

function addTest(policy: Command, machine: Machine, finish: Finish): void {
  policy
    .command('test')
    .description('run tests and examples of policies with opa and in Wasm, and compare')
    .argument('[paths...]', 'folders of policies and Rego files (default: the current folder)')
    .option('--coverage-threshold <percent>', 'least share of lines that the tests must evaluate')
    .option('-f, --format <format>', 'pretty, json or junit', 'pretty')
    .action(async (paths: string[], values: Values) => {
      const options = {
        coverageThreshold: textOf(values['coverageThreshold']),
        format: textOf(values['format']) ?? 'pretty',
      };
      finish(await runPolicyTest(machine, paths, options));
    });
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
