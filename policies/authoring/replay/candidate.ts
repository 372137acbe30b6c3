import { statSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../runs/json.ts';
import { isJsonObject, layOver } from '../runs/json.ts';
import type { PolicyEvaluator } from '../../engine/types.ts';
import type { Opa } from '../opa.ts';
import { compileWasm, inspectPolicies, openWasm, referencesOfStaged } from '../runs/compile.ts';
import { done, refused, type RunOutcome } from '../runs/outcome.ts';
import { isTestModule, readBundle, readPolicies, stage, type PolicySet } from '../runs/policy-set.ts';

/** Policies that are ready to be evaluated. */
export interface Candidate {
  readonly evaluator: PolicyEvaluator;
  /** Paths of `input` that each entry point reads; null when that is not known, so that it may be any. */
  readonly references: PolicySet['references'];
  /** Revision of a bundle; empty for a folder. */
  readonly revision: string;
}

export interface CandidateOptions {
  readonly cwd: string;
  /** A folder of policies, a Rego file, or a bundle (`.tar.gz`). */
  readonly target: string;
  /** Entry points beside those that annotations or the manifest name. */
  readonly entrypoints: readonly string[];
  /** Documents laid over those of the target; null for none. */
  readonly data: JsonObject | null;
  /** Finds `opa`; only asked for when something has to be compiled. */
  readonly opa: () => RunOutcome<Opa>;
}

/** Reads a folder or a bundle. Errors: POL101, POL102, POL110, POL115. */
export async function readTarget({
  cwd,
  target,
  data,
}: Pick<CandidateOptions, 'cwd' | 'target' | 'data'>): Promise<RunOutcome<PolicySet>> {
  const isBundle =
    statSync(path.resolve(cwd, target), { throwIfNoEntry: false })?.isFile() === true && !target.endsWith('.rego');
  const set = isBundle ? await readBundle(cwd, target) : readPolicies(cwd, [target]);
  if (!set.ok || data === null) return set;
  const merged = layOver(set.value.data, data);
  return done({ ...set.value, data: isJsonObject(merged) ? merged : data });
}

/** Makes a folder or a bundle ready. Errors: those of {@link readTarget}, POL103, POL105 to POL107. */
export async function openCandidate(options: CandidateOptions): Promise<RunOutcome<Candidate>> {
  const set = await readTarget(options);
  if (!set.ok) return set;
  const { wasm, data, references, revision } = set.value;
  const isEnough = options.entrypoints.every((each) => set.value.entrypoints?.includes(each) === true);
  if (wasm !== null && isEnough) {
    const opened = await openWasm(wasm, data, references);
    return opened.ok ? done({ evaluator: opened.value, references, revision }) : opened;
  }
  const opa = options.opa();
  return opa.ok ? compileCandidate(opa.value, set.value, options.entrypoints) : opa;
}

async function compileCandidate(opa: Opa, set: PolicySet, asked: readonly string[]): Promise<RunOutcome<Candidate>> {
  const modules = set.modules.filter((module) => !isTestModule(module));
  const staged = stage(modules, set.data);
  try {
    const inventory = await inspectPolicies(opa, staged);
    if (!inventory.ok) return inventory;
    const annotated = inventory.value.entrypoints.map(({ entrypoint }) => entrypoint);
    const entrypoints = [...new Set([...annotated, ...(set.entrypoints ?? []), ...asked])].sort();
    if (entrypoints.length === 0) {
      const help = 'Annotate a rule with `# entrypoint: true`, or name one with --entrypoint.';
      return refused('POL106', 'the policies have no entry point', help);
    }
    const wasm = await compileWasm(opa, staged, entrypoints);
    if (!wasm.ok) return wasm;
    const references = await referencesOfStaged(opa, staged, entrypoints);
    if (!references.ok) return references;
    const opened = await openWasm(wasm.value, set.data, references.value);
    if (!opened.ok) return opened;
    return done({ evaluator: opened.value, references: references.value, revision: set.revision });
  } finally {
    staged.remove();
  }
}
