import { compactVerify, errors } from 'jose';
import { HASH_ALGORITHMS, SIGNATURES } from './content-hash.ts';
import { isArray, isObject, parseDocument, type Document } from './document.ts';
import { SIGNATURES_BYTES_MAX } from './limits.ts';
import { quoted, refuse } from './refusal.ts';
import type { Verification, VerificationKey } from './verification.ts';

/** What a signature says about one file. */
export interface SignedFile {
  readonly name: string;
  /** Hexadecimal, lower case. */
  readonly hash: string;
  /** OpenSSL's name of the hash algorithm. */
  readonly algorithm: string;
}

/** A signature that verified. */
export interface VerifiedSignature {
  readonly keyId: string;
  readonly files: ReadonlyMap<string, SignedFile>;
}

/**
 * Verifies the token of `.signatures.json`. The key is the configured one, or the one among the configured that the token names; the algorithm is the
 * key's. Throws BND030 to BND035 and BND039.
 */
export async function verifySignature(
  content: Uint8Array | undefined,
  verification: Verification,
  nowMs: number,
): Promise<VerifiedSignature> {
  if (content === undefined) refuse('BND030', `there is no \`${SIGNATURES}\` in the bundle`);
  const token = tokenOf(content);
  const key = selectKey(token, verification);
  checkValidity(key, nowMs);
  const payload = parsePart(await verifiedPayload(token, key));
  const scope = payload.get('scope') ?? '';
  const expected = verification.scope ?? key.scope;
  if (scope !== expected) {
    const found = typeof scope === 'string' ? quoted(scope) : 'no text';
    refuse('BND035', `the signature has the scope ${found}, expected is ${quoted(expected)}`);
  }
  return { keyId: key.id, files: filesOf(payload.get('files')) };
}

function tokenOf(content: Uint8Array): string {
  if (content.length > SIGNATURES_BYTES_MAX)
    refuse('BND031', `\`${SIGNATURES}\` is larger than ${SIGNATURES_BYTES_MAX} bytes`);
  const outcome = parseDocument(content);
  const signatures = outcome.ok && isObject(outcome.document) ? outcome.document : null;
  if (signatures === null) refuse('BND031', `\`${SIGNATURES}\` is no JSON object`);
  const plugin = signatures.get('plugin') ?? '';
  if (plugin !== '' && plugin !== '_default') refuse('BND031', `\`${SIGNATURES}\` asks for a plugin`);
  const tokens = signatures.get('signatures') ?? null;
  if (!isArray(tokens) || tokens.length === 0) refuse('BND030', `\`${SIGNATURES}\` has no signature`);
  const [token] = tokens;
  if (tokens.length > 1 || typeof token !== 'string') refuse('BND031', `\`${SIGNATURES}\` has not exactly one token`);
  return token;
}

/** The key that the configuration names, else the one that the token names, else the only one there is. */
function selectKey(token: string, verification: Verification): VerificationKey {
  const { keys, keyId } = verification;
  const [header = '', payload = '', signature, ...more] = token.split('.');
  if (signature === undefined || more.length > 0) refuse('BND031', 'the token is no compact JSON Web Signature');
  const named =
    keyId ?? textOf(parsePart(decode(header)).get('kid')) ?? textOf(parsePart(decode(payload)).get('keyid'));
  if (named !== null) return keys.get(named) ?? refuse('BND032', `the bundle is signed with the key ${quoted(named)}`);
  const [only] = keys.values();
  if (only === undefined || keys.size > 1) {
    refuse('BND032', 'the signature names no key, and more than one is configured');
  }
  return only;
}

const decode = (part: string): Buffer => Buffer.from(part, 'base64url');

const textOf = (value: Document | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

function parsePart(bytes: Uint8Array): ReadonlyMap<string, Document> {
  const outcome = parseDocument(bytes);
  return outcome.ok && isObject(outcome.document)
    ? outcome.document
    : refuse('BND031', 'the token is no JSON Web Signature over a JSON object');
}

function checkValidity(key: VerificationKey, nowMs: number): void {
  if (key.notBeforeMs !== null && nowMs < key.notBeforeMs) {
    refuse('BND033', `the key ${quoted(key.id)} is valid from ${new Date(key.notBeforeMs).toISOString()}`);
  }
  if (key.notAfterMs !== null && nowMs > key.notAfterMs) {
    refuse('BND033', `the key ${quoted(key.id)} was valid until ${new Date(key.notAfterMs).toISOString()}`);
  }
}

async function verifiedPayload(token: string, key: VerificationKey): Promise<Uint8Array> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, key.key, { algorithms: [key.algorithm] });
    if (protectedHeader.crit !== undefined || protectedHeader.b64 !== undefined) {
      refuse('BND031', 'the token demands extensions');
    }
    return payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    const why =
      error instanceof errors.JOSEAlgNotAllowed ? `the token is not of ${key.algorithm}` : 'the signature is wrong';
    return refuse('BND034', `${why}, checked with the key ${quoted(key.id)}`);
  }
}

function filesOf(list: Document | undefined): ReadonlyMap<string, SignedFile> {
  if (!isArray(list)) refuse('BND031', 'the token lists no files');
  const files = new Map<string, SignedFile>();
  for (const item of list) {
    const entry = isObject(item) ? item : new Map<string, Document>();
    const name = textOf(entry.get('name'));
    const hash = textOf(entry.get('hash'));
    if (name === null || hash === null || !/^[0-9a-f]+$/i.test(hash)) {
      refuse('BND031', 'the token has a file without name or hash');
    }
    const algorithm = textOf(entry.get('algorithm')) ?? '';
    const known = Object.hasOwn(HASH_ALGORITHMS, algorithm) ? HASH_ALGORITHMS[algorithm] : undefined;
    if (known === undefined) refuse('BND039', `${quoted(name)} is hashed with ${quoted(algorithm)}`);
    if (files.has(name)) refuse('BND031', `the token lists ${quoted(name)} twice`);
    files.set(name, { name, hash: hash.toLowerCase(), algorithm: known });
  }
  return files;
}
