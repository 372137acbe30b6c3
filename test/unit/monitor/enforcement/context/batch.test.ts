import test from 'ava';
import { verifyBatch } from '../../../../../monitor/enforcement/context/batch.ts';
import { AUDIENCE, EXECUTION, makeAuthority, makeClaims, NOW_MS, taken } from './support.ts';

const expected = { audience: AUDIENCE, nowMs: NOW_MS };

test('a batch is as its messages together', (t) => {
  const authority = makeAuthority();
  const { label } = makeClaims();
  const tokens = [label, { ...label, confidentiality: 'landing' }].map((each) =>
    authority.issue(makeClaims({ label: each }), NOW_MS),
  );
  t.is(taken(verifyBatch(authority, tokens, expected)).label.confidentiality, 'sealed');
  t.deepEqual(verifyBatch(authority, tokens, expected), { ok: false, reason: 'replayed' });
});

test('one message counts for the whole batch', (t) => {
  const authority = makeAuthority();
  const issue = (id: string): string => authority.issue(makeClaims({ execution: { ...EXECUTION, id } }), NOW_MS);
  t.deepEqual(verifyBatch(authority, [issue('landing-1'), null], expected), { ok: false, reason: 'stripped' });
  t.deepEqual(verifyBatch(authority, [issue('landing-1'), 'x'], expected), { ok: false, reason: 'malformed' });
  const mixed = [issue('landing-1'), issue('landing-2')];
  t.deepEqual(verifyBatch(authority, mixed, expected), { ok: false, reason: 'mixed' });
});
