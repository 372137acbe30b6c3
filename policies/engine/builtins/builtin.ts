import type { RegoValue } from '../value/rego-value.ts';

/** What a host builtin knows besides its arguments: nothing but the clock of the request. */
export interface BuiltinContext {
  /** Nanoseconds since 1970. */
  readonly nowNs: bigint;
}

/**
 * One builtin function that the host provides.
 *
 * @returns undefined where OPA reports an error of the call: the expression is then undefined, as with `opa eval`.
 * @throws BuiltinRefusal when the answer could differ from OPA's; the evaluation ends as `thrown`.
 */
export type HostBuiltin = (operands: readonly RegoValue[], context: BuiltinContext) => RegoValue | undefined;

export type HostBuiltins = Readonly<Record<string, HostBuiltin>>;

/** A call that cannot be answered exactly as OPA would: no answer is better than another one. */
export class BuiltinRefusal extends Error {}
