import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../../../../model/json.ts';
import type { LabelDescription } from '../../../../model/label.ts';
import type { PolicyData } from '../../../../model/policy-data.ts';
import type { Evaluation, EvaluationRequest, PolicyEvaluator } from '../../../../policies/engine/types.ts';
import { ActivePolicy } from '../../../../monitor/enforcement/core/active-policy.ts';
import { EnforcementCore } from '../../../../monitor/enforcement/core/core.ts';
import {
  InstanceRegistry,
  type InstanceJournal,
  type InstanceMemory,
} from '../../../../monitor/enforcement/core/instances.ts';
import type { CoreOptions } from '../../../../monitor/enforcement/core/options.ts';
import { AdmissionRates } from '../../../../monitor/enforcement/core/rates.ts';
import type { DecisionRecord } from '../../../../monitor/enforcement/core/record.ts';
import type { Route } from '../../../../monitor/enforcement/core/route.ts';
import type { Arrival } from '../../../../monitor/enforcement/types.ts';

export const NOW_MS = Date.UTC(2026, 10, 24, 12);

export const ROUTE: Route = {
  name: 'thumbnails',
  platform: 'openfaas',
  functionName: 'make-thumbnail',
  entrypoint: 'weir/invocation/decision',
  mode: 'enforce',
  deadlineMs: 25,
  inFlightMax: 4,
  requiresContext: false,
  startsComposition: null,
  entryLabel: 'worst',
  issuesContext: true,
  jwt: null,
  exceptions: [],
};

export const ARRIVAL: Arrival = {
  door: 'http-proxy',
  platform: 'openfaas',
  route: 'thumbnails',
  functionName: 'make-thumbnail',
  functionVersion: null,
  functionDigest: null,
  memoryLimitBytes: null,
  timeoutMs: null,
  instanceId: 'thumbnail-7',
  trigger: 'http',
  claimedId: null,
  attempt: 1,
  attributes: { request: { http: { method: 'POST', path: '/function/make-thumbnail', headers: {} } } },
  parsedPath: ['function', 'make-thumbnail'],
  parsedQuery: {},
  isBodyTruncated: false,
  sizeBytes: 120,
  contextToken: null,
  transportCaller: null,
  bearerToken: null,
  platformState: [],
  isFromPlatform: false,
  breakGlassGrant: null,
  signal: null,
};

export const ALLOW: JsonValue = { allow: true, deny: [], obligations: [], alerts: [] };

export const label = (confidentiality: string, region: readonly string[] | 'all' = 'all'): LabelDescription => ({
  confidentiality,
  integrity: 'trusted',
  region,
  tenant: 'all',
  marks: [],
});

const chain = (names: readonly string[]): PolicyData['lattice']['integrity'] => ({
  flowsTo: Object.fromEntries(
    names.map((name, at) => [name, Object.fromEntries(names.slice(at).map((above) => [above, true as const]))]),
  ),
  join: Object.fromEntries(
    names.map((left, at) => [
      left,
      Object.fromEntries(names.map((right, other) => [right, names[Math.max(at, other)] ?? ''])),
    ]),
  ),
  bottom: names[0] ?? '',
  top: names.at(-1) ?? '',
});

export const DATA: PolicyData = {
  schema: 'weir.data/1',
  lattice: { confidentiality: chain(['public', 'internal', 'personal']), integrity: chain(['trusted', 'untrusted']) },
  functions: {},
  compositions: {
    PhotoOrder: {
      depthMax: 8,
      edges: {
        '^': { 'openfaas:make-thumbnail': { accepts: label('personal'), step: 'Thumbnail' } },
        Thumbnail: { 'openfaas:print': { accepts: label('personal'), step: 'Print' } },
      },
    },
  },
  nodes: {},
  breakGlass: {
    'bg-17': {
      by: 'ines@operations',
      reason: 'print server down',
      functions: { 'openfaas:make-thumbnail': true },
      setsAside: { 'WEIR-RUN-001': true },
      expiresAtMs: NOW_MS + 60_000,
    },
  },
  limits: { denyWhenStale: true, denyWhenBlind: false },
};

/** An evaluator that answers what it is told to, and keeps what it was asked. */
export class ScriptedEvaluator implements PolicyEvaluator {
  readonly revision: string;
  readonly entrypoints = ['weir/invocation/decision'];
  readonly asked: EvaluationRequest[] = [];
  answer: (request: EvaluationRequest) => Evaluation | Promise<Evaluation>;
  isClosed = false;

  constructor(revision: string, answer: JsonValue | ScriptedEvaluator['answer']) {
    this.revision = revision;
    this.answer = typeof answer === 'function' ? answer : () => ({ kind: 'result', value: answer, elapsedNs: 1_000 });
  }

  evaluate(request: EvaluationRequest): Evaluation | Promise<Evaluation> {
    this.asked.push(request);
    return this.answer(request);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

export class MemoryJournal implements InstanceJournal {
  kept: readonly InstanceMemory[] | null = [];
  isFull = false;

  load(): readonly InstanceMemory[] | null {
    return this.kept;
  }

  save(instances: readonly InstanceMemory[]): void {
    if (this.isFull) throw new Error('no space left on device');
    this.kept = instances;
  }
}

export interface World {
  readonly core: EnforcementCore;
  readonly evaluator: ScriptedEvaluator;
  readonly records: DecisionRecord[];
  readonly journal: MemoryJournal;
  readonly instances: InstanceRegistry;
  readonly active: ActivePolicy;
  readonly clock: { ms: number; ns: bigint };
}

/** A core on a made-up world: a scripted policy, a clock that stands still, records in memory. */
export function makeWorld(
  answer: JsonValue | ScriptedEvaluator['answer'],
  changes: {
    readonly route?: Partial<Route>;
    readonly options?: Partial<CoreOptions>;
    readonly data?: PolicyData | null;
  } = {},
): World {
  const clock = { ms: NOW_MS, ns: 1_000_000_000_000n };
  const evaluator = new ScriptedEvaluator('r7', answer);
  const active = new ActivePolicy();
  active.activate({
    evaluator,
    data: changes.data === undefined ? DATA : changes.data,
    bundleName: 'photo',
    revision: 'r7',
  });
  const journal = new MemoryJournal();
  const instances = new InstanceRegistry(journal);
  const records: DecisionRecord[] = [];
  const route = { ...ROUTE, ...changes.route };
  const core = new EnforcementCore({
    clock: { nowMs: () => clock.ms, monotonicNs: () => clock.ns },
    randomId: randomUUID,
    routes: new Map([[route.name, route]]),
    bearers: new Map(),
    active,
    candidate: new ActivePolicy(),
    policyStatus: () => ({ revision: 'r7', ageMs: 10, isStale: false }),
    deniesWhenStale: true,
    contexts: null,
    instances,
    rates: new AdmissionRates(),
    node: () => ({ id: 'edge-3', region: 'eu-1', isBlind: false, blindReason: null }),
    recorder: {
      record: (record) => {
        records.push(record);
        return true;
      },
    },
    mustRecord: true,
    observers: [],
    refusalStatuses: { unauthenticated: new Set(['WEIR-RUN-001']), rate: new Set(['WEIR-RUN-002']) },
    ...changes.options,
  });
  return { core, evaluator, records, journal, instances, active, clock };
}
