/** Limits of evaluation; each can be lowered or raised by {@link EvaluatorOptions}. */

const MIB = 1024 * 1024;

/** A page of WebAssembly memory, bytes: WebAssembly core specification, section 4.2.8. */
export const PAGE_BYTES = 65_536;

/** Size of an input after projection, bytes of JSON. */
export const INPUT_BYTES_MAX = 4 * MIB;

/** Nesting of an input. The module reads it by recursion, on a stack of its own that does not grow. */
export const INPUT_DEPTH_MAX = 128;

/** Size of a result as the module prints it, bytes. */
export const RESULT_BYTES_MAX = 4 * MIB;

/** Memory of one instance, data included, bytes. */
export const INSTANCE_BYTES_MAX = 512 * MIB;

/** What an evaluation may leave behind before its instance is replaced by a fresh one, bytes; keeps the memory of rare large inputs from staying. */
export const EVALUATION_BYTES_KEPT_MAX = 16 * MIB;

/** Instances that are kept, one per tenant; the one that was used longest ago goes first. */
export const INSTANCES_MAX = 64;

/**
 * Memory of all kept instances, bytes. With much data few fit; those are then handed from tenant to tenant, scrubbed, which takes microseconds where
 * another instance takes milliseconds.
 */
export const INSTANCES_BYTES_MAX = 256 * MIB;

/** Data that is loaded in the calling thread, bytes; more of it would hold up decisions for longer than a few milliseconds. */
export const LOADED_HERE_BYTES_MAX = 32 * 1024;

/** Evaluations of each entry point before a policy is used. */
export const WARM_UP_EVALUATIONS = 20;

/** Time for all of them, milliseconds. */
export const WARM_UP_MS_MAX = 250;

/** Time of one evaluation of a tenant's policy, milliseconds; its worker is killed then. */
export const DEADLINE_MS = 25;

/** Workers that evaluate at the same time. */
export const WORKERS_MAX = 2;

/** Evaluations that wait for a worker. */
export const QUEUE_LENGTH_MAX = 256;

/** How long an evaluation waits for a worker, milliseconds. */
export const QUEUE_WAIT_MS_MAX = 100;

/** JavaScript heap of a worker, MiB. */
export const WORKER_HEAP_MIB_MAX = 64;

/** Memory of one instance of a tenant's policy, bytes. */
export const TENANT_INSTANCE_BYTES_MAX = 64 * MIB;

/** Instances that one worker keeps; a tenant's policy is rarely evaluated for others. */
export const TENANT_INSTANCES_MAX = 4;

/** Memory of all instances of one worker, bytes. */
export const TENANT_INSTANCES_BYTES_MAX = 128 * MIB;

/** Time a worker may take to start and try the policy, milliseconds. */
export const WORKER_START_MS_MAX = 10_000;
