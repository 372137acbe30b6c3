/**
 * The wire format of a context, version 1, base64url without padding:
 *
 *   version (1) | key id (8) | length of the body (2) | body | Ed25519 signature (64)
 *
 * The signature covers everything before it, behind a text that no other protocol signs. There is no algorithm in it: the key says which one is
 * used. The body has its fields in one order with lengths in front, so a context has exactly one form and nothing is parsed before it is verified.
 */
import type { LabelDescription, MarkName } from '../../../model/label.ts';
import { ByteReader, ByteWriter, NoContextError } from './bytes.ts';
import { ContextError } from './errors.ts';
import { AUDIENCES_MAX, LABEL_NAMES_MAX, TOKEN_CHARACTERS_MAX } from './limits.ts';
import { PATH_HASH_BYTES, PATH_HASH_BYTES_MIN } from './path.ts';
import type { CarriedContext } from './types.ts';

export const TOKEN_VERSION = 1;
export const KEY_ID_BYTES = 8;
export const NONCE_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + 2;
const SIGNATURE_BYTES = 64;
/** Four characters carry three bytes. */
const BODY_BYTES_MAX = Math.floor((TOKEN_CHARACTERS_MAX * 3) / 4) - HEADER_BYTES - SIGNATURE_BYTES;
const SIGNED_PREFIX = Buffer.from('weir-context/1\0');
/** In place of a count: the set of all names. */
const ALL_MARK = 255;
/** Stands between the names of holders and steps that met; never part of one name. */
export const JOINED_NAMES = '⊔';

type Body = Omit<CarriedContext, 'version'>;

function writeNames(writer: ByteWriter, names: readonly string[], what: { name: string; most: number }): void {
  const sorted = [...new Set(names)].sort();
  if (sorted.length > what.most) {
    const message = `a context has ${sorted.length} ${what.name}s, at most ${what.most} are supported`;
    throw new ContextError('CTX004', message, `Name fewer ${what.name}s.`);
  }
  writer.unsigned(sorted.length, 1, what.name);
  for (const name of sorted) writer.text(name, what.name);
}

function writeLabel(writer: ByteWriter, label: LabelDescription): void {
  writer.text(label.confidentiality, 'confidentiality');
  writer.text(label.integrity, 'integrity');
  for (const axis of ['region', 'tenant'] as const) {
    const names = label[axis];
    if (names === 'all') writer.unsigned(ALL_MARK, 1, axis);
    else writeNames(writer, names, { name: axis, most: LABEL_NAMES_MAX });
  }
  writeNames(writer, label.marks, { name: 'mark', most: LABEL_NAMES_MAX });
}

function writeSingle(writer: ByteWriter, value: string, name: string): void {
  if (value.includes(JOINED_NAMES)) {
    throw new ContextError('CTX005', `${name} of a context contains ${JOINED_NAMES}`, 'Use a name without it.');
  }
  writer.text(value, name);
}

/** @throws ContextError CTX001 to CTX005 when the fields are out of bounds. */
function writeBody(body: Body): Buffer {
  const writer = new ByteWriter(BODY_BYTES_MAX);
  const { execution } = body;
  if (body.audience.length === 0) {
    throw new ContextError('CTX004', 'a context has no audience', 'Name the functions that may be called with it.');
  }
  writer.bytes(Buffer.from(body.nonce, 'base64url'));
  writer.moment(body.issuedAtMs, 'issuedAtMs');
  writer.moment(body.expiresAtMs, 'expiresAtMs');
  writer.unsigned(body.maxUses, 2, 'maxUses');
  writeNames(writer, body.audience, { name: 'audience', most: AUDIENCES_MAX });
  writer.text(body.issuer, 'issuer');
  writeSingle(writer, body.holder, 'holder');
  writer.textOrNull(body.tenant, 'tenant');
  writeLabel(writer, body.label);
  writer.momentOrNull(body.dataExpiresAtMs, 'dataExpiresAtMs');
  writer.text(execution.id, 'execution.id');
  writer.text(execution.composition, 'execution.composition');
  writeSingle(writer, execution.step, 'execution.step');
  writer.unsigned(execution.depth, 4, 'execution.depth');
  writer.moment(execution.startedAtMs, 'execution.startedAtMs');
  const pathHash = Buffer.from(execution.pathHash, 'base64url');
  if (pathHash.length < PATH_HASH_BYTES_MIN || pathHash.length > PATH_HASH_BYTES) {
    const help = `Give ${PATH_HASH_BYTES_MIN} to ${PATH_HASH_BYTES} bytes in base64url, as path.ts makes them.`;
    throw new ContextError('CTX002', 'execution.pathHash of a context is no hash', help);
  }
  writer.unsigned(pathHash.length, 1, 'execution.pathHash');
  writer.bytes(pathHash);
  writer.text(body.invocationId, 'invocationId');
  writer.textOrNull(body.parentInvocationId, 'parentInvocationId');
  return writer.finish();
}

function readNames(reader: ByteReader, count: number): string[] {
  return Array.from({ length: count }, () => reader.text());
}

function readMark(name: string): MarkName {
  // Whoever signed it knew its marks; a mark that we do not know is kept, since dropping it would hide where data came from.
  return name as MarkName;
}

function readSet(reader: ByteReader): readonly string[] | 'all' {
  const count = reader.unsigned(1);
  return count === ALL_MARK ? 'all' : readNames(reader, count);
}

function readLabel(reader: ByteReader): LabelDescription {
  return {
    confidentiality: reader.text(),
    integrity: reader.text(),
    region: readSet(reader),
    tenant: readSet(reader),
    marks: readNames(reader, reader.unsigned(1)).map(readMark),
  };
}

function readFields(reader: ByteReader): CarriedContext {
  return {
    version: TOKEN_VERSION,
    nonce: reader.bytes(NONCE_BYTES).toString('base64url'),
    issuedAtMs: reader.unsigned(6),
    expiresAtMs: reader.unsigned(6),
    maxUses: reader.unsigned(2),
    audience: readNames(reader, reader.unsigned(1)),
    issuer: reader.text(),
    holder: reader.text(),
    tenant: reader.textOrNull(),
    label: readLabel(reader),
    dataExpiresAtMs: reader.momentOrNull(),
    execution: {
      id: reader.text(),
      composition: reader.text(),
      step: reader.text(),
      depth: reader.unsigned(4),
      startedAtMs: reader.unsigned(6),
      pathHash: reader.bytes(reader.unsigned(1)).toString('base64url'),
    },
    invocationId: reader.text(),
    parentInvocationId: reader.textOrNull(),
  };
}

/** The verified bytes of a body as a context; null when they are none. Never throws. */
export function readBody(body: Buffer): CarriedContext | null {
  const reader = new ByteReader(body);
  try {
    const context = readFields(reader);
    reader.finish();
    return context;
  } catch (error) {
    if (error instanceof NoContextError) return null;
    throw error;
  }
}

/** A token taken apart, nothing of it verified. */
export interface TokenParts {
  readonly keyId: string;
  /** What the signature has to cover. */
  readonly signed: Buffer;
  readonly body: Buffer;
  readonly signature: Buffer;
}

/** Takes a token apart. Never throws. */
export function openToken(
  token: string,
):
  | { readonly ok: true; readonly parts: TokenParts }
  | { readonly ok: false; readonly reason: 'malformed' | 'too-large' | 'downgraded' } {
  if (token.length > TOKEN_CHARACTERS_MAX) return { ok: false, reason: 'too-large' };
  // Three parts between dots are a JSON Web Token, whose header would choose the algorithm.
  if (/^[\w-]*\.[\w-]*\.[\w-]*$/.test(token)) return { ok: false, reason: 'downgraded' };
  const bytes = Buffer.from(token, 'base64url');
  // Node ignores what is no base64url; only the one text that the bytes are written as is taken.
  if (bytes.length === 0 || bytes.toString('base64url') !== token) return { ok: false, reason: 'malformed' };
  if (bytes[0] !== TOKEN_VERSION) return { ok: false, reason: 'downgraded' };
  const signatureAt = bytes.length - SIGNATURE_BYTES;
  if (signatureAt <= HEADER_BYTES || bytes.readUInt16BE(HEADER_BYTES - 2) !== signatureAt - HEADER_BYTES) {
    return { ok: false, reason: 'malformed' };
  }
  return {
    ok: true,
    parts: {
      keyId: bytes.toString('base64url', 1, 1 + KEY_ID_BYTES),
      signed: Buffer.concat([SIGNED_PREFIX, bytes.subarray(0, signatureAt)]),
      body: bytes.subarray(HEADER_BYTES, signatureAt),
      signature: bytes.subarray(signatureAt),
    },
  };
}

/**
 * Writes and signs a context.
 * @throws ContextError CTX001 to CTX005 when the fields are out of bounds.
 */
export function makeToken(body: Body, keyId: string, sign: (bytes: Buffer) => Buffer): string {
  const fields = writeBody(body);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(TOKEN_VERSION, 0);
  header.write(keyId, 1, 'base64url');
  header.writeUInt16BE(fields.length, HEADER_BYTES - 2);
  const signed = Buffer.concat([SIGNED_PREFIX, header, fields]);
  const signature = sign(signed);
  return Buffer.concat([signed.subarray(SIGNED_PREFIX.length), signature]).toString('base64url');
}
