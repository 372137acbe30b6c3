import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { KEYS_MAX } from './limits.ts';
import { outcomeOf, quoted, refuse, RefusedError } from './refusal.ts';
import type { BundleOutcome } from './types.ts';

/** Algorithms of signatures (RFC 7518, RFC 8037), by the kind of key that each needs. */
const ALGORITHMS = {
  RS256: 'rsa',
  RS384: 'rsa',
  RS512: 'rsa',
  PS256: 'rsa',
  PS384: 'rsa',
  PS512: 'rsa',
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
  EdDSA: 'ed25519',
  HS256: 'secret',
} as const;

export type SignatureAlgorithm = keyof typeof ALGORITHMS;

/** NIST SP 800-131A Rev. 2. */
const RSA_BITS_MIN = 2_048;
/** RFC 7518 section 3.2: at least as long as the hash. */
const SECRET_BYTES_MIN = 32;

/** A key that may verify bundles. */
export interface VerificationKey {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
  /** Scope that its signatures must have when the configuration names none. */
  readonly scope: string;
  /** First and last moment it is accepted, milliseconds since 1970; null for no bound. */
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
}

/** How rollback is prevented: by `metadata.weir.sequence`, by the order of revisions, or not at all. */
export type RollbackRule = 'sequence' | 'revision-order' | 'allow';

/** What decides whether a bundle is accepted. It comes from the configuration alone; nothing in a bundle changes it. */
export interface Verification {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  /** The only key that may have signed; null to let the signature select among the configured ones. */
  readonly keyId: string | null;
  readonly scope: string | null;
  readonly rollback: RollbackRule;
}

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads how a bundle is verified. Without a `signing` section nothing can be verified, so that is an error; with one, signatures are required, whatever
 * it contains.
 *
 * ```yaml
 * keys:
 *   release: { algorithm: ES256, key: "-----BEGIN PUBLIC KEY-----…", notAfter: 2027-01-01T00:00:00Z }
 * signing: { keyid: release, scope: production }
 * rollback: sequence # or revision-order, or allow
 * ```
 *
 * Errors: BND001 to BND006.
 */
export function parseVerification(config: unknown): BundleOutcome<Verification> {
  return outcomeOf(() => {
    const section = sectionOf(config, 'the verification');
    onlyKnown(section, ['keys', 'signing', 'rollback', 'allowSharedSecrets'], 'the verification');
    if (section['signing'] === undefined) {
      refuse('BND001', 'there is no `signing` section; bundles are not used unverified');
    }
    const signing = section['signing'] === null ? {} : sectionOf(section['signing'], '`signing`');
    for (const weakening of ['exclude_files', 'allow_unsigned_delta_bundles']) {
      if (signing[weakening] !== undefined) refuse('BND006', `\`signing\` has \`${weakening}\``);
    }
    onlyKnown(signing, ['keyid', 'scope'], '`signing`');
    const { allowSharedSecrets = false } = section;
    if (typeof allowSharedSecrets !== 'boolean') refuse('BND001', '`allowSharedSecrets` is not true or false');
    const keys = keysOf(section['keys'], allowSharedSecrets);
    const keyId = optionalText(signing, 'keyid', '`signing`');
    if (keyId !== null && !keys.has(keyId)) refuse('BND003', `\`signing\` names the key ${quoted(keyId)}`);
    return {
      keys,
      keyId,
      scope: optionalText(signing, 'scope', '`signing`'),
      rollback: rollbackOf(section['rollback']),
    };
  });
}

function keysOf(config: unknown, allowSharedSecrets: boolean): ReadonlyMap<string, VerificationKey> {
  const section = config === undefined || config === null ? {} : sectionOf(config, '`keys`');
  const keys = new Map<string, VerificationKey>();
  for (const [id, value] of Object.entries(section)) {
    if (id === '') refuse('BND001', 'a key has an empty id');
    keys.set(id, keyOf(id, value, allowSharedSecrets));
  }
  if (keys.size === 0) refuse('BND002', 'there is no key under `keys`');
  if (keys.size > KEYS_MAX) refuse('BND001', `there are ${keys.size} keys; ${KEYS_MAX} are supported`);
  return keys;
}

function keyOf(id: string, config: unknown, allowSharedSecrets: boolean): VerificationKey {
  const place = `the key ${quoted(id)}`;
  const section = sectionOf(config, place);
  onlyKnown(section, ['algorithm', 'key', 'scope', 'notBefore', 'notAfter'], place);
  const algorithm = algorithmOf(optionalText(section, 'algorithm', place), place);
  if (algorithm === 'HS256' && !allowSharedSecrets) refuse('BND005', `${place} is a shared secret`);
  const material = optionalText(section, 'key', place);
  if (material === null) refuse('BND004', `${place} has no \`key\``);
  const notBeforeMs = optionalMoment(section, 'notBefore', place);
  const notAfterMs = optionalMoment(section, 'notAfter', place);
  if (notBeforeMs !== null && notAfterMs !== null && notBeforeMs >= notAfterMs) {
    refuse('BND001', `${place} ends before it begins`);
  }
  const scope = optionalText(section, 'scope', place) ?? '';
  return { id, algorithm, key: publicKeyOf(material, algorithm, place), scope, notBeforeMs, notAfterMs };
}

/** The algorithm with this name. Throws BND005. */
export function algorithmOf(name: string | null, place: string): SignatureAlgorithm {
  const known = Object.keys(ALGORITHMS).find((each): each is SignatureAlgorithm => each === name);
  return known ?? refuse('BND005', name === null ? `${place} has no \`algorithm\`` : `${place} is of ${quoted(name)}`);
}

function publicKeyOf(material: string, algorithm: SignatureAlgorithm, place: string): KeyObject {
  if (algorithm === 'HS256') {
    const secret = Buffer.from(material, 'utf8');
    if (secret.length < SECRET_BYTES_MIN) refuse('BND004', `${place} has fewer than ${SECRET_BYTES_MIN} bytes`);
    return createSecretKey(secret);
  }
  // Node derives the public key from a private one, and takes certificates without looking at their dates.
  if (material.trimStart().startsWith('{')) return checkedKey(() => publicJwk(material, place), algorithm, place);
  if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(material)) refuse('BND004', `${place} is no public key in PEM`);
  return checkedKey(() => createPublicKey(material), algorithm, place);
}

function checkedKey(read: () => KeyObject, algorithm: SignatureAlgorithm, place: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    return refuse('BND004', `${place} cannot be read`);
  }
  checkKind(key, algorithm, { code: 'BND004', place });
  return key;
}

function publicJwk(material: string, place: string): KeyObject {
  const jwk: unknown = JSON.parse(material);
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk || 'k' in jwk) {
    refuse('BND004', `${place} is no public key in JWK`);
  }
  return createPublicKey({ key: Object.fromEntries(Object.entries(jwk)), format: 'jwk' });
}

/** Checks that a key is of the kind and strength that its algorithm needs. Throws the given code. */
export function checkKind(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  { code, place }: { readonly code: 'BND004' | 'BND090'; readonly place: string },
): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const kind = type === 'ec' ? details?.namedCurve : type;
  if (kind !== ALGORITHMS[algorithm]) refuse(code, `${place} is of another kind than ${algorithm} needs`);
  if (type === 'rsa' && (details?.modulusLength ?? 0) < RSA_BITS_MIN) {
    refuse(code, `${place} has fewer than ${RSA_BITS_MIN} bits`);
  }
}

const ROLLBACK_RULES: readonly RollbackRule[] = ['sequence', 'revision-order', 'allow'];

function rollbackOf(value: unknown): RollbackRule {
  if (value === undefined) return 'sequence';
  return (
    ROLLBACK_RULES.find((rule) => rule === value) ??
    refuse('BND001', `\`rollback\` is none of ${ROLLBACK_RULES.join(', ')}`)
  );
}

function sectionOf(value: unknown, place: string): Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('BND001', `${place} is not a section`);
  }
  return Object.fromEntries(Object.entries(value));
}

function onlyKnown(section: Section, known: readonly string[], place: string): void {
  const unknown = Object.keys(section).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse('BND001', `${place} has the unknown entry ${quoted(unknown)}`);
}

function optionalText(section: Section, key: string, place: string): string | null {
  const value = section[key];
  if (value === undefined) return null;
  return typeof value === 'string' && value !== '' ? value : refuse('BND001', `\`${key}\` of ${place} is no text`);
}

function optionalMoment(section: Section, key: string, place: string): number | null {
  const text = optionalText(section, key, place);
  if (text === null) return null;
  const isRfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = isRfc3339 ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) refuse('BND001', `\`${key}\` of ${place} is no moment as in 2027-01-31T00:00:00Z`);
  return moment;
}
