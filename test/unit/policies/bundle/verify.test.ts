import { createHash, generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { CompactSign } from 'jose';
import type { JsonValue } from '../../../../model/json.ts';
import { signBundle, type BundleFile } from '../../../../policies/bundle/sign.ts';
import { parseVerification } from '../../../../policies/bundle/verification.ts';
import { verifyBundle } from '../../../../policies/bundle/verify.ts';
import { writeBundle } from '../../../../policies/bundle/write.ts';
import {
  bundleFiles,
  ecKeys,
  edKeys,
  manifest,
  NOW_MS,
  refused,
  RELEASE,
  rsaKeys,
  signedBundle,
  signingKey,
  text,
  valueOf,
  verification,
  verify,
  WASM,
} from './bundles.ts';

/** Packs files beside a signature that the test made itself. */
async function packed(files: readonly BundleFile[], signatures: JsonValue): Promise<Uint8Array> {
  return valueOf(
    await writeBundle([...files, { path: '.signatures.json', content: text(JSON.stringify(signatures)) }]),
  );
}

/** A token over any claims, signed with the usual key unless another is given. */
async function token(claims: JsonValue | Claims, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new CompactSign(text(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'release', ...header })
    .sign(signingKey().key);
}

interface Claims {
  readonly files: { name: string; hash: string; algorithm: string }[];
}

/** The list of files that a right signature has. */
async function claimsOf(files: readonly BundleFile[]): Promise<Claims> {
  const signature = valueOf(await signBundle(files, signingKey()));
  const { signatures } = JSON.parse(Buffer.from(signature.content).toString()) as { readonly signatures: string[] };
  const [, payload = ''] = signatures[0]?.split('.') ?? [];
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}

test('gives the content of a verified bundle', async (t) => {
  const bytes = await signedBundle();
  const bundle = valueOf(await verify(bytes));
  t.is(bundle.name, 'clinic');
  t.is(bundle.revision, 'clinic-7');
  t.is(bundle.sequence, 7);
  t.deepEqual(bundle.roots, ['']);
  t.deepEqual(bundle.entrypoints, ['weir/invocation/decision']);
  t.deepEqual(Buffer.from(bundle.wasm), WASM);
  t.is(bundle.keyId, 'release');
  t.is(bundle.references, null);
  t.is(bundle.sha256, createHash('sha256').update(bytes).digest('hex'));
  t.is(
    Buffer.from(bundle.data).toString(),
    '{"clinic":{"beds":[1.0,1e3,-0,12345678901234567890]},"weir":{"limits":{"denyWhenStale":true}}}',
  );
  t.deepEqual(bundle.metadata, { weir: { sequence: 7 } });
});

test('references of entry points are read', async (t) => {
  const references = { 'weir/invocation/decision': [['weir', 'caller', 'id'], ['attributes']] };
  const bundle = valueOf(await verify(await signedBundle(bundleFiles({}, { weir: { references } }))));
  t.deepEqual(bundle.references, references);
});

// The first side-step of GHSA-g2pf-6v5v-qcc8: verification that hung on `keyid` instead of the `signing` section.
test('a stripped signature is refused, whatever the signing section contains', async (t) => {
  const stripped = valueOf(await writeBundle(bundleFiles()));
  for (const signing of [{}, null, { scope: 'production' }, { keyid: 'release' }]) {
    refused(t, await verify(stripped, { signing }), 'BND030');
  }
  const empty = await packed(bundleFiles(), { signatures: [] });
  refused(t, await verify(empty, { signing: {} }), 'BND030');
  refused(t, await verify(await packed(bundleFiles(), {}), { signing: {} }), 'BND030');
});

test('a signing section without keys is an error of the configuration', (t) => {
  refused(t, parseVerification({ signing: {} }), 'BND002');
  refused(t, parseVerification({ keys: {}, signing: {} }), 'BND002');
  refused(t, parseVerification({ keys: {}, signing: { scope: 'x' } }), 'BND002');
});

// The second side-step of GHSA-g2pf-6v5v-qcc8: a delta bundle in the place of a snapshot was not verified at all.
test('an unsigned delta bundle is refused, alone and beside a signed manifest', async (t) => {
  const patch = { path: 'patch.json', content: text('{"data":[{"op":"upsert","path":"/weir/x","value":1}]}') };
  refused(t, await verify(valueOf(await writeBundle([patch]))), 'BND030');
  refused(t, await verify(valueOf(await writeBundle([patch, manifest()]))), 'BND030');
  const whole = bundleFiles();
  const signature = valueOf(await signBundle(whole, signingKey()));
  refused(t, await verify(valueOf(await writeBundle([...whole, patch, signature]))), 'BND036');
});

test('verification must be configured, and nothing may weaken it', (t) => {
  const keys = { release: { algorithm: 'EdDSA', key: RELEASE.publicPem } };
  refused(t, parseVerification({ keys }), 'BND001');
  refused(t, parseVerification(null), 'BND001');
  refused(t, parseVerification({ keys, signing: [] }), 'BND001');
  refused(t, parseVerification({ keys, signing: {}, rollback: 'never' }), 'BND001');
  refused(t, parseVerification({ keys, signing: { keyId: 'release' } }), 'BND001');
  refused(t, parseVerification({ keys, signing: {}, skipVerify: true }), 'BND001');
  refused(t, parseVerification({ keys, signing: { keyid: 'other' } }), 'BND003');
  refused(t, parseVerification({ keys, signing: { exclude_files: ['*'] } }), 'BND006');
  refused(t, parseVerification({ keys, signing: { allow_unsigned_delta_bundles: true } }), 'BND006');
  const moment = (notAfter: string) => ({ release: { ...keys.release, notAfter } });
  refused(t, parseVerification({ keys: moment('tomorrow'), signing: {} }), 'BND001');
  refused(
    t,
    parseVerification({
      keys: { release: { ...moment('2026-01-01T00:00:00Z').release, notBefore: '2026-02-01T00:00:00Z' } },
      signing: {},
    }),
    'BND001',
  );
});

test('keys must be public, strong, and of their algorithm', (t) => {
  const withKey = (algorithm: unknown, key: unknown) =>
    parseVerification({ keys: { k: { algorithm, key } }, signing: {} });
  refused(t, withKey('ES256', RELEASE.publicPem), 'BND004');
  refused(t, withKey('ES384', ecKeys('prime256v1').publicPem), 'BND004');
  refused(t, withKey('EdDSA', RELEASE.privatePem), 'BND004');
  refused(t, withKey('EdDSA', 'not a key'), 'BND004');
  refused(t, withKey('EdDSA', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'), 'BND004');
  refused(t, withKey('RS256', rsaKeys(1_024).publicPem), 'BND004');
  refused(t, withKey('EdDSA', undefined), 'BND004');
  refused(t, withKey('none', RELEASE.publicPem), 'BND005');
  refused(t, withKey(undefined, RELEASE.publicPem), 'BND005');
  const pair = generateKeyPairSync('ed25519');
  t.true(withKey('EdDSA', JSON.stringify(pair.publicKey.export({ format: 'jwk' }))).ok);
  refused(t, withKey('EdDSA', JSON.stringify(pair.privateKey.export({ format: 'jwk' }))), 'BND004');
});

test('shared secrets are refused unless the configuration allows them', async (t) => {
  const secret = 'correct horse battery staple, twice over';
  const keys = { release: { algorithm: 'HS256', key: secret } };
  refused(t, parseVerification({ keys, signing: {} }), 'BND005');
  refused(
    t,
    parseVerification({
      keys: { release: { algorithm: 'HS256', key: 'short' } },
      signing: {},
      allowSharedSecrets: true,
    }),
    'BND004',
  );
  const bytes = await signedBundle(bundleFiles(), signingKey({ privatePem: secret, publicPem: '' }, 'HS256'));
  t.true((await verify(bytes, { keys, allowSharedSecrets: true })).ok);
});

for (const [algorithm, pair] of Object.entries({
  RS256: rsaKeys(),
  RS384: rsaKeys(),
  RS512: rsaKeys(),
  PS256: rsaKeys(),
  PS384: rsaKeys(),
  PS512: rsaKeys(),
  ES256: ecKeys('prime256v1'),
  ES384: ecKeys('secp384r1'),
  ES512: ecKeys('secp521r1'),
  EdDSA: edKeys(),
})) {
  test(`${algorithm} signs and verifies`, async (t) => {
    const bytes = await signedBundle(bundleFiles(), signingKey(pair, algorithm));
    const keys = { release: { algorithm, key: pair.publicPem } };
    t.is(valueOf(await verify(bytes, { keys })).keyId, 'release');
    const other = {
      release: {
        algorithm,
        key:
          { RS: rsaKeys(), PS: rsaKeys(), ES: null, Ed: edKeys() }[algorithm.slice(0, 2)]?.publicPem ??
          ecKeys({ ES256: 'prime256v1', ES384: 'secp384r1' }[algorithm] ?? 'secp521r1').publicPem,
      },
    };
    refused(t, await verify(bytes, { keys: other }), 'BND034');
  });
}

test('the algorithm is that of the key, never that of the token', async (t) => {
  const pair = rsaKeys();
  const bytes = await signedBundle(bundleFiles(), signingKey(pair, 'RS256'));
  refused(t, await verify(bytes, { keys: { release: { algorithm: 'PS256', key: pair.publicPem } } }), 'BND034');
  // The public key as the secret of an HMAC: the classic confusion.
  const files = bundleFiles();
  const confused = await signedBundle(files, signingKey({ privatePem: pair.publicPem, publicPem: '' }, 'HS256'));
  refused(t, await verify(confused, { keys: { release: { algorithm: 'RS256', key: pair.publicPem } } }), 'BND034');
  const header = Buffer.from('{"alg":"none","kid":"release"}').toString('base64url');
  const payload = Buffer.from(JSON.stringify(await claimsOf(files))).toString('base64url');
  refused(t, await verify(await packed(files, { signatures: [`${header}.${payload}.`] })), 'BND034');
});

test('keys rotate: the signature selects among the configured ones', async (t) => {
  const [old, next, foreign] = [edKeys(), edKeys(), edKeys()];
  const keys = {
    autumn: { algorithm: 'EdDSA', key: old.publicPem, notAfter: '2026-12-01T00:00:00Z' },
    winter: { algorithm: 'EdDSA', key: next.publicPem, notBefore: '2026-11-01T00:00:00Z' },
  };
  const signedBy = (pair: typeof old, id: string) => signedBundle(bundleFiles(), signingKey(pair, 'EdDSA', id));
  const check = async (bytes: Uint8Array, nowMs: number, signing = {}) =>
    verifyBundle(bytes, { name: 'clinic', verification: verification({ keys, signing }), nowMs });
  t.is(valueOf(await check(await signedBy(old, 'autumn'), NOW_MS)).keyId, 'autumn');
  t.is(valueOf(await check(await signedBy(next, 'winter'), NOW_MS)).keyId, 'winter');
  refused(t, await check(await signedBy(foreign, 'spring'), NOW_MS), 'BND032');
  refused(t, await check(await signedBy(foreign, 'winter'), NOW_MS), 'BND034');
  // Validity follows the clock that is given, in both directions.
  refused(t, await check(await signedBy(old, 'autumn'), Date.UTC(2026, 11, 2)), 'BND033');
  refused(t, await check(await signedBy(next, 'winter'), Date.UTC(2026, 9, 1)), 'BND033');
  t.true((await check(await signedBy(old, 'autumn'), Date.UTC(1970, 0, 1))).ok);
  // `keyid` pins one of them.
  refused(t, await check(await signedBy(old, 'autumn'), NOW_MS, { keyid: 'winter' }), 'BND034');
});

test('a token without a key id is checked with the only key, and refused when there are more', async (t) => {
  const files = bundleFiles();
  const nameless = await new CompactSign(text(JSON.stringify({ files: (await claimsOf(files)).files })))
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(signingKey().key);
  const bytes = await packed(files, { signatures: [nameless] });
  t.true((await verify(bytes, { signing: {} })).ok);
  const release = { algorithm: 'EdDSA', key: RELEASE.publicPem };
  refused(t, await verify(bytes, { keys: { release, other: release }, signing: {} }), 'BND032');
});

test('the scope must be the expected one', async (t) => {
  const scoped = await signedBundle(bundleFiles(), signingKey(), 'production');
  t.true((await verify(scoped, { signing: { scope: 'production' } })).ok);
  t.true(
    (await verify(scoped, { keys: { release: { algorithm: 'EdDSA', key: RELEASE.publicPem, scope: 'production' } } }))
      .ok,
  );
  refused(t, await verify(scoped), 'BND035');
  refused(t, await verify(scoped, { signing: { scope: 'staging' } }), 'BND035');
  refused(t, await verify(await signedBundle(), { signing: { scope: 'production' } }), 'BND035');
});

test('signatures that are malformed are refused', async (t) => {
  const files = bundleFiles();
  const claims = await claimsOf(files);
  const good = await token(claims);
  const raw = async (content: string) =>
    verify(valueOf(await writeBundle([...files, { path: '.signatures.json', content: text(content) }])));
  t.true((await verify(await packed(files, { signatures: [good] }))).ok);
  t.true((await verify(await packed(files, { signatures: [good], plugin: '_default' }))).ok);
  for (const bad of [
    { signatures: [good, good] },
    { signatures: [5] },
    { signatures: [good], plugin: 'mine' },
    { signatures: ['a.b'] },
    { signatures: ['a.b.c.d'] },
    { signatures: ['!!.!!.!!'] },
    [good],
  ]) {
    refused(t, await verify(await packed(files, bad), { signing: {} }), 'BND031');
  }
  refused(t, await raw('{"signatures":['), 'BND031');
  refused(t, await raw(`{"signatures":[${JSON.stringify(good)}]} x`), 'BND031');
  refused(t, await raw(`{"signatures":["${'a'.repeat(2_200_000)}"]}`), 'BND031');
  for (const badClaims of [
    [] as JsonValue,
    { files: 'all' },
    { files: [{ name: 'data.json' }] },
    { files: [{ name: 'data.json', hash: 'zz', algorithm: 'SHA-256' }] },
    { files: [...claims.files, ...claims.files] },
  ]) {
    refused(t, await verify(await packed(files, { signatures: [await token(badClaims)] })), 'BND031');
  }
  const critical = await new CompactSign(text(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'release', crit: ['x-later'], 'x-later': 1 })
    .sign(signingKey().key, { crit: { 'x-later': true } });
  refused(t, await verify(await packed(files, { signatures: [critical] })), 'BND034');
});

test('weak hash algorithms are refused', async (t) => {
  const files = bundleFiles();
  const { files: signed } = await claimsOf(files);
  for (const algorithm of ['MD5', 'SHA-1', 'SHA-224', '', 'toString']) {
    const claims = { files: signed.map((file) => ({ ...file, algorithm })) };
    refused(t, await verify(await packed(files, { signatures: [await token(claims)] })), 'BND039');
  }
});

test('every file is listed and every listed file is there', async (t) => {
  const files = bundleFiles();
  const signature = valueOf(await signBundle(files, signingKey()));
  const with_ = async (changed: readonly BundleFile[]) => verify(valueOf(await writeBundle([...changed, signature])));
  refused(t, await with_([...files, { path: 'extra.rego', content: text('package x') }]), 'BND036');
  refused(t, await with_([...files, { path: 'x/data.json', content: text('{}') }]), 'BND036');
  refused(t, await with_(files.filter(({ path }) => path !== 'clinic/data.json')), 'BND037');
  const renamed = files.map((file) =>
    file.path === 'clinic/data.json' ? { ...file, path: 'clinics/data.json' } : file,
  );
  refused(t, await with_(renamed), 'BND036');
  // The signature cannot cover itself.
  const claims = await claimsOf(files);
  const self = { files: [...claims.files, { name: '.signatures.json', hash: '00', algorithm: 'SHA-256' }] };
  refused(t, await verify(await packed(files, { signatures: [await token({ files: self.files })] })), 'BND037');
});

test('a changed file is refused; a file that only looks different is not', async (t) => {
  const signature = valueOf(await signBundle(bundleFiles(), signingKey()));
  const with_ = async (changes: Readonly<Record<string, string | Uint8Array>>) =>
    verify(valueOf(await writeBundle([...bundleFiles(changes), signature])));
  refused(t, await with_({ 'policy.wasm': Buffer.concat([WASM, Buffer.from([0])]) }), 'BND038');
  refused(t, await with_({ 'data.json': '{"weir":{"limits":{"denyWhenStale":false}}}' }), 'BND038');
  // Numbers keep their form: 1.0 is not 1, and 2^53 + 1 is not 2^53.
  for (const beds of [
    '[1,1e3,-0,12345678901234567890]',
    '[1.0,1000,-0,12345678901234567890]',
    '[1.0,1e3,0,12345678901234567890]',
    '[1.0,1e3,-0,12345678901234567000]',
    '[1.0,1E3,-0,12345678901234567890]',
  ]) {
    refused(t, await with_({ 'clinic/data.json': `{"beds":${beds}}` }), 'BND038');
  }
  t.true((await with_({ 'clinic/data.json': '{ "b\\u0065ds" : [1.0, 1e3, -0,\n12345678901234567890] }' })).ok);
});
