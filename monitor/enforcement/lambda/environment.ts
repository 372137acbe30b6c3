import type { GuardedFunction } from './options.ts';

const BYTES_PER_MEBIBYTE = 1024 * 1024;

/** What the environment of a runtime tells about the function. */
export interface LambdaEnvironment {
  /** Host and port of the real Runtime API. */
  readonly runtimeApi: string;
  readonly function: GuardedFunction;
  readonly instanceId: string;
}

/** Why a runtime cannot be guarded; the codes are in `model/diagnostic-codes/lam.ts`. */
export interface LambdaRefusal {
  readonly code: 'LAM001' | 'LAM002';
  readonly message: string;
  readonly help: string;
}

/**
 * Reads the environment that Lambda, its emulator or a Greengrass component gives to a runtime.
 *
 * Errors: LAM001 there is no Runtime API; LAM002 the runtime takes several invocations at once, which could not be told apart.
 */
export function readLambdaEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly value: LambdaEnvironment } | { readonly ok: false; readonly refusal: LambdaRefusal } {
  const runtimeApi = environment['AWS_LAMBDA_RUNTIME_API'] ?? '';
  if (runtimeApi === '') {
    const message = 'AWS_LAMBDA_RUNTIME_API is not set';
    const help = 'Start the wrapper where Lambda, its emulator or the component starts the runtime.';
    return { ok: false, refusal: { code: 'LAM001', message, help } };
  }
  if (environment['AWS_LAMBDA_MAX_CONCURRENCY'] !== undefined) {
    const message = 'the runtime takes several invocations at once (AWS_LAMBDA_MAX_CONCURRENCY is set)';
    const help = 'Deploy the function with one invocation per execution environment.';
    return { ok: false, refusal: { code: 'LAM002', message, help } };
  }
  const memoryMebibytes = Number(environment['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? Number.NaN);
  return {
    ok: true,
    value: {
      runtimeApi,
      function: {
        name: environment['AWS_LAMBDA_FUNCTION_NAME'] ?? 'function',
        version: environment['AWS_LAMBDA_FUNCTION_VERSION'] ?? null,
        digest: environment['WEIR_FUNCTION_DIGEST'] ?? null,
        memoryLimitBytes: Number.isSafeInteger(memoryMebibytes) ? memoryMebibytes * BYTES_PER_MEBIBYTE : null,
      },
      instanceId: environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? runtimeApi,
    },
  };
}
