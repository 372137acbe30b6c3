import { createHash } from 'node:crypto';
import { ownEntry } from '../../../model/label-tables.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { PolicyData } from '../../../model/policy-data.ts';
import type { InvocationInput } from '../../../model/run-time-input.ts';
import type { CarriedContext } from '../context/types.ts';
import { NO_COMPOSITION } from './input.ts';

/** Receivers that a context names at most; with more callees it names any function that trusts the key. */
export const AUDIENCE_MAX = 12;

/** Any function whose point trusts the key. */
export const ANY_AUDIENCE = '*';

const PATH_HASH_BYTES = 16;

/** What a context is issued with: the rest (nonce, times, issuer) is the authority's. */
export type ContextToIssue = Omit<CarriedContext, 'version' | 'nonce' | 'issuer' | 'issuedAtMs' | 'expiresAtMs'>;

/**
 * The context of an admitted invocation, for what the function calls next.
 *
 * @param label what the function's output may carry: its data joined with what its instance has seen.
 */
export function onwardContext(
  input: InvocationInput,
  carried: CarriedContext | null,
  data: PolicyData | null,
  label: LabelDescription,
): ContextToIssue {
  const { weir } = input;
  const { execution } = weir;
  const composition = execution?.composition ?? NO_COMPOSITION;
  const fromStep = execution?.fromStep ?? '^';
  const edges = data === null ? undefined : ownEntry(data.compositions, composition)?.edges;
  const edge = ownEntry(ownEntry(edges ?? {}, fromStep) ?? {}, weir.function.id);
  const step = edge?.step ?? weir.function.name;
  const callees = Object.keys(ownEntry(edges ?? {}, step) ?? {}).sort();
  const contract = data === null ? undefined : ownEntry(data.functions, weir.function.id);
  return {
    audience: callees.length === 0 || callees.length > AUDIENCE_MAX ? [ANY_AUDIENCE] : callees,
    holder: weir.function.id,
    tenant: weir.caller.tenant ?? contract?.tenant ?? null,
    label,
    dataExpiresAtMs: weir.data.expiresAtMs,
    execution: {
      id: execution?.id ?? carried?.execution.id ?? weir.invocation.id,
      composition,
      step,
      depth: (execution?.depth ?? carried?.execution.depth ?? 0) + 1,
      startedAtMs: execution?.startedAtMs ?? carried?.execution.startedAtMs ?? input.time.unixMs,
      pathHash: extendPath(carried?.execution.pathHash ?? '', step, weir.function.id),
    },
    invocationId: weir.invocation.id,
    parentInvocationId: carried?.invocationId ?? null,
  };
}

/** A hash over the path so far: of one size however long the path is, and the same for the same path. */
function extendPath(before: string, step: string, functionId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([before, step, functionId]))
    .digest()
    .subarray(0, PATH_HASH_BYTES)
    .toString('base64url');
}
