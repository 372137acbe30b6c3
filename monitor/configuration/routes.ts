import { worstLabel, type LatticeTables } from '../../model/label-tables.ts';
import type { LabelDescription } from '../../model/label.ts';
import type { JwtRule, Route } from '../enforcement/core/route.ts';
import type { RouteConfiguration } from './types.ts';

const DEADLINE_MS = 25;
const IN_FLIGHT_MAX = 1_000;
const CONTEXT_USES_MAX = 16;
const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];

/** What an entry label leaves out: nothing may be concluded from what nobody said. */
function entryLabelOf(label: RouteConfiguration['entryLabel'], lattice: LatticeTables): Route['entryLabel'] {
  if (label === undefined) return 'worst';
  const base: LabelDescription = { ...worstLabel(lattice), marks: [] };
  return { ...base, ...label };
}

/**
 * A route with all defaults.
 *
 * @param jwt the rule with its keys read; null when the route has none.
 * @param lattice of the active bundle, for the levels that an entry label leaves out.
 */
export function routeOf(
  name: string,
  configuration: RouteConfiguration,
  { jwt, lattice }: { readonly jwt: JwtRule | null; readonly lattice: LatticeTables },
): Route {
  return {
    name,
    platform: configuration.platform ?? 'http',
    functionName: configuration.function ?? name,
    entrypoint: configuration.entrypoint ?? 'weir/invocation/decision',
    mode: configuration.mode ?? 'enforce',
    deadlineMs: configuration.deadlineMs ?? DEADLINE_MS,
    inFlightMax: configuration.inFlightMax ?? IN_FLIGHT_MAX,
    requiresContext: configuration.requiresContext ?? false,
    startsComposition: configuration.starts ?? null,
    entryLabel: entryLabelOf(configuration.entryLabel, lattice),
    issuesContext: true,
    contextUsesMax: configuration.contextUsesMax ?? CONTEXT_USES_MAX,
    jwt,
    exceptions: (configuration.exceptions ?? []).map(({ causes, reason, approvedBy, until }) => ({
      causes,
      reason,
      approvedBy,
      untilMs: Date.parse(until),
    })),
  };
}

/** A bearer rule with its keys. */
export function jwtRuleOf(configuration: NonNullable<RouteConfiguration['jwt']>, keys: JwtRule['keys']): JwtRule {
  return {
    issuer: configuration.issuer,
    audience: configuration.audience,
    keys,
    algorithms: configuration.algorithms ?? ALGORITHMS,
    tenantClaim: configuration.tenantClaim ?? null,
  };
}
