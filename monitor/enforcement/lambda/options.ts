import type { MonitorClock } from '../types.ts';

/** What the function is, as the environment of its runtime tells. */
export interface GuardedFunction {
  /** `AWS_LAMBDA_FUNCTION_NAME`; decides when an invocation names no function by ARN. */
  readonly name: string;
  /** `AWS_LAMBDA_FUNCTION_VERSION`. */
  readonly version: string | null;
  /** Digest of the code that was deployed, e.g. `sha256:…`; null when it is not known here. */
  readonly digest: string | null;
  readonly memoryLimitBytes: number | null;
}

/** How one function is guarded. */
export interface LambdaProxyOptions {
  /** Host and port of the real Runtime API: `AWS_LAMBDA_RUNTIME_API` as it was before the proxy. */
  readonly runtimeApi: string;
  /** Port on the loopback interface; 0 for any. */
  readonly port: number;
  /** Name of the configured route. */
  readonly route: string;
  readonly platform: 'aws-lambda' | 'aws-greengrass';
  readonly function: GuardedFunction;
  /** Execution environment, e.g. `AWS_LAMBDA_LOG_STREAM_NAME`. */
  readonly instanceId: string;
  /**
   * Where the function finds its context: `client-context` in `custom.weirContext` of the client context, `envelope` around the event. A context
   * that came with the invocation is taken off all carriers in either case.
   */
  readonly carrier: 'client-context' | 'envelope';
  readonly clock: MonitorClock;
  readonly limits?: Partial<LambdaProxyLimits>;
}

export interface LambdaProxyLimits {
  /** Longest wait for a decision, milliseconds; the invocation's own deadline when that is earlier. Late is a deny. */
  readonly decisionDeadlineMs: number;
  /** Largest event, bytes. Lambda itself takes 6 MiB; larger ones are refused. */
  readonly eventBytesMax: number;
  /** Tries to reach the Runtime API in a row, for the next event and for a refusal; then the runtime is told that there is none. */
  readonly triesMax: number;
  /** Between two tries, milliseconds. */
  readonly retryDelayMs: number;
  /** Connections of runtimes. */
  readonly connectionsMax: number;
  /** How long `close` waits for an invocation that is running, milliseconds. */
  readonly drainMs: number;
}

export const DEFAULT_LAMBDA_PROXY_LIMITS: LambdaProxyLimits = {
  decisionDeadlineMs: 1_000,
  eventBytesMax: 7 * 1024 * 1024,
  triesMax: 20,
  retryDelayMs: 250,
  connectionsMax: 16,
  drainMs: 1_500,
};
