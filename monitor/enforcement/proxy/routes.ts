import type { BlockList } from 'node:net';
import { adapterOf } from '../adapters/index.ts';
import type { Adapter } from '../adapters/types.ts';
import { networksOf } from './forwarded.ts';
import type { ProxyLimits, ProxyRoute, ProxyTimeouts } from './options.ts';
import { createClient, type FunctionClient } from './upstream.ts';

/** A route with what it holds while the proxy runs. */
export interface RouteState {
  readonly route: ProxyRoute;
  readonly adapter: Adapter;
  readonly client: FunctionClient;
  readonly platformPeers: BlockList;
  inFlight: number;
  /** What the platform loaded through the proxy: nothing yet, being loaded, or its digest when it could be measured. */
  loaded: { readonly step: 'none' | 'loading' | 'done'; readonly digest: string | null };
}

export function openRoutes(
  routes: readonly ProxyRoute[],
  limits: ProxyLimits,
  timeouts: ProxyTimeouts,
): readonly RouteState[] {
  return routes.map((route) => ({
    route,
    adapter: adapterOf(route.platform),
    client: createClient(route.upstream, limits, timeouts),
    platformPeers: networksOf(route.platformPeers),
    inFlight: 0,
    loaded: { step: 'none', digest: null },
  }));
}

/** The route for a host and a path in its one form: a named host beats any, a longer prefix a shorter. Null for none. */
export function findRoute(states: readonly RouteState[], host: string | null, path: string): RouteState | null {
  let best: RouteState | null = null;
  for (const state of states) {
    const { hosts, pathPrefix } = state.route;
    const isHere = hosts.length === 0 || (host !== null && hosts.includes(host));
    if (!isHere || !isBelow(path, pathPrefix)) continue;
    if (best === null || rank(state.route) > rank(best.route)) best = state;
  }
  return best;
}

const rank = ({ hosts, pathPrefix }: ProxyRoute): number => (hosts.length > 0 ? 1_000_000 : 0) + pathPrefix.length;

function isBelow(path: string, prefix: string): boolean {
  if (prefix === '/' || prefix === '') return true;
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}
