import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { runOpa } from '../../../../policies/authoring/opa.ts';
import { signBundle, type BundleFile } from '../../../../policies/bundle/sign.ts';
import type { BundleOutcome, VerifiedBundle } from '../../../../policies/bundle/types.ts';
import { writeBundle } from '../../../../policies/bundle/write.ts';
import { opaOfTests, temporaryFolder } from '../authoring/temporary.ts';
import {
  bundleFiles,
  ecKeys,
  edKeys,
  rawBundle,
  rsaKeys,
  signedBundle,
  signingKey,
  text,
  unpacked,
  valueOf,
  verify,
  type KeyPair,
} from './bundles.ts';

// OPA itself is the reference for the format: what it signs must verify here, what we sign must verify there, and both must refuse the same changes.

const TIMEOUT_MS = 60_000;

/** Data in which every form of number and string has to survive. */
const ODD_DATA = `{"clinic": {"numbers": [1e3, 1E3, 1.0, 1.50, -0, -0.0, 0, 1e-7, 12345678901234567890, 0.1e+2, 123456789012345678901234567890.5],
  "texts": ["", "\\u2028\\u2029", "<&>", "\\u0001\\b\\f\\n\\r\\t\\u007f", "\\ud83d\\ude00", "\\/", "größe", "\\ud800"],
  "\ue000": 1, "\ud83d\ude00": 2, "Z": {}, "a": [], "é": null, "": true }}`;

const POLICY = `package weir.invocation

# METADATA
# entrypoint: true
decision := {"allow": input.bed == data.clinic.numbers[0]}
`;

interface Workshop {
  readonly folder: string;
  opa(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
}

function workshop(t: ExecutionContext, pair: KeyPair): Workshop {
  const folder = temporaryFolder(t, {
    'private.pem': pair.privatePem,
    'public.pem': pair.publicPem,
    'source/clinic.rego': POLICY,
    'source/data.json': ODD_DATA,
  });
  const opa = opaOfTests();
  return {
    folder,
    opa: async (...args) => {
      const run = await runOpa(opa, args, { cwd: folder, timeoutMs: TIMEOUT_MS });
      return { code: run.code, output: `${run.stdout}${run.stderr}` };
    },
  };
}

/** Whether OPA verifies the bundle with the public key of the workshop. */
async function opaVerifies(shop: Workshop, bytes: Uint8Array, algorithm: string, scope = ''): Promise<string | null> {
  writeFileSync(path.join(shop.folder, 'given.tar.gz'), bytes);
  const { code, output } = await shop.opa(
    ...['build', '--bundle', 'given.tar.gz', '--output', 'out.tar.gz', '--signing-alg', algorithm],
    ...['--verification-key', 'public.pem', '--verification-key-id', 'release'],
    ...(scope === '' ? [] : ['--scope', scope]),
  );
  return code === 0 ? null : output;
}

const ALGORITHMS: Readonly<Record<string, () => KeyPair>> = {
  RS256: rsaKeys,
  RS512: rsaKeys,
  PS256: rsaKeys,
  PS384: rsaKeys,
  ES256: () => ecKeys('prime256v1'),
  ES384: () => ecKeys('secp384r1'),
  ES512: () => ecKeys('secp521r1'),
  EdDSA: edKeys,
};

for (const [algorithm, makeKeys] of Object.entries(ALGORITHMS)) {
  test(`what OPA builds and signs with ${algorithm} verifies here, and the other way round`, async (t) => {
    const pair = makeKeys();
    const shop = workshop(t, pair);
    const built = await shop.opa(
      ...['build', '--bundle', 'source', '-t', 'wasm', '-e', 'weir/invocation/decision', '-r', 'clinic-8'],
      ...['--signing-key', 'private.pem', '--signing-alg', algorithm, '-o', 'built.tar.gz'],
    );
    t.is(built.code, 0, built.output);
    const keys = { default: { algorithm, key: pair.publicPem } };
    const theirs = readFileSync(path.join(shop.folder, 'built.tar.gz'));
    const bundle = valueOf(await verify(theirs, { keys, signing: {}, rollback: 'allow' }));
    t.is(bundle.revision, 'clinic-8');
    t.is(bundle.keyId, 'default');
    t.deepEqual(bundle.entrypoints, ['weir/invocation/decision']);
    t.true(
      Buffer.from(bundle.data)
        .toString()
        .includes('[1e3,1E3,1.0,1.50,-0,-0.0,0,1e-7,12345678901234567890,0.1e+2,123456789012345678901234567890.5]'),
    );

    const ours = await signedBundle(
      bundleFiles({ 'data.json': ODD_DATA, 'clinic/data.json': null }),
      signingKey(pair, algorithm),
    );
    t.is(await opaVerifies(shop, ours, algorithm), null);
  });
}

test('what `opa sign` says about our archive is what we say', async (t) => {
  const pair = ecKeys();
  const shop = workshop(t, pair);
  const files = [
    ...bundleFiles({ 'data.json': ODD_DATA, 'clinic/data.json': null }),
    { path: 'notes/readme.json', content: text('{ "not": "data" }') },
    {
      path: 'yard/data.yaml',
      content: text('beds: 12\nshare: 0.50\nname: Süd\nopen: true\nlist: [a, "b"]\nnone: ~\n'),
    },
    { path: `${'station/'.repeat(20)}data.json`, content: text('{"deep": 1.0}') },
  ];
  writeFileSync(path.join(shop.folder, 'plain.tar.gz'), valueOf(await writeBundle(files)));
  const signed = await shop.opa(
    'sign',
    '--bundle',
    'plain.tar.gz',
    '--signing-key',
    'private.pem',
    '--signing-alg',
    'ES256',
  );
  t.is(signed.code, 0, signed.output);
  const theirs = readFileSync(path.join(shop.folder, '.signatures.json'));
  const bytes = valueOf(await writeBundle([...files, { path: '.signatures.json', content: theirs }]));
  const keys = { release: { algorithm: 'ES256', key: pair.publicPem } };
  t.true((await verify(bytes, { keys })).ok);
  const ours = valueOf(await signBundle(files, signingKey(pair, 'ES256')));
  t.deepEqual(hashesOf(ours.content), hashesOf(theirs));
});

function hashesOf(signatures: Uint8Array): readonly string[] {
  const { signatures: tokens } = JSON.parse(Buffer.from(signatures).toString()) as {
    readonly signatures: readonly string[];
  };
  const payload = tokens[0]?.split('.')[1] ?? '';
  const { files } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly files: readonly { readonly name: string; readonly hash: string; readonly algorithm: string }[];
  };
  return files.map(({ name, hash, algorithm }) => `${name} ${algorithm} ${hash}`).toSorted();
}

test('both refuse the same changes', async (t) => {
  const pair = ecKeys();
  const shop = workshop(t, pair);
  const files = bundleFiles({ 'policy.rego': POLICY });
  const signature = valueOf(await signBundle(files, signingKey(pair, 'ES256'), { scope: 'production' }));
  const verification = {
    keys: { release: { algorithm: 'ES256', key: pair.publicPem } },
    signing: { keyid: 'release', scope: 'production' },
  };
  const pack = async (changed: readonly BundleFile[]): Promise<Uint8Array> => valueOf(await writeBundle(changed));
  const replaced = (name: string, content: string): readonly BundleFile[] =>
    files.map((file) => (file.path === name ? { ...file, content: text(content) } : file));
  const whole = await pack([...files, signature]);
  const bodies = unpacked(whole).map(({ name, content }) => ({ name, content }));

  t.true((await verify(whole, verification)).ok);
  t.is(await opaVerifies(shop, whole, 'ES256', 'production'), null);

  const changes: Readonly<Record<string, Uint8Array>> = {
    'no signature': await pack(files),
    'another signature': await pack([...files, valueOf(await signBundle(files, signingKey(ecKeys(), 'ES256')))]),
    'a signature without its scope': await pack([
      ...files,
      valueOf(await signBundle(files, signingKey(pair, 'ES256'))),
    ]),
    'changed policy': await pack([...replaced('policy.rego', POLICY.replace('==', '!=')), signature]),
    'changed data': await pack([...replaced('data.json', '{"weir":{}}'), signature]),
    'a number in another form': await pack([
      ...replaced('clinic/data.json', '{"beds":[1,1e3,-0,12345678901234567890]}'),
      signature,
    ]),
    'changed manifest': await pack([...replaced('.manifest', '{"revision":"clinic-9"}'), signature]),
    'a file more': await pack([...files, { path: 'more.rego', content: text('package more') }, signature]),
    'a file less': await pack([...files.filter(({ path: name }) => name !== 'clinic/data.json'), signature]),
    'a moved file': await pack([
      ...files.map((file) => (file.path === 'clinic/data.json' ? { ...file, path: 'ward/data.json' } : file)),
      signature,
    ]),
    'a file twice': rawBundle([...bodies, { name: '/data.json', content: '{"weir":{}}' }]),
    'an unsigned delta': await pack([
      { path: 'patch.json', content: text('{"data":[{"op":"upsert","path":"/clinic/x","value":1}]}') },
    ]),
    'a signature twice': rawBundle([...bodies, { name: '/.signatures.json', content: Buffer.from(signature.content) }]),
    'half of the archive': whole.subarray(0, whole.length / 2),
    'nothing in it': gzipSync(Buffer.alloc(1_024)),
  };
  for (const [title, bytes] of Object.entries(changes)) {
    const outcome: BundleOutcome<VerifiedBundle> = await verify(bytes, verification);
    t.false(outcome.ok, `we accept ${title}`);
    t.not(await opaVerifies(shop, bytes, 'ES256', 'production'), null, `OPA accepts ${title}`);
  }
});
