import type { Exchange } from './exchange.ts';
import { endToEnd, isReserved, recordOf } from './fields.ts';
import { isWithin } from './forwarded.ts';
import type { Reception } from './arrival.ts';
import type { ProxyContext } from './handle.ts';
import { checkRequest } from './request-check.ts';
import type { RefusalDetail, RefusalName } from './refusals.ts';
import { findRoute, type RouteState } from './routes.ts';
import { canonicalTarget, DEFAULT_PATH_RULES } from './target.ts';

export type ReceiveOutcome =
  | { readonly ok: true; readonly value: Reception }
  | {
      readonly ok: false;
      readonly refusal: RefusalName;
      readonly more: RefusalDetail;
      readonly state: RouteState | null;
    };

/** Protocols that a connection may be upgraded to: one name, and never another version of HTTP, behind which requests would pass unseen. */
const UPGRADE = /^(?!h2c?$|http\/|tls\/)[a-z0-9!#$%&'*+.^_`|~-]+(?:\/[a-z0-9.]+)?$/;

/** Checks the head of a request, finds its route and brings its target into the form in which it is decided and sent on. Never throws. */
export function receive(context: ProxyContext, exchange: Exchange): ReceiveOutcome {
  const failed = (refusal: RefusalName, more: RefusalDetail = {}, state: RouteState | null = null): ReceiveOutcome => ({
    ok: false,
    refusal,
    more,
    state,
  });
  if (exchange.method === 'CONNECT' || exchange.method === 'TRACE') return failed('method');
  const checked = checkRequest(exchange, context.limits);
  if (!checked.ok) return failed(checked.refusal);
  const { host, target: text, lengthBytes, expectsContinue } = checked.value;
  // The route has a say in how its paths are read, and is found by the path: the widest rules find it, its own rules then hold.
  const probe = canonicalTarget(exchange.method, text, { ...DEFAULT_PATH_RULES, encodedSlash: 'keep' });
  if (!probe.ok) return failed('target', { detail: `${probe.detail}.` });
  const state = findRoute(context.routes, host, probe.value.path);
  if (state === null) return failed('no-route');
  const { route } = state;
  const target = canonicalTarget(exchange.method, text, route.paths);
  if (!target.ok) return failed('target', { detail: `${target.detail}.` }, state);
  if (!route.methods.includes(exchange.method)) {
    return failed('method', { headers: { allow: route.methods.join(', ') } }, state);
  }
  if (exchange.upgrade !== null) {
    const isFit = route.isUpgradable && exchange.method === 'GET' && !exchange.hasBody && exchange.version === '1.1';
    if (!isFit || !UPGRADE.test(exchange.upgrade)) return failed('upgrade', {}, state);
  }
  if (lengthBytes !== null && lengthBytes > route.body.maxBytes) return failed('body-too-large', {}, state);
  const fields = endToEnd(exchange.fields).filter(([name]) => !isReserved(name));
  return {
    ok: true,
    value: {
      exchange,
      state,
      target: target.value,
      host,
      fields,
      headers: recordOf(fields),
      lengthBytes: exchange.hasBody ? lengthBytes : 0,
      expectsContinue,
      isFromPlatform: isWithin(state.platformPeers, exchange.peer.address),
    },
  };
}
