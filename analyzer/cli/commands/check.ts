import { readFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../../config/index.ts';
import { REPORTERS } from '../../../reports/index.ts';
import type { Result } from '../../../model/result.ts';
import { tellIncomplete } from '../incomplete.ts';
import { UsageError, type Machine } from '../machine.ts';
import {
  formatDiagnostics,
  parseFormats,
  renderOptions,
  usesColor,
  writeOutput,
  type FormatRequest,
} from '../output.ts';
import { parseBaseline } from '../pipeline/baseline.ts';
import { EXIT_CLEAN, EXIT_USAGE, exitCodeOf, type FailOn } from '../pipeline/exit-code.ts';
import { showConfiguration } from '../pipeline/show-configuration.ts';
import { runAnalysis, type RunOptions } from '../runner.ts';
import { analyseTree, ConfigurationError, findFiles, openSession, type Session } from '../session.ts';
import { overrideOf, readStdin, refuseWithStdin, standIn } from '../standard-input.ts';
import { watchAndRun } from '../watch.ts';

/** Options of `weir check` as the command line gives them. */
export interface CheckOptions {
  readonly config: string | null;
  readonly format: readonly string[];
  readonly failOn: string;
  readonly failOnIncomplete: boolean;
  readonly baseline: string | null;
  readonly changedSince: string | null;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly cache: boolean;
  readonly jobs: string;
  readonly watch: boolean;
  readonly stdin: boolean;
  readonly stdinFilename: string | null;
  readonly showConfig: boolean;
}

/** Analyses, writes the reports and returns the exit code. */
export async function runCheck(machine: Machine, paths: readonly string[], options: CheckOptions): Promise<number> {
  const formats = parseFormats(options.format);
  const failOn = parseFailOn(options.failOn);
  parseJobs(options.jobs);
  refuseWithStdin(paths, options);
  if (options.showConfig) return showConfig(machine, paths, options);
  const stdin = options.stdin ? await readStdin(machine) : null;
  const located = options.stdinFilename === null ? paths : [standIn(machine.cwd, options.stdinFilename)];
  const open = (): Session => openSession(machine.cwd, { paths: located, config: options.config });
  const run = async (): Promise<number> => {
    const session = open();
    const result = await checkOnce(machine, session, { options, stdin });
    const code = exitCodeOf(result, { failOn, failOnIncomplete: options.failOnIncomplete });
    const isQuiet = options.quiet && code === EXIT_CLEAN;
    writeReports(machine, result, { formats, isQuiet, color: options.color });
    if (!isQuiet) tellIncomplete(machine, result);
    return code;
  };
  if (!options.watch) return run();
  return watchAndRun(machine, open().location.root, () => survive(machine, run));
}

async function checkOnce(
  machine: Machine,
  session: Session,
  asked: { readonly options: CheckOptions; readonly stdin: Buffer | null },
): Promise<Result> {
  const { options, stdin } = asked;
  const progress = machine.stderr.isTTY === true && !options.quiet;
  if (progress) machine.stderr.write('analysing …');
  try {
    const known = options.baseline === null ? null : readBaseline(machine, options.baseline);
    const root = session.location.root;
    const name = options.stdinFilename;
    const override = stdin === null ? null : overrideOf(machine.cwd, root, { bytes: stdin, name });
    const run: RunOptions = { ...options, known, override, jobs: parseJobs(options.jobs) };
    return await runAnalysis(machine, session, run);
  } finally {
    if (progress) machine.stderr.write('\r\u001b[2K');
  }
}

/** While watching, a mistake in the configuration is said and the next change is waited for. */
async function survive(machine: Machine, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (error instanceof ConfigurationError) machine.stderr.write(formatDiagnostics(error.diagnostics, false));
    machine.stderr.write(`weir: ${error.code} ${error.message}\n  ${error.help}\n`);
    return EXIT_USAGE;
  }
}

function showConfig(machine: Machine, paths: readonly string[], options: CheckOptions): number {
  const session = openSession(machine.cwd, { paths, config: options.config });
  const { tree, diagnostics } = findFiles(session);
  const analysis = analyseTree(tree, session, { strict: options.strict, diagnostics });
  machine.stdout.write(showConfiguration(session.configuration, analysis));
  const { result } = analysis;
  const own = result.diagnostics.filter(({ code }) => code.startsWith('CFG') || code.startsWith('LAT'));
  machine.stderr.write(formatDiagnostics(own, usesColor(machine, machine.stderr, !options.color)));
  tellIncomplete(machine, result);
  return exitCodeOf(result, { failOn: 'none', failOnIncomplete: options.failOnIncomplete });
}

/** Writes every report that can be written, and only then fails for one that could not. */
function writeReports(
  machine: Machine,
  result: Result,
  options: { readonly formats: readonly FormatRequest[]; readonly isQuiet: boolean; readonly color: boolean },
): void {
  let failure: UsageError | null = null;
  for (const { format, file } of options.formats) {
    if (file === null && options.isQuiet) continue;
    const text = REPORTERS[format].render(result, renderOptions(machine, file !== null || !options.color));
    if (file === null) {
      machine.stdout.write(text);
      continue;
    }
    try {
      writeOutput(machine, file, text);
      if (!options.isQuiet) machine.stderr.write(`${format} report: ${file}\n`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'note', 'none'];

export function parseFailOn(text: string): FailOn {
  const found = FAIL_ON.find((level) => level === text);
  if (found !== undefined) return found;
  const help = didYouMean(text, FAIL_ON, `Use one of ${FAIL_ON.join(', ')}.`);
  throw new UsageError('CLI005', `\`--fail-on ${text}\` is no level`, help);
}

/** Most threads that can be asked for. */
const JOBS_MAX = 64;

export function parseJobs(text: string): number {
  const jobs = /^\d+$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= JOBS_MAX) return jobs;
  throw new UsageError('CLI005', `\`--jobs ${text}\` is no number of threads`, `Give a number from 1 to ${JOBS_MAX}.`);
}

function readBaseline(machine: Machine, file: string): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(path.resolve(machine.cwd, file), 'utf8');
  } catch {
    throw new UsageError('CLI001', `there is no baseline \`${file}\``, 'Write one with `weir baseline`.');
  }
  const known = parseBaseline(text);
  if (known !== null) return known;
  throw new UsageError('CLI008', `\`${file}\` is no baseline`, 'Write it again with `weir baseline`.');
}
