import test from 'ava';
import type { CheckAttributes } from '../../../../model/run-time-input.ts';
import { parseTarget } from '../../../../monitor/enforcement/ext-authz/request-input.ts';
import { callerOf, RouteTable } from '../../../../monitor/enforcement/ext-authz/routes.ts';
import { ROUTE } from './world.ts';

const TABLE = new RouteTable([
  { ...ROUTE, name: 'any', functionName: 'catch-all', matches: [{ host: null, pathPrefix: '/' }] },
  { ...ROUTE, name: 'images', functionName: 'images', matches: [{ host: null, pathPrefix: '/images' }] },
  { ...ROUTE, name: 'thumbs', functionName: 'thumbs', matches: [{ host: null, pathPrefix: '/images/thumbs/' }] },
  { ...ROUTE, name: 'shop', functionName: 'shop', matches: [{ host: 'Shop.example', pathPrefix: '/images' }] },
  { ...ROUTE, name: 'gateway', functionName: null, matches: [{ host: 'gateway.example', pathPrefix: '/' }] },
]);

function choose(host: string, path: string, contextExtensions: Record<string, string> = {}): string {
  const attributes: CheckAttributes = {
    request: { http: { method: 'GET', path, host, headers: {} } },
    contextExtensions,
  };
  const target = parseTarget('GET', path);
  if (!target.ok) return target.detail;
  const chosen = TABLE.choose(attributes, target.value);
  return chosen.ok ? `${chosen.choice.name}=${chosen.choice.functionName}` : chosen.detail;
}

test('the longest prefix of whole segments wins, and a host before any host', (t) => {
  t.is(choose('a.example', '/'), 'any=catch-all');
  t.is(choose('a.example', '/images'), 'images=images');
  t.is(choose('a.example', '/images-old'), 'any=catch-all');
  t.is(choose('a.example', '/images/thumbs/7'), 'thumbs=thumbs');
  t.is(choose('shop.example', '/images/thumbs/7'), 'shop=shop');
  t.is(choose('SHOP.example.:8443', '/images/thumbs/7'), 'shop=shop');
  t.is(choose('shop.example', '/other'), 'any=catch-all');
});

test('context extensions go before the table', (t) => {
  t.is(choose('a.example', '/images', { 'weir-route': 'thumbs' }), 'thumbs=thumbs');
  t.is(choose('a.example', '/images', { 'weir-route': 'gateway', 'weir-function': 'resize' }), 'gateway=resize');
  t.is(choose('gateway.example', '/x', { 'weir-function': 'resize' }), 'gateway=resize');
  t.is(choose('a.example', '/images', { 'weir-route': 'unheard-of' }), 'unheard-of=');
});

test('contradictions choose nothing', (t) => {
  t.regex(choose('a.example', '/images', { 'weir-function': 'other' }), /different functions/);
  t.regex(choose('gateway.example', '/x'), /names the function/);
});

test('a path that programs read differently chooses nothing by itself', (t) => {
  t.regex(choose('a.example', '/images/../admin'), /more than one way/);
  t.regex(choose('a.example', '/images/%2e%2e/admin'), /more than one way/);
  t.is(choose('a.example', '/images/../admin', { 'weir-route': 'any' }), 'any=catch-all');
});

test('principals are believed only of trusted domains', (t) => {
  const web = 'spiffe://cluster.local/ns/shop/sa/web';
  const trust = {
    trustDomains: ['cluster.local'],
    callers: { [web]: { kind: 'function' as const, id: 'http:web', tenant: 'shop' } },
  };
  t.deepEqual(callerOf(web, trust), {
    kind: 'function',
    id: 'http:web',
    tenant: 'shop',
    provedBy: 'mtls',
    provedAtMs: null,
  });
  const other = 'spiffe://cluster.local/ns/shop/sa/mail';
  t.deepEqual(callerOf(other, trust), { kind: 'service', id: other, tenant: null, provedBy: 'mtls', provedAtMs: null });
  for (const principal of [
    undefined,
    '',
    'web',
    'spiffe://cluster.local',
    'spiffe://cluster.local.evil.example/ns/shop/sa/web',
    'spiffe://evil.example/cluster.local/ns/shop/sa/web',
    'spiffe://cluster.local@evil.example/ns/shop/sa/web',
    'SPIFFE://cluster.local/ns/shop/sa/web',
  ]) {
    t.is(callerOf(principal, trust), null, principal);
  }
  t.is(callerOf(web, { trustDomains: [], callers: trust.callers }), null);
});
