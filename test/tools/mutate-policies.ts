/**
 * Mutation test of the Rego pack: `node test/tools/mutate-policies.ts [folder…]`. Takes one condition away at a time, and switches one rule off at a
 * time, and runs the Rego tests; what no test notices is listed. Folders are below `policies/rego`; all when none is named. Ends with code 1 when
 * there is a survivor that `mutation-survivors.json` beside this file does not explain, 2 when the tests fail unchanged.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOpa, runOpa, type Opa } from '../../policies/authoring/opa.ts';
import { PACK } from './policy-folders.ts';

const TIMEOUT_MS = 120_000;
/** Runs of `opa` at once. */
const PARALLEL = 2;

interface Location {
  readonly row: number;
  readonly col: number;
  /** The source text in Base64. */
  readonly text?: string;
}

/** One change of a file. */
export interface Mutant {
  readonly file: string;
  readonly row: number;
  readonly kind: 'without the condition' | 'without the rule';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Every mutant of one module, from its syntax tree as `opa parse` prints it. */
export function mutantsOf(file: string, source: string, tree: unknown): readonly Mutant[] {
  const starts = lineStarts(source);
  const mutants = new Map<string, Mutant>();
  const add = (kind: Mutant['kind'], location: Location, replacement: string): void => {
    const whole = Buffer.from(location.text ?? '', 'base64').toString('utf8');
    // Columns count bytes; the pack is ASCII wherever there is code.
    const from = (starts[location.row - 1] ?? 0) + location.col - 1;
    if (whole === '' || source.slice(from, from + whole.length) !== whole) return;
    // The condition of an `else` without braces is told with the `else`.
    const skipped = /^else\b.*? if /.exec(whole)?.[0].length ?? 0;
    const [start, end, text] = [from + skipped, from + whole.length, whole.slice(skipped)];
    mutants.set(`${kind}:${start}`, { file, row: location.row, kind, text, start, end, replacement });
  };
  for (const { body, isRule } of bodiesIn(tree)) {
    for (const expression of body) if (!isSetup(expression)) add('without the condition', expression.location, 'true');
    const [first] = body;
    if (isRule && first !== undefined) add('without the rule', first.location, 'false');
  }
  return [...mutants.values()].sort((left, right) => left.start - right.start || (left.kind < right.kind ? -1 : 1));
}

function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

interface Expression {
  readonly location: Location;
  readonly terms?: unknown;
}

/** `x := …` and `some x in …` give names that the rest needs: without them a module does not compile. */
function isSetup({ terms, location }: Expression): boolean {
  const text = Buffer.from(location.text ?? '', 'base64').toString('utf8');
  return /^some /.test(text) || /^\w+ := /.test(text) || terms === undefined;
}

/** Bodies of rules, comprehensions and `every`, wherever they stand. A rule without a body has a made up one whose text is no condition. */
function bodiesIn(node: unknown, found: { body: readonly Expression[]; isRule: boolean }[] = []): typeof found {
  if (Array.isArray(node)) for (const item of node as readonly unknown[]) bodiesIn(item, found);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return found;
  const record = node as Readonly<Record<string, unknown>>;
  const body = record['body'];
  const isMadeUp = record['head'] !== undefined && !hasOwnBody(record);
  if (Array.isArray(body) && !isMadeUp) {
    found.push({ body: body as readonly Expression[], isRule: record['head'] !== undefined });
  }
  for (const [key, value] of Object.entries(record)) if (key !== 'location') bodiesIn(value, found);
  return found;
}

function hasOwnBody(rule: Readonly<Record<string, unknown>>): boolean {
  const location = rule['location'] as Location | undefined;
  const text = Buffer.from(location?.text ?? '', 'base64').toString('utf8');
  return / if /.test(text) && rule['default'] !== true;
}

/** Which mutants no test notices. */
async function survivorsOf(
  opa: Opa,
  mutants: readonly Mutant[],
  onSurvivor: (mutant: Mutant) => void,
): Promise<readonly Mutant[]> {
  const survivors: Mutant[] = [];
  const queue = [...mutants];
  const work = async (): Promise<void> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'weir-mutants-'));
    cpSync(PACK, folder, { recursive: true });
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const file = path.join(folder, mutant.file);
      const source = readFileSync(file, 'utf8');
      writeFileSync(file, source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end));
      const { code } = await runOpa(opa, ['test', '--bundle', '.'], { cwd: folder, timeoutMs: TIMEOUT_MS });
      if (code === 0) {
        survivors.push(mutant);
        onSurvivor(mutant);
      }
      writeFileSync(file, source);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return survivors;
}

/** Why a mutant may survive: by file, then by kind and text of the condition. */
type Explanations = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function main(folders: readonly string[]): Promise<number> {
  const found = findOpa({ env: process.env });
  if (!found.ok) {
    console.error(`${found.problem.message}. ${found.problem.help}`);
    return 2;
  }
  const opa = found.value;
  const unchanged = await runOpa(opa, ['test', '--bundle', '.'], { cwd: PACK, timeoutMs: TIMEOUT_MS });
  if (unchanged.code !== 0) {
    console.error(unchanged.stdout + unchanged.stderr);
    return 2;
  }
  const files = readdirSync(PACK, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rego') && !file.endsWith('_test.rego'))
    .filter((file) => folders.length === 0 || folders.some((folder) => file.startsWith(folder)))
    .sort();
  const mutants: Mutant[] = [];
  for (const file of files) {
    const args = ['parse', '--format', 'json', '--json-include', 'locations', file];
    const { stdout } = await runOpa(opa, args, { cwd: PACK, timeoutMs: TIMEOUT_MS });
    mutants.push(...mutantsOf(file, readFileSync(path.join(PACK, file), 'utf8'), JSON.parse(stdout)));
  }
  const explanations = JSON.parse(
    readFileSync(path.join(import.meta.dirname, 'mutation-survivors.json'), 'utf8'),
  ) as Explanations;
  const isExplained = ({ file, kind, text }: Mutant): boolean => explanations[file]?.[`${kind}: ${text}`] !== undefined;
  const survivors = await survivorsOf(opa, mutants, (mutant) => {
    const { file, row, kind, text } = mutant;
    if (!isExplained(mutant)) console.log(`${file}:${row} ${kind}: ${text.split('\n')[0] ?? ''}`);
  });
  const unexplained = survivors.filter((mutant) => !isExplained(mutant));
  console.log(
    `${mutants.length} mutants in ${files.length} files: ${survivors.length} survive, ${survivors.length - unexplained.length} of them explained`,
  );
  return unexplained.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
