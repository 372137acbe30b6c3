/**
 * Every Step Functions file of the corpus, one at a time, in process: `node test/bench/corpus.ts`. Time of the whole pipeline for a definition beside
 * `asl-validator`, which checks shape only; what is found beside what an independent reader finds; validity beside the ground truth.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CLOUD,
  corpusFiles,
  corpusTree,
  distribution,
  distributionHead,
  percent,
  printHead,
  readCsv,
  runPipeline,
  STAGES,
  WORKFLOW_KINDS,
  type CorpusFile,
  type Run,
} from './support.ts';
import { countStates, definitionsIn, loadShapeValidator, readPlain } from './shape.ts';

/** Median for one definition, in milliseconds, that the project aims at. */
const TARGET_MS = 10;
/** Runs over the corpus; the last is reported, those before warm up the compiler for both sides. */
const ROUNDS = 2;
/** Files listed by name under one heading. */
const LISTED_MAX = 40;

/** The test that holds the table of reasons for answers other than the ground truth; the reasons are written there and nowhere else. */
const REASONS = path.resolve(import.meta.dirname, '../unit/aws-step-functions/corpus.test.ts');

const validate = loadShapeValidator();

interface Measured {
  readonly input: CorpusFile;
  /** Null after a crash. */
  readonly run: Run | null;
  readonly crash: string | null;
  /** Workflows and states that the independent reader finds; null when it cannot read the file. */
  readonly expected: { readonly workflows: number; readonly states: number } | null;
  /** Milliseconds of reading and validating the shape of all definitions of the file; null where there is none. */
  readonly shapeMs: { readonly all: number; readonly validation: number } | null;
  readonly isShapeValid: boolean | null;
}

function measureFile(input: CorpusFile): Measured {
  const tree = corpusTree([input.file]);
  const text = tree.read(input.file) ?? '';
  const start = performance.now();
  const plain = readPlain(input.file, text);
  const definitions = definitionsIn(plain ?? []);
  const read = performance.now();
  let isShapeValid: boolean | null = definitions.length === 0 ? null : true;
  for (const definition of definitions) {
    try {
      if (!validate(definition).isValid) isShapeValid = false;
    } catch {
      isShapeValid = false;
    }
  }
  const end = performance.now();
  const shapeMs = definitions.length === 0 ? null : { all: end - start, validation: end - read };
  const states = definitions.reduce((sum, one) => sum + countStates(one), 0);
  const expected = plain === null ? null : { workflows: definitions.length, states };
  const measured = { input, expected, shapeMs, isShapeValid };
  try {
    return { ...measured, run: runPipeline(tree), crash: null };
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...measured, run: null, crash };
  }
}

function list(title: string, lines: readonly string[]): void {
  console.log(`\n${title}: ${lines.length}`);
  for (const line of lines.slice(0, LISTED_MAX)) console.log(`  ${line}`);
  if (lines.length > LISTED_MAX) console.log(`  … and ${lines.length - LISTED_MAX} more`);
}

function reportTimes(all: readonly Measured[]): void {
  const runs = all.flatMap(({ run }) => (run === null || run.application.compositions.length === 0 ? [] : [run]));
  const each = (of: (run: Run) => number): number[] => runs.map((run) => of(run) / run.application.compositions.length);
  console.log(`\n${distributionHead('ms per definition')}`);
  const totals = each(({ totalMs }) => totalMs);
  console.log(distribution('weir, whole pipeline', totals));
  for (const stage of STAGES)
    console.log(
      distribution(
        `  ${stage}`,
        each(({ times }) => times[stage]),
      ),
    );
  const both = all.flatMap(({ run, shapeMs, expected }) => {
    const count = run?.application.compositions.length ?? 0;
    return run === null || shapeMs === null || expected === null || count === 0
      ? []
      : [
          {
            weir: run.totalMs / count,
            shape: shapeMs.all / expected.workflows,
            alone: shapeMs.validation / expected.workflows,
          },
        ];
  });
  console.log(
    distribution(
      'weir, where both find a definition',
      both.map(({ weir }) => weir),
    ),
  );
  console.log(
    distribution(
      'asl-validator with reading, the same files',
      both.map(({ shape }) => shape),
    ),
  );
  console.log(
    distribution(
      '  its validation without reading',
      both.map(({ alone }) => alone),
    ),
  );
  console.log('  (asl-validator compiles its schemas in every call; that is part of its time)');
  const median = totals.toSorted((a, b) => a - b)[Math.floor(totals.length / 2)] ?? 0;
  console.log(`target: median at most ${TARGET_MS} ms: ${median <= TARGET_MS ? 'met' : 'MISSED'}`);
}

function reportCompleteness(all: readonly Measured[]): void {
  const crashes = all.flatMap(({ input, crash }) => (crash === null ? [] : [`${input.file}: ${crash.slice(0, 300)}`]));
  list('crashes', crashes);
  const drops: string[] = [];
  const said: string[] = [];
  const empty: string[] = [];
  for (const { input, run, expected } of all) {
    if (run === null) continue;
    const found = run.application.compositions;
    const states = found.reduce((sum, { unitCount }) => sum + unitCount, 0);
    const errors = run.diagnostics.filter(({ severity }) => severity === 'error');
    if (found.length === 0) {
      const all = [...new Set(run.diagnostics.map(({ code, severity }) => `${severity} ${code}`))].sort().join(', ');
      empty.push(`${input.file}: ${all || 'no diagnostic'}`);
    }
    const isShort =
      expected === null ? found.length === 0 : found.length < expected.workflows || states < expected.states;
    if (!isShort) continue;
    const counts = `${found.length} of ${expected?.workflows ?? '?'} workflows, ${states} of ${expected?.states ?? '?'} states`;
    const codes = [...new Set(errors.map(({ code }) => code))].sort().join(' ');
    (errors.length === 0 ? drops : said).push(`${input.file}: ${counts} ${codes}`);
  }
  list('silent drops (fewer workflows or states than the independent reader finds, and no error)', drops);
  list('fewer found, with an error diagnostic', said);
  list('files without a workflow, with what is said of them', empty);
}

function reportShares(all: readonly Measured[]): void {
  const runs = all.flatMap(({ run }) => (run === null ? [] : [run]));
  const sum = (of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const supported = sum(({ coverage }) => coverage.unitsAnalysed);
  const approximated = sum(({ coverage }) => coverage.unitsApproximated);
  const refused = sum(({ coverage }) => coverage.unitsRefused);
  const states = supported + approximated + refused;
  const workflows = sum(({ application }) => application.compositions.length);
  console.log(`\nfiles ${all.length}, workflows ${workflows}, states ${states}`);
  console.log(`  supported    ${supported} (${percent(supported, states)})`);
  console.log(`  approximated ${approximated} (${percent(approximated, states)})`);
  console.log(`  refused      ${refused} (${percent(refused, states)})`);
  const uses = new Map<string, number>();
  for (const { application } of runs) {
    for (const { feature, support } of application.compositions.flatMap(({ features }) => features)) {
      uses.set(`${support} ${feature}`, (uses.get(`${support} ${feature}`) ?? 0) + 1);
    }
  }
  for (const [use, count] of [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))) {
    console.log(`    ${String(count).padStart(5)} ${use}`);
  }
  const coverage = runs.flatMap(({ application }) => application.coverage);
  const files = (state: string): number => coverage.filter((one) => one.state === state).length;
  console.log(`  files analysed ${files('analysed')}, partial ${files('partial')}, refused ${files('refused')}`);
}

/** Reasons by the last part of a file's path. */
function knownReasons(): ReadonlyMap<string, string> {
  const text = existsSync(REASONS) ? readFileSync(REASONS, 'utf8') : '';
  const reasons = new Map<string, string>();
  let before = '';
  for (const [, name = '', reason = ''] of text.matchAll(/'([\w.-]+\.(?:json5?|ya?ml))':\s*'([^']*)'/g)) {
    if (reason !== 'as above') before = reason;
    reasons.set(name, before);
  }
  return reasons;
}

function reportAgreement(all: readonly Measured[]): void {
  const byFile = new Map(all.map((one) => [one.input.file, one]));
  const rows = readCsv(path.join(CLOUD, 'ground-truth.csv')).filter(([, , , expected = '']) =>
    /^asl-(in)?valid$/.test(expected),
  );
  const disagreements: string[] = [];
  const reasons = knownReasons();
  let unexplained = 0;
  let shapeAgrees = 0;
  let missing = 0;
  for (const [file = '', , , expected = '', basis = ''] of rows) {
    const one = byFile.get(file);
    if (one === undefined || one.run === null) {
      missing += 1;
      disagreements.push(`${file}: not analysed`);
      continue;
    }
    const isValid = expected === 'asl-valid';
    if (one.isShapeValid === isValid) shapeAgrees += 1;
    const errors = one.run.diagnostics.filter(({ severity }) => severity === 'error');
    if ((errors.length === 0) === isValid) continue;
    const ours = errors.map(({ code, span, message }) => `${code} line ${span.start.line}: ${message}`).join('; ');
    const shape = one.isShapeValid === null ? 'no definition' : one.isShapeValid ? 'valid' : 'invalid';
    const lesser = one.run.diagnostics.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    const told = [`asl-validator: ${shape}`, `ours: ${ours || 'valid'}`, `warnings: ${lesser.join(' ') || 'none'}`];
    const reason = reasons.get(path.basename(file));
    if (reason === undefined) unexplained += 1;
    const lines = [file, `expected ${expected} (${basis})`, told.join('; '), `reason: ${reason ?? 'NOT EXPLAINED'}`];
    disagreements.push(lines.join('\n    '));
  }
  const agree = rows.length - disagreements.length;
  console.log(
    `\nground truth asl-valid/asl-invalid: ${agree} of ${rows.length} agree (${percent(agree, rows.length)})`,
  );
  console.log(`  asl-validator: ${shapeAgrees} of ${rows.length - missing}`);
  console.log(`  disagreements without a reason: ${unexplained}`);
  list('disagreements', disagreements);
}

printHead('corpus.ts');
const inputs = corpusFiles().filter(({ kind }) => WORKFLOW_KINDS.includes(kind));
let measured: readonly Measured[] = [];
for (let round = 0; round < ROUNDS; round++) measured = inputs.map(measureFile);
console.log(`${inputs.length} files, round ${ROUNDS} of ${ROUNDS}`);
reportTimes(measured);
reportShares(measured);
reportCompleteness(measured);
reportAgreement(measured);
