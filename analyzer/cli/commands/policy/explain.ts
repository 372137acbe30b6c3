import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { explainDecision, readInput, type Explanation } from '../../../../policies/authoring/explain/explain.ts';
import { findDecision } from '../../../../policies/authoring/explain/find-decision.ts';
import { readTarget } from '../../../../policies/authoring/replay/candidate.ts';
import type { JsonObject } from '../../../../policies/authoring/runs/json.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { usesColor } from '../../output.ts';
import { printable } from '../../printable.ts';
import { EXIT_CLEAN } from '../../pipeline/exit-code.ts';
import { prettyExplanation } from './explain-report.ts';
import { readData } from './replay.ts';
import { choice, need, needOpa } from './support.ts';

/** Options of `weir policy explain` as the command line gives them. */
export interface PolicyExplainOptions {
  /** File with the input, `-` for standard input; null when the decision is one of a log. */
  readonly input: string | null;
  /** Id of a logged decision; needs `log`. */
  readonly decision: string | null;
  readonly log: string | null;
  readonly entrypoint: string | null;
  readonly data: string | null;
  readonly format: string;
  /** Show every rule that was tried, also those that failed at once, and functions. */
  readonly all: boolean;
}

const FORMATS = ['pretty', 'json'] as const;

/** Shows which rules and data gave a decision. @returns 0 whatever the decision is */
export async function runPolicyExplain(
  machine: Machine,
  target: string,
  options: PolicyExplainOptions,
): Promise<number> {
  const format = choice('--format', options.format, FORMATS);
  const question = await questionOf(machine, options);
  const data = readData(machine, options.data);
  const set = need(await readTarget({ cwd: machine.cwd, target, data }));
  const explanation = need(await explainDecision(needOpa(machine), set, question));
  if (question.altered.length > 0) {
    const paths = question.altered.map(printable).join(', ');
    machine.stderr.write(`the log masks ${paths}: rules that read these may have decided otherwise then\n`);
  }
  machine.stdout.write(render(machine, explanation, { format, all: options.all }));
  return EXIT_CLEAN;
}

function render(
  machine: Machine,
  explanation: Explanation,
  { format, all }: { readonly format: (typeof FORMATS)[number]; readonly all: boolean },
): string {
  if (format === 'pretty')
    return prettyExplanation(explanation, { all, color: usesColor(machine, machine.stdout, false) });
  const { answer, ...rest } = explanation;
  return `${JSON.stringify({ version: '1', isUndefined: answer === undefined, ...(answer === undefined ? {} : { answer }), ...rest }, null, 2)}\n`;
}

interface Question {
  readonly input: JsonObject;
  readonly entrypoint: string | null;
  readonly nowMs: number | null;
  readonly altered: readonly string[];
}

/** @throws UsageError CLI005, POL108, POL111 to POL113 */
async function questionOf(machine: Machine, options: PolicyExplainOptions): Promise<Question> {
  const { input, decision, log, entrypoint } = options;
  if ((decision === null) !== (log === null)) {
    throw new UsageError('CLI005', '`--decision` and `--log` go together', 'Give both, or an input with --input.');
  }
  if (input !== null) {
    if (decision !== null)
      throw new UsageError('CLI005', '`--input` and `--decision` exclude one another', 'Give one of them.');
    return { input: need(readInput(input, await textOf(machine, input))), entrypoint, nowMs: null, altered: [] };
  }
  if (decision === null || log === null) {
    throw new UsageError(
      'CLI005',
      'there is nothing to explain',
      'Give --input FILE, or --decision ID with --log FILE.',
    );
  }
  const file = path.resolve(machine.cwd, log);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError('POL108', `there is no decision log \`${log}\``, 'Name a file of events.');
  }
  const found = need(await findDecision(createReadStream(file), decision));
  return { input: found.input, entrypoint: entrypoint ?? found.entrypoint, nowMs: found.nowMs, altered: found.altered };
}

async function textOf(machine: Machine, file: string): Promise<string> {
  if (file !== '-') {
    const absolute = path.resolve(machine.cwd, file);
    if (statSync(absolute, { throwIfNoEntry: false })?.isFile() === true) return readFileSync(absolute, 'utf8');
    throw new UsageError('POL111', `there is no input \`${file}\``, 'Name a JSON file, or `-` for standard input.');
  }
  const pieces: Buffer[] = [];
  for await (const piece of machine.stdin) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString('utf8');
}
