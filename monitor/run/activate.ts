import type { PolicyData } from '../../model/policy-data.ts';
import type { VerifiedBundle } from '../../policies/bundle/types.ts';
import { createEvaluator } from '../../policies/engine/create-evaluator.ts';
import type { LoadedPolicy } from '../enforcement/core/active-policy.ts';
import { calleesOf } from '../enforcement/core/onward.ts';

/** A policy ready to decide, or why the bundle cannot be used. */
export type Preparation =
  | { readonly ok: true; readonly policy: LoadedPolicy }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * Loads a verified bundle and tries every entry point that the routes ask for, before anything depends on it. A bundle that lacks one would deny
 * everything there.
 */
export async function preparePolicy(
  bundle: VerifiedBundle,
  { trust, entrypoints }: { readonly trust: 'vetted' | 'tenant'; readonly entrypoints: readonly string[] },
): Promise<Preparation> {
  const missing = entrypoints.filter((entrypoint) => !bundle.entrypoints.includes(entrypoint));
  if (missing.length > 0) {
    return { ok: false, code: 'MON003', message: `the bundle has no entry point ${missing.join(', ')}` };
  }
  const data = readPolicyData(bundle.data);
  if (data === 'malformed')
    return { ok: false, code: 'MON004', message: '`data.weir` of the bundle is not as published' };
  const { revision, wasm, references } = bundle;
  const made = await createEvaluator({ revision, wasm, data: bundle.data, references, trust });
  if (!made.ok) return { ok: false, code: made.refusal.code, message: made.refusal.message };
  return {
    ok: true,
    policy: {
      evaluator: made.evaluator,
      data,
      callees: data === null ? null : calleesOf(data),
      bundleName: bundle.name,
      revision,
    },
  };
}

/** `data.weir` of a bundle; null when it has none. Only what the core reads itself is looked at: the rest is for the policies. */
export function readPolicyData(bytes: Uint8Array): PolicyData | null | 'malformed' {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'malformed';
  }
  const weir = isObject(value) ? value['weir'] : undefined;
  if (weir === undefined) return null;
  if (!isObject(weir)) return 'malformed';
  // Data that policies keep under `data.weir` for themselves is no contract.
  if (weir['schema'] === undefined) return null;
  if (weir['schema'] !== 'weir.data/1') return 'malformed';
  const { lattice, functions, compositions, breakGlass } = weir;
  const isWhole =
    isObject(lattice) &&
    isLevelTable(lattice['confidentiality']) &&
    isLevelTable(lattice['integrity']) &&
    isObject(functions) &&
    Object.values(functions).every((contract) => isObject(contract) && isObject(contract['callers'])) &&
    isObject(compositions) &&
    Object.values(compositions).every((contract) => isObject(contract) && isObject(contract['edges'])) &&
    isObject(breakGlass);
  return isWhole ? (weir as unknown as PolicyData) : 'malformed';
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isLevelTable(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { flowsTo, join, bottom, top } = value;
  return isObject(flowsTo) && isObject(join) && typeof bottom === 'string' && typeof top === 'string';
}
