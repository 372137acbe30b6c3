import type { CallerContext } from '../../../model/run-time-input.ts';

/**
 * Whether a call without a context had to have one: its route says so, or the transport proves that a function calls, which was given a
 * context by the point in front of it. Taking a context off a call must never make it look like a call from outside.
 */
export function isContextStripped(call: {
  readonly contextToken: string | null;
  readonly doesRouteRequireContext: boolean;
  readonly transportCaller: CallerContext | null;
}): boolean {
  if (call.contextToken !== null) return false;
  const caller = call.transportCaller;
  return call.doesRouteRequireContext || (caller?.kind === 'function' && caller.provedBy !== 'none');
}
