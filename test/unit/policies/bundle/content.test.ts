import test from 'ava';
import { canonicalText } from '../../../../policies/bundle/canonical.ts';
import { parseDocument } from '../../../../policies/bundle/document.ts';
import { signBundle, type BundleFile } from '../../../../policies/bundle/sign.ts';
import { writeBundle } from '../../../../policies/bundle/write.ts';
import { bundleFiles, refused, signedBundle, signingKey, text, valueOf, verify, WASM } from './bundles.ts';

test('strings that Go reads otherwise mean the same here', async (t) => {
  // Go replaces halves of surrogate pairs by U+FFFD before it hashes, so that all of these have the hash of one.
  const files = bundleFiles({ 'data.json': '{"a":"\\ud800"}' });
  const bundle = valueOf(await verify(await signedBundle(files)));
  t.is(Buffer.from(bundle.data).toString(), '{"a":"\ufffd","clinic":{"beds":[1.0,1e3,-0,12345678901234567890]}}');
  refused(t, await signBundle(bundleFiles({ 'data.json': '{"\\ud800":1,"\\ud801":2}' }), signingKey()), 'BND042');
});

test('canonical form: keys by UTF-8 bytes, escapes of Go', (t) => {
  const outcome = parseDocument(text('{"\ue000":1,"\ud83d\ude00":2,"z":3,"":4,"a\\u2028\\u007f<&\\u0001\\b":5}'));
  t.true(outcome.ok);
  if (!outcome.ok) return;
  t.is(canonicalText(outcome.document), '{"":4,"a\\u2028\u007f<&\\u0001\\b":5,"z":3,"\ue000":1,"\ud83d\ude00":2}');
});

test('data that is not strict JSON is refused', async (t) => {
  for (const bad of [
    '',
    '{',
    '{"a":1,"a":2}',
    '{"a":01}',
    "{'a':1}",
    '{"a":1}x',
    '\ufeff{}',
    '{"a":"\n"}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    `{"a":${'9'.repeat(500)}}`,
    'nul',
    '{"a" 1}',
    '[1,]',
    '{"a":"\\x"}',
  ]) {
    refused(t, await signBundle(bundleFiles({ 'data.json': bad }), signingKey()), 'BND042');
  }
  refused(t, await signBundle(bundleFiles({ 'data.json': Buffer.from([0x22, 0xff, 0x22]) }), signingKey()), 'BND042');
  refused(t, await signBundle(bundleFiles({ '.manifest': '{' }), signingKey()), 'BND041');
  refused(t, await verify(await signedBundle(bundleFiles({ 'data.json': '[]' }))), 'BND042');
  // Unsigned damage is found before it is compared.
  const signature = valueOf(await signBundle(bundleFiles(), signingKey()));
  const broken = valueOf(await writeBundle([...bundleFiles({ 'data.json': '{' }), signature]));
  refused(t, await verify(broken), 'BND042');
});

test('YAML data is read where all read it alike', async (t) => {
  const yaml = 'wards:\n  - name: icu\n    beds: 12\n    share: 0.50\n    open: true\n';
  const bundle = valueOf(
    await verify(await signedBundle(bundleFiles({ 'clinic/data.json': null, 'clinic/data.yaml': yaml }))),
  );
  t.true(Buffer.from(bundle.data).toString().includes('{"wards":[{"beds":12,"name":"icu","open":true,"share":0.5}]}'));
  for (const bad of [
    'a: &x 1\nb: *x',
    'a: !!binary aGk=',
    'a: 1\na: 2',
    '1: a',
    'a: 0x1f',
    'a: .inf',
    '---\na: 1\n---\nb: 2',
    'a: [',
    '<<: {a: 1}',
  ]) {
    refused(
      t,
      await signBundle(bundleFiles({ 'clinic/data.json': null, 'clinic/data.yml': bad }), signingKey()),
      'BND042',
    );
  }
});

const CONTENT: Readonly<Record<string, { readonly code: string; readonly files: readonly BundleFile[] }>> = {
  'no manifest': { code: 'BND040', files: bundleFiles({ '.manifest': null }) },
  'a manifest that is no object': { code: 'BND041', files: bundleFiles({ '.manifest': '[]' }) },
  'a revision that is no text': { code: 'BND041', files: bundleFiles({ '.manifest': '{"revision":5}' }) },
  'metadata that are no object': { code: 'BND041', files: bundleFiles({ '.manifest': '{"metadata":5}' }) },
  'roots that are no list': { code: 'BND041', files: bundleFiles({ '.manifest': '{"roots":"a"}' }) },
  'an entry point twice': {
    code: 'BND041',
    files: bundleFiles(
      {},
      {
        wasm: [
          { entrypoint: 'a', module: '/policy.wasm' },
          { entrypoint: 'a', module: '/policy.wasm' },
        ],
      },
    ),
  },
  'two files that give one value': { code: 'BND043', files: bundleFiles({ 'weir/data.json': '{"limits":5}' }) },
  'overlapping roots': { code: 'BND044', files: bundleFiles({}, { roots: ['weir', 'weir/limits'] }) },
  'data outside of the roots': { code: 'BND044', files: bundleFiles({}, { roots: ['weir'] }) },
  'an entry point outside of the roots': {
    code: 'BND044',
    files: bundleFiles(
      {},
      { roots: ['weir', 'clinic'], wasm: [{ entrypoint: 'other/allow', module: '/policy.wasm' }] },
    ),
  },
  'no module': { code: 'BND045', files: bundleFiles({ 'policy.wasm': null }) },
  'two modules': { code: 'BND045', files: bundleFiles({ 'more/policy.wasm': WASM }) },
  'a module that is none': { code: 'BND045', files: bundleFiles({ 'policy.wasm': 'package weir' }) },
  'no entry point': { code: 'BND045', files: bundleFiles({}, { wasm: [] }) },
  'another module in the manifest': {
    code: 'BND045',
    files: bundleFiles({}, { wasm: [{ entrypoint: 'a', module: '/other.wasm' }] }),
  },
  'no sequence': { code: 'BND046', files: bundleFiles({}, { sequence: null }) },
  'a sequence of zero': { code: 'BND046', files: bundleFiles({}, { sequence: 0 }) },
  'a sequence with a fraction': { code: 'BND046', files: bundleFiles({}, { sequence: 1.5 }) },
  'a sequence that is text': { code: 'BND046', files: bundleFiles({}, { sequence: null, weir: { sequence: '7' } }) },
  'a sequence beyond 2^53': {
    code: 'BND046',
    files: bundleFiles({ '.manifest': '{"revision":"a","metadata":{"weir":{"sequence":9007199254740993}}}' }),
  },
  'references that are no paths': {
    code: 'BND047',
    files: bundleFiles({}, { weir: { references: { a: [['x', 5]] } } }),
  },
  'a manifest in protobuf': { code: 'BND048', files: bundleFiles({ '.manifest.pb': 'x' }) },
  'a second manifest': { code: 'BND048', files: bundleFiles({ 'clinic/.manifest': '{}' }) },
  'a patch below': { code: 'BND048', files: bundleFiles({ 'clinic/patch.json': '{}' }) },
  'a signature below': { code: 'BND048', files: bundleFiles({ 'clinic/.signatures.json': '{}' }) },
  'data in a folder that begins with a dot': { code: 'BND019', files: bundleFiles({ '.clinic/data.json': '{}' }) },
};

for (const [title, { code, files }] of Object.entries(CONTENT)) {
  test(`refuses ${title}, however well it is signed`, async (t) => {
    refused(t, await verify(await signedBundle(files)), code);
  });
}

test('without a sequence the configuration must say how rollback is prevented', async (t) => {
  const bytes = await signedBundle(bundleFiles({}, { sequence: null }));
  t.is(valueOf(await verify(bytes, { rollback: 'revision-order' })).sequence, 0);
  t.is(valueOf(await verify(bytes, { rollback: 'allow' })).sequence, 0);
  const nameless = await signedBundle(bundleFiles({}, { sequence: null, revision: '' }));
  refused(t, await verify(nameless, { rollback: 'revision-order' }), 'BND041');
});

test('roots hold what is below them', async (t) => {
  const bundle = valueOf(await verify(await signedBundle(bundleFiles({}, { roots: ['/clinic/beds/', 'weir'] }))));
  t.deepEqual(bundle.roots, ['clinic/beds', 'weir']);
  const wrong = bundleFiles({ 'clinic/data.json': '{"beds":[],"doctors":[]}' }, { roots: ['clinic/beds', 'weir'] });
  refused(t, await verify(await signedBundle(wrong)), 'BND044');
});

test('special keys are data like others', async (t) => {
  const bundle = valueOf(
    await verify(await signedBundle(bundleFiles({ 'data.json': '{"__proto__":{"polluted":true},"constructor":1}' }))),
  );
  t.true(Buffer.from(bundle.data).toString().includes('"__proto__":{"polluted":true}'));
  t.is(Reflect.get({}, 'polluted'), undefined);
});
