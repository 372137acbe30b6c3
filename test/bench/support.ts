/** What the programs of this folder share: the corpus, the stages of the pipeline with their times, distributions. */
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { buildCoverage } from '../../analyzer/cli/pipeline/coverage.ts';
import type { FileTree } from '../../analyzer/cli/pipeline/file-tree.ts';
import { lower } from '../../analyzer/cli/pipeline/lower.ts';
import { buildWorkspace } from '../../analyzer/cli/pipeline/workspace.ts';
import { DEFAULT_CONFIGURATION, labelApplication } from '../../analyzer/config/index.ts';
import { check } from '../../analyzer/flow/index.ts';
import { PLATFORMS } from '../../analyzer/platforms/index.ts';
import { buildRuleContext, runRules } from '../../analyzer/query/index.ts';
import type { Application } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { ALL_RULES } from '../../rules/index.ts';
import { machine } from './measure.ts';

export const CLOUD = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../shared/corpus'),
  'cloud',
);

/** Kinds of the manifest that hold Step Functions workflows. */
export const WORKFLOW_KINDS: readonly string[] = ['asl', 'cfn-statemachine', 'sls-stepfunctions'];

/** One file of the corpus. */
export interface CorpusFile {
  readonly file: string;
  readonly kind: string;
}

/** Rows of a CSV file without its header; fields may be quoted. */
export function readCsv(file: string): readonly (readonly string[])[] {
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
    ),
  );
}

/** The manifest of the corpus. Ends the program with a message when there is none. */
export function corpusFiles(): readonly CorpusFile[] {
  const manifest = path.join(CLOUD, 'manifest.csv');
  if (!existsSync(manifest)) {
    console.error(`no corpus at ${CLOUD}: set WEIR_CORPUS to the directory that holds cloud/manifest.csv`);
    process.exit(2);
  }
  return readCsv(manifest).map((row) => ({ file: row[0] ?? '', kind: row[5] ?? '' }));
}

/** A tree in which `paths` are analysed and every other file of the corpus can be read when one refers to it. */
export function corpusTree(paths: readonly string[]): FileTree {
  const known = new Map<string, string | null>();
  const read = (wanted: string): string | null => {
    const before = known.get(wanted);
    if (before !== undefined) return before;
    const file = path.join(CLOUD, wanted);
    const isInside = file.startsWith(CLOUD + path.sep);
    const text = isInside && existsSync(file) ? textOf(file) : null;
    known.set(wanted, text);
    return text;
  };
  // Disk reads are no part of what is timed.
  for (const one of paths) read(one);
  return { paths: [...paths].sort(), read };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return null;
  }
}

export const STAGES = ['parse', 'lower', 'label', 'check', 'rules'] as const;
export type Stage = (typeof STAGES)[number];

/** One run of the pipeline without configuration. */
export interface Run {
  readonly application: Application;
  readonly findings: readonly Finding[];
  /** Of lowering (which passes on those of parsing) and labelling. */
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: Result['coverage'];
  /** Milliseconds by stage and in all; neither coverage nor drawings are in them. */
  readonly times: Readonly<Record<Stage, number>>;
  readonly totalMs: number;
}

/** Runs the stages of the command line's pipeline, timed one by one. Throws when labelling is refused. */
export function runPipeline(tree: FileTree): Run {
  const marks = [performance.now()];
  const mark = (): void => void marks.push(performance.now());
  const workspace = buildWorkspace(tree);
  mark();
  const application = lower(workspace, PLATFORMS);
  mark();
  const labelled = labelApplication(application, DEFAULT_CONFIGURATION);
  if (!labelled.ok) throw new Error(labelled.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  mark();
  const { space } = labelled.value;
  const result = check(application, labelled.value, { strict: false });
  mark();
  const context = buildRuleContext({ application, result, space, isConfigured: false, strict: false });
  const findings = runRules(context, ALL_RULES);
  mark();
  const at = (stage: number): number => (marks[stage + 1] ?? 0) - (marks[stage] ?? 0);
  return {
    application,
    findings,
    diagnostics: [...application.diagnostics, ...labelled.diagnostics],
    coverage: buildCoverage(application, result.verdicts, { idleRules: [], configuration: null }),
    times: { parse: at(0), lower: at(1), label: at(2), check: at(3), rules: at(4) },
    totalMs: (marks[STAGES.length] ?? 0) - (marks[0] ?? 0),
  };
}

/** Value below which `share` (0 to 1) of `values` lie; 0 when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Header of the table that {@link distribution} fills. */
export function distributionHead(title: string): string {
  const cells = ['n', 'median', 'p95', 'p99', 'max'].map((name) => name.padStart(10)).join('');
  return `${title.padEnd(44)}${cells}`;
}

/** A row: number of values, median, p95, p99 and maximum. */
export function distribution(name: string, values: readonly number[]): string {
  const cell = (value: number): string => value.toFixed(2).padStart(10);
  const shares = [0.5, 0.95, 0.99, 1].map((share) => cell(quantile(values, share))).join('');
  return `${name.padEnd(44)}${String(values.length).padStart(10)}${shares}`;
}

/** The lines every program begins with. */
export function printHead(program: string): void {
  console.log(machine());
  console.log(
    `load average at start ${(loadavg()[0] ?? 0).toFixed(1)}: times are of use only when it is well below the number of processors`,
  );
  const flags = process.execArgv.map((flag) => ` ${flag}`).join('');
  console.log(`command: node${flags} test/bench/${program}`);
}

export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
