import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readArchive } from '../../bundle/archive.ts';
import { BUNDLE_LIMITS } from '../../bundle/limits.ts';
import { RefusedError } from '../../bundle/refusal.ts';
import { runOpa, type Opa, type OpaProblem } from '../opa.ts';
import { isTestFile, OWN_CAPABILITIES, type Project } from '../project.ts';
import { OPA_TIMEOUT_MS, parseJson } from '../rego/parse.ts';
import { referencesOf, type References } from './references.ts';

/** A compiled project. */
export interface Compiled {
  readonly wasm: Uint8Array;
  /** Slash separated, sorted. */
  readonly entrypoints: readonly string[];
  /** Null when they could not be found, so that the whole input has to be handed over. */
  readonly references: References | null;
}

export type CompileOutcome =
  { readonly ok: true; readonly value: Compiled } | { readonly ok: false; readonly problem: OpaProblem };

/**
 * Compiles what is no test, twice: to Wasm, and to the plan that it is made of, in which the references are found. `entrypoints` are added to those that
 * METADATA names.
 *
 * Errors: POL031, and those of {@link runOpa}.
 */
export async function compileProject(
  opa: Opa,
  project: Project,
  entrypoints: readonly string[],
): Promise<CompileOutcome> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'weir-build-'));
  try {
    const files = [...project.modules.keys()].filter((file) => !isTestFile(file));
    const make = async (target: 'wasm' | 'plan', wanted: string): Promise<Buffer | OpaProblem> => {
      const archive = path.join(scratch, `${target}.tar.gz`);
      const options = ['-t', target, '--prune-unused', '--capabilities', OWN_CAPABILITIES, '-o', archive];
      const added = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
      const run = await runOpa(opa, ['build', ...options, ...added, '--', ...files], {
        cwd: project.folder,
        timeoutMs: OPA_TIMEOUT_MS,
      });
      if (run.problem !== null) return run.problem;
      if (run.code !== 0) return failed(`${run.stderr}${run.stdout}`);
      const content = (await readArchive(readFileSync(archive), BUNDLE_LIMITS)).get(wanted);
      return content ?? failed(`\`opa build\` wrote no ${wanted}`);
    };
    const [wasm, plan] = [await make('wasm', 'policy.wasm'), await make('plan', 'plan.json')];
    if (!Buffer.isBuffer(wasm)) return { ok: false, problem: wasm };
    if (!Buffer.isBuffer(plan)) return { ok: false, problem: plan };
    const tree = parseJson(plan.toString('utf8'));
    return { ok: true, value: { wasm, entrypoints: planNames(tree), references: referencesOf(tree) } };
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, problem: failed(error.message) };
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Longest part of what the compiler says that is passed on, characters. */
const SAID_MAX = 2000;

function failed(said: string): OpaProblem {
  const text = said.trim().replace(/^error: /, '');
  return {
    code: 'POL031',
    message: `the policies cannot be compiled to Wasm: ${text.slice(0, SAID_MAX)}`,
    help: 'Correct what the compiler says; `weir policy check` says where.',
  };
}

function planNames(tree: unknown): readonly string[] {
  const plans = (tree as { readonly plans?: { readonly plans?: unknown } } | null)?.plans?.plans;
  if (!Array.isArray(plans)) return [];
  return plans
    .flatMap((plan: unknown) => {
      const name = (plan as { readonly name?: unknown } | null)?.name;
      return typeof name === 'string' ? [name] : [];
    })
    .sort();
}
