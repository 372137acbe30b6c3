import { ALL_RULES } from '../../../rules/index.ts';
import { tellIncomplete } from '../incomplete.ts';
import type { Machine } from '../machine.ts';
import { formatDiagnostics, usesColor, writeOutput } from '../output.ts';
import { renderBaseline, toBaseline } from '../pipeline/baseline.ts';
import { EXIT_INTERNAL, exitCodeOf, isVoid } from '../pipeline/exit-code.ts';
import { suppress } from '../pipeline/suppress.ts';
import { analyseTree, findFiles, openSession } from '../session.ts';

export interface BaselineOptions {
  readonly config: string | null;
  readonly strict: boolean;
  readonly output: string;
  readonly failOnIncomplete: boolean;
}

/** Writes down all findings there are, so that only new ones count from now on. */
export function runBaseline(machine: Machine, paths: readonly string[], options: BaselineOptions): number {
  const session = openSession(machine.cwd, { paths, config: options.config });
  const { tree, diagnostics } = findFiles(session);
  const { result, directives } = analyseTree(tree, session, { strict: options.strict, diagnostics });
  if (isVoid(result)) {
    machine.stderr.write(formatDiagnostics(result.diagnostics, usesColor(machine, machine.stderr, false)));
    tellIncomplete(machine, result);
    machine.stderr.write('nothing was analysed, so no baseline was written\n');
    return EXIT_INTERNAL;
  }
  const rules = ALL_RULES.map(({ meta }) => meta);
  const baseline = toBaseline(suppress(result, { directives, rules, today: machine.today(), isShown: () => true }));
  writeOutput(machine, options.output, renderBaseline(baseline));
  const count = baseline.findings.length;
  machine.stderr.write(`${count} finding${count === 1 ? '' : 's'} written to ${options.output}\n`);
  machine.stderr.write(`use it with: weir check --baseline ${options.output}\n`);
  tellIncomplete(machine, result);
  return exitCodeOf(result, { failOn: 'none', failOnIncomplete: options.failOnIncomplete });
}
