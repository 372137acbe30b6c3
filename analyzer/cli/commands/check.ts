import { readFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../../config/index.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { REPORTERS } from '../../../reports/index.ts';
import type { Result } from '../../../model/result.ts';
import { UsageError, type Machine } from '../machine.ts';
import { parseFormats, renderOptions, writeOutput, type FormatRequest } from '../output.ts';
import { compareWith, parseBaseline } from '../pipeline/baseline.ts';
import { exitCodeOf, failsRun, type FailOn } from '../pipeline/exit-code.ts';
import { suppress } from '../pipeline/suppress.ts';
import { analyseTree, findFiles, openSession, type Session } from '../session.ts';

/** Options of `weir check` as the command line gives them. */
export interface CheckOptions {
  readonly config: string | null;
  readonly format: readonly string[];
  readonly failOn: string;
  readonly failOnIncomplete: boolean;
  readonly baseline: string | null;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Analyses, writes the reports and returns the exit code. */
export function runCheck(machine: Machine, paths: readonly string[], options: CheckOptions): number {
  const formats = parseFormats(options.format);
  const failOn = parseFailOn(options.failOn);
  const known = options.baseline === null ? null : readBaseline(machine, options.baseline);
  const session = openSession(machine.cwd, { paths, config: options.config });
  const result = checkOnce(machine, session, { strict: options.strict, known });
  const isQuiet = options.quiet && !result.findings.some((finding) => failsRun(finding, result.rules, failOn));
  writeReports(machine, result, { formats, isQuiet, color: options.color });
  return exitCodeOf(result, { failOn, failOnIncomplete: options.failOnIncomplete });
}

function checkOnce(
  machine: Machine,
  session: Session,
  options: { readonly strict: boolean; readonly known: ReadonlySet<string> | null },
): Result {
  const { tree, diagnostics } = findFiles(session);
  const { result, directives } = analyseTree(tree, session, { strict: options.strict, diagnostics });
  const rules = ALL_RULES.map(({ meta }) => meta);
  const suppressed = suppress(result, { directives, rules, today: machine.today() });
  return options.known === null ? suppressed : compareWith(suppressed, options.known);
}

function writeReports(
  machine: Machine,
  result: Result,
  options: { readonly formats: readonly FormatRequest[]; readonly isQuiet: boolean; readonly color: boolean },
): void {
  for (const { format, file } of options.formats) {
    if (file === null && options.isQuiet) continue;
    const isFile = file !== null;
    const text = REPORTERS[format].render(result, renderOptions(machine, isFile || !options.color));
    if (isFile) writeOutput(machine, file, text);
    else machine.stdout.write(text);
  }
}

const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'note', 'none'];

export function parseFailOn(text: string): FailOn {
  const found = FAIL_ON.find((level) => level === text);
  if (found !== undefined) return found;
  const help = didYouMean(text, FAIL_ON, `Use one of ${FAIL_ON.join(', ')}.`);
  throw new UsageError('CLI005', `\`--fail-on ${text}\` is no level`, help);
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
