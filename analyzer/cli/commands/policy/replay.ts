import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { openCandidate } from '../../../../policies/authoring/replay/candidate.ts';
import { replayLog, type ReplayReport } from '../../../../policies/authoring/replay/replay.ts';
import { isJsonObject, type JsonObject } from '../../../../policies/authoring/runs/json.ts';
import { readDocument, shownPath } from '../../../../policies/authoring/runs/policy-set.ts';
import { findOpa } from '../../../../policies/authoring/opa.ts';
import { UsageError, type Machine } from '../../machine.ts';
import { usesColor } from '../../output.ts';
import { EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERNAL } from '../../pipeline/exit-code.ts';
import { junitOfReplay, prettyReplay, sarifOfReplay, type ReplayNames } from './replay-report.ts';
import { choice, need, usageError, wholeNumber } from './support.ts';

/** Options of `weir policy replay` as the command line gives them. */
export interface PolicyReplayOptions {
  readonly format: string;
  readonly failOn: string;
  readonly failOnIncomplete: boolean;
  readonly entrypoint: readonly string[];
  /** File with documents; null for none. */
  readonly data: string | null;
  readonly limit: string;
}

const FORMATS = ['pretty', 'json', 'sarif', 'junit'] as const;
const FAIL_ON = ['changed', 'newly-allowed', 'newly-denied', 'none'] as const;
type FailOn = (typeof FAIL_ON)[number];

/** Most changes that can be listed. */
const LIMIT_MAX = 100_000;

/**
 * Makes logged decisions again with a candidate. @returns 0 when nothing that counts changed, 1 when something did, 3 when nothing could be replayed or, if
 * asked for, not everything.
 */
export async function runPolicyReplay(
  machine: Machine,
  { log, target }: { readonly log: string; readonly target: string },
  options: PolicyReplayOptions,
): Promise<number> {
  const format = choice('--format', options.format, FORMATS);
  const failOn = choice('--fail-on', options.failOn, FAIL_ON);
  const listedMax = wholeNumber('--limit', options.limit, { min: 0, max: LIMIT_MAX });
  const source = openLog(machine, log);
  const candidate = need(
    await openCandidate({
      cwd: machine.cwd,
      target,
      entrypoints: options.entrypoint.map((each) => each.replace(/^\/+|\/+$/g, '')),
      data: readData(machine, options.data),
      opa: () => findOpa({ env: machine.env }),
    }),
  );
  const report = await replayLog(candidate, source, { listedMax });
  await candidate.evaluator.close();
  const names: ReplayNames = {
    log: log === '-' ? 'standard input' : shownPath(machine.cwd, path.resolve(machine.cwd, log)),
    target,
    revision: candidate.revision,
  };
  machine.stdout.write(render(machine, { format, report, names }));
  return exitCodeOf(machine, report, { failOn, failOnIncomplete: options.failOnIncomplete });
}

function render(
  machine: Machine,
  {
    format,
    report,
    names,
  }: { readonly format: (typeof FORMATS)[number]; readonly report: ReplayReport; readonly names: ReplayNames },
): string {
  switch (format) {
    case 'pretty':
      return prettyReplay(report, names, usesColor(machine, machine.stdout, false));
    case 'json':
      return `${JSON.stringify({ version: '1', ...names, ...report }, null, 2)}\n`;
    case 'sarif':
      return sarifOfReplay(report, names);
    case 'junit':
      return junitOfReplay(report, names);
  }
}

function exitCodeOf(
  machine: Machine,
  { counts }: ReplayReport,
  { failOn, failOnIncomplete }: { readonly failOn: FailOn; readonly failOnIncomplete: boolean },
): number {
  const changed = { 'newly-allowed': counts.newlyAllowed, 'newly-denied': counts.newlyDenied, none: 0 };
  const all = counts.newlyAllowed + counts.newlyDenied + counts.reasons + counts.value;
  if (all + counts.unchanged === 0) {
    const help = 'Name another log, or record inputs and decisions in it.';
    machine.stderr.write(`weir: POL109 no decision of the log could be replayed\n  ${help}\n`);
    return EXIT_INTERNAL;
  }
  if ((failOn === 'changed' ? all : changed[failOn]) > 0) return EXIT_FINDINGS;
  return failOnIncomplete && counts.notReplayable + counts.bad > 0 ? EXIT_INTERNAL : EXIT_CLEAN;
}

/** @throws UsageError POL108 */
function openLog(machine: Machine, log: string): AsyncIterable<Uint8Array> {
  if (log === '-') return bytesOf(machine.stdin);
  const file = path.resolve(machine.cwd, log);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(
      'POL108',
      `there is no decision log \`${log}\``,
      'Name a file of events, or `-` for standard input.',
    );
  }
  return bytesOfFile(file);
}

/** Opens the file when it is read, so that nothing is left open when the policies are refused before. */
async function* bytesOfFile(file: string): AsyncGenerator<Uint8Array> {
  yield* bytesOf(createReadStream(file));
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    if (typeof piece === 'string') yield Buffer.from(piece);
    else if (piece instanceof Uint8Array) yield piece;
  }
}

/** Documents of a file; null when none is named. @throws UsageError POL102 */
export function readData(machine: Machine, file: string | null): JsonObject | null {
  if (file === null) return null;
  const absolute = path.resolve(machine.cwd, file);
  if (statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError('POL102', `there is no data file \`${file}\``, 'Name a JSON or YAML file.');
  }
  const document = need(readDocument(file, readFileSync(absolute, 'utf8')));
  if (isJsonObject(document)) return document;
  throw usageError({ code: 'POL102', message: `\`${file}\` is no object`, help: 'Write an object of data documents.' });
}
