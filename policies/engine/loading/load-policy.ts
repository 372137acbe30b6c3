import { BUILTIN_CATALOGUE, HOST_FUNCTIONS } from '../builtins/catalogue.ts';
import { InstancePool } from '../instance-pool.ts';
import { loadTemplate, type PolicyInstance, type PolicyTemplate } from '../instance.ts';
import { WARM_UP_EVALUATIONS, WARM_UP_MS_MAX } from '../limits.ts';
import type { CompiledPolicy } from '../module/compiled-policy.ts';
import type { EngineLimits } from '../options.ts';
import { EngineError } from '../refusal.ts';
import { runEvaluation, type EvaluationParts } from '../run-evaluation.ts';
import { StatsCounter } from '../stats.ts';
import type { PolicySource } from '../types.ts';

/** A compiled policy and the data it is to be loaded with. */
export interface LoadingSource {
  readonly compiled: CompiledPolicy;
  readonly data: PolicySource['data'];
  readonly limits: EngineLimits;
}

/**
 * Puts the data of a compiled policy into memory and checks what it calls. With much data this takes long: some 150 ms for a MiB.
 *
 * @throws EngineError with the codes ENG002 to ENG006.
 */
export function loadPolicy({ compiled, data, limits }: LoadingSource): PolicyTemplate {
  checkData(data);
  const { instanceBytesMax } = limits;
  const template = loadTemplate({ ...compiled, data, instanceBytesMax, hostBuiltins: HOST_FUNCTIONS });
  checkBuiltins(template);
  return template;
}

/** The module's own reader accepts what is no JSON; data of a policy must not be guessed at. */
function checkData(data: Uint8Array): void {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (error) {
    const isText = error instanceof SyntaxError;
    throw new EngineError(
      'ENG005',
      `the data of the bundle is no JSON${isText ? '' : ' in UTF-8'}`,
      'Build the bundle again; its data must be one JSON object.',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EngineError('ENG005', 'the data of the bundle is no JSON object', 'Build the bundle again.');
  }
}

function checkBuiltins(template: PolicyTemplate): void {
  for (const name of [...template.builtins.values()].sort()) {
    if (Object.hasOwn(HOST_FUNCTIONS, name)) continue;
    const entry = BUILTIN_CATALOGUE.find((builtin) => builtin.name === name);
    const reason = entry?.kind === 'refused' ? entry.reason : 'the function is not known here';
    throw new EngineError(
      'ENG004',
      `the policy calls ${name}, which is not provided: ${reason}`,
      'Use another function; `weir policy check` refuses it before a bundle is built.',
    );
  }
}

const TRIAL_TENANT = '';

/** How long the thread is kept at a stretch: other decisions are made in between. */
const STRETCH_MS_MAX = 2;

/**
 * Runs every entry point with an empty input until it is fast, or time is over, so that what traps is found before it decides.
 *
 * @returns the instance it was tried in, clean for whoever comes first
 * @throws EngineError ENG007 when an entry point traps.
 */
export async function tryPolicy(
  template: PolicyTemplate,
  limits: EngineLimits,
  monotonicMs: () => number,
): Promise<PolicyInstance | null> {
  const pool = new InstancePool(template, limits, new StatsCounter());
  await tryRounds({ template, pool, limits }, monotonicMs);
  return pool.takeScrubbed(TRIAL_TENANT);
}

async function tryRounds(parts: EvaluationParts, monotonicMs: () => number): Promise<void> {
  const startMs = monotonicMs();
  let stretchStartMs = startMs;
  for (let round = 0; round < WARM_UP_EVALUATIONS; round++) {
    for (const entrypoint of parts.template.entrypoints.keys()) {
      tryOnce(parts, entrypoint);
      if (round > 0 && monotonicMs() - startMs > WARM_UP_MS_MAX) return;
      if (monotonicMs() - stretchStartMs < STRETCH_MS_MAX) continue;
      await new Promise((resolve) => setImmediate(resolve));
      stretchStartMs = monotonicMs();
    }
  }
}

function tryOnce(parts: EvaluationParts, entrypoint: string): void {
  const outcome = runEvaluation(parts, { entrypoint, inputText: '{}', nowMs: 0, tenant: TRIAL_TENANT });
  if (outcome.kind !== 'trapped') return;
  throw new EngineError(
    'ENG007',
    `entry point ${entrypoint} trapped when it was tried with an empty input: ${outcome.detail}`,
    'Run the tests of the policy with `weir policy test`.',
  );
}
