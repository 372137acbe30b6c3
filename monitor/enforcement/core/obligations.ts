import type { InvocationInput } from '../../../model/run-time-input.ts';
import type { Interpretation } from './interpret.ts';
import type { Door } from '../types.ts';
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

/** Id of the promise that fields are masked; see `policies/rego/invocation/mask-foreign-fields`. */
const MASK_ID = 'WEIR-RUN-018';

/** Denies what a door cannot carry out, before it is recorded as allowed: Envoy's protocol cannot change a body. */
export function onlyWhatDoorsCan(interpretation: Interpretation, door: Door): Interpretation {
  const { verdict, obligations } = interpretation;
  const cannot = door === 'ext-authz' && obligations.some(({ kind }) => kind === 'mask-fields');
  if (verdict === 'deny' || !cannot) return interpretation;
  return {
    ...interpretation,
    verdict: 'deny',
    obligations: [],
    deny: [
      {
        id: MASK_ID,
        severity: 'medium',
        message: 'fields must be masked for this caller, which external authorization cannot do',
        action: 'Put the HTTP proxy of Weir in front of the function, or name the caller in the contract.',
        evidence: { door },
        undecided: false,
      },
    ],
  };
}
