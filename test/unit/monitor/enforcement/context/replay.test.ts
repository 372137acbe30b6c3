import test from 'ava';
import type { ReplayMemory } from '../../../../../monitor/enforcement/context/authority.ts';
import { ReplayWindow } from '../../../../../monitor/enforcement/context/replay.ts';
import { AUDIENCE, EXECUTION, keySet, makeAuthority, makeClaims, makeJwk, NOW_MS } from './support.ts';

const expected = { audience: AUDIENCE, nowMs: NOW_MS + 40 };
const REPLAYED = { ok: false, reason: 'replayed' };

test('a context is presented once, or as often as it says, to each function', (t) => {
  const authority = makeAuthority();
  const once = authority.issue(makeClaims(), NOW_MS);
  t.true(authority.verify(once, expected).ok);
  t.deepEqual(authority.verify(once, expected), REPLAYED);
  const retried = authority.issue(makeClaims({ maxUses: 3 }), NOW_MS);
  for (let use = 0; use < 3; use++) t.true(authority.verify(retried, expected).ok);
  t.deepEqual(authority.verify(retried, expected), REPLAYED);
  t.true(authority.verify(retried, { ...expected, audience: 'openfaas:print-tag' }).ok, 'fan-out');
});

test('a point counts to its own limit at most', (t) => {
  const key = keySet(makeJwk());
  const generous = makeAuthority({ keys: key, limits: { usesMax: 50 } });
  const strict = makeAuthority({ keys: key, limits: { usesMax: 2 } });
  const token = generous.issue(makeClaims({ maxUses: 50 }), NOW_MS);
  t.true(strict.verify(token, expected).ok);
  t.true(strict.verify(token, expected).ok);
  t.deepEqual(strict.verify(token, expected), REPLAYED);
});

test('what is refused for another reason takes no room and counts as no use', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims(), NOW_MS);
  authority.verify(token, { ...expected, audience: 'openfaas:other' });
  authority.verify(token, { ...expected, nowMs: NOW_MS + 9_000_000 });
  t.is(authority.statistics().replayEntries, 0);
  t.true(authority.verify(token, expected).ok);
});

test('when there is no room new ones are refused, known ones are still counted, and room returns', (t) => {
  const authority = makeAuthority({ limits: { replayEntriesMax: 2 } });
  const [first = '', second = '', third = ''] = [1, 2, 3].map(() => authority.issue(makeClaims(), NOW_MS));
  t.true(authority.verify(first, expected).ok);
  t.true(authority.verify(second, expected).ok);
  t.deepEqual(authority.verify(third, expected), { ok: false, reason: 'replay-cache-full' });
  t.deepEqual(authority.verify(first, expected), REPLAYED);
  t.is(authority.statistics().refused['replay-cache-full'], 1);
  const laterMs = NOW_MS + 120_000;
  const fourth = authority.issue(makeClaims(), laterMs);
  t.true(authority.verify(fourth, { ...expected, nowMs: laterMs }).ok);
  t.is(authority.statistics().replayEntries, 1);
});

test('a clock that is set back does not bring back what was forgotten', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims(), NOW_MS);
  t.true(authority.verify(token, expected).ok);
  const later = authority.issue(makeClaims(), NOW_MS + 500_000);
  t.true(authority.verify(later, { ...expected, nowMs: NOW_MS + 500_000 }).ok);
  t.deepEqual(authority.verify(token, expected), { ok: false, reason: 'expired' });
});

const memory = (startedAtMs: number, snapshot: Buffer | null = null): ReplayMemory => ({
  startedAtMs: () => startedAtMs,
  snapshot,
});

test('after a start that remembers nothing, contexts from before are refused', (t) => {
  const keys = keySet(makeJwk());
  const restarted = makeAuthority({ keys, memory: memory(NOW_MS + 10) });
  const before = makeAuthority({ keys }).issue(makeClaims({ maxUses: 2 }), NOW_MS);
  const since = restarted.issue(makeClaims(), NOW_MS + 10);
  const peer = makeAuthority({ keys, issuer: 'quay-cabinet-5' });
  const ofPeer = peer.issue(makeClaims(), NOW_MS + 1_900);
  const later = peer.issue(makeClaims(), NOW_MS + 2_010);
  const at = { audience: AUDIENCE, nowMs: NOW_MS + 2_500 };
  t.deepEqual(restarted.verify(before, at), REPLAYED);
  t.true(restarted.verify(since, at).ok);
  t.deepEqual(restarted.verify(ofPeer, at), REPLAYED, 'the clock of its node may be ahead');
  t.true(restarted.verify(later, at).ok);
});

test('a start by a wrong clock that is corrected later remembers no more than any other', (t) => {
  let startedAtMs = 0;
  const authority = makeAuthority({ memory: { startedAtMs: () => startedAtMs, snapshot: null } });
  const token = makeAuthority().issue(makeClaims(), NOW_MS);
  startedAtMs = NOW_MS + 10;
  t.deepEqual(authority.verify(token, expected), REPLAYED);
});

test('a start after an end in order remembers what was presented and revoked', (t) => {
  const keys = keySet(makeJwk());
  const first = makeAuthority({ keys });
  const presented = first.issue(makeClaims({ maxUses: 2 }), NOW_MS);
  const waiting = first.issue(makeClaims(), NOW_MS);
  const revoked = first.issue(makeClaims({ execution: { ...EXECUTION, id: 'landing-77' } }), NOW_MS);
  t.true(first.verify(presented, expected).ok);
  first.revoke('landing-77', NOW_MS + 90_000);
  const snapshot = first.close();
  t.deepEqual(first.verify(waiting, expected), REPLAYED, 'nothing is taken after the snapshot');
  const second = makeAuthority({ keys, memory: memory(NOW_MS + 20, snapshot) });
  t.true(second.verify(presented, expected).ok);
  t.deepEqual(second.verify(presented, expected), REPLAYED);
  t.deepEqual(second.verify(revoked, expected), { ok: false, reason: 'revoked' });
  t.true(second.verify(waiting, expected).ok);
  t.is(second.statistics().replayEntries, 2);
});

test('an end in order does not lift what a kill before it put in place', (t) => {
  const keys = keySet(makeJwk());
  const before = makeAuthority({ keys }).issue(makeClaims(), NOW_MS);
  const afterKill = makeAuthority({ keys, memory: memory(NOW_MS + 10) });
  t.deepEqual(afterKill.verify(before, expected), REPLAYED);
  const next = makeAuthority({ keys, memory: memory(NOW_MS + 30, afterKill.close()) });
  t.deepEqual(next.verify(before, expected), REPLAYED);
});

test('a snapshot that is damaged, cut short or of other limits is none', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims(), NOW_MS);
  t.true(authority.verify(token, expected).ok);
  const snapshot = authority.close();
  const damaged = Buffer.from(snapshot);
  damaged[10] = (damaged[10] ?? 0) ^ 1;
  for (const other of [damaged, snapshot.subarray(0, -1), Buffer.alloc(0), Buffer.from('{}')]) {
    const next = makeAuthority({ memory: memory(NOW_MS + 20, other) });
    t.deepEqual(next.verify(token, expected), REPLAYED);
    t.is(next.statistics().replayEntries, 0);
  }
  t.is(new ReplayWindow(10, 1_000).restore(snapshot), null);
});
