import test from 'ava';
import type { DecisionCause } from '../../../../model/decision.ts';
import type { JsonValue } from '../../../../model/json.ts';
import type { InvocationInput } from '../../../../model/run-time-input.ts';
import { ActivePolicy } from '../../../../monitor/enforcement/core/active-policy.ts';
import { InstanceRegistry } from '../../../../monitor/enforcement/core/instances.ts';
import { ALLOW, ARRIVAL, DATA, label, makeWorld, MemoryJournal, NOW_MS, ScriptedEvaluator } from './world.ts';

const denial = (id: string): JsonValue => ({
  id,
  severity: 'high',
  message: 'the caller is not one of the callers of this function',
  action: 'Add the caller to the contract.',
  evidence: {},
  undecided: false,
});
const deny = (...ids: string[]): JsonValue => ({ allow: false, deny: ids.map(denial), obligations: [], alerts: [] });

const inputOf = (evaluator: ScriptedEvaluator): InvocationInput => {
  const input = evaluator.asked.at(-1)?.input;
  if (input === undefined) throw new Error('the policy was not asked');
  return input as InvocationInput;
};

test('an allowed call is admitted, recorded once, and its minted id is what the policy saw', async (t) => {
  const { core, evaluator, records } = makeWorld(ALLOW);
  const admission = await core.admit({ ...ARRIVAL, claimedId: 'forged-1' });
  t.true(admission.isAdmitted);
  t.is(records.length, 1);
  t.is(records[0]?.decision.effective, 'allow');
  const { weir } = inputOf(evaluator);
  t.is(weir.invocation.id, admission.invocationId);
  t.is(weir.invocation.claimedId, 'forged-1');
  t.is(weir.function.id, 'openfaas:make-thumbnail');
  t.deepEqual(weir.caller, { kind: 'anonymous', id: null, tenant: null, provedBy: 'none', provedAtMs: null });
  t.is(weir.data.evidence, 'unknown');
  t.is(weir.data.label.confidentiality, 'personal');
});

test('a denied call gets the reasons and nothing of the request', async (t) => {
  const { core } = makeWorld(deny('WEIR-RUN-009', 'WEIR-RUN-003'));
  const admission = await core.admit({ ...ARRIVAL, parsedBody: { patient: 'Mira' }, bearerToken: 'secret-token' });
  t.false(admission.isAdmitted);
  t.is(admission.refusal?.status, 403);
  t.deepEqual(
    admission.decision.deny.map(({ id }) => id),
    ['WEIR-RUN-003', 'WEIR-RUN-009'],
  );
  t.notRegex(admission.refusal?.body ?? '', /Mira|secret-token/);
  t.regex(admission.refusal?.body ?? '', /"id":"WEIR-RUN-003"/);
});

for (const [name, ids, status] of [
  ['who is not signed in', ['WEIR-RUN-001'], 401],
  ['a rate', ['WEIR-RUN-002'], 429],
  ['a rate and something else', ['WEIR-RUN-001', 'WEIR-RUN-002'], 403],
] as const) {
  test(`status ${status} for ${name}`, async (t) => {
    const { core } = makeWorld(deny(...ids));
    t.is((await core.admit(ARRIVAL)).refusal?.status, status);
  });
}

const NO_ANSWERS: readonly [string, ScriptedEvaluator['answer'], DecisionCause][] = [
  ['undefined', () => ({ kind: 'undefined', elapsedNs: 1 }), 'undefined'],
  ['a thrown message', () => ({ kind: 'thrown', detail: 'x', elapsedNs: 1 }), 'thrown'],
  ['a trap', () => ({ kind: 'trapped', detail: 'x', elapsedNs: 1 }), 'trapped'],
  ['a late worker', () => Promise.resolve({ kind: 'late', detail: 'x', elapsedNs: 1 }), 'late'],
  ['an evaluator that is not ready', () => ({ kind: 'unready', detail: 'x', elapsedNs: 1 }), 'no-policy'],
  ['null', () => ({ kind: 'result', value: null, elapsedNs: 1 }), 'malformed'],
  ['a number', () => ({ kind: 'result', value: 1, elapsedNs: 1 }), 'malformed'],
  ['a list', () => ({ kind: 'result', value: [true], elapsedNs: 1 }), 'malformed'],
  ['an empty object', () => ({ kind: 'result', value: {}, elapsedNs: 1 }), 'malformed'],
  ['allow without the rest', () => ({ kind: 'result', value: { allow: true }, elapsedNs: 1 }), 'malformed'],
  [
    'a contradiction',
    () => ({
      kind: 'result',
      value: { allow: true, deny: [denial('WEIR-RUN-003')], obligations: [], alerts: [] },
      elapsedNs: 1,
    }),
    'malformed',
  ],
  [
    'an obligation nobody knows',
    () => ({
      kind: 'result',
      value: { allow: true, deny: [], obligations: [{ kind: 'dance' }], alerts: [] },
      elapsedNs: 1,
    }),
    'malformed',
  ],
  [
    'an evaluator that throws',
    () => {
      throw new Error('boom');
    },
    'thrown',
  ],
  ['an evaluator that rejects', () => Promise.reject(new Error('boom')), 'thrown'],
];

for (const [name, answer, cause] of NO_ANSWERS) {
  test(`${name} denies, is recorded, and says so`, async (t) => {
    const { core, records } = makeWorld(answer);
    const admission = await core.admit(ARRIVAL);
    t.false(admission.isAdmitted);
    t.is(admission.decision.cause, cause);
    t.is(records.length, 1);
    t.is(records[0]?.decision.effective, 'deny');
  });
}

test('no policy, an unknown route and a draining point deny', async (t) => {
  const { core, active } = makeWorld(ALLOW);
  t.is((await core.admit({ ...ARRIVAL, route: 'elsewhere' })).decision.cause, 'no-policy');
  await active.close();
  t.is((await core.admit(ARRIVAL)).decision.cause, 'no-policy');
  core.drain();
  const drained = await core.admit(ARRIVAL);
  t.is(drained.decision.cause, 'draining');
  t.is(drained.refusal?.status, 503);
});

test('a decision after the deadline denies although the policy allowed', async (t) => {
  const world = makeWorld(() => {
    world.clock.ns += 26_000_000n;
    return { kind: 'result', value: ALLOW, elapsedNs: 26_000_000 };
  });
  const admission = await world.core.admit(ARRIVAL);
  t.is(admission.decision.cause, 'late');
  t.false(admission.isAdmitted);
});

test('an exception for lateness does not set aside what the policy said', async (t) => {
  const exceptions = [{ causes: ['late'] as const, reason: 'slow disk', approvedBy: 'ines', untilMs: NOW_MS + 1_000 }];
  const world = makeWorld(
    () => {
      world.clock.ns += 26_000_000n;
      return { kind: 'result', value: deny('WEIR-RUN-003'), elapsedNs: 26_000_000 };
    },
    { route: { exceptions } },
  );
  const admission = await world.core.admit(ARRIVAL);
  t.false(admission.isAdmitted);
  t.is(admission.decision.cause, 'policy');
});

test('a stale bundle denies when the configuration says so, else the policy decides', async (t) => {
  const policyStatus = () => ({ revision: 'r7', ageMs: 9e9, isStale: true });
  const strict = makeWorld(ALLOW, { options: { policyStatus } });
  t.is((await strict.core.admit(ARRIVAL)).decision.cause, 'stale');
  const lenient = makeWorld(ALLOW, { options: { policyStatus, deniesWhenStale: false } });
  t.true((await lenient.core.admit(ARRIVAL)).isAdmitted);
  t.true(inputOf(lenient.evaluator).weir.policy.isStale);
});

test('dry-run lets through, and records what would have been done', async (t) => {
  const { core, records } = makeWorld(deny('WEIR-RUN-003'), { route: { mode: 'dry-run' } });
  t.true((await core.admit(ARRIVAL)).isAdmitted);
  t.is(records[0]?.decision.verdict, 'deny');
  t.is(records[0]?.decision.effective, 'allow');
  core.drain();
  t.false((await core.admit(ARRIVAL)).isAdmitted);
});

test('an exception covers its causes until its end, and never what a policy said', async (t) => {
  const exceptions = [
    { causes: ['thrown'] as const, reason: 'vendor bug 12', approvedBy: 'ines', untilMs: NOW_MS + 1_000 },
  ];
  const world = makeWorld(() => ({ kind: 'thrown', detail: 'x', elapsedNs: 1 }), { route: { exceptions } });
  const used = await world.core.admit(ARRIVAL);
  t.true(used.isAdmitted);
  t.is(used.decision.cause, 'exception');
  t.is(world.records[0]?.exception?.reason, 'vendor bug 12');
  world.clock.ms += 1_000;
  t.false((await world.core.admit(ARRIVAL)).isAdmitted);
  const policy = makeWorld(deny('WEIR-RUN-003'), { route: { exceptions } });
  t.false((await policy.core.admit(ARRIVAL)).isAdmitted);
});

test('what cannot be recorded is not admitted', async (t) => {
  const { core, instances } = makeWorld(ALLOW, { options: { recorder: { record: () => false } } });
  const admission = await core.admit(ARRIVAL);
  t.false(admission.isAdmitted);
  t.is(admission.decision.cause, 'unrecorded');
  t.is(instances.list()[0]?.inFlight ?? 0, 0);
  const lenient = makeWorld(ALLOW, { options: { recorder: { record: () => false }, mustRecord: false } });
  t.true((await lenient.core.admit(ARRIVAL)).isAdmitted);
});

test('calls in flight are limited by route, and completing twice counts once', async (t) => {
  const { core } = makeWorld(ALLOW, { route: { inFlightMax: 2 } });
  const first = await core.admit(ARRIVAL);
  await core.admit(ARRIVAL);
  const third = await core.admit(ARRIVAL);
  t.is(third.decision.cause, 'overload');
  t.is(third.refusal?.status, 503);
  first.complete({ outcome: 'ok', status: 200, sizeBytes: 10 });
  first.complete({ outcome: 'ok', status: 200, sizeBytes: 10 });
  t.is(core.inFlight, 1);
  t.true((await core.admit(ARRIVAL)).isAdmitted);
  t.is((await core.admit(ARRIVAL)).decision.cause, 'overload');
});

test('an instance keeps the label of what it has received', async (t) => {
  const world = makeWorld(ALLOW, { route: { entryLabel: label('internal', ['eu-1']) } });
  await world.core.admit(ARRIVAL);
  t.is(inputOf(world.evaluator).weir.instance.residualLabel?.confidentiality, 'public');
  await world.core.admit(ARRIVAL);
  t.deepEqual(inputOf(world.evaluator).weir.instance.residualLabel, label('internal', ['eu-1']));
  t.is(inputOf(world.evaluator).weir.instance.inFlight, 1);
  // The monitor restarts: what was kept holds.
  const restarted = new InstanceRegistry(world.journal);
  t.deepEqual(restarted.look('thumbnail-7', DATA.lattice, NOW_MS).residualLabel, label('internal', ['eu-1']));
});

test('a label that cannot be kept is not admitted', async (t) => {
  const world = makeWorld(ALLOW);
  world.journal.isFull = true;
  const admission = await world.core.admit(ARRIVAL);
  t.false(admission.isAdmitted);
  t.is(admission.decision.cause, 'unrecorded');
  t.false((await world.core.admit(ARRIVAL)).isAdmitted, 'the label is still not kept');
  world.journal.isFull = false;
  t.true((await world.core.admit(ARRIVAL)).isAdmitted);
  t.is(world.journal.kept?.[0]?.residualLabel?.confidentiality, 'personal');
});

test('labels of instances are unknown when their memory cannot be read', (t) => {
  const journal = new MemoryJournal();
  journal.kept = null;
  t.is(new InstanceRegistry(journal).look('thumbnail-7', DATA.lattice, NOW_MS).residualLabel, null);
});

test('an instance in quarantine gets no calls, whatever the policy says, until it is over', async (t) => {
  const world = makeWorld(ALLOW);
  world.instances.quarantine('thumbnail-7', { cause: 'shell', untilMs: NOW_MS + 5_000 });
  const held = await world.core.admit(ARRIVAL);
  t.false(held.isAdmitted);
  t.is(held.decision.cause, 'quarantine');
  t.is(world.records[0]?.detail, 'shell');
  t.true((await world.core.admit({ ...ARRIVAL, instanceId: 'thumbnail-8' })).isAdmitted);
  world.clock.ms += 5_000;
  t.true((await world.core.admit(ARRIVAL)).isAdmitted);
});

test('without a lattice no label reads like one that is known', async (t) => {
  const world = makeWorld(ALLOW, { data: null });
  await world.core.admit(ARRIVAL);
  t.is(inputOf(world.evaluator).weir.data.label.confidentiality, 'unknown');
  await world.core.admit(ARRIVAL);
  t.is(inputOf(world.evaluator).weir.instance.residualLabel?.confidentiality, 'unknown');
});

test('platform state counts as smuggled unless the platform sends it', async (t) => {
  const { core, evaluator } = makeWorld(ALLOW);
  await core.admit({ ...ARRIVAL, platformState: ['__ow_user', '$composer'] });
  t.deepEqual(inputOf(evaluator).weir.smuggled, ['$composer', '__ow_user']);
  await core.admit({ ...ARRIVAL, platformState: ['$composer'], isFromPlatform: true });
  t.deepEqual(inputOf(evaluator).weir.smuggled, []);
});

test('a break-glass grant is shown only to the one it is made out to', async (t) => {
  const { core, evaluator } = makeWorld(ALLOW);
  const asked = { ...ARRIVAL, breakGlassGrant: 'bg-17' };
  await core.admit(asked);
  t.is(inputOf(evaluator).weir.breakGlass, null);
  const ines = { kind: 'user', id: 'ines@operations', tenant: null, provedBy: 'mtls', provedAtMs: null } as const;
  await core.admit({ ...asked, transportCaller: ines });
  t.is(inputOf(evaluator).weir.breakGlass?.reason, 'print server down');
  await core.admit({ ...asked, transportCaller: { ...ines, id: 'ole@operations' } });
  t.is(inputOf(evaluator).weir.breakGlass, null);
  await core.admit({ ...asked, transportCaller: ines, breakGlassGrant: 'constructor' });
  t.is(inputOf(evaluator).weir.breakGlass, null);
});

test('re-authentication is asked for when the proof is too old, and met when it is young', async (t) => {
  const answer: JsonValue = {
    allow: true,
    deny: [],
    obligations: [{ kind: 'require-reauthentication', maxAgeSeconds: 300 }],
    alerts: [],
  };
  const { core } = makeWorld(answer);
  const caller = { kind: 'user', id: 'ines', tenant: null, provedBy: 'jwt', provedAtMs: NOW_MS - 300_000 } as const;
  const young = await core.admit({ ...ARRIVAL, transportCaller: caller });
  t.true(young.isAdmitted);
  t.deepEqual(young.obligations, []);
  const old = await core.admit({ ...ARRIVAL, transportCaller: { ...caller, provedAtMs: NOW_MS - 300_001 } });
  t.is(old.refusal?.status, 401);
  t.regex(old.refusal?.headers['www-authenticate'] ?? '', /max_age=300/);
  t.false((await core.admit(ARRIVAL)).isAdmitted);
});

test('a door that cannot mask fields denies, and the record says so', async (t) => {
  const answer: JsonValue = {
    allow: true,
    deny: [],
    obligations: [{ kind: 'mask-fields', paths: ['/patient'] }],
    alerts: [],
  };
  const { core, records } = makeWorld(answer);
  t.true((await core.admit(ARRIVAL)).isAdmitted);
  t.false((await core.admit({ ...ARRIVAL, door: 'ext-authz' })).isAdmitted);
  t.is(records.at(-1)?.decision.effective, 'deny');
});

test('answers in the form of OPA-Envoy are understood', async (t) => {
  const yes = makeWorld(true, { data: null });
  t.true((await yes.core.admit(ARRIVAL)).isAdmitted);
  const no = makeWorld({ allowed: false, http_status: 418, body: 'short', headers: { 'x-a': '1' } });
  const refused = await no.core.admit(ARRIVAL);
  t.false(refused.isAdmitted);
  t.like(refused.decision.envoy, { httpStatus: 418, body: 'short', headers: { 'x-a': '1' } });
  const broken = makeWorld({ allowed: true, headers: { 'x-a': 1 } });
  t.is((await broken.core.admit(ARRIVAL)).decision.cause, 'malformed');
});

test('a new policy takes over between two decisions; the old one is closed when it is idle', async (t) => {
  let finish: (() => void) | undefined;
  const started = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let answer: ((value: { kind: 'undefined'; elapsedNs: number }) => void) | undefined;
  const world = makeWorld(() => {
    finish?.();
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const pending = world.core.admit(ARRIVAL);
  await started;
  const next = new ScriptedEvaluator('r8', ALLOW);
  world.active.activate({ evaluator: next, data: DATA, callees: null, bundleName: 'photo', revision: 'r8' });
  t.false(world.evaluator.isClosed);
  t.is((await world.core.admit(ARRIVAL)).decision.revision, 'r8');
  answer?.({ kind: 'undefined', elapsedNs: 1 });
  t.is((await pending).decision.revision, 'r7');
  t.true(world.evaluator.isClosed);
});

test('a candidate decides beside, and only the difference is told', async (t) => {
  const candidate = new ActivePolicy();
  candidate.activate({
    evaluator: new ScriptedEvaluator('r8', deny('WEIR-RUN-003')),
    data: DATA,
    callees: null,
    bundleName: 'photo',
    revision: 'r8',
  });
  const difference = new Promise((resolve) => {
    const observers = [
      {
        decided: () => undefined,
        shadowed: (_: unknown, found: unknown) => {
          resolve(found);
        },
      },
    ];
    const { core } = makeWorld(ALLOW, { options: { candidate, observers } });
    void core.admit(ARRIVAL).then((admission) => {
      t.true(admission.isAdmitted);
    });
  });
  t.deepEqual(await difference, {
    candidateRevision: 'r8',
    candidateVerdict: 'deny',
    onlyActive: [],
    onlyCandidate: ['WEIR-RUN-003'],
  });
});
