import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { canonicalText } from '../../policies/bundle/canonical.ts';
import { contentDigest } from '../../policies/bundle/delta.ts';
import { parseDocument } from '../../policies/bundle/document.ts';
import { holds } from './property.ts';
import { bundleFiles, rawBundle, signedBundle, unpacked, valueOf, verify } from '../unit/policies/bundle/bundles.ts';

/** As `holds` of `property.ts`, for properties that wait. */
async function holdsAsync<Values>(
  t: ExecutionContext,
  property: fc.IAsyncProperty<Values>,
  runs: number,
): Promise<void> {
  const given = process.env['WEIR_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * (2 ** 31 - 1)) : Number(given);
  t.log(`WEIR_SEED=${seed}`);
  await fc.assert(property, { seed, numRuns: runs });
  t.pass();
}

const signed = await signedBundle(
  bundleFiles({ 'policy.rego': 'package weir', 'yard/data.json': '{"gates": [1, 2.50], "name": "s\\u00fcd"}' }),
);
const digest = contentDigest(valueOf(await verify(signed)));

/** Whatever verifies must mean what was signed. */
async function isRefusedOrSame(bytes: Uint8Array): Promise<boolean> {
  const outcome = await verify(bytes);
  return !outcome.ok || contentDigest(outcome.value) === digest;
}

test('no change of a byte verifies to other content', async (t) => {
  const property = fc.asyncProperty(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
    const changed = Uint8Array.from(signed);
    changed[at] = (changed[at] ?? 0) ^ mask;
    return isRefusedOrSame(changed);
  });
  await holdsAsync(t, property, 500);
});

test('no change of a byte under the compression verifies to other content', async (t) => {
  const entries = unpacked(signed);
  const property = fc.asyncProperty(
    fc.nat(entries.length - 1),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    async (index, position, mask) => {
      const changed = entries.map(({ name, content }, at) => {
        if (at !== index || content.length === 0) return { name, content };
        const copy = Buffer.from(content);
        const byte = position % copy.length;
        copy[byte] = (copy[byte] ?? 0) ^ mask;
        return { name, content: copy };
      });
      return isRefusedOrSame(rawBundle(changed));
    },
  );
  await holdsAsync(t, property, 500);
});

test('no order, omission, repetition or addition of entries verifies to other content', async (t) => {
  const entries = unpacked(signed);
  const addition = fc.record({
    name: fc.constantFrom(
      '/data.json',
      'data.json',
      '/x/data.json',
      '/.manifest',
      '/patch.json',
      '/a.rego',
      '.signatures.json',
    ),
    content: fc.constantFrom('', '{}', '{"weir":{"limits":{}}}').map((content) => Buffer.from(content)),
  });
  const entry = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...entries) }, { weight: 1, arbitrary: addition });
  const anyList = fc.array(entry, { maxLength: entries.length + 2 });
  const shuffled = fc.shuffledSubarray([...entries], { minLength: entries.length - 1 });
  const property = fc.asyncProperty(fc.oneof(anyList, shuffled), async (list) => isRefusedOrSame(rawBundle(list)));
  await holdsAsync(t, property, 500);
});

test('reading never throws, whatever comes', async (t) => {
  const property = fc.asyncProperty(
    fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Uint8Array.from(gzipSync(bytes))),
    ),
    async (bytes) => !(await verify(bytes)).ok,
  );
  await holdsAsync(t, property, 500);
});

test('the canonical form is read back as the same document, and is the same for any white space', (t) => {
  const property = fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
    const plain = parseDocument(Buffer.from(JSON.stringify(value)));
    const spaced = parseDocument(Buffer.from(JSON.stringify(value, null, space)));
    if (!plain.ok || !spaced.ok) return false;
    const canonical = canonicalText(plain.document);
    const again = parseDocument(Buffer.from(canonical));
    return again.ok && canonicalText(again.document) === canonical && canonicalText(spaced.document) === canonical;
  });
  holds(t, property, 500);
});
