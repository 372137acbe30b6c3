import test from 'ava';
import { isContextStripped } from '../../../../../monitor/enforcement/context/presence.ts';
import type { CallerContext } from '../../../../../model/run-time-input.ts';

const caller = (kind: CallerContext['kind'], provedBy: CallerContext['provedBy']): CallerContext => ({
  kind,
  id: 'spiffe://harbour/ns/landing/sa/weigh-crate',
  tenant: null,
  provedBy,
  provedAtMs: null,
});
const call = { contextToken: null, doesRouteRequireContext: false, transportCaller: null };

test('a call that must have a context and has none is stripped', (t) => {
  t.false(isContextStripped(call));
  t.true(isContextStripped({ ...call, doesRouteRequireContext: true }));
  t.true(isContextStripped({ ...call, transportCaller: caller('function', 'mtls') }));
  t.false(isContextStripped({ ...call, transportCaller: caller('user', 'mtls') }));
  t.false(isContextStripped({ ...call, transportCaller: caller('function', 'none') }), 'a name that was only claimed');
  t.false(isContextStripped({ ...call, contextToken: '', doesRouteRequireContext: true }), 'refused as malformed');
});
