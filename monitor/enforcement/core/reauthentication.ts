import type { InvocationInput } from '../../../model/run-time-input.ts';
import type { Interpretation } from './interpret.ts';
import { REAUTHENTICATE_ID } from './refusal.ts';

/** Carries out `require-reauthentication`: met when the proof of identity is young enough, a denial that asks for a new one otherwise. */
export function proveAgain(interpretation: Interpretation, input: InvocationInput): Interpretation {
  const { obligations } = interpretation;
  const ages = obligations.flatMap((each) => (each.kind === 'require-reauthentication' ? [each.maxAgeSeconds] : []));
  if (interpretation.verdict === 'deny' || ages.length === 0) return interpretation;
  const maxAgeSeconds = Math.min(...ages);
  const { provedAtMs } = input.weir.caller;
  const rest = obligations.filter((each) => each.kind !== 'require-reauthentication');
  if (provedAtMs !== null && input.time.unixMs - provedAtMs <= maxAgeSeconds * 1000) {
    return { ...interpretation, obligations: rest };
  }
  return {
    ...interpretation,
    verdict: 'deny',
    obligations: [],
    deny: [
      {
        id: REAUTHENTICATE_ID,
        severity: 'low',
        message: 'the caller has to prove again who it is',
        action: `Sign in again; the proof must be at most ${maxAgeSeconds} s old.`,
        evidence: { maxAgeSeconds },
        undecided: false,
      },
    ],
  };
}
