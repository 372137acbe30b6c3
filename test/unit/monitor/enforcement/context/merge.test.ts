import test from 'ava';
import {
  continueExecution,
  joinPaths,
  nestExecution,
  startExecution,
} from '../../../../../monitor/enforcement/context/path.ts';
import type { CarriedContext, ContextClaims } from '../../../../../monitor/enforcement/context/types.ts';
import { AUDIENCE, EXECUTION, makeAuthority, makeClaims, NOW_MS, taken } from './support.ts';

const authority = makeAuthority();

function arrived(changes: Partial<ContextClaims>, issuedAtMs = NOW_MS): CarriedContext {
  const token = authority.issue(makeClaims(changes), issuedAtMs);
  return taken(authority.verify(token, { audience: AUDIENCE, nowMs: issuedAtMs }));
}

const weighed = arrived({
  execution: continueExecution(EXECUTION, 'Weigh'),
  holder: 'openfaas:weigh-crate',
  label: {
    confidentiality: 'vessel',
    integrity: 'authenticated',
    region: ['is', 'no'],
    tenant: 'all',
    marks: ['token'],
  },
  dataExpiresAtMs: NOW_MS + 40_000,
});
const photographed = arrived(
  {
    audience: [AUDIENCE],
    execution: continueExecution(continueExecution(EXECUTION, 'Light'), 'Photograph'),
    holder: 'openfaas:photograph-crate',
    label: { confidentiality: 'landing', integrity: 'trusted', region: ['no', 'uk'], tenant: ['auction'], marks: [] },
  },
  NOW_MS + 300,
);

test('contexts of two branches meet: the label is their join, everything else the strictest', (t) => {
  const merged = taken(authority.merge([weighed, photographed]));
  t.deepEqual(merged.label, {
    confidentiality: 'sealed',
    integrity: 'authenticated',
    region: ['no'],
    tenant: ['auction'],
    marks: ['token'],
  });
  t.deepEqual(merged.audience, [AUDIENCE]);
  t.is(merged.holder, 'openfaas:photograph-crate⊔openfaas:weigh-crate');
  t.is(merged.execution.step, 'Photograph⊔Weigh');
  t.is(merged.execution.depth, 2);
  t.is(merged.execution.pathHash, joinPaths([weighed, photographed].map(({ execution }) => execution.pathHash)));
  t.is(merged.dataExpiresAtMs, NOW_MS + 40_000);
  t.is(merged.expiresAtMs, NOW_MS + 60_000);
  t.is(merged.issuedAtMs, NOW_MS + 300);
});

test('the order does not matter, and what is delivered twice counts once', (t) => {
  const merged = authority.merge([weighed, photographed]);
  t.deepEqual(authority.merge([photographed, weighed, photographed]), merged);
  t.deepEqual(taken(authority.merge([weighed, weighed])), weighed);
});

test('what does not belong together is refused', (t) => {
  const mixed = { ok: false, reason: 'mixed' };
  const other = arrived({ execution: { ...EXECUTION, id: 'landing-9' } });
  t.deepEqual(authority.merge([weighed, other]), mixed);
  t.deepEqual(authority.merge([weighed, arrived({ tenant: 'auction' })]), mixed);
  t.deepEqual(authority.merge([weighed, arrived({ execution: { ...EXECUTION, composition: 'x:y' } })]), mixed);
  const apart = { ...weighed, nonce: 'another', audience: ['openfaas:elsewhere'] };
  t.deepEqual(authority.merge([weighed, apart]), { ok: false, reason: 'wrong-audience' });
  const open = { ...weighed, nonce: 'open', audience: ['*'] };
  t.deepEqual(taken(authority.merge([photographed, open])).audience, photographed.audience);
  t.deepEqual(taken(authority.merge([open, { ...open, nonce: 'open-2' }])).audience, ['*']);
  t.deepEqual(authority.merge([]), { ok: false, reason: 'malformed' });
  const strange = { ...weighed, nonce: 'third', label: { ...weighed.label, integrity: '__proto__' } };
  t.deepEqual(authority.merge([weighed, strange]), { ok: false, reason: 'unknown-label' });
  t.deepEqual(makeAuthority({ limits: { mergeInputsMax: 1 } }).merge([weighed, photographed]), {
    ok: false,
    reason: 'too-large',
  });
  t.deepEqual(makeAuthority({ lattice: () => null }).merge([weighed]), { ok: false, reason: 'unknown-label' });
});

test('a path tells order, names and nesting apart', (t) => {
  const start = startExecution({ id: 'a', composition: 'x:c', step: 'S', startedAtMs: NOW_MS });
  const inner = { id: 'b', composition: 'x:d', step: 'S', startedAtMs: NOW_MS };
  const hashes = [
    start,
    startExecution({ ...start, composition: 'x:cS', step: '' }),
    continueExecution(start, 'S'),
    continueExecution(continueExecution(start, 'A'), 'B'),
    continueExecution(continueExecution(start, 'B'), 'A'),
    nestExecution(start, inner),
    startExecution(inner),
  ].map(({ pathHash }) => pathHash);
  t.is(new Set(hashes).size, hashes.length);
  t.is(nestExecution(continueExecution(start, 'A'), inner).depth, 2);
});
