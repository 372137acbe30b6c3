import test from 'ava';
import { ContextError } from '../../../../../monitor/enforcement/context/errors.ts';
import { ANY_AUDIENCE, TOKEN_CHARACTERS_MAX } from '../../../../../monitor/enforcement/context/limits.ts';
import { continueExecution } from '../../../../../monitor/enforcement/context/path.ts';
import type { ContextClaims } from '../../../../../monitor/enforcement/context/types.ts';
import { AUDIENCE, EXECUTION, ISSUER, keySet, makeAuthority, makeClaims, makeJwk, NOW_MS, taken } from './support.ts';

const expected = { audience: AUDIENCE, nowMs: NOW_MS + 40 };
const SKEW_MS = 2_000;
const LIFETIME_MS = 60_000;

test('a context comes out as it went in', (t) => {
  const authority = makeAuthority();
  const claims = makeClaims({ maxUses: 3, lifetimeMs: 9_000, dataExpiresAtMs: NOW_MS + 77_000 });
  const { lifetimeMs, ...carried } = claims;
  const { nonce, ...context } = taken(authority.verify(authority.issue(claims, NOW_MS), expected));
  t.deepEqual(context, {
    ...carried,
    maxUses: 3,
    version: 1,
    issuer: ISSUER,
    issuedAtMs: NOW_MS,
    expiresAtMs: NOW_MS + (lifetimeMs ?? 0),
  });
  t.is(Buffer.from(nonce, 'base64url').length, 16);
});

test('a path of any length takes the same place', (t) => {
  const authority = makeAuthority();
  const sizeOf = (execution: typeof EXECUTION): number => authority.issue(makeClaims({ execution }), NOW_MS).length;
  let execution = EXECUTION;
  for (let call = 0; call < 5_000; call++) execution = continueExecution(execution, 'Weigh');
  t.is(execution.depth, 5_000);
  t.is(sizeOf(execution), sizeOf(EXECUTION));
  t.true(sizeOf(execution) <= TOKEN_CHARACTERS_MAX);
});

test('any changed, missing or added bit is refused', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims(), NOW_MS);
  const bytes = Buffer.from(token, 'base64url');
  const reasons = new Set<string>();
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const verification = authority.verify(forged.toString('base64url'), expected);
    t.false(verification.ok, `bit ${bit}`);
    if (!verification.ok) reasons.add(verification.reason);
  }
  t.deepEqual([...reasons].sort(), ['bad-signature', 'downgraded', 'malformed', 'unknown-key']);
  for (let length = 0; length < token.length; length++) {
    t.deepEqual(authority.verify(token.slice(0, length), expected), { ok: false, reason: 'malformed' });
  }
  for (const other of [`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, token.replace(/.$/, '+')]) {
    t.deepEqual(authority.verify(other, expected), { ok: false, reason: 'malformed' }, other);
  }
  t.true(authority.verify(token, expected).ok);
});

test('another format is refused by name', (t) => {
  const authority = makeAuthority();
  const bytes = Buffer.from(authority.issue(makeClaims(), NOW_MS), 'base64url');
  for (const version of [0, 2, 255]) {
    bytes[0] = version;
    t.deepEqual(authority.verify(bytes.toString('base64url'), expected), { ok: false, reason: 'downgraded' });
  }
  // A JSON Web Token with `{"alg":"none"}`, as in RFC 7519 section 6.1.
  const unsecured = 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.';
  t.deepEqual(authority.verify(unsecured, expected), { ok: false, reason: 'downgraded' });
  t.deepEqual(authority.verify('x'.repeat(TOKEN_CHARACTERS_MAX + 1), expected), { ok: false, reason: 'too-large' });
});

test('it is for the functions of its audience only', (t) => {
  const authority = makeAuthority();
  const token = authority.issue(makeClaims(), NOW_MS);
  const other = { ...expected, audience: 'openfaas:grade-catch-2' };
  t.deepEqual(authority.verify(token, other), { ok: false, reason: 'wrong-audience' });
  t.true(authority.verify(token, { ...expected, audience: 'openfaas:print-tag' }).ok);
  const open = authority.issue(makeClaims({ audience: [ANY_AUDIENCE] }), NOW_MS);
  t.true(authority.verify(open, other).ok);
});

test('it holds from its issue until its expiry, and the skew of clocks around it', (t) => {
  const authority = makeAuthority({ limits: { usesMax: 100 } });
  const token = authority.issue(makeClaims({ maxUses: 100 }), NOW_MS);
  const at = (nowMs: number): string => {
    const verification = authority.verify(token, { audience: AUDIENCE, nowMs });
    return verification.ok ? 'ok' : verification.reason;
  };
  t.is(at(NOW_MS - SKEW_MS - 1), 'not-yet-valid');
  t.is(at(NOW_MS - SKEW_MS), 'ok');
  t.is(at(NOW_MS + LIFETIME_MS + SKEW_MS - 1), 'ok');
  t.is(at(NOW_MS + LIFETIME_MS + SKEW_MS), 'expired');
  t.is(at(Number.NaN), 'expired');
  t.is(at(Number.POSITIVE_INFINITY), 'expired');
});

test('a lifetime beyond what a point permits ends at what it permits', (t) => {
  const generous = makeAuthority({ limits: { lifetimeMsMax: 86_400_000 } });
  const token = generous.issue(makeClaims({ lifetimeMs: 86_400_000, maxUses: 2 }), NOW_MS);
  const strict = makeAuthority({ limits: { lifetimeMsMax: 100_000 } });
  t.true(strict.verify(token, { audience: AUDIENCE, nowMs: NOW_MS + 99_000 }).ok);
  const late = strict.verify(token, { audience: AUDIENCE, nowMs: NOW_MS + 103_000 });
  t.deepEqual(late, { ok: false, reason: 'expired' });
});

test('a revoked execution is over, others go on', (t) => {
  const authority = makeAuthority({ limits: { revocationsMax: 2 } });
  const token = authority.issue(makeClaims({ maxUses: 4 }), NOW_MS);
  const other = authority.issue(makeClaims({ execution: { ...EXECUTION, id: 'landing-204' } }), NOW_MS);
  authority.revoke(EXECUTION.id, NOW_MS + 5_000);
  t.deepEqual(authority.verify(token, expected), { ok: false, reason: 'revoked' });
  t.true(authority.verify(other, expected).ok);
  t.true(authority.verify(token, { ...expected, nowMs: NOW_MS + 5_000 }).ok, 'until then');
  authority.revoke('landing-205', NOW_MS + 5_000);
  // The first two have ended by the last moment that was handed in.
  authority.revoke('landing-206', NOW_MS + 50_000);
  authority.revoke('landing-207', NOW_MS + 50_000);
  const error = t.throws(
    () => {
      authority.revoke('landing-208', NOW_MS + 50_000);
    },
    { instanceOf: ContextError },
  );
  t.is(error.code, 'CTX009');
});

test('a label that the lattice does not know is refused', (t) => {
  const authority = makeAuthority();
  const label = { ...makeClaims().label, confidentiality: 'constructor' };
  const token = authority.issue(makeClaims({ label }), NOW_MS);
  t.deepEqual(authority.verify(token, expected), { ok: false, reason: 'unknown-label' });
  const without = makeAuthority({ lattice: () => null });
  const known = without.issue(makeClaims(), NOW_MS);
  t.deepEqual(without.verify(known, expected), { ok: false, reason: 'unknown-label' });
});

const tooMuch: readonly { readonly title: string; readonly code: string; readonly claims: Partial<ContextClaims> }[] = [
  {
    title: 'larger than 1 KiB',
    code: 'CTX001',
    claims: { audience: Array.from({ length: 4 }, (_, at) => `openfaas:${'n'.repeat(200)}${at}`) },
  },
  { title: 'a depth beyond the field', code: 'CTX002', claims: { execution: { ...EXECUTION, depth: 2 ** 32 } } },
  { title: 'a negative moment', code: 'CTX002', claims: { dataExpiresAtMs: -1 } },
  { title: 'no hash as path', code: 'CTX002', claims: { execution: { ...EXECUTION, pathHash: 'abc' } } },
  { title: 'no use at all', code: 'CTX002', claims: { maxUses: 0 } },
  { title: 'more uses than permitted', code: 'CTX002', claims: { maxUses: 17 } },
  { title: 'a name that is too long', code: 'CTX003', claims: { holder: 'ö'.repeat(126) } },
  { title: 'an empty name', code: 'CTX003', claims: { invocationId: '' } },
  { title: 'half a surrogate pair', code: 'CTX003', claims: { tenant: 'x\ud800' } },
  { title: 'no audience', code: 'CTX004', claims: { audience: [] } },
  {
    title: 'too many audiences',
    code: 'CTX004',
    claims: { audience: Array.from({ length: 17 }, (_, at) => `f${at}`) },
  },
  { title: 'a joined name as holder', code: 'CTX005', claims: { holder: 'openfaas:a⊔openfaas:b' } },
];

for (const { title, code, claims } of tooMuch) {
  test(`not issued: ${title}`, (t) => {
    const error = t.throws(() => makeAuthority().issue(makeClaims(claims), NOW_MS), { instanceOf: ContextError });
    t.is(error.code, code);
    t.regex(error.help, /^[A-Z].*\.$/);
  });
}

test('keys rotate: published before use, accepted until their end', (t) => {
  // Windows are in whole seconds.
  const baseMs = NOW_MS - (NOW_MS % 1000);
  const old = makeJwk(0, baseMs + 90_000);
  const next = makeJwk(baseMs + 60_000);
  const authority = makeAuthority({ keys: keySet(old, next) });
  const first = authority.issue(makeClaims({ maxUses: 9, lifetimeMs: 3_000_000 }), NOW_MS);
  const second = authority.issue(makeClaims(), NOW_MS + 60_000);
  const at = (token: string, nowMs: number): string => {
    const verification = authority.verify(token, { audience: AUDIENCE, nowMs });
    return verification.ok ? String(verification.context.expiresAtMs - NOW_MS) : verification.reason;
  };
  t.is(at(first, NOW_MS), '89750', 'a context does not outlive its key');
  t.is(at(second, NOW_MS + 60_010), '120000', 'the new key signs');
  t.is(at(first, NOW_MS + 89_000), '89750');
  t.is(at(first, NOW_MS + 92_000), 'unknown-key');
  // Whoever stole the successor cannot use it before its time.
  const early = makeAuthority({ keys: keySet({ ...next, nbf: 0 }) });
  t.is(at(early.issue(makeClaims(), NOW_MS), NOW_MS), 'unknown-key');
  const third = authority.issue(makeClaims(), NOW_MS + 61_000);
  authority.rotate(keySet(makeJwk()));
  t.is(at(third, NOW_MS + 61_000), 'unknown-key');
});

test('without a key whose time it is nothing is issued', (t) => {
  const { kty, crv, x } = makeJwk();
  const publicOnly = { kty, crv, x };
  for (const keys of [keySet(publicOnly), keySet(makeJwk(NOW_MS + 10_000)), keySet(makeJwk(0, NOW_MS - 10_000))]) {
    const error = t.throws(() => makeAuthority({ keys }).issue(makeClaims(), NOW_MS), { instanceOf: ContextError });
    t.is(error.code, 'CTX010');
  }
});

test('what was refused is counted by reason', (t) => {
  const authority = makeAuthority();
  authority.verify('', expected);
  authority.verify('!', expected);
  const token = authority.issue(makeClaims(), NOW_MS);
  authority.verify(token, expected);
  authority.verify(token, expected);
  t.deepEqual(authority.statistics(), {
    issued: 1,
    verified: 1,
    refused: { malformed: 2, replayed: 1 },
    replayEntries: 1,
    revokedExecutions: 0,
  });
});
