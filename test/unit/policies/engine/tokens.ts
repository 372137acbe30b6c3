import { constants, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { JsonValue } from '../../../../model/json.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const CLAIMS = { sub: 'alice', iss: 'weir', nbf: 1_650_000_000, exp: 1_800_000_000 };

type Sign = (text: string) => Buffer;

function tokenOf(header: object, payload: object | string, signText: Sign): string {
  const body = typeof payload === 'string' ? Buffer.from(payload).toString('base64url') : encode(payload);
  const text = `${encode(header)}.${body}`;
  return `${text}.${signText(text).toString('base64url')}`;
}

const mac =
  (bits: number, secret = 'secret'): Sign =>
  (text) =>
    createHmac(`sha${bits}`, secret).update(text).digest();

const rs =
  (bits: number, key: KeyObject): Sign =>
  (text) =>
    sign(`sha${bits}`, Buffer.from(text), key);

const ps =
  (bits: number, key: KeyObject): Sign =>
  (text) => {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return sign(`sha${bits}`, Buffer.from(text), { key, padding, saltLength: bits / 8 });
  };

const es =
  (bits: number, key: KeyObject): Sign =>
  (text) =>
    sign(`sha${bits}`, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/** Tokens of every algorithm and of every kind of defect, and the keys to verify them; made anew in each run, so that no key is ever a secret. */
export function makeTokens(): {
  readonly tokens: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
} {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ec384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ec521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const ed = generateKeyPairSync('ed25519');
  const jwk = (key: KeyObject, kid: string, alg: string): JsonValue => ({
    ...Object.fromEntries(Object.entries(key.export({ format: 'jwk' })).map(([name, value]) => [name, String(value)])),
    kid,
    alg,
  });
  const set = {
    keys: [
      jwk(otherRsa.publicKey, 'other', 'RS256'),
      jwk(rsa.publicKey, 'rsa-1', 'RS256'),
      jwk(ec.publicKey, 'ec-1', 'ES256'),
      jwk(ed.publicKey, 'ed-1', 'EdDSA'),
    ],
  };
  const inner = tokenOf({ alg: 'HS256', typ: 'JWT' }, CLAIMS, mac(256));
  const rsaPem = pem(rsa.publicKey);
  return {
    keys: {
      rsa: rsaPem,
      otherRsa: pem(otherRsa.publicKey),
      ec: pem(ec.publicKey),
      otherEc: pem(otherEc.publicKey),
      ec384: pem(ec384.publicKey),
      ec521: pem(ec521.publicKey),
      ed: pem(ed.publicKey),
      set: JSON.stringify(set),
    },
    tokens: {
      hs256: inner,
      hs384: tokenOf({ alg: 'HS384' }, CLAIMS, mac(384)),
      hs512: tokenOf({ alg: 'HS512' }, CLAIMS, mac(512)),
      rs256: tokenOf({ alg: 'RS256', kid: 'rsa-1' }, CLAIMS, rs(256, rsa.privateKey)),
      rs384: tokenOf({ alg: 'RS384' }, CLAIMS, rs(384, rsa.privateKey)),
      rs512: tokenOf({ alg: 'RS512' }, CLAIMS, rs(512, rsa.privateKey)),
      ps256: tokenOf({ alg: 'PS256' }, CLAIMS, ps(256, rsa.privateKey)),
      ps384: tokenOf({ alg: 'PS384' }, CLAIMS, ps(384, rsa.privateKey)),
      ps512: tokenOf({ alg: 'PS512' }, CLAIMS, ps(512, rsa.privateKey)),
      es256: tokenOf({ alg: 'ES256' }, CLAIMS, es(256, ec.privateKey)),
      es384: tokenOf({ alg: 'ES384' }, CLAIMS, es(384, ec384.privateKey)),
      es512: tokenOf({ alg: 'ES512' }, CLAIMS, es(512, ec521.privateKey)),
      eddsa: tokenOf({ alg: 'EdDSA' }, CLAIMS, (text) => sign(null, Buffer.from(text), ed.privateKey)),
      audience: tokenOf({ alg: 'HS256' }, { ...CLAIMS, aud: ['edge', 'cloud'] }, mac(256)),
      critical: tokenOf({ alg: 'HS256', crit: ['b64'], b64: false }, CLAIMS, mac(256)),
      none: tokenOf({ alg: 'none' }, CLAIMS, () => Buffer.alloc(0)),
      confused: tokenOf({ alg: 'HS256' }, CLAIMS, mac(256, rsaPem)),
      nested: tokenOf({ alg: 'HS256', cty: 'JWT' }, inner, mac(256)),
      big: tokenOf({ alg: 'HS256' }, '{"id":9007199254740993,"exp":1800000000.5,"id":9007199254740995}', mac(256)),
    },
  };
}
