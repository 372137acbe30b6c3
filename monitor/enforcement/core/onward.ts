import { ownEntry } from '../../../model/label-tables.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { PolicyData } from '../../../model/policy-data.ts';
import type { InvocationInput } from '../../../model/run-time-input.ts';
import { ANY_AUDIENCE, AUDIENCES_MAX } from '../context/limits.ts';
import { continueExecution, startExecution } from '../context/path.ts';
import type { CarriedContext, ContextClaims } from '../context/types.ts';
import { NO_COMPOSITION } from './input.ts';

/** Which functions may be called with a context, by the contract. */
export interface Callees {
  /** Functions that name the caller among theirs, by caller. */
  readonly byCaller: ReadonlyMap<string, readonly string[]>;
}

/** Turns the contract's callers around, once for each bundle. */
export function calleesOf(data: PolicyData): Callees {
  const byCaller = new Map<string, string[]>();
  for (const [callee, { callers }] of Object.entries(data.functions)) {
    for (const caller of Object.keys(callers)) {
      const known = byCaller.get(caller);
      if (known === undefined) byCaller.set(caller, [callee]);
      else known.push(callee);
    }
  }
  return { byCaller };
}

/** What an onward context is made from. */
export interface OnwardFacts {
  readonly input: InvocationInput;
  readonly carried: CarriedContext | null;
  readonly data: PolicyData | null;
  readonly callees: Callees | null;
  /** What the function's output may carry: its data joined with what its instance has seen. */
  readonly label: LabelDescription;
  readonly maxUses: number;
}

/** The context of an admitted invocation, for what the function calls next; null when the contract lets it call nothing. */
export function onwardContext({ input, carried, data, callees, label, maxUses }: OnwardFacts): ContextClaims | null {
  const { weir } = input;
  const composition = weir.execution?.composition ?? carried?.execution.composition ?? NO_COMPOSITION;
  const edges = data === null ? undefined : ownEntry(data.compositions, composition)?.edges;
  const fromStep = weir.execution?.fromStep ?? '^';
  const edge = ownEntry(ownEntry(edges ?? {}, fromStep) ?? {}, weir.function.id);
  const step = edge?.step ?? weir.function.name;
  const onward = edges === undefined ? namedBy(callees, weir.function.id) : Object.keys(ownEntry(edges, step) ?? {});
  if (onward !== null && onward.length === 0) return null;
  const contract = data === null ? undefined : ownEntry(data.functions, weir.function.id);
  return {
    audience: onward === null || onward.length > AUDIENCES_MAX ? [ANY_AUDIENCE] : [...onward].sort(),
    holder: weir.function.id,
    tenant: weir.caller.tenant ?? contract?.tenant ?? null,
    label,
    dataExpiresAtMs: weir.data.expiresAtMs,
    execution:
      carried === null
        ? startExecution({ id: weir.invocation.id, composition, step, startedAtMs: input.time.unixMs })
        : continueExecution(carried.execution, step),
    invocationId: weir.invocation.id,
    parentInvocationId: carried?.invocationId ?? null,
    maxUses,
    // A function may call until the end of its own time.
    ...(weir.function.timeoutMs === null ? {} : { lifetimeMs: weir.function.timeoutMs }),
  };
}

/** Null when there is no contract that could say; functions that admit every caller are open to any. */
function namedBy(callees: Callees | null, caller: string): readonly string[] | null {
  if (callees === null) return null;
  const open = ['*', 'anonymous'].some((anyone) => callees.byCaller.has(anyone));
  return open ? null : (callees.byCaller.get(caller) ?? []);
}
