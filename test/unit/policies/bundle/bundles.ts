import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import type { JsonValue } from '../../../../model/json.ts';
import type { BundleFile, SigningKey } from '../../../../policies/bundle/sign.ts';
import { parseSigningKey } from '../../../../policies/bundle/sign.ts';
import type { BundleOutcome, VerifiedBundle } from '../../../../policies/bundle/types.ts';
import { parseVerification, type Verification } from '../../../../policies/bundle/verification.ts';
import { verifyBundle } from '../../../../policies/bundle/verify.ts';
import { writeSignedBundle } from '../../../../policies/bundle/write.ts';

export const NOW_MS = Date.UTC(2026, 10, 24, 12);

/** The smallest WebAssembly module: magic and version. */
export const WASM = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export interface KeyPair {
  readonly privatePem: string;
  readonly publicPem: string;
}

export function ecKeys(curve = 'prime256v1'): KeyPair {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  return pemOf(pair);
}

export function rsaKeys(modulusLength = 2_048): KeyPair {
  return pemOf(generateKeyPairSync('rsa', { modulusLength }));
}

export function edKeys(): KeyPair {
  return pemOf(generateKeyPairSync('ed25519'));
}

function pemOf(pair: ReturnType<typeof generateKeyPairSync>): KeyPair {
  return {
    privatePem: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicPem: String(pair.publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

/** Keys that most tests use; Ed25519 signs the same bytes the same way each time. */
export const RELEASE = edKeys();

export function signingKey(pair: KeyPair = RELEASE, algorithm = 'EdDSA', id = 'release'): SigningKey {
  return valueOf(parseSigningKey({ id, algorithm, key: pair.privatePem }));
}

/** Verification with one key, and what a test changes. */
export function verification(changes: Readonly<Record<string, unknown>> = {}): Verification {
  return valueOf(
    parseVerification({
      keys: { release: { algorithm: 'EdDSA', key: RELEASE.publicPem } },
      signing: { keyid: 'release' },
      ...changes,
    }),
  );
}

export function valueOf<Value>(outcome: BundleOutcome<Value>): Value {
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.message}`);
  return outcome.value;
}

/** Asserts a refusal; returns its message. */
export function refused(t: ExecutionContext, outcome: BundleOutcome<unknown>, code: string): string {
  if (outcome.ok) {
    t.fail(`expected ${code}, but it was accepted`);
    return '';
  }
  const { refusal } = outcome;
  t.is(refusal.code, code, refusal.message);
  t.not(refusal.help, '');
  return refusal.message;
}

export const text = (content: string): Buffer => Buffer.from(content, 'utf8');

export interface ManifestChanges {
  readonly revision?: string;
  readonly sequence?: number | null;
  readonly roots?: readonly string[];
  readonly weir?: Readonly<Record<string, JsonValue>>;
  readonly wasm?: JsonValue;
}

/** A manifest as `weir policy build` writes it. */
export function manifest(changes: ManifestChanges = {}): BundleFile {
  const { revision = 'clinic-7', sequence = 7, roots, weir = {} } = changes;
  const content = {
    revision,
    ...(roots === undefined ? {} : { roots }),
    wasm: changes.wasm ?? [{ entrypoint: 'weir/invocation/decision', module: '/policy.wasm' }],
    metadata: { weir: { ...(sequence === null ? {} : { sequence }), ...weir } },
  };
  return { path: '.manifest', content: text(JSON.stringify(content)) };
}

/** The files of a small bundle, some replaced, added or (null) left out. */
export function bundleFiles(
  changes: Readonly<Record<string, string | Uint8Array | null>> = {},
  manifestChanges: ManifestChanges = {},
): readonly BundleFile[] {
  const files: Record<string, string | Uint8Array | null> = {
    'data.json': '{"weir":{"limits":{"denyWhenStale":true}}}',
    'clinic/data.json': '{"beds":[1.0,1e3,-0,12345678901234567890]}',
    'policy.wasm': WASM,
    '.manifest': manifest(manifestChanges).content,
    ...changes,
  };
  return Object.entries(files).flatMap(([path, content]) =>
    content === null ? [] : [{ path, content: typeof content === 'string' ? text(content) : content }],
  );
}

/** Bytes of a signed bundle. */
export async function signedBundle(
  files: readonly BundleFile[] = bundleFiles(),
  key: SigningKey = signingKey(),
  scope?: string,
): Promise<Uint8Array> {
  return valueOf(await writeSignedBundle(files, key, scope === undefined ? {} : { scope }));
}

/** Verifies with the usual key. */
export function verify(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<BundleOutcome<VerifiedBundle>> {
  return verifyBundle(bytes, { name: 'clinic', verification: verification(changes), nowMs: NOW_MS });
}

/** A block of a tar archive, for archives that no library would write. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly type?: string;
  readonly content?: string | Buffer;
  /** Instead of the length of the content. */
  readonly sizeField?: string | Buffer;
  readonly link?: string;
  readonly magic?: string;
  readonly prefix?: string;
}

const BLOCK_BYTES = 512;

export function rawTar(entries: readonly RawEntry[], end: Buffer = Buffer.alloc(2 * BLOCK_BYTES)): Buffer {
  return Buffer.concat([...entries.map(rawEntry), end]);
}

function rawEntry(entry: RawEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(BLOCK_BYTES);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write('0000600\u00000000000\u00000000000\u0000', 100, 'latin1');
  const size = entry.sizeField ?? `${content.length.toString(8).padStart(11, '0')}\u0000`;
  Buffer.from(size as string, 'latin1').copy(header, 124, 0, 12);
  header.write('00000000000\u0000', 136, 'latin1');
  header.write(entry.type ?? '0', 156, 'latin1');
  header.write(entry.link ?? '', 157, 'latin1');
  header.write(entry.magic ?? 'ustar\u000000', 257, 'latin1');
  header.write(entry.prefix ?? '', 345, 'latin1');
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return Buffer.concat([header, content, padding]);
}

export function rawBundle(entries: readonly RawEntry[], end?: Buffer): Buffer {
  return gzipSync(rawTar(entries, end));
}

/** One record of an extended header. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return `${length}${rest}`;
}

/** Files and blocks of a bundle, to be put together otherwise. */
export function unpacked(bytes: Uint8Array): readonly { readonly name: string; readonly content: Buffer }[] {
  const tar = gunzipSync(bytes);
  const entries: { name: string; content: Buffer }[] = [];
  for (let at = 0; at + BLOCK_BYTES <= tar.length && tar[at] !== 0;) {
    const name = tar.toString('utf8', at, at + 100).split('\u0000')[0] ?? '';
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    entries.push({ name, content: tar.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size) });
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return entries;
}
