import { createHash } from 'node:crypto';
import { canonicalText } from './canonical.ts';
import { isArray, isObject, parseDocument, type Document } from './document.ts';
import { PATCH_OPERATIONS_MAX } from './limits.ts';
import { isBelow, type Manifest } from './manifest.ts';
import { outcomeOf, quoted, refuse } from './refusal.ts';
import type { BundleOutcome, VerifiedBundle } from './types.ts';

/** One change of the data. */
export interface PatchOperation {
  readonly kind: 'upsert' | 'replace' | 'remove';
  /** Never empty. */
  readonly path: readonly string[];
  /** Null for `remove`. */
  readonly value: Document;
}

/** Verified changes to the data of a bundle. */
export interface VerifiedDelta {
  readonly name: string;
  readonly sha256: string;
  readonly keyId: string;
  readonly manifest: Manifest;
  readonly operations: readonly PatchOperation[];
}

/** Reads `patch.json` as OPA's delta bundles have it. Throws BND050, and BND044 for paths outside of the roots. */
export function readPatch(content: Uint8Array, roots: readonly string[]): readonly PatchOperation[] {
  const outcome = parseDocument(content);
  if (!outcome.ok) refuse('BND050', `\`patch.json\` ${outcome.problem}`);
  const list = isObject(outcome.document) ? (outcome.document.get('data') ?? null) : null;
  if (!isArray(list) || list.length === 0) refuse('BND050', '`patch.json` has no operations under `data`');
  if (list.length > PATCH_OPERATIONS_MAX) {
    refuse('BND050', `\`patch.json\` has ${list.length} operations; ${PATCH_OPERATIONS_MAX} are supported`);
  }
  return list.map((item) => {
    const kind = isObject(item) ? item.get('op') : null;
    if (!isObject(item) || (kind !== 'upsert' && kind !== 'replace' && kind !== 'remove')) {
      refuse('BND050', 'an operation of the patch is neither upsert, replace nor remove');
    }
    const path = pathOf(item.get('path'));
    if (!roots.some((root) => isBelow(path, root))) {
      refuse('BND044', `the patch changes ${quoted(`/${path.join('/')}`)}, which is outside of the roots`);
    }
    const value = item.get('value');
    if (value === undefined && kind !== 'remove')
      refuse('BND050', `the patch gives no value for ${quoted(path.join('/'))}`);
    return { kind, path, value: value ?? null };
  });
}

/** JSON Pointer (RFC 6901) after percent decoding, as in OPA. */
function pathOf(value: Document | undefined): readonly string[] {
  const text = typeof value === 'string' ? value.replace(/^\/+|\/+$/g, '') : '';
  if (text === '') refuse('BND050', 'an operation of the patch has no path');
  try {
    return text.split('/').map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return refuse('BND050', `the path ${quoted(text)} of the patch is malformed`);
  }
}

/**
 * Applies a delta to the bundle it was made from; the bundle itself does not change. A delta says what it was made from in `metadata.weir.base`, because
 * an older signed delta, applied to the wrong data, would give something that nobody signed. Errors: BND044, BND052, BND053.
 */
export function applyDelta(base: VerifiedBundle, delta: VerifiedDelta): BundleOutcome<VerifiedBundle> {
  return outcomeOf(() => {
    const { manifest } = delta;
    checkBase(base, manifest);
    const outcome = parseDocument(base.data);
    if (!outcome.ok) throw new Error(`invariant: data of a verified bundle ${outcome.problem}`);
    let data: Document = outcome.document;
    for (const operation of delta.operations) data = applied(data, operation, 0);
    return {
      ...base,
      revision: manifest.revision,
      sequence: manifest.sequence ?? 0,
      data: new TextEncoder().encode(canonicalText(data)),
      references: manifest.references ?? base.references,
      metadata: manifest.metadata,
      sha256: delta.sha256,
      keyId: delta.keyId,
    };
  });
}

function checkBase(active: VerifiedBundle, manifest: Manifest): void {
  const { base } = manifest;
  if (base === null) refuse('BND052', 'the delta does not say what it was made from');
  if (base.revision !== active.revision || (base.sequence ?? 0) !== active.sequence) {
    const made = `revision ${quoted(base.revision)}, sequence ${base.sequence ?? 'none'}`;
    refuse('BND052', `the delta was made from ${made}; active is ${quoted(active.revision)}, ${active.sequence}`);
  }
  if (!isSame(manifest.roots, active.roots)) refuse('BND052', 'the delta has other roots than the active bundle');
  if (!isSame(manifest.entrypoints, active.entrypoints)) {
    refuse('BND052', 'the delta has other entry points than the active bundle');
  }
}

const isSame = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((item, index) => item === right[index]);

/** The document with one change. Throws BND053 when the path does not lead there. */
function applied(node: Document | undefined, operation: PatchOperation, depth: number): Document {
  const { kind, path, value } = operation;
  const part = path[depth];
  if (part === undefined) throw new Error('invariant: a patch path ends inside');
  const isLast = depth === path.length - 1;
  const place = quoted(`/${path.join('/')}`);
  if (node === undefined && kind === 'upsert') return applied(new Map(), operation, depth);
  if (isArray(node)) return appliedToArray(node, operation, depth);
  if (!isObject(node)) refuse('BND053', `there is nothing at ${place}`);
  const copy = new Map(node);
  if (!isLast) {
    if (!node.has(part) && kind !== 'upsert') refuse('BND053', `there is nothing at ${place}`);
    copy.set(part, applied(node.get(part), operation, depth + 1));
    return copy;
  }
  if (kind !== 'upsert' && !node.has(part)) refuse('BND053', `there is nothing at ${place}`);
  if (kind === 'remove') copy.delete(part);
  else copy.set(part, value);
  return copy;
}

function appliedToArray(node: readonly Document[], operation: PatchOperation, depth: number): Document {
  const { kind, path, value } = operation;
  const part = path[depth] ?? '';
  const isLast = depth === path.length - 1;
  const place = quoted(`/${path.join('/')}`);
  const isAppend = part === '-' && kind === 'upsert' && isLast;
  const index = isAppend ? node.length : /^(?:0|[1-9][0-9]{0,8})$/.test(part) ? Number(part) : -1;
  const indexMax = kind === 'upsert' && isLast ? node.length : node.length - 1;
  if (index < 0 || index > indexMax) refuse('BND053', `there is nothing at ${place}`);
  if (!isLast) return node.with(index, applied(node[index], operation, depth + 1));
  if (kind === 'remove') return node.toSpliced(index, 1);
  return kind === 'replace' ? node.with(index, value) : node.toSpliced(index, 0, value);
}

/** A hash of what a bundle means: equal for the same content packed or signed differently. Hexadecimal. */
export function contentDigest(bundle: VerifiedBundle): string {
  const { revision, sequence, roots, entrypoints, references, metadata } = bundle;
  const outcome = parseDocument(
    Buffer.from(JSON.stringify([revision, sequence, roots, entrypoints, references, metadata]), 'utf8'),
  );
  if (!outcome.ok) throw new Error(`invariant: the facts of a bundle ${outcome.problem}`);
  const facts = canonicalText(outcome.document);
  const hash = createHash('sha256');
  for (const part of [Buffer.from(facts), bundle.data, bundle.wasm]) {
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest('hex');
}
