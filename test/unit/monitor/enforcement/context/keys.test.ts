import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { ContextError } from '../../../../../monitor/enforcement/context/errors.ts';
import {
  contextKeyOf,
  KEYS_MAX,
  keySetOf,
  readKeySet,
  readPemKey,
} from '../../../../../monitor/enforcement/context/keys.ts';
import { keySet, makeJwk, NOW_MS } from './support.ts';

const window = { notBeforeMs: 0, notAfterMs: NOW_MS };

test('the id of a key is its thumbprint', (t) => {
  // Key and thumbprint of RFC 8037 appendix A.
  const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
  const thumbprint = Buffer.from('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', 'base64url');
  t.deepEqual([...keySet(key).keys()], [thumbprint.subarray(0, 8).toString('base64url')]);
});

test('PEM and JSON Web Key are the same key', (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const fromPrivate = readPemKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), window);
  const fromPublic = readPemKey(publicKey.export({ type: 'spki', format: 'pem' }).toString(), window);
  const [fromJwk] = keySet(privateKey.export({ format: 'jwk' })).values();
  t.is(fromPrivate.id, fromPublic.id);
  t.deepEqual(fromPrivate.id, fromJwk?.id);
  t.is(fromPublic.privateKey, null);
  t.not(fromJwk?.privateKey, null);
});

const mine = makeJwk();
const refused: readonly { readonly title: string; readonly code: string; readonly text: string }[] = [
  { title: 'no JSON', code: 'CTX006', text: '{' },
  { title: 'no list', code: 'CTX006', text: '{"keys":{}}' },
  { title: 'no key', code: 'CTX008', text: '{"keys":[]}' },
  { title: 'an entry that is no object', code: 'CTX006', text: '{"keys":[null]}' },
  {
    title: 'an elliptic curve key',
    code: 'CTX006',
    text: JSON.stringify({
      keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })],
    }),
  },
  { title: 'a shared secret', code: 'CTX006', text: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' },
  { title: 'another algorithm', code: 'CTX006', text: JSON.stringify({ keys: [{ ...mine, alg: 'none' }] }) },
  { title: 'half a pair', code: 'CTX006', text: JSON.stringify({ keys: [{ ...mine, x: makeJwk()['x'] }] }) },
  { title: 'a broken point', code: 'CTX006', text: JSON.stringify({ keys: [{ ...mine, x: 'AAAA' }] }) },
  { title: 'an end before the begin', code: 'CTX007', text: JSON.stringify({ keys: [{ ...mine, nbf: 9, exp: 9 }] }) },
  { title: 'a time as text', code: 'CTX007', text: JSON.stringify({ keys: [{ ...mine, exp: '2027' }] }) },
  { title: 'a key twice', code: 'CTX008', text: JSON.stringify({ keys: [mine, mine] }) },
];

for (const { title, code, text } of refused) {
  test(`no key set: ${title}`, (t) => {
    const error = t.throws(() => readKeySet(text), { instanceOf: ContextError });
    t.is(error.code, code);
    t.false(error.message.includes(String(mine['d'])), 'a key is in no message');
  });
}

test('other kinds of keys are refused in PEM as well', (t) => {
  const { privateKey } = generateKeyPairSync('ed448');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  t.is(t.throws(() => readPemKey(pem, window), { instanceOf: ContextError }).code, 'CTX006');
  t.is(t.throws(() => readPemKey('-----BEGIN', window), { instanceOf: ContextError }).code, 'CTX006');
});

test('a key set is bounded', (t) => {
  const key = contextKeyOf(generateKeyPairSync('ed25519').publicKey, window);
  const many = Array.from({ length: KEYS_MAX + 1 }, (_, at) => ({ ...key, id: String(at) }));
  t.is(t.throws(() => keySetOf(many), { instanceOf: ContextError }).code, 'CTX008');
});
