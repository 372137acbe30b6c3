import type { Command } from 'commander';
import type { Machine } from '../../machine.ts';
import { runPolicyBench } from './bench.ts';
import { runPolicyExplain } from './explain.ts';
import { runPolicyReplay } from './replay.ts';
import { runPolicyTest } from './test.ts';

/** Takes the exit code of a command. */
type Finish = (code: number) => void;
type Values = Readonly<Record<string, unknown>>;

/** Adds the commands that run policies to `weir policy`. */
export function addPolicyRuns(policy: Command, machine: Machine, finish: Finish): void {
  addTest(policy, machine, finish);
  addReplay(policy, machine, finish);
  addExplain(policy, machine, finish);
  addBench(policy, machine, finish);
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

const TARGET = 'folder of policies, or bundle';

function addReplay(policy: Command, machine: Machine, finish: Finish): void {
  policy
    .command('replay')
    .description('make the decisions of a log again with other policies, and list what changes')
    .argument('<log>', 'decision log events: JSON lines or arrays, also compressed; - for standard input')
    .argument('<target>', TARGET)
    .option('-e, --entrypoint <path>', 'entry point beside the annotated ones; may be given several times', collect)
    .option('-d, --data <file>', 'data documents, laid over those of the policies')
    .option('-f, --format <format>', 'pretty, json, sarif or junit', 'pretty')
    .option('--fail-on <change>', 'changed, newly-allowed, newly-denied or none', 'changed')
    .option('--fail-on-incomplete', 'end with 3 when something could not be replayed and nothing else fails')
    .option('--limit <count>', 'changes and places that are listed; all are counted', '1000')
    .action(async (log: string, target: string, values: Values) => {
      const options = {
        format: textOf(values['format']) ?? 'pretty',
        failOn: textOf(values['failOn']) ?? 'changed',
        failOnIncomplete: values['failOnIncomplete'] === true,
        entrypoint: textsOf(values['entrypoint']),
        data: textOf(values['data']),
        limit: textOf(values['limit']) ?? '1000',
      };
      finish(await runPolicyReplay(machine, { log, target }, options));
    });
}

function addExplain(policy: Command, machine: Machine, finish: Finish): void {
  policy
    .command('explain')
    .description('show which rules and data give a decision; values of bodies and credentials are masked')
    .argument('<target>', TARGET)
    .option('-i, --input <file>', 'input of the entry point as JSON; - for standard input')
    .option('--decision <id>', 'a decision of a log, by its decision_id')
    .option('--log <file>', 'the log that has the decision')
    .option('-e, --entrypoint <path>', 'entry point (default: the logged or the only one)')
    .option('-d, --data <file>', 'data documents, laid over those of the policies')
    .option('-f, --format <format>', 'pretty or json', 'pretty')
    .option('--all', 'show functions and everything that was tried')
    .action(async (target: string, values: Values) => {
      const options = {
        input: textOf(values['input']),
        decision: textOf(values['decision']),
        log: textOf(values['log']),
        entrypoint: textOf(values['entrypoint']),
        data: textOf(values['data']),
        format: textOf(values['format']) ?? 'pretty',
        all: values['all'] === true,
      };
      finish(await runPolicyExplain(machine, target, options));
    });
}

function addBench(policy: Command, machine: Machine, finish: Finish): void {
  policy
    .command('bench')
    .description('measure evaluations over the inputs of the examples, beside opa bench')
    .argument('[paths...]', 'folders of policies (default: the current folder)')
    .option('-n, --evaluations <count>', 'evaluations of each example', '1000')
    .option('-f, --format <format>', 'pretty or json', 'pretty')
    .option('--no-opa', 'leave out opa bench')
    .action(async (paths: string[], values: Values) => {
      const options = {
        evaluations: textOf(values['evaluations']) ?? '1000',
        format: textOf(values['format']) ?? 'pretty',
        opa: values['opa'] !== false,
      };
      finish(await runPolicyBench(machine, paths, options));
    });
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
