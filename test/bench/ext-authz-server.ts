/**
 * The door for Envoy with the real core and engine, for `ext-authz.ts`: `ext-authz-server.ts <grants|pack> <policy.wasm> <data.json>`. Prints its
 * address and serves until it is told to end. Decisions are not written anywhere, as the peer's are not.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PolicyData } from '../../model/policy-data.ts';
import { ActivePolicy } from '../../monitor/enforcement/core/active-policy.ts';
import { EnforcementCore } from '../../monitor/enforcement/core/core.ts';
import { InstanceRegistry } from '../../monitor/enforcement/core/instances.ts';
import { AdmissionRates } from '../../monitor/enforcement/core/rates.ts';
import type { Route } from '../../monitor/enforcement/core/route.ts';
import { startExtAuthz } from '../../monitor/enforcement/ext-authz/ext-authz.ts';
import { createEvaluator } from '../../policies/engine/create-evaluator.ts';
import { GRANTS_ENTRYPOINT, GRANTS_REFERENCES } from './ext-authz-policy.ts';

const [kind = '', wasmFile = '', dataFile = ''] = process.argv.slice(2);
const isGrants = kind === 'grants';
const data = readFileSync(dataFile);
const outcome = await createEvaluator({
  revision: kind,
  wasm: new Uint8Array(readFileSync(wasmFile)),
  data: new Uint8Array(data),
  references: isGrants ? GRANTS_REFERENCES : null,
  trust: 'vetted',
});
if (!outcome.ok) throw new Error(`${outcome.refusal.code} ${outcome.refusal.message}`);

const route: Route = {
  name: 'functions',
  platform: 'http',
  functionName: 'functions',
  entrypoint: isGrants ? GRANTS_ENTRYPOINT : 'weir/invocation/decision',
  mode: 'enforce',
  deadlineMs: 1_000,
  inFlightMax: 1_000,
  requiresContext: false,
  startsComposition: null,
  entryLabel: 'worst',
  issuesContext: false,
  contextUsesMax: 16,
  jwt: null,
  exceptions: [],
};
const clock = { nowMs: Date.now, monotonicNs: () => process.hrtime.bigint() };
const active = new ActivePolicy();
active.activate({
  evaluator: outcome.evaluator,
  data: isGrants ? null : (JSON.parse(data.toString()) as { readonly weir: PolicyData }).weir,
  callees: null,
  bundleName: kind,
  revision: kind,
});
const core = new EnforcementCore({
  clock,
  randomId: randomUUID,
  routes: new Map([[route.name, route]]),
  bearers: new Map(),
  active,
  candidate: new ActivePolicy(),
  policyStatus: () => ({ revision: kind, ageMs: 0, isStale: false }),
  deniesWhenStale: true,
  contexts: null,
  instances: new InstanceRegistry({ load: () => [], save: () => undefined }),
  rates: new AdmissionRates(),
  node: () => ({ id: 'bench', region: null, isBlind: false, blindReason: null }),
  recorder: { record: () => true },
  mustRecord: true,
  observers: [],
  refusalStatuses: { unauthenticated: new Set(), rate: new Set() },
});
const door = await startExtAuthz(core, {
  listen: { kind: 'tcp', host: '127.0.0.1', port: 0, tls: null },
  routes: [
    {
      name: route.name,
      platform: 'http',
      functionName: route.functionName,
      functionVersion: null,
      functionDigest: null,
      memoryLimitBytes: null,
      timeoutMs: null,
      instanceId: null,
      trigger: 'http',
      matches: [{ host: null, pathPrefix: '/function' }],
      platformPrincipals: [],
      assumedDurationMs: 0,
    },
  ],
  principals: { trustDomains: [], callers: {} },
  clock,
  isReady: () => true,
  onRefused: () => undefined,
  limits: {},
});
console.log(door.address);
process.once('SIGTERM', () => {
  console.error(JSON.stringify(door.counters()));
  void door.close();
});
