import type { DecisionCause, Denial } from '../../../model/decision.ts';
import type { Refusal } from '../types.ts';

/** Which status a cause that is not a policy's word has. */
const STATUS_OF: Readonly<Record<Exclude<DecisionCause, 'policy'>, number>> = {
  undefined: 403,
  malformed: 403,
  thrown: 403,
  trapped: 503,
  late: 503,
  'no-policy': 503,
  stale: 503,
  overload: 503,
  draining: 503,
  'bad-request': 400,
  context: 403,
  quarantine: 403,
  unrecorded: 503,
  exception: 403,
};

/** Seconds after which a refused caller may try again, for causes that pass. */
const RETRY_AFTER_SECONDS = 1;

/** Reasons that a caller is told at most. */
const REASONS_MAX = 8;

/** Ids whose denial asks for a (better) proof of identity: 401 instead of 403; rates are 429. */
export interface RefusalStatuses {
  readonly unauthenticated: ReadonlySet<string>;
  readonly rate: ReadonlySet<string>;
}

/** Makes what a refused caller is told: why and what to do, never anything of the request. */
export function refuse(
  decision: { readonly id: string; readonly cause: DecisionCause; readonly deny: readonly Denial[] },
  statuses: RefusalStatuses,
): Refusal {
  const { id, cause, deny } = decision;
  const status = cause === 'policy' ? statusOfDenials(deny, statuses) : STATUS_OF[cause];
  const reasons = deny
    .slice(0, REASONS_MAX)
    .map(({ id: promise, message, action }) => ({ id: promise, message, action }));
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-weir-cause': cause,
      'x-weir-decision': id,
      ...(status === 401 ? { 'www-authenticate': challenge(deny) } : {}),
      ...(status === 429 || status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    },
    body: JSON.stringify({ error: 'denied', decision: id, cause, reasons }),
  };
}

/** Id of the denial that the core makes of a `require-reauthentication` that is not met. */
export const REAUTHENTICATE_ID = 'WEIR-RUN-017';

/** As RFC 9470 has it: a proof of identity that is too old is asked for again with the greatest age that would do. */
function challenge(deny: readonly Denial[]): string {
  const again = deny.find(({ id }) => id === REAUTHENTICATE_ID);
  if (again === undefined) return 'Bearer';
  return `Bearer error="insufficient_user_authentication", max_age=${Number(again.evidence['maxAgeSeconds'])}`;
}

function statusOfDenials(deny: readonly Denial[], statuses: RefusalStatuses): number {
  // Only where every reason is of one kind: a caller that would be refused anyway is not asked to sign in first.
  if (deny.length > 0 && deny.every(({ id }) => id === REAUTHENTICATE_ID || statuses.unauthenticated.has(id)))
    return 401;
  if (deny.length > 0 && deny.every((denial) => statuses.rate.has(denial.id))) return 429;
  return 403;
}
