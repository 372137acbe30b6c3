import {
  EVALUATION_BYTES_KEPT_MAX,
  DEADLINE_MS,
  INPUT_BYTES_MAX,
  INPUT_DEPTH_MAX,
  INSTANCE_BYTES_MAX,
  INSTANCES_BYTES_MAX,
  INSTANCES_MAX,
  QUEUE_LENGTH_MAX,
  QUEUE_WAIT_MS_MAX,
  RESULT_BYTES_MAX,
  TENANT_INSTANCE_BYTES_MAX,
  TENANT_INSTANCES_BYTES_MAX,
  TENANT_INSTANCES_MAX,
  WORKER_HEAP_MIB_MAX,
  WORKER_START_MS_MAX,
  WORKERS_MAX,
} from './limits.ts';

/** Limits of an evaluator; the defaults, their units and reasons are in `limits.ts`. */
export interface EngineLimits {
  readonly inputBytesMax: number;
  readonly inputDepthMax: number;
  readonly resultBytesMax: number;
  readonly instanceBytesMax: number;
  readonly evaluationBytesKeptMax: number;
  readonly instancesMax: number;
  readonly instancesBytesMax: number;
  readonly deadlineMs: number;
  readonly workersMax: number;
  readonly queueLengthMax: number;
  readonly queueWaitMsMax: number;
  readonly workerHeapMibMax: number;
  readonly workerStartMsMax: number;
}

export interface EvaluatorOptions {
  readonly limits?: Partial<EngineLimits>;
  /** Monotonic clock for `elapsedNs`, milliseconds with fractions; `performance.now` by default. */
  readonly monotonicMs?: () => number;
}

/** The limits that hold where the options set none. */
export function limitsOf(trust: 'vetted' | 'tenant', limits: Partial<EngineLimits> = {}): EngineLimits {
  return {
    inputBytesMax: INPUT_BYTES_MAX,
    inputDepthMax: INPUT_DEPTH_MAX,
    resultBytesMax: RESULT_BYTES_MAX,
    instanceBytesMax: trust === 'tenant' ? TENANT_INSTANCE_BYTES_MAX : INSTANCE_BYTES_MAX,
    evaluationBytesKeptMax: EVALUATION_BYTES_KEPT_MAX,
    instancesMax: trust === 'tenant' ? TENANT_INSTANCES_MAX : INSTANCES_MAX,
    instancesBytesMax: trust === 'tenant' ? TENANT_INSTANCES_BYTES_MAX : INSTANCES_BYTES_MAX,
    deadlineMs: DEADLINE_MS,
    workersMax: WORKERS_MAX,
    queueLengthMax: QUEUE_LENGTH_MAX,
    queueWaitMsMax: QUEUE_WAIT_MS_MAX,
    workerHeapMibMax: WORKER_HEAP_MIB_MAX,
    workerStartMsMax: WORKER_START_MS_MAX,
    ...limits,
  };
}
