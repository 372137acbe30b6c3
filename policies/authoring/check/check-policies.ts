import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { compareSpans, spanAtStart } from '../../../model/span.ts';
import { runOpa, type Opa, type OpaProblem, type OpaRun } from '../opa.ts';
import { isTestFile, OWN_CAPABILITIES, OWN_SCHEMAS, type Project } from '../project.ts';
import { isObject, type RegoModule } from '../rego/module.ts';
import { OPA_TIMEOUT_MS, parseJson, parseProject } from '../rego/parse.ts';
import { compilerErrors } from './compiler-errors.ts';
import { checkCosts } from './costs.ts';
import { checkMetadata } from './metadata.ts';
import { Names } from './names.ts';
import { PathChecker } from './paths.ts';

/** Most errors of the compiler that are shown. */
const COMPILER_ERRORS_MAX = 200;

export interface CheckOptions {
  /** Ids of the static rules: a policy that guards the same promise has the same id. */
  readonly staticIds: ReadonlySet<string>;
}

export type CheckOutcome =
  | {
      readonly ok: true;
      /** Sorted by place. */
      readonly diagnostics: readonly Diagnostic[];
      /** Those that are deployed; empty when something is no Rego. */
      readonly modules: readonly RegoModule[];
    }
  | { readonly ok: false; readonly problem: OpaProblem };

/**
 * Checks all policies of a project: the compiler's own strict check with schemas and the builtins of our host, then what it does not look at. Diagnostics
 * are POL011 to POL026; a problem is one of running `opa`.
 */
export async function checkPolicies(opa: Opa, project: Project, options: CheckOptions): Promise<CheckOutcome> {
  const cwd = project.folder;
  const listed = await runOpa(opa, ['capabilities', '--current'], { cwd, timeoutMs: OPA_TIMEOUT_MS });
  if (listed.code !== 0) return { ok: false, problem: problemOf(listed, 'capabilities') };
  const args = ['check', '--strict', '--format', 'json', '--max-errors', String(COMPILER_ERRORS_MAX)];
  const files = [...project.modules.keys()];
  const schemas = ['--schema', project.schemas];
  const checked = await runOpa(opa, [...args, ...schemas, '--', ...files], { cwd, timeoutMs: OPA_TIMEOUT_MS });
  // Tests run in `opa` itself and may use all of it.
  const deployed = files.filter((file) => !isTestFile(file));
  const language = ['--capabilities', OWN_CAPABILITIES];
  const hosted = await runOpa(opa, [...args, ...language, '--', ...deployed], { cwd, timeoutMs: OPA_TIMEOUT_MS });
  const context = { modules: project.modules, builtins: builtinsOf(listed.stdout) };
  const errors: Diagnostic[] = [];
  for (const run of [checked, hosted]) {
    if (run.code === 0) continue;
    const found = compilerErrors(`${run.stderr}${run.stdout}`, context);
    if (found === null) return { ok: false, problem: problemOf(run, 'check') };
    errors.push(...(run === hosted && checked.code !== 0 ? found.filter(({ code }) => code === 'POL014') : found));
  }
  if (errors.some(({ code }) => code === 'POL011')) return { ok: true, diagnostics: sorted(errors), modules: [] };
  const parsed = await parseProject(opa, project);
  if (!parsed.ok) return parsed;
  const modules = parsed.value;
  const names = new Names(modules);
  const paths = new PathChecker(project.schemas, names);
  // The compiler has the better words where both see a misspelt path.
  const seen = new Set(errors.map(({ span }) => `${span.file}:${span.start.line}`));
  const found = modules.flatMap((module) => [
    ...checkMetadata(module, options.staticIds),
    ...checkCosts(module, names),
    ...paths.check(module).filter(({ span }) => !seen.has(`${span.file}:${span.start.line}`)),
  ]);
  return { ok: true, diagnostics: sorted([...errors, ...found, ...oldSchemas(project)]), modules };
}

function builtinsOf(text: string): ReadonlySet<string> {
  const parsed = parseJson(text);
  const builtins = isObject(parsed) && Array.isArray(parsed['builtins']) ? parsed['builtins'] : [];
  return new Set(builtins.filter(isObject).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
}

export function problemOf(run: OpaRun, command: string): OpaProblem {
  if (run.problem !== null) return run.problem;
  const said = `${run.stderr}${run.stdout}`.trim().split('\n').slice(0, 5).join('\n  ');
  return {
    code: 'POL005',
    message: `\`opa ${command}\` failed: ${said}`,
    help: 'If your files are not the reason, report it with this message.',
  };
}

/** A project's copy of the schemas is made once, and checks what was true then. */
function oldSchemas({ folder, schemas }: Project): readonly Diagnostic[] {
  if (schemas === OWN_SCHEMAS) return [];
  return ['invocation.json', 'result.json', 'event.json', 'placement.json', 'data.json'].flatMap((name) => {
    const copy = path.join(schemas, name);
    if (!existsSync(copy) || readFileSync(copy, 'utf8') === readFileSync(path.join(OWN_SCHEMAS, name), 'utf8'))
      return [];
    const file = path.relative(folder, copy).split(path.sep).join('/');
    const help = 'Write it again with `weir policy init --schemas`.';
    const message = 'this copy of a schema is not the one of this version of Weir';
    return [{ code: 'POL026', severity: 'warning', message, help, span: spanAtStart(file) }];
  });
}

/** By place, each said once. */
function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ code, message, span }: Diagnostic): string =>
    JSON.stringify([span.file, span.start.line, span.start.column, code, message]);
  const unique = new Map(diagnostics.map((diagnostic) => [keyOf(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (left, right) => compareSpans(left.span, right.span) || (left.code < right.code ? -1 : 1),
  );
}
