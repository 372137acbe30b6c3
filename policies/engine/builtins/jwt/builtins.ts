import { compareNumbers } from '../../value/compare.ts';
import { readJson } from '../../value/read-value.ts';
import type { RegoObject } from '../../value/rego-value.ts';
import { isRegoArray, isRegoNumber, type RegoValue } from '../../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltin, type HostBuiltins } from '../builtin.ts';
import { isObject, onTexts } from '../operands.ts';
import { keysOf, type VerificationKey } from './keys.ts';
import { EMPTY_OBJECT, parametersOf, tokenOf, type Token, type TokenParameters } from './token.ts';
import { isMac, isSignedBy } from './verify.ts';

/** Tokens inside tokens. */
const NESTING_MAX = 8;

function decode(text: string, nesting = 0): RegoValue | undefined {
  if (nesting > NESTING_MAX) throw new BuiltinRefusal('a token holds too many tokens within one another');
  const token = tokenOf(text);
  if (token === undefined) return undefined;
  const contentType = token.header.get('cty');
  if (contentType !== undefined && typeof contentType !== 'string') return undefined;
  if (contentType === 'JWT') return decode(token.payloadText.replaceAll(/^["']+|["']+$/g, ''), nesting + 1);
  const payload = readJson(token.payloadText);
  return isObject(payload) ? [token.header, payload, token.signature.toString('hex')] : undefined;
}

/** Verifies with one algorithm, whatever the header says, and the first key that fits: `io.jwt.verify_*`. */
const verifyWith = (algorithm: string): HostBuiltin =>
  onTexts(2, (text = '', keyText = '') => {
    const token = tokenOf(text);
    const keys = keysOf(keyText);
    const parameters = token && parametersOf(token.header);
    if (token === undefined || keys === undefined || parameters === undefined) return undefined;
    return hasSigned(keys, token, { parameters, algorithm });
  });

/** A key with the token's id is the only one that counts; without one each key is tried whose algorithm, if it names one, is the token's. */
function hasSigned(
  keys: readonly VerificationKey[],
  token: Token,
  { parameters, algorithm }: { readonly parameters: TokenParameters; readonly algorithm: string },
): boolean {
  const signed = { algorithm, text: token.signedText, signature: token.signature };
  const named = parameters.keyId === '' ? undefined : keys.find(({ keyId }) => keyId === parameters.keyId);
  if (named !== undefined) return isSignedBy(named.key, signed);
  return keys.some(
    (key) => (key.algorithm === '' || key.algorithm === parameters.algorithm) && isSignedBy(key.key, signed),
  );
}

const verifyMac = (hash: string): HostBuiltin =>
  onTexts(2, (text = '', secret = '') => {
    const token = tokenOf(text);
    return token && isMac(secret, hash, { text: token.signedText, signature: token.signature });
  });

/** What a token must meet: `io.jwt.decode_verify`. */
interface Constraints {
  readonly keys: readonly VerificationKey[] | undefined;
  readonly secret: string;
  readonly algorithm: string;
  readonly issuer: string;
  readonly audience: string;
  readonly seconds: number;
}

const CONSTRAINTS: ReadonlySet<RegoValue> = new Set<RegoValue>(['cert', 'secret', 'alg', 'iss', 'aud', 'time']);

const NS_PER_SECOND = 1_000_000_000;

/** Reads the constraints; undefined when one is unknown or of the wrong type, or when there is not exactly one kind of key. */
function constraintsOf(object: RegoObject, nowNs: bigint): Constraints | undefined {
  if (
    !object.entries.every(
      ([name, value]) => CONSTRAINTS.has(name) && (name === 'time' ? isRegoNumber(value) : typeof value === 'string'),
    )
  ) {
    return undefined;
  }
  const text = (name: string): string => {
    const value = object.get(name);
    return typeof value === 'string' ? value : '';
  };
  const time = object.get('time');
  const ns = time === undefined ? Number(nowNs) : typeof time === 'object' ? undefined : Number(time);
  const hasCertificate = object.get('cert') !== undefined;
  const keys = hasCertificate ? keysOf(text('cert')) : undefined;
  const secret = text('secret');
  if (ns === undefined || ns < 0 || hasCertificate !== (keys !== undefined) || hasCertificate === (secret !== ''))
    return undefined;
  return {
    keys,
    secret,
    algorithm: text('alg'),
    issuer: text('iss'),
    audience: text('aud'),
    seconds: ns / NS_PER_SECOND,
  };
}

const UNVERIFIED: RegoValue = [false, EMPTY_OBJECT, EMPTY_OBJECT];

function decodeVerify(text: string, constraints: Constraints): RegoValue | undefined {
  let inner = text;
  for (let nesting = 0; nesting <= NESTING_MAX; nesting++) {
    const token = tokenOf(inner);
    const parameters = token && parametersOf(token.header);
    if (token === undefined || parameters === undefined) return undefined;
    const { algorithm } = parameters;
    if (algorithm === '' || !parameters.isUnderstood) return UNVERIFIED;
    if (constraints.algorithm !== '' && constraints.algorithm !== algorithm) return UNVERIFIED;
    if (!isVerified(token, parameters, constraints)) return UNVERIFIED;
    if (parameters.contentType.toLowerCase() !== 'jwt') {
      const payload = readJson(token.payloadText);
      return isObject(payload) ? judgeClaims(token.header, payload, constraints) : undefined;
    }
    inner = token.payloadText;
  }
  throw new BuiltinRefusal('a token holds too many tokens within one another');
}

function isVerified(token: Token, parameters: TokenParameters, constraints: Constraints): boolean {
  if (constraints.keys !== undefined) {
    return hasSigned(constraints.keys, token, { parameters, algorithm: parameters.algorithm });
  }
  const key = Buffer.from(constraints.secret);
  return isSignedBy(key, { algorithm: parameters.algorithm, text: token.signedText, signature: token.signature });
}

function judgeClaims(header: RegoObject, payload: RegoObject, constraints: Constraints): RegoValue | undefined {
  if (constraints.issuer !== '' && payload.get('iss') !== constraints.issuer) return UNVERIFIED;
  const audience = payload.get('aud');
  const isAddressed =
    audience === undefined ? constraints.audience === '' : hasAudience(audience, constraints.audience);
  if (!isAddressed) return UNVERIFIED;
  const [expiry, notBefore] = [payload.get('exp'), payload.get('nbf')];
  if (expiry !== undefined) {
    if (!isRegoNumber(expiry)) return undefined;
    if (compareNumbers(constraints.seconds, expiry) >= 0) return UNVERIFIED;
  }
  if (notBefore !== undefined) {
    if (!isRegoNumber(notBefore)) return undefined;
    if (compareNumbers(constraints.seconds, notBefore) < 0) return UNVERIFIED;
  }
  return [true, header, payload];
}

const hasAudience = (claim: RegoValue, audience: string): boolean =>
  isRegoArray(claim) ? claim.includes(audience) : claim === audience;

/** Tokens. Verification is synchronous, which `node:crypto` does and `jose` does not. */
export const JWT_BUILTINS: HostBuiltins = {
  'io.jwt.decode': onTexts(1, (text = '') => decode(text)),
  'io.jwt.decode_verify': ([text, object], { nowNs }) => {
    const constraints = isObject(object) ? constraintsOf(object, nowNs) : undefined;
    return typeof text === 'string' && constraints !== undefined ? decodeVerify(text, constraints) : undefined;
  },
  ...Object.fromEntries(
    ['RS', 'PS', 'ES'].flatMap((family) =>
      ['256', '384', '512'].map((bits) => [`io.jwt.verify_${family.toLowerCase()}${bits}`, verifyWith(family + bits)]),
    ),
  ),
  'io.jwt.verify_eddsa': verifyWith('EdDSA'),
  'io.jwt.verify_hs256': verifyMac('sha256'),
  'io.jwt.verify_hs384': verifyMac('sha384'),
  'io.jwt.verify_hs512': verifyMac('sha512'),
};
