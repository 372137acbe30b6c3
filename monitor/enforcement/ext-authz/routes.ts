import type { PlatformName } from '../../../model/platform.ts';
import type { CallerContext, CheckAttributes, InvocationContext } from '../../../model/run-time-input.ts';
import type { ParsedTarget } from './request-input.ts';

/** Rules of the host and path table over all routes. */
export const MATCHES_MAX = 10_000;

/** Requests that belong to a route. */
export interface RouteMatch {
  /** Lower case, without port; null for every host. */
  readonly host: string | null;
  /** Begins with a slash, e.g. `/function/resize`. Compared by whole segments, percent-decoded. */
  readonly pathPrefix: string;
}

/** One route of the door and the facts about the function behind it, as configured. */
export interface ExtAuthzRoute {
  /** Name of the core's route. */
  readonly name: string;
  readonly platform: PlatformName;
  /** Null when Envoy says it by request (`weir-function` of the route's context extensions). */
  readonly functionName: string | null;
  readonly functionVersion: string | null;
  readonly functionDigest: string | null;
  readonly memoryLimitBytes: number | null;
  readonly timeoutMs: number | null;
  /** The instance that Envoy stands before; null when there may be several, which then share one residual label. */
  readonly instanceId: string | null;
  readonly trigger: InvocationContext['invocation']['trigger'];
  readonly matches: readonly RouteMatch[];
  /** Principals of the platform's own controllers, which may send platform state. */
  readonly platformPrincipals: readonly string[];
  /**
   * How long an invocation counts as running after it was admitted, since Envoy never tells how it ended. 0 counts it as ended at once; its label stays
   * with the instance either way.
   */
  readonly assumedDurationMs: number;
}

/** Which principals of mutual TLS are believed. */
export interface PrincipalTrust {
  /** SPIFFE trust domains, e.g. `cluster.local`. Empty: no principal is believed. */
  readonly trustDomains: readonly string[];
  /** Who a principal is, by SPIFFE id. Others of a trusted domain are services without a tenant. */
  readonly callers: Readonly<
    Record<string, { readonly kind: CallerContext['kind']; readonly id: string; readonly tenant: string | null }>
  >;
}

/** The route a request takes. `null` name: there is none, and the core refuses what has no route. */
export interface RouteChoice {
  readonly route: ExtAuthzRoute | null;
  /** Name to tell the core. */
  readonly name: string;
  readonly functionName: string;
}

/** What came of choosing; `detail` has nothing of the request. */
export type Choosing =
  { readonly ok: true; readonly choice: RouteChoice } | { readonly ok: false; readonly detail: string };

/** Context extensions that Envoy's configuration of a route may set. */
export const ROUTE_EXTENSION = 'weir-route';
export const FUNCTION_EXTENSION = 'weir-function';

interface CompiledMatch {
  readonly segments: readonly string[];
  readonly route: ExtAuthzRoute;
}

/** Finds the route of a request: by the context extensions, else by the table. Cost grows with the matches of one host only. */
export class RouteTable {
  readonly #byName: ReadonlyMap<string, ExtAuthzRoute>;
  readonly #byHost = new Map<string, CompiledMatch[]>();
  readonly #anyHost: CompiledMatch[] = [];

  constructor(routes: readonly ExtAuthzRoute[]) {
    this.#byName = new Map(routes.map((route) => [route.name, route]));
    for (const route of routes) {
      for (const match of route.matches)
        this.#listFor(match.host).push({ segments: segmentsOf(match.pathPrefix), route });
    }
    // The longest prefix wins, so it comes first.
    for (const list of [...this.#byHost.values(), this.#anyHost]) {
      list.sort((left, right) => right.segments.length - left.segments.length);
    }
  }

  choose(attributes: CheckAttributes, target: ParsedTarget): Choosing {
    const extensions = attributes.contextExtensions ?? {};
    const named = own(extensions, ROUTE_EXTENSION);
    const told = own(extensions, FUNCTION_EXTENSION);
    if (named !== undefined) return choiceOf(this.#byName.get(named) ?? null, named, told);
    const route = this.#match(attributes.request.http.host, target.path);
    if (route !== null && target.isAmbiguous) return { ok: false, detail: 'the path can be read in more than one way' };
    return choiceOf(route, route?.name ?? '', told);
  }

  #listFor(host: string | null): CompiledMatch[] {
    if (host === null) return this.#anyHost;
    const before = this.#byHost.get(host.toLowerCase());
    if (before !== undefined) return before;
    const list: CompiledMatch[] = [];
    this.#byHost.set(host.toLowerCase(), list);
    return list;
  }

  #match(host: string | undefined, path: readonly string[]): ExtAuthzRoute | null {
    const ofHost = this.#byHost.get(hostNameOf(host ?? '')) ?? [];
    const isPrefix = ({ segments }: CompiledMatch): boolean => segments.every((segment, at) => path[at] === segment);
    return (ofHost.find(isPrefix) ?? this.#anyHost.find(isPrefix))?.route ?? null;
  }
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const segmentsOf = (pathPrefix: string): readonly string[] => pathPrefix.split('/').filter((segment) => segment !== '');

/** `[::1]:80` and `Shop.example:443` without port, in lower case, without the dot that ends a full name. */
function hostNameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

function choiceOf(route: ExtAuthzRoute | null, name: string, told: string | undefined): Choosing {
  const configured = route?.functionName ?? null;
  if (configured !== null && told !== undefined && told !== configured) {
    return { ok: false, detail: 'Envoy and the route name different functions' };
  }
  const functionName = configured ?? told ?? null;
  if (route !== null && functionName === null)
    return { ok: false, detail: 'neither Envoy nor the route names the function' };
  return { ok: true, choice: { route, name, functionName: functionName ?? '' } };
}

/** The caller that mutual TLS proved to Envoy; null when there is none or it is not believed. */
export function callerOf(principal: string | undefined, trust: PrincipalTrust): CallerContext | null {
  if (principal === undefined) return null;
  const domain = /^spiffe:\/\/([^/?#]+)\/[^?#]*$/.exec(principal)?.[1];
  if (domain === undefined || !trust.trustDomains.includes(domain)) return null;
  const known = Object.hasOwn(trust.callers, principal) ? trust.callers[principal] : undefined;
  const { kind, id, tenant } = known ?? { kind: 'service', id: principal, tenant: null };
  return { kind, id, tenant, provedBy: 'mtls', provedAtMs: null };
}
