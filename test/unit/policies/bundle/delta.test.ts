import test from 'ava';
import type { JsonValue } from '../../../../model/json.ts';
import { applyDelta, contentDigest, type VerifiedDelta } from '../../../../policies/bundle/delta.ts';
import { checkOrder, compareRevisions, markOf } from '../../../../policies/bundle/order.ts';
import { parseSigningKey, signBundle, type BundleFile } from '../../../../policies/bundle/sign.ts';
import type { VerifiedBundle } from '../../../../policies/bundle/types.ts';
import { verifyArchive } from '../../../../policies/bundle/verify.ts';
import { writeBundle } from '../../../../policies/bundle/write.ts';
import {
  bundleFiles,
  ecKeys,
  manifest,
  NOW_MS,
  refused,
  RELEASE,
  signedBundle,
  signingKey,
  text,
  unpacked,
  valueOf,
  verification,
  verify,
  type ManifestChanges,
} from './bundles.ts';

const BASE = { revision: 'clinic-7', sequence: 7 };

function deltaFiles(operations: JsonValue, changes: ManifestChanges = {}): readonly BundleFile[] {
  return [
    { path: 'patch.json', content: text(JSON.stringify({ data: operations })) },
    manifest({ revision: 'clinic-8', sequence: 8, weir: { base: BASE }, ...changes }),
  ];
}

const options = { name: 'clinic', verification: verification(), nowMs: NOW_MS };

async function delta(operations: JsonValue, changes: ManifestChanges = {}): Promise<VerifiedDelta> {
  const archive = valueOf(await verifyArchive(await signedBundle(deltaFiles(operations, changes)), options));
  if (archive.kind !== 'delta') throw new Error('not a delta');
  return archive.delta;
}

const base = async (): Promise<VerifiedBundle> => valueOf(await verify(await signedBundle()));

const dataOf = (bundle: VerifiedBundle): string => Buffer.from(bundle.data).toString();

test('a signed delta changes data and nothing else', async (t) => {
  const before = await base();
  const after = valueOf(
    applyDelta(
      before,
      await delta([
        { op: 'upsert', path: '/clinic/wards/icu/beds', value: 12 },
        { op: 'replace', path: 'weir/limits/denyWhenStale', value: false },
        { op: 'remove', path: '/clinic/beds/3' },
        { op: 'upsert', path: '/clinic/beds/-', value: 5 },
        { op: 'upsert', path: '/clinic/beds/0', value: 'first' },
        { op: 'upsert', path: '/clinic/a~1b~0c%20d', value: null },
      ]),
    ),
  );
  t.is(
    dataOf(after),
    '{"clinic":{"a/b~c d":null,"beds":["first",1.0,1e3,-0,5],"wards":{"icu":{"beds":12}}},"weir":{"limits":{"denyWhenStale":false}}}',
  );
  t.is(after.sequence, 8);
  t.is(after.revision, 'clinic-8');
  t.deepEqual(after.wasm, before.wasm);
  t.deepEqual(after.entrypoints, before.entrypoints);
  t.true(dataOf(before).includes('"denyWhenStale":true'), 'the bundle before is as it was');
});

test('a delta by itself is no bundle', async (t) => {
  refused(t, await verify(await signedBundle(deltaFiles([{ op: 'remove', path: '/clinic' }]))), 'BND052');
});

test('a delta has a patch and nothing else', async (t) => {
  const operations = [{ op: 'remove', path: '/clinic' }];
  for (const extra of ['data.json', 'policy.rego', 'policy.wasm']) {
    const files = [...deltaFiles(operations), { path: extra, content: text('{}') }];
    refused(t, await verifyArchive(await signedBundle(files), options), 'BND051');
  }
});

test('patches that are malformed are refused', async (t) => {
  for (const bad of [
    [],
    'x',
    [5],
    [{ op: 'add', path: '/clinic', value: 1 }],
    [{ op: 'upsert', path: '/clinic' }],
    [{ op: 'upsert', path: '/', value: {} }],
    [{ op: 'upsert', path: 5, value: {} }],
    [{ op: 'upsert', path: '/%zz', value: {} }],
  ] as JsonValue[]) {
    refused(t, await verifyArchive(await signedBundle(deltaFiles(bad)), options), 'BND050');
  }
  const files = [{ path: 'patch.json', content: text('{') }, manifest()];
  refused(t, await verifyArchive(await signedBundle(files), options), 'BND050');
  const outside = deltaFiles([{ op: 'upsert', path: '/other', value: 1 }], {
    roots: ['clinic', 'weir'],
  });
  refused(t, await verifyArchive(await signedBundle(outside), options), 'BND044');
});

test('a delta fits only the bundle it was made from', async (t) => {
  const operations = [{ op: 'upsert', path: '/clinic/x', value: 1 }];
  const apply = async (changes: ManifestChanges) => applyDelta(await base(), await delta(operations, changes));
  t.true((await apply({})).ok);
  refused(t, await apply({ weir: {} }), 'BND052');
  refused(t, await apply({ weir: { base: { revision: 'clinic-6', sequence: 7 } } }), 'BND052');
  refused(t, await apply({ weir: { base: { revision: 'clinic-7', sequence: 6 } } }), 'BND052');
  refused(t, await apply({ weir: { base: { revision: 'clinic-7' } } }), 'BND052');
  refused(t, await apply({ roots: ['clinic', 'weir'] }), 'BND052');
  refused(t, await apply({ wasm: [{ entrypoint: 'weir/other', module: '/policy.wasm' }] }), 'BND052');
  refused(t, await verifyArchive(await signedBundle(deltaFiles(operations, { weir: { base: 5 } })), options), 'BND047');
});

test('a patch that leads nowhere is refused as a whole', async (t) => {
  const before = await base();
  for (const operation of [
    { op: 'remove', path: '/clinic/none' },
    { op: 'replace', path: '/clinic/none', value: 1 },
    { op: 'replace', path: '/none/deeper', value: 1 },
    { op: 'remove', path: '/clinic/beds/4' },
    { op: 'upsert', path: '/clinic/beds/5', value: 1 },
    { op: 'upsert', path: '/clinic/beds/01', value: 1 },
    { op: 'replace', path: '/clinic/beds/-', value: 1 },
    { op: 'upsert', path: '/clinic/beds/0/x', value: 1 },
    { op: 'upsert', path: '/weir/limits/denyWhenStale/x', value: 1 },
  ]) {
    const patch = await delta([{ op: 'upsert', path: '/clinic/x', value: 1 }, operation]);
    refused(t, applyDelta(before, patch), 'BND053');
    t.false(dataOf(before).includes('"x"'));
  }
});

test('what is older is refused, and what is the same is known', async (t) => {
  const seven = await base();
  const mark = markOf(seven);
  const at = async (sequence: number, data = '{}') =>
    valueOf(await verify(await signedBundle(bundleFiles({ 'data.json': data }, { sequence }))));
  t.is(valueOf(checkOrder('sequence', null, seven)), 'newer');
  t.is(valueOf(checkOrder('sequence', mark, await at(8))), 'newer');
  refused(t, checkOrder('sequence', mark, await at(6)), 'BND060');
  refused(t, checkOrder('sequence', mark, await at(7)), 'BND061');
  t.is(valueOf(checkOrder('allow', mark, await at(6))), 'newer');
  // The same content, signed by another key and packed in another order.
  const pair = ecKeys();
  const again = await signedBundle(bundleFiles().toReversed(), signingKey(pair, 'ES256'));
  const keys = { release: { algorithm: 'ES256', key: pair.publicPem } };
  t.is(valueOf(checkOrder('sequence', mark, valueOf(await verify(again, { keys })))), 'same');
});

test('revisions order as people read them', async (t) => {
  const ordered = ['', '1', '2', '10', '2026-11-24', '2026-11-24.2', '2026-11-24.10', 'a', 'v1.9', 'v1.10', 'v2'];
  for (const [index, left] of ordered.entries()) {
    for (const [at, right] of ordered.entries()) {
      t.is(Math.sign(compareRevisions(left, right)), Math.sign(index - at), `${left} and ${right}`);
    }
  }
  const of = async (revision: string) =>
    valueOf(
      await verify(await signedBundle(bundleFiles({}, { revision, sequence: null })), { rollback: 'revision-order' }),
    );
  const mark = markOf(await of('v1.9'));
  t.is(valueOf(checkOrder('revision-order', mark, await of('v1.10'))), 'newer');
  refused(t, checkOrder('revision-order', mark, await of('v1.8')), 'BND060');
  refused(t, checkOrder('revision-order', { ...mark, digest: 'other' }, await of('v1.9')), 'BND061');
});

test('the digest covers everything that has a meaning', async (t) => {
  const bundle = await base();
  const digest = contentDigest(bundle);
  const changes: readonly Partial<VerifiedBundle>[] = [
    { revision: 'x' },
    { sequence: 8 },
    { roots: ['a'] },
    { entrypoints: [] },
    { references: {} },
    { metadata: {} },
    { data: Uint8Array.from([0x7b, 0x7d]) },
    { wasm: Uint8Array.from([0]) },
  ];
  for (const change of changes) t.not(contentDigest({ ...bundle, ...change }), digest);
  t.is(contentDigest({ ...bundle, sha256: 'x', keyId: 'y' }), digest);
});

test('the same files give the same bytes', async (t) => {
  const files = bundleFiles();
  const bytes = await signedBundle(files);
  t.deepEqual(await signedBundle(files.toReversed()), bytes);
  t.deepEqual(
    unpacked(bytes).map(({ name }) => name),
    ['/.manifest', '/clinic/data.json', '/data.json', '/policy.wasm', '/.signatures.json'],
  );
});

test('what is signed again has one signature', async (t) => {
  const first = valueOf(await signBundle(bundleFiles(), signingKey()));
  t.true((await verify(await signedBundle([...bundleFiles(), first]))).ok);
});

test('files that no bundle may have are not signed or packed', async (t) => {
  const twice = [...bundleFiles(), { path: '/data.json', content: text('{}') }];
  refused(t, await signBundle(twice, signingKey()), 'BND020');
  refused(t, await writeBundle(twice), 'BND020');
  refused(t, await writeBundle([{ path: '../x', content: text('') }]), 'BND019');
});

test('signing keys must be private and of their algorithm', (t) => {
  refused(t, parseSigningKey({ id: 'a', algorithm: 'ES256', key: RELEASE.privatePem }), 'BND090');
  refused(t, parseSigningKey({ id: 'a', algorithm: 'EdDSA', key: RELEASE.publicPem }), 'BND090');
  refused(t, parseSigningKey({ id: 'a', algorithm: 'EdDSA', key: 'x' }), 'BND090');
  refused(t, parseSigningKey({ id: '', algorithm: 'EdDSA', key: RELEASE.privatePem }), 'BND090');
  refused(t, parseSigningKey({ id: 'a', algorithm: 'none', key: RELEASE.privatePem }), 'BND005');
});
