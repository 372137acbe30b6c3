import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readArchive } from '../../bundle/archive.ts';
import { BUNDLE_LIMITS } from '../../bundle/limits.ts';
import { RefusedError } from '../../bundle/refusal.ts';
import { createEvaluator } from '../../engine/create-evaluator.ts';
import type { PolicyEvaluator, PolicySource } from '../../engine/types.ts';
import { referencesOf, type References } from '../build/references.ts';
import { runOpa, type Opa } from '../opa.ts';
import type { Answer } from './ask-opa.ts';
import {
  done,
  isObject,
  OPA_TIMEOUT_MS,
  opaMessage,
  parseOr,
  refused,
  type RunOutcome,
  type UnknownObject,
} from './outcome.ts';
import type { Staged } from './policy-set.ts';
import type { JsonObject } from './json.ts';

type Wasm = Uint8Array<ArrayBuffer>;

/**
 * Compiles staged policies to Wasm. Rules that no entry point needs are left out: without that `opa build` fails on any function that replaces a
 * document of `data`, as helpers of tests do.
 *
 * Errors: POL105, and those of {@link runOpa}.
 */
export async function compileWasm(opa: Opa, staged: Staged, entrypoints: readonly string[]): Promise<RunOutcome<Wasm>> {
  const module = await compileTo(opa, staged, { target: 'wasm', wanted: 'policy.wasm', entrypoints });
  return module.ok ? done(Uint8Array.from(module.value)) : module;
}

async function compileTo(
  opa: Opa,
  staged: Staged,
  {
    target,
    wanted,
    entrypoints,
  }: { readonly target: string; readonly wanted: string; readonly entrypoints: readonly string[] },
): Promise<RunOutcome<Buffer>> {
  const archive = path.join(staged.scratch, `${target}.tar.gz`);
  const args = ['build', '-t', target, '--prune-unused', '-b', '.', '-o', archive];
  const run = await runOpa(opa, [...args, ...entrypoints.flatMap((each) => ['-e', each])], {
    cwd: staged.folder,
    timeoutMs: OPA_TIMEOUT_MS,
  });
  if (run.problem !== null) return { ok: false, problem: run.problem };
  if (run.code !== 0) {
    return refused(
      'POL105',
      `the policies cannot be compiled to Wasm:\n${opaMessage(run)}`,
      'Correct what the compiler says.',
    );
  }
  try {
    const content = (await readArchive(readFileSync(archive), BUNDLE_LIMITS)).get(wanted);
    if (content !== undefined) return done(content);
    return refused('POL105', `\`opa build\` wrote no \`${wanted}\``, 'Give an entry point with `# entrypoint: true`.');
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return refused('POL105', `what \`opa build\` wrote cannot be read: ${error.message}`, 'Run it again.');
  }
}

/**
 * Finds which parts of the input the entry points read; null when the plan of this version of `opa` is not known. Errors: POL105.
 */
export async function referencesOfStaged(
  opa: Opa,
  staged: Staged,
  entrypoints: readonly string[],
): Promise<RunOutcome<References | null>> {
  const plan = await compileTo(opa, staged, { target: 'plan', wanted: 'plan.json', entrypoints });
  return plan.ok ? done(referencesOf(parseOr(plan.value.toString('utf8'), null))) : plan;
}

/** Loads a compiled policy. Errors: POL107 with the engine's reason. */
export async function openWasm(
  wasm: Wasm,
  data: JsonObject,
  references: PolicySource['references'] = null,
): Promise<RunOutcome<PolicyEvaluator>> {
  const bytes = Uint8Array.from(Buffer.from(JSON.stringify(data)));
  const opened = await createEvaluator({ revision: '', wasm, data: bytes, references, trust: 'vetted' });
  if (opened.ok) return done(opened.evaluator);
  const { code, message, help } = opened.refusal;
  return refused('POL107', `${code} ${message}`, help);
}

/** What `opa inspect` says about staged policies. */
export interface Inventory {
  /** Entry points that annotations name (`# entrypoint: true`), sorted. */
  readonly entrypoints: readonly AnnotatedEntrypoint[];
  /** Paths of all packages below `data`. */
  readonly packages: readonly (readonly string[])[];
  /** Package of each module, by file. */
  readonly packageOf: ReadonlyMap<string, readonly string[]>;
}

export interface AnnotatedEntrypoint {
  /** Slash separated. */
  readonly entrypoint: string;
  /** Module with the annotation, as in {@link PolicySet}. */
  readonly file: string;
}

/** Finds entry points and packages. Errors: POL103. */
export async function inspectPolicies(opa: Opa, staged: Staged): Promise<RunOutcome<Inventory>> {
  const run = await runOpa(opa, ['inspect', '-a', '--format', 'json', '.'], {
    cwd: staged.folder,
    timeoutMs: OPA_TIMEOUT_MS,
  });
  if (run.problem !== null) return { ok: false, problem: run.problem };
  const document = parseOr(run.stdout, null);
  if (run.code !== 0 || !isObject(document)) {
    return refused(
      'POL103',
      `the policies do not compile:\n${opaMessage(run)}`,
      'Correct them; `weir policy check` says more.',
    );
  }
  const annotations: readonly unknown[] = Array.isArray(document['annotations']) ? document['annotations'] : [];
  const found = annotations.filter(isObject).flatMap(entrypointOf);
  // Documents are listed beside the modules, under the package that their folder is.
  const packageOf = Object.entries(isObject(document['namespaces']) ? document['namespaces'] : {}).flatMap(
    ([name, files]) =>
      (Array.isArray(files) ? files.map(String) : [])
        .filter((file) => file.endsWith('.rego'))
        .map((file) => [file.replace(/^\.?\//, ''), referenceParts(name).slice(1)] as const),
  );
  return done({
    entrypoints: found.sort((one, other) => (one.entrypoint < other.entrypoint ? -1 : 1)),
    packages: packageOf.map(([, parts]) => parts),
    packageOf: new Map(packageOf),
  });
}

function entrypointOf(annotation: UnknownObject): readonly AnnotatedEntrypoint[] {
  const { annotations, path: terms, location } = annotation;
  if (!isObject(annotations) || annotations['entrypoint'] !== true || !Array.isArray(terms)) return [];
  const parts = terms.map((term: unknown) =>
    isObject(term) && typeof term['value'] === 'string' ? term['value'] : '',
  );
  const file = isObject(location) && typeof location['file'] === 'string' ? location['file'] : '';
  return [{ entrypoint: parts.slice(1).join('/'), file: file.replace(/^\.?\//, '') }];
}

const PART = /([A-Za-z_]\w*)|\[("(?:[^"\\]|\\.)*")\]/g;

/** The parts of a reference as `opa` prints it, e.g. `data.weir["no-such"]`. */
export function referenceParts(text: string): readonly string[] {
  return [...text.matchAll(PART)].map(([, name, quoted]) => name ?? String(parseOr(quoted ?? '""', '')));
}

/** Compilations for one set of entry points; see {@link openEach}. */
const COMPILATIONS_MAX = 64;

/** Compiled entry points, and for each that cannot be had in Wasm the reason. */
export interface Opened {
  readonly evaluators: ReadonlyMap<string, PolicyEvaluator>;
  readonly refusals: ReadonlyMap<string, string>;
  /** The same modules, loaded with other documents. */
  withData(data: JsonObject): Promise<Opened>;
  close(): Promise<void>;
}

/** A module and the entry points in it. */
interface Compiled {
  readonly wasm: Wasm;
  readonly entrypoints: readonly string[];
}

/** Compiles many entry points together. When that fails they are compiled in halves, so that one that Wasm cannot have does not hide the others. */
export async function openEach(
  opa: Opa,
  staged: Staged,
  { entrypoints, data }: { readonly entrypoints: readonly string[]; readonly data: JsonObject },
): Promise<RunOutcome<Opened>> {
  const refusals = new Map<string, string>();
  const compiled: Compiled[] = [];
  const waiting = entrypoints.length === 0 ? [] : [entrypoints];
  let compilations = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (compilations++ >= COMPILATIONS_MAX) {
      for (const each of part) refusals.set(each, `too many others cannot be compiled (${COMPILATIONS_MAX} attempts)`);
      continue;
    }
    const wasm = await compileWasm(opa, staged, part);
    if (!wasm.ok && wasm.problem.code !== 'POL105') return wasm;
    const opened = wasm.ok ? await openWasm(wasm.value, data) : wasm;
    if (opened.ok) {
      await opened.value.close();
      if (wasm.ok) compiled.push({ wasm: wasm.value, entrypoints: part });
    } else if (part.length === 1) {
      for (const each of part) refusals.set(each, opened.problem.message);
    } else {
      const middle = Math.ceil(part.length / 2);
      waiting.push(part.slice(0, middle), part.slice(middle));
    }
  }
  return done(await load(compiled, refusals, data));
}

async function load(
  compiled: readonly Compiled[],
  refusals: ReadonlyMap<string, string>,
  data: JsonObject,
): Promise<Opened> {
  const evaluators = new Map<string, PolicyEvaluator>();
  const refusedNow = new Map(refusals);
  for (const { wasm, entrypoints } of compiled) {
    const opened = await openWasm(wasm, data);
    for (const each of entrypoints) {
      if (opened.ok) evaluators.set(each, opened.value);
      else refusedNow.set(each, opened.problem.message);
    }
  }
  return {
    evaluators,
    refusals: refusedNow,
    withData: (other) => load(compiled, refusals, other),
    close: async () => {
      await Promise.all([...new Set(evaluators.values())].map((each) => each.close()));
    },
  };
}

/** Evaluates in Wasm and says what came of it in the words that {@link askOpa} uses. */
export async function askWasm(
  evaluator: PolicyEvaluator,
  { entrypoint, input, nowMs }: { readonly entrypoint: string; readonly input: object; readonly nowMs: number },
): Promise<Answer> {
  const evaluation = await evaluator.evaluate({ entrypoint, input, nowMs, tenant: '' });
  if (evaluation.kind === 'result') return { kind: 'value', value: evaluation.value };
  return evaluation.kind === 'undefined'
    ? { kind: 'undefined' }
    : { kind: 'failed', detail: `${evaluation.kind}: ${evaluation.detail}` };
}
