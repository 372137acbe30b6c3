import { BUILTIN_CATALOGUE, HOST_FUNCTIONS } from './builtins/catalogue.ts';
import type { CompiledPolicy } from './module/compiled-policy.ts';
import { InstancePool } from './instance-pool.ts';
import { loadTemplate, type PolicyTemplate } from './instance.ts';
import { WARM_UP_EVALUATIONS, WARM_UP_MS_MAX } from './limits.ts';
import type { EngineLimits } from './options.ts';
import { EngineError } from './refusal.ts';
import { runEvaluation } from './run-evaluation.ts';
import { StatsCounter } from './stats.ts';
import type { PolicySource } from './types.ts';

/**
 * Loads the data of a compiled policy and tries every entry point, so that what can be wrong with it is found before it decides.
 *
 * @throws EngineError with the codes ENG002 to ENG007.
 */
export async function loadPolicy(
  source: { readonly compiled: CompiledPolicy; readonly data: PolicySource['data'] },
  limits: EngineLimits,
  monotonicMs: () => number,
): Promise<PolicyTemplate> {
  checkData(source.data);
  const template = loadTemplate({
    ...source.compiled,
    data: source.data,
    instanceBytesMax: limits.instanceBytesMax,
    hostBuiltins: HOST_FUNCTIONS,
  });
  checkBuiltins(template);
  await warmUp(template, limits, monotonicMs);
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

const WARM_UP_TENANT = '';

/** How long the thread is kept at a stretch: other decisions are made in between. */
const STRETCH_MS_MAX = 2;

/** Runs every entry point with an empty input until it is fast, or time is over. A policy that traps on it must not be activated. */
async function warmUp(template: PolicyTemplate, limits: EngineLimits, monotonicMs: () => number): Promise<void> {
  const pool = new InstancePool(template, limits, new StatsCounter());
  const startMs = monotonicMs();
  let stretchStartMs = startMs;
  for (let round = 0; round < WARM_UP_EVALUATIONS; round++) {
    for (const entrypoint of template.entrypoints.keys()) {
      const run = { entrypoint, inputText: '{}', nowMs: 0, tenant: WARM_UP_TENANT };
      const outcome = runEvaluation({ template, pool, limits }, run);
      if (outcome.kind === 'trapped') {
        throw new EngineError(
          'ENG007',
          `entry point ${entrypoint} trapped when it was tried with an empty input: ${outcome.detail}`,
          'Run the tests of the policy with `weir policy test`.',
        );
      }
      if (round > 0 && monotonicMs() - startMs > WARM_UP_MS_MAX) return;
      if (monotonicMs() - stretchStartMs < STRETCH_MS_MAX) continue;
      await new Promise((resolve) => setImmediate(resolve));
      stretchStartMs = monotonicMs();
    }
  }
}
