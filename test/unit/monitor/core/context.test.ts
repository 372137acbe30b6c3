import { randomBytes } from 'node:crypto';
import test from 'ava';
import type { InvocationInput } from '../../../../model/run-time-input.ts';
import {
  createContextAuthority,
  type WeirContextAuthority,
} from '../../../../monitor/enforcement/context/authority.ts';
import { generateJwk, readKeySet, type ContextKeySet } from '../../../../monitor/enforcement/context/keys.ts';
import { ALLOW, ARRIVAL, DATA, label, makeWorld, NOW_MS, type World } from './world.ts';

const KEYS = readKeySet(JSON.stringify({ keys: [generateJwk({ notBeforeMs: 0, notAfterMs: NOW_MS * 2 })] }));

const authority = (issuer: string, keys: ContextKeySet = KEYS): WeirContextAuthority =>
  createContextAuthority({
    keys,
    issuer,
    lattice: () => DATA.lattice,
    memory: { startedAtMs: () => 0, snapshot: null },
    randomBytes,
  });

const PRINT = {
  ...ARRIVAL,
  route: 'print',
  functionName: 'print',
  instanceId: 'print-1',
};

/** Two points on two nodes: thumbnails are made on one, prints on the other. */
function twoPoints(keys: ContextKeySet = KEYS): { readonly first: World; readonly second: World } {
  const first = makeWorld(ALLOW, {
    route: { startsComposition: 'PhotoOrder', entryLabel: label('internal', ['eu-1', 'eu-2']) },
    options: { contexts: authority('edge-3') },
  });
  const second = makeWorld(ALLOW, {
    route: { name: 'print', functionName: 'print', inFlightMax: 100 },
    options: { contexts: authority('edge-4', keys) },
  });
  return { first, second };
}

const lastInput = ({ evaluator }: World): InvocationInput['weir'] =>
  (evaluator.asked.at(-1)?.input as InvocationInput).weir;

test('the next point knows caller, execution, position and label from the signed context alone', async (t) => {
  const { first, second } = twoPoints();
  const began = await first.core.admit(ARRIVAL);
  t.true((began.contextToken ?? '').length > 0);
  const next = await second.core.admit({ ...PRINT, contextToken: began.contextToken });
  t.true(next.isAdmitted);
  const weir = lastInput(second);
  t.deepEqual(weir.context, { status: 'verified', reason: null });
  t.like(weir.caller, { kind: 'function', id: 'openfaas:make-thumbnail', provedBy: 'context' });
  t.like(weir.execution ?? {}, {
    id: began.invocationId,
    composition: 'PhotoOrder',
    fromStep: 'Thumbnail',
    parent: began.invocationId,
    depth: 1,
  });
  t.deepEqual(weir.data.label, label('internal', ['eu-1', 'eu-2']));
  // The contract lets Print call nothing: there is nothing to hand on.
  t.is(next.contextToken, null);
});

test('what a warm instance has seen travels on with the next, lower call', async (t) => {
  const { first, second } = twoPoints();
  const high = makeWorld(ALLOW, {
    route: { entryLabel: label('personal', ['eu-1']) },
    options: { contexts: authority('edge-3'), instances: first.instances },
  });
  await high.core.admit(ARRIVAL);
  const low = await first.core.admit(ARRIVAL);
  await second.core.admit({ ...PRINT, contextToken: low.contextToken });
  t.deepEqual(lastInput(second).data.label, label('personal', ['eu-1']));
});

test('a context may be presented as often as the route says, and then is a replay', async (t) => {
  const { first, second } = twoPoints();
  const { contextToken } = await first.core.admit(ARRIVAL);
  for (let use = 0; use < 4; use++) t.true((await second.core.admit({ ...PRINT, contextToken })).isAdmitted);
  const replayed = await second.core.admit({ ...PRINT, contextToken });
  t.false(replayed.isAdmitted);
  t.is(replayed.decision.cause, 'context');
  t.is(second.records.at(-1)?.detail, 'replayed');
});

for (const [name, change, reason] of [
  ['for another function', (token: string) => ({ ...ARRIVAL, contextToken: token }), 'wrong-audience'],
  ['cut off', (token: string) => ({ ...PRINT, contextToken: token.slice(0, -4) }), 'malformed'],
  [
    'with another signature',
    (token: string) => ({
      ...PRINT,
      contextToken: `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'B' : 'A'}AAAAA`,
    }),
    'bad-signature',
  ],
] as const) {
  test(`a context that is ${name} is refused as ${reason} and recorded`, async (t) => {
    const { first, second } = twoPoints();
    const { contextToken } = await first.core.admit(ARRIVAL);
    const arrival = change(contextToken ?? '');
    const world = arrival.route === 'print' ? second : first;
    const refused = await world.core.admit(arrival);
    t.false(refused.isAdmitted);
    t.is(world.records.at(-1)?.detail, reason);
  });
}

test('a context of a key that is not trusted is refused', async (t) => {
  const others = readKeySet(JSON.stringify({ keys: [generateJwk({ notBeforeMs: 0, notAfterMs: NOW_MS * 2 })] }));
  const { first, second } = twoPoints(others);
  const { contextToken } = await first.core.admit(ARRIVAL);
  const refused = await second.core.admit({ ...PRINT, contextToken });
  t.is(second.records.at(-1)?.detail, 'unknown-key');
  t.false(refused.isAdmitted);
});

test('an expired context is refused', async (t) => {
  const { first, second } = twoPoints();
  const { contextToken } = await first.core.admit(ARRIVAL);
  second.clock.ms += 120_000;
  await second.core.admit({ ...PRINT, contextToken });
  t.is(second.records.at(-1)?.detail, 'expired');
});

test('a context that was taken off does not make a call from outside of it', async (t) => {
  const required = makeWorld(ALLOW, { route: { requiresContext: true }, options: { contexts: authority('edge-3') } });
  t.false((await required.core.admit(ARRIVAL)).isAdmitted);
  t.is(required.records.at(-1)?.detail, 'stripped');
  const caller = { kind: 'function', id: 'openfaas:print', tenant: null, provedBy: 'mtls', provedAtMs: null } as const;
  const open = makeWorld(ALLOW, { options: { contexts: authority('edge-3') } });
  t.false((await open.core.admit({ ...ARRIVAL, transportCaller: caller })).isAdmitted);
  t.is(open.records.at(-1)?.detail, 'stripped');
});

test('without a key that may sign, nothing that needs a context is admitted', async (t) => {
  const over = readKeySet(JSON.stringify({ keys: [generateJwk({ notBeforeMs: 0, notAfterMs: NOW_MS - 1 })] }));
  const world = makeWorld(ALLOW, {
    route: { startsComposition: 'PhotoOrder' },
    options: { contexts: authority('edge-3', over) },
  });
  const refused = await world.core.admit(ARRIVAL);
  t.false(refused.isAdmitted);
  t.is(refused.decision.cause, 'context');
  t.regex(world.records.at(-1)?.detail ?? '', /CTX010/);
  t.is(world.core.inFlight, 0);
});

test('a refused context is not exchanged for a good one where everything is let through', async (t) => {
  const { first } = twoPoints();
  const dry = makeWorld(ALLOW, {
    route: { mode: 'dry-run', startsComposition: 'PhotoOrder', entryLabel: label('public') },
    options: { contexts: authority('edge-3') },
  });
  const { contextToken } = await first.core.admit(ARRIVAL);
  const passed = await dry.core.admit({ ...ARRIVAL, contextToken: `${contextToken ?? ''}x` });
  t.true(passed.isAdmitted);
  t.is(passed.contextToken, null);
  t.is(passed.label.confidentiality, 'personal');
});
