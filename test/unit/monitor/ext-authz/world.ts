import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Decision, EnvoyAnswer } from '../../../../model/decision.ts';
import { startExtAuthz } from '../../../../monitor/enforcement/ext-authz/ext-authz.ts';
import type { DoorRefusal, ExtAuthz, ExtAuthzOptions } from '../../../../monitor/enforcement/ext-authz/options.ts';
import type { ExtAuthzRoute } from '../../../../monitor/enforcement/ext-authz/routes.ts';
import type { Admission, Arrival, DecisionCore, InvocationOutcome } from '../../../../monitor/enforcement/types.ts';

export const DECISION: Decision = {
  id: 'd-41',
  invocationId: 'i-41',
  entrypoint: 'weir/invocation/decision',
  mode: 'enforce',
  verdict: 'allow',
  effective: 'allow',
  cause: 'policy',
  deny: [],
  obligations: [],
  alerts: [],
  revision: 'r7',
  envoy: null,
  evaluationNs: 40_000,
};

export const ENVOY_ANSWER: EnvoyAnswer = {
  allowed: true,
  headers: {},
  requestHeadersToRemove: [],
  responseHeadersToAdd: {},
  queryParametersToSet: {},
  queryParametersToRemove: [],
  httpStatus: null,
  body: null,
  dynamicMetadata: null,
};

export const ADMITTED: Admission = {
  decision: DECISION,
  isAdmitted: true,
  invocationId: 'i-41',
  contextToken: 'signed.context',
  obligations: [],
  label: { confidentiality: 'public', integrity: 'trusted', region: 'all', tenant: 'all', marks: [] },
  refusal: null,
  complete: () => undefined,
};

export const REFUSED: Admission = {
  ...ADMITTED,
  decision: { ...DECISION, verdict: 'deny', effective: 'deny' },
  isAdmitted: false,
  contextToken: null,
  refusal: {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-weir-cause': 'policy' },
    body: '{"error":"denied","decision":"d-41","reasons":[]}',
  },
};

/** A core that answers what it is told, and keeps what it was asked and how it ended. */
export class FakeCore implements DecisionCore {
  readonly arrivals: Arrival[] = [];
  readonly outcomes: InvocationOutcome[] = [];
  decide: (arrival: Arrival) => Admission | Promise<Admission> = () => ADMITTED;

  async admit(arrival: Arrival): Promise<Admission> {
    this.arrivals.push(arrival);
    const admission = await this.decide(arrival);
    return {
      ...admission,
      complete: (outcome) => {
        this.outcomes.push(outcome);
      },
    };
  }
}

export const ROUTE: ExtAuthzRoute = {
  name: 'thumbnails',
  platform: 'openfaas',
  functionName: 'make-thumbnail',
  functionVersion: '3',
  functionDigest: 'sha256:77aa',
  memoryLimitBytes: 268_435_456,
  timeoutMs: 30_000,
  instanceId: 'thumbnail-7',
  trigger: 'http',
  matches: [{ host: null, pathPrefix: '/function/make-thumbnail' }],
  platformPrincipals: [],
  assumedDurationMs: 0,
};

export interface Running {
  readonly core: FakeCore;
  readonly door: ExtAuthz;
  /** For Go's gRPC: `unix:…` or `host:port`. */
  readonly address: string;
  readonly refusals: DoorRefusal[];
  readonly folder: string;
}

/** Starts the door on a unix socket in a folder of its own, with a fake core; both end with the test. */
export async function startWorld(t: ExecutionContext, changes: Partial<ExtAuthzOptions> = {}): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-ext-authz-'));
  const core = new FakeCore();
  const refusals: DoorRefusal[] = [];
  const door = await startExtAuthz(core, {
    listen: { kind: 'unix', path: path.join(folder, 'authz.sock') },
    routes: [ROUTE],
    principals: { trustDomains: [], callers: {} },
    clock: { nowMs: Date.now, monotonicNs: () => process.hrtime.bigint() },
    isReady: () => true,
    onRefused: (refusal) => {
      refusals.push(refusal);
    },
    ...changes,
    // A machine that runs other tests beside this one stalls for longer than a node may.
    limits: { loopLagMsMax: 60_000, ...changes.limits },
  });
  t.teardown(async () => {
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { core, door, address: door.address, refusals, folder };
}
