import { createHash, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { collectArchive, readArchive, type BundleBytes, type BundleFiles } from './archive.ts';
import { canonicalText } from './canonical.ts';
import {
  baseName,
  hashFile,
  isStructured,
  MANIFEST,
  MODULE,
  PATCH,
  readStructured,
  SIGNATURES,
} from './content-hash.ts';
import { checkRoots, mergeData } from './data.ts';
import { readPatch, type VerifiedDelta } from './delta.ts';
import type { Document } from './document.ts';
import { BUNDLE_LIMITS, type BundleLimits } from './limits.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { asyncOutcomeOf, quoted, refuse } from './refusal.ts';
import { verifySignature, type SignedFile } from './signature.ts';
import type { BundleOutcome, VerifiedBundle } from './types.ts';
import type { Verification } from './verification.ts';

/** How a bundle is verified. */
export interface VerifyOptions {
  /** Name under which the configuration lists it. */
  readonly name: string;
  readonly verification: Verification;
  /** Decides whether a key is valid; milliseconds since 1970. */
  readonly nowMs: number;
  /** {@link BUNDLE_LIMITS} when it is left out. */
  readonly limits?: BundleLimits;
}

/** A whole bundle, or changes to the data of one. */
export type VerifiedArchive =
  | { readonly kind: 'snapshot'; readonly bundle: VerifiedBundle }
  | { readonly kind: 'delta'; readonly delta: VerifiedDelta };

/** Bytes from which work on a file is interrupted for others. */
const LARGE_FILE_BYTES = 65_536;

const WASM_MAGIC = Buffer.from([0x00, 0x61, 0x73, 0x6d]);

/**
 * Verifies a snapshot bundle: signature, every file, then what they say. Nothing of a bundle is read for its meaning before all of it is verified,
 * except the signature itself. Errors: BND010 to BND047, BND048, and BND052 for a delta bundle.
 */
export async function verifyBundle(bytes: BundleBytes, options: VerifyOptions): Promise<BundleOutcome<VerifiedBundle>> {
  const outcome = await verifyArchive(bytes, options);
  if (!outcome.ok) return outcome;
  return asyncOutcomeOf(() =>
    outcome.value.kind === 'snapshot'
      ? Promise.resolve(outcome.value.bundle)
      : refuse('BND052', 'the bundle is a delta, and there is nothing it could be applied to'),
  );
}

/** As {@link verifyBundle}, for delta bundles too. Delta bundles are signed and verified as snapshots are. */
export async function verifyArchive(
  source: BundleBytes,
  options: VerifyOptions,
): Promise<BundleOutcome<VerifiedArchive>> {
  const limits = options.limits ?? BUNDLE_LIMITS;
  return asyncOutcomeOf(async () => {
    const bytes = await collectArchive(source, limits);
    const files = await readArchive(bytes, limits);
    const signature = await verifySignature(files.get(SIGNATURES), options.verification, options.nowMs);
    const structured = await verifyFiles(files, signature.files);
    checkNames(files);
    const manifestFile = structured.get(MANIFEST);
    if (manifestFile === undefined) refuse('BND040', `there is no \`${MANIFEST}\` in the bundle`);
    const manifest = readManifest(manifestFile.document);
    if (manifest.sequence === null && options.verification.rollback === 'sequence') {
      refuse('BND046', 'the manifest has no `metadata.weir.sequence`');
    }
    if (manifest.revision === '' && options.verification.rollback === 'revision-order') {
      refuse('BND041', 'the manifest has no `revision`, on whose order the configuration relies');
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const origin = { name: options.name, sha256, keyId: signature.keyId };
    const patch = files.get(PATCH);
    return patch === undefined
      ? { kind: 'snapshot', bundle: await snapshotOf(files, { structured, manifest, origin }) }
      : { kind: 'delta', delta: deltaOf(files, patch, { manifest, origin }) };
  });
}

/** Content of a structured file, and the text of it that was hashed. */
interface StructuredFile {
  readonly document: Document;
  readonly canonical: string;
}

/** Compares every file with the signature, both ways. Returns the content of structured files, so that what was verified is what is used. */
async function verifyFiles(
  files: BundleFiles,
  signed: ReadonlyMap<string, SignedFile>,
): Promise<ReadonlyMap<string, StructuredFile>> {
  const structured = new Map<string, StructuredFile>();
  for (const [path, content] of files) {
    if (path === SIGNATURES) continue;
    const expected = signed.get(path);
    if (expected === undefined) refuse('BND036', `${quoted(path)} is not covered by the signature`);
    if (isStructured(path)) {
      const document = readStructured(path, content);
      await nextTurn(content);
      structured.set(path, { document, canonical: canonicalText(document) });
      await nextTurn(content);
    }
    const actual = Buffer.from(hashFile(expected.algorithm, content, structured.get(path)?.canonical));
    const wanted = Buffer.from(expected.hash);
    if (actual.length !== wanted.length || !timingSafeEqual(actual, wanted)) {
      refuse('BND038', `${quoted(path)} differs from what was signed`);
    }
  }
  for (const name of signed.keys()) {
    if (name === SIGNATURES || !files.has(name)) refuse('BND037', `${quoted(name)} is signed, but not in the bundle`);
  }
  return structured;
}

/** Lets others run after work on a large file: decisions are made in the same thread. */
async function nextTurn({ length }: Uint8Array): Promise<void> {
  if (length >= LARGE_FILE_BYTES) await setImmediate();
}

/** OPA takes some names for manifests, signatures and patches in every folder; here they mean something in the top folder only, and nothing elsewhere. */
function checkNames(files: BundleFiles): void {
  for (const path of files.keys()) {
    const base = baseName(path);
    const isMisplaced = (base === SIGNATURES || base === PATCH) && path !== base;
    if (isMisplaced || path.endsWith('.manifest.pb') || (path.endsWith(MANIFEST) && path !== MANIFEST)) {
      refuse('BND048', `the bundle has the file ${quoted(path)}`);
    }
  }
}

interface Origin {
  readonly name: string;
  readonly sha256: string;
  readonly keyId: string;
}

async function snapshotOf(
  files: BundleFiles,
  {
    structured,
    manifest,
    origin,
  }: {
    readonly structured: ReadonlyMap<string, StructuredFile>;
    readonly manifest: Manifest;
    readonly origin: Origin;
  },
): Promise<VerifiedBundle> {
  const modules = [...files.keys()].filter((path) => baseName(path) === MODULE);
  const wasm = files.get(MODULE);
  if (wasm === undefined || modules.length > 1) refuse('BND045', `the bundle has not exactly one \`${MODULE}\``);
  if (!wasm.subarray(0, WASM_MAGIC.length).equals(WASM_MAGIC)) refuse('BND045', `\`${MODULE}\` is no WebAssembly`);
  if (manifest.entrypoints.length === 0) refuse('BND045', 'the manifest names no entry point');
  const dataFiles = [...structured].filter(([path]) => path !== MANIFEST);
  const data = mergeData(dataFiles.map(([path, { document }]) => ({ path, document })));
  checkRoots(data, manifest.roots);
  await nextTurn(wasm);
  // One file in the top folder is all of the data, and its text is there already.
  const [only] = dataFiles;
  const text = dataFiles.length === 1 && only?.[0] === 'data.json' ? only[1].canonical : canonicalText(data);
  const { revision, roots, entrypoints, references, metadata } = manifest;
  return {
    ...origin,
    revision,
    sequence: manifest.sequence ?? 0,
    roots,
    wasm: new Uint8Array(wasm),
    data: new TextEncoder().encode(text),
    references,
    entrypoints,
    metadata,
  };
}

function deltaOf(
  files: BundleFiles,
  patch: Buffer,
  { manifest, origin }: { readonly manifest: Manifest; readonly origin: Origin },
): VerifiedDelta {
  const other = [...files.keys()].find((path) => ![PATCH, MANIFEST, SIGNATURES].includes(path));
  if (other !== undefined) refuse('BND051', `the delta bundle has the file ${quoted(other)}`);
  return { ...origin, manifest, operations: readPatch(patch, manifest.roots) };
}
