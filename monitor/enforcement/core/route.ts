import type { DecisionCause } from '../../../model/decision.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { PlatformName } from '../../../model/platform.ts';

/** How calls to one function are decided. Made from the configuration; every field is set. */
export interface Route {
  readonly name: string;
  readonly platform: PlatformName;
  /** Name of the function on its platform; null when the door tells it by request. */
  readonly functionName: string | null;
  /** Slash separated entry point of the bundle. */
  readonly entrypoint: string;
  /** `dry-run` lets every call through and records what would have been done. */
  readonly mode: 'enforce' | 'dry-run';
  /** From arrival to decision, milliseconds. */
  readonly deadlineMs: number;
  /** Invocations in flight at once; more are refused as overload. */
  readonly inFlightMax: number;
  /** A call without a verified context is refused. */
  readonly requiresContext: boolean;
  /** Composition that a call without a context starts; null when this function is no entry. */
  readonly startsComposition: string | null;
  /** Label of the data of calls that carry no context: `worst` when nobody said. */
  readonly entryLabel: LabelDescription | 'worst';
  /** Whether callers get a new context for what the function calls. */
  readonly issuesContext: boolean;
  readonly jwt: JwtRule | null;
  readonly exceptions: readonly RouteException[];
}

/** How bearer tokens of a route are verified. Keys are a local JWK set: no decision waits for a network. */
export interface JwtRule {
  readonly issuer: string;
  readonly audience: string;
  /** JWK set, parsed. */
  readonly keys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Algorithms that are accepted; never what the token says. */
  readonly algorithms: readonly string[];
  /** Claim that names the tenant; null for none. */
  readonly tenantClaim: string | null;
}

/**
 * Lets calls of one route through although no policy could answer. Written, with a reason and an end; every use is recorded and alerted. It never sets
 * aside what a policy said.
 */
export interface RouteException {
  readonly causes: readonly Exclude<DecisionCause, 'policy' | 'exception' | 'bad-request'>[];
  readonly reason: string;
  readonly approvedBy: string;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
}

/** The exception that applies, null when none does. */
export function exceptionFor(route: Route, cause: DecisionCause, nowMs: number): RouteException | null {
  return (
    route.exceptions.find(
      (exception) => nowMs < exception.untilMs && (exception.causes as readonly DecisionCause[]).includes(cause),
    ) ?? null
  );
}
