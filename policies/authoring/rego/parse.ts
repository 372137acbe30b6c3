import type { Opa, OpaProblem } from '../opa.ts';
import { runOpa } from '../opa.ts';
import { isTestFile, type Project } from '../project.ts';
import { decodeModule, type RegoModule } from './module.ts';

/** Longest that one run of `opa` over a project may take, milliseconds. */
export const OPA_TIMEOUT_MS = 60_000;
/** Runs of `opa parse` at one time. */
const CONCURRENCY_MAX = 4;

export type ParseOutcome =
  { readonly ok: true; readonly value: readonly RegoModule[] } | { readonly ok: false; readonly problem: OpaProblem };

/** Syntax trees of all modules but the tests, in the order of the project, which `opa check` has found to be Rego. Errors: those of {@link runOpa}. */
export async function parseProject(opa: Opa, project: Project): Promise<ParseOutcome> {
  const deployed = [...project.modules].filter(([file]) => !isTestFile(file));
  const waiting = deployed.map(([file, text], at) => ({ file, text, at }));
  const parsed: { readonly at: number; readonly module: RegoModule }[] = [];
  const problems: OpaProblem[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && problems.length === 0; next = waiting.shift()) {
      const { file, text, at } = next;
      const args = ['parse', '--format', 'json', '--json-include', 'locations,-comments', file];
      const run = await runOpa(opa, args, { cwd: project.folder, timeoutMs: OPA_TIMEOUT_MS });
      const module = run.code === 0 ? decodeModule(file, text, parseJson(run.stdout)) : null;
      if (module !== null) parsed.push({ at, module });
      else problems.push(run.problem ?? unreadable(file));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY_MAX }, work));
  const [problem] = problems;
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, value: parsed.sort((left, right) => left.at - right.at).map(({ module }) => module) };
}

function unreadable(file: string): OpaProblem {
  const help = 'Run it again; it may have changed meanwhile.';
  return { code: 'POL005', message: `\`opa parse\` gave no syntax tree for \`${file}\``, help };
}

/** What a text says as JSON; null when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
