import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { entryPath, readArchive } from '../../../../policies/bundle/archive.ts';
import { BUNDLE_LIMITS, type BundleLimits } from '../../../../policies/bundle/limits.ts';
import { asyncOutcomeOf, outcomeOf } from '../../../../policies/bundle/refusal.ts';
import { verifyBundle } from '../../../../policies/bundle/verify.ts';
import {
  NOW_MS,
  paxRecord,
  rawBundle,
  rawTar,
  refused,
  signedBundle,
  valueOf,
  verification,
  verify,
  type RawEntry,
} from './bundles.ts';

const read = (bytes: Uint8Array, limits: Partial<BundleLimits> = {}) =>
  asyncOutcomeOf(() => readArchive(bytes, { ...BUNDLE_LIMITS, ...limits }));

const FILE: RawEntry = { name: '/data.json', content: '{}' };

test('reads files and folders, and takes the leading slash off', async (t) => {
  const bytes = rawBundle([
    { name: './', type: '5' },
    { name: 'ward/', type: '5' },
    FILE,
    { name: 'ward/a.rego', content: 'x' },
  ]);
  const files = valueOf(await read(bytes));
  t.deepEqual(
    [...files].map(([path, content]) => [path, content.toString()]),
    [
      ['data.json', '{}'],
      ['ward/a.rego', 'x'],
    ],
  );
});

test('reads long and other names from extended headers', async (t) => {
  const name = `${'station/'.repeat(20)}größe.json`;
  const bytes = rawBundle([
    { name: 'PaxHeader', type: 'x', content: paxRecord('path', name) },
    { name: 'cut', content: '1' },
  ]);
  t.deepEqual([...valueOf(await read(bytes)).keys()], [name]);
});

const HOSTILE: Readonly<
  Record<string, { readonly code: string; readonly entries: readonly RawEntry[]; readonly end?: Buffer }>
> = {
  'a symbolic link': { code: 'BND018', entries: [{ name: 'a', type: '2', link: '/etc/passwd' }] },
  'a hard link': { code: 'BND018', entries: [FILE, { name: 'a', type: '1', link: 'data.json' }] },
  'a device': { code: 'BND018', entries: [{ name: 'a', type: '3' }] },
  'a pipe': { code: 'BND018', entries: [{ name: 'a', type: '6' }] },
  'a sparse file': { code: 'BND018', entries: [{ name: 'a', type: 'S' }] },
  'an unknown kind': { code: 'BND018', entries: [{ name: 'a', type: 'Z' }] },
  'a name that leaves the bundle': { code: 'BND019', entries: [{ name: '../etc/cron.d/x' }] },
  'a name that leaves a folder': { code: 'BND019', entries: [{ name: 'a/../data.json' }] },
  'an absolute path behind a slash': { code: 'BND019', entries: [{ name: '//etc/x' }] },
  'a name with a dot': { code: 'BND019', entries: [{ name: './data.json' }] },
  'a name with an empty part': { code: 'BND019', entries: [{ name: 'a//b' }] },
  'an empty name': { code: 'BND019', entries: [{ name: '' }] },
  'a name with a backslash': { code: 'BND019', entries: [{ name: '..\\data.json' }] },
  'a name with a control character': { code: 'BND019', entries: [{ name: 'a\u001bb' }] },
  'a name that is not UTF-8': { code: 'BND019', entries: [{ name: Buffer.from([0x61, 0xff, 0x62]) }] },
  'the same file twice': { code: 'BND020', entries: [FILE, { name: 'data.json', content: '[]' }] },
  'the same file in two Unicode forms': { code: 'BND020', entries: [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }] },
  'a file and a folder of one name': { code: 'BND020', entries: [{ name: 'a' }, { name: 'a/', type: '5' }] },
  'a global extended header': {
    code: 'BND021',
    entries: [{ name: 'g', type: 'g', content: paxRecord('path', 'data.json') }, FILE],
  },
  'a GNU long name': {
    code: 'BND021',
    entries: [{ name: '././@LongLink', type: 'L', content: 'data.json\u0000' }, FILE],
  },
  'an extended size': { code: 'BND021', entries: [{ name: 'x', type: 'x', content: paxRecord('size', '1') }, FILE] },
  'a sparse extended header': {
    code: 'BND021',
    entries: [{ name: 'x', type: 'x', content: paxRecord('GNU.sparse.name', 'data.json') }, FILE],
  },
  'a key twice in an extended header': {
    code: 'BND021',
    entries: [{ name: 'x', type: 'x', content: paxRecord('path', 'a') + paxRecord('path', 'b') }, FILE],
  },
  'a zero byte in an extended name': {
    code: 'BND021',
    entries: [{ name: 'x', type: 'x', content: paxRecord('path', 'data.json\u0000x') }, FILE],
  },
  'a wrong length in an extended header': {
    code: 'BND021',
    entries: [{ name: 'x', type: 'x', content: '9999 path=a\n' }, FILE],
  },
  'a large extended header': {
    code: 'BND021',
    entries: [{ name: 'x', type: 'x', content: paxRecord('path', 'a'.repeat(9_000)) }, FILE],
  },
  'two extended headers': {
    code: 'BND021',
    entries: [
      { name: 'x', type: 'x', content: paxRecord('path', 'a') },
      { name: 'x', type: 'x', content: paxRecord('path', 'b') },
      FILE,
    ],
  },
  'a header of an unknown format': {
    code: 'BND017',
    entries: [{ ...FILE, magic: '\u0000\u0000\u0000\u0000\u0000\u0000' }],
  },
  'a GNU header with a prefix': { code: 'BND017', entries: [{ ...FILE, magic: 'ustar  \u0000', prefix: 'ward' }] },
  'a binary size': {
    code: 'BND017',
    entries: [{ ...FILE, sizeField: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]) }],
  },
  'a size that is no number': { code: 'BND017', entries: [{ ...FILE, sizeField: '-0000000001\u0000' }] },
  'a folder with content': { code: 'BND017', entries: [{ name: 'a/', type: '5', content: 'x' }] },
  'no end': { code: 'BND017', entries: [FILE], end: Buffer.alloc(0) },
  'half an end': { code: 'BND017', entries: [FILE], end: Buffer.alloc(512) },
  'an entry behind the end': {
    code: 'BND012',
    entries: [FILE],
    end: Buffer.concat([Buffer.alloc(1_024), rawTar([{ name: 'b' }])]),
  },
  'data behind the end': {
    code: 'BND012',
    entries: [FILE],
    end: Buffer.concat([Buffer.alloc(1_024), Buffer.alloc(512, 1)]),
  },
};

for (const [title, { code, entries, end }] of Object.entries(HOSTILE)) {
  test(`refuses ${title}`, async (t) => {
    refused(t, await read(rawBundle(entries, end)), code);
  });
}

test('refuses what is no gzip archive', async (t) => {
  refused(t, await read(Buffer.alloc(0)), 'BND010');
  refused(t, await read(Buffer.from('<html>not found</html>')), 'BND010');
  refused(t, await read(rawTar([FILE])), 'BND010');
});

test('refuses archives that are cut off or damaged, wherever it is', async (t) => {
  const whole = rawBundle([FILE, { name: 'b', content: 'x'.repeat(2_000) }]);
  for (let length = 10; length < whole.length; length += 1) {
    const outcome = await read(whole.subarray(0, length));
    t.false(outcome.ok, `cut after ${length} bytes`);
  }
  const damaged = Buffer.from(whole);
  damaged.writeUInt32LE((damaged.readUInt32LE(damaged.length - 8) ^ 1) >>> 0, damaged.length - 8);
  refused(t, await read(damaged), 'BND011');
  refused(t, await read(whole.subarray(0, whole.length - 20)), 'BND011');
  refused(t, await read(whole.subarray(0, 12)), 'BND011');
});

test('refuses everything that follows the compressed archive', async (t) => {
  const whole = rawBundle([FILE]);
  refused(t, await read(Buffer.concat([whole, Buffer.from('x')])), 'BND012');
  refused(t, await read(Buffer.concat([whole, Buffer.alloc(64)])), 'BND012');
  refused(t, await read(Buffer.concat([whole, whole])), 'BND012');
  // A second member that continues the archive: what Node and Go would unpack as one.
  const tar = gunzipSync(whole);
  refused(t, await read(Buffer.concat([gzipSync(tar.subarray(0, 512)), gzipSync(tar.subarray(512))])), 'BND012');
});

test('reads what gzip itself writes, with a name and a comment in its header', async (t) => {
  const whole = rawBundle([FILE]);
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 2, 0, 0x61, 0x62]);
  const named = Buffer.concat([header, Buffer.from('bundle.tar\u0000built today\u0000'), whole.subarray(10)]);
  t.deepEqual([...valueOf(await read(named)).keys()], ['data.json']);
});

test('limits are kept while reading', async (t) => {
  const many = rawBundle(Array.from({ length: 20 }, (_, index) => ({ name: `f${index}` })));
  refused(t, await read(many, { entriesMax: 19 }), 'BND016');
  t.true((await read(many, { entriesMax: 20 })).ok);
  const large = rawBundle([{ name: 'a', content: 'x'.repeat(1_000) }]);
  refused(t, await read(large, { entryBytesMax: 999 }), 'BND015');
  refused(t, await read(large, { unpackedBytesMax: 2_047 }), 'BND014');
  const options = { name: 'clinic', verification: verification(), nowMs: NOW_MS };
  refused(
    t,
    await verifyBundle(large, { ...options, limits: { ...BUNDLE_LIMITS, archiveBytesMax: large.length - 1 } }),
    'BND013',
  );
});

test('a decompression bomb ends early', async (t) => {
  const bomb = gzipSync(rawTar([{ name: 'a', content: Buffer.alloc(64 * 1024 * 1024) }]), { level: 9 });
  t.true(bomb.length < 80_000);
  refused(t, await read(bomb), 'BND014');
});

test('a source that never ends is refused at the limit', async (t) => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1;
      yield await Promise.resolve(Buffer.alloc(1_024, 0x1f));
    }
  }
  const options = { name: 'clinic', verification: verification(), nowMs: NOW_MS };
  refused(
    t,
    await verifyBundle(endless(), { ...options, limits: { ...BUNDLE_LIMITS, archiveBytesMax: 10_240 } }),
    'BND013',
  );
  t.is(given, 11);
});

test('the bundle may come in pieces of any size', async (t) => {
  const bytes = await signedBundle();
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
  }
  t.true((await verify(pieces())).ok);
});

test('paths are canonical', (t) => {
  t.deepEqual(
    ['data.json', '/data.json', 'a/b/c', '.manifest', '/.signatures.json'].map((name) => entryPath(name, false)),
    ['data.json', 'data.json', 'a/b/c', '.manifest', '.signatures.json'],
  );
  refused(
    t,
    outcomeOf(() => entryPath('a'.repeat(1_025), false)),
    'BND019',
  );
});
