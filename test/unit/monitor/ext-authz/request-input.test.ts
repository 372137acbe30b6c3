import test from 'ava';
import fc from 'fast-check';
import { parseBody, parsePairs, parseTarget } from '../../../../monitor/enforcement/ext-authz/request-input.ts';
import { holds } from '../../../properties/property.ts';

const pathOf = (target: string): readonly string[] | string => {
  const parsed = parseTarget('GET', target);
  return parsed.ok ? parsed.value.path : parsed.detail;
};

/** As OPA-Envoy's plugin gives them, which parses with Go's net/url: decoded first, then split. */
const PATHS: readonly (readonly [target: string, path: readonly string[]])[] = [
  ['/', ['']],
  ['/v1/orders', ['v1', 'orders']],
  ['/v1/orders/', ['v1', 'orders', '']],
  ['/v1//orders', ['v1', '', 'orders']],
  ['/v1/orders?x=/a/b', ['v1', 'orders']],
  ['/v1/a%20b+c', ['v1', 'a b+c']],
  ['/v1/a%2Fb', ['v1', 'a', 'b']],
  ['/%E2%82%AC', ['€']],
  ['/v1#frag/ment?x=1', ['v1']],
  ['*', ['*']],
];

for (const [target, path] of PATHS) {
  test(`the path of ${target}`, (t) => {
    t.deepEqual(pathOf(target), path);
  });
}

test('what no HTTP client sends as a target is refused', (t) => {
  t.is(pathOf(''), 'the path does not begin with a slash');
  t.is(pathOf('function/resize'), 'the path does not begin with a slash');
  t.is(pathOf('http://other.example/x'), 'the path does not begin with a slash');
  t.is(pathOf('/a%zz'), 'the path is not percent-encoded UTF-8');
  t.is(pathOf('/a%ff'), 'the path is not percent-encoded UTF-8');
  t.is(pathOf('/a\r\nx: y'), 'the path has control characters');
  t.is(pathOf(`/${'a/'.repeat(300)}`), 'the path has too many segments');
  t.is(pathOf('/?a=%zz'), 'the query is not percent-encoded UTF-8');
  t.false(parseTarget('', '/').ok);
  t.true(parseTarget('CONNECT', '').ok);
});

/** In OPA-Envoy the second slash would begin an authority and `admin` would not be part of the path. */
test('a target that begins with two slashes is a path', (t) => {
  t.deepEqual(pathOf('//admin/users'), ['admin', 'users']);
});

test('paths that programs read differently are told apart', (t) => {
  const isAmbiguous = (target: string): boolean => {
    const parsed = parseTarget('GET', target);
    return parsed.ok && parsed.value.isAmbiguous;
  };
  for (const target of ['/a/../b', '/a/%2e%2e/b', '/a/./b', '/a%2fb', '/a%5Cb', '/a\\b', '//a', '/a//b', '/a%00']) {
    t.true(isAmbiguous(target), target);
  }
  for (const target of ['/a/b', '/a/b/', '/a/..b', '/a.b/...', '/a?x=%2f../', '/%C3%BC'])
    t.false(isAmbiguous(target), target);
});

const pairsOf = (text: string): object | string => {
  const parsed = parsePairs(text);
  return parsed.ok ? { ...parsed.value } : parsed.detail;
};

test('queries', (t) => {
  t.deepEqual(pairsOf(''), {});
  t.deepEqual(pairsOf('a=1&b=&c&a=2'), { a: ['1', '2'], b: [''], c: [''] });
  t.deepEqual(pairsOf('a+b=c+d%2B&=x&&'), { 'a b': ['c d+'], '': ['x'] });
  // OPA-Envoy leaves out what has a semicolon; a function behind it may take it for a separator, so policies had better see it.
  t.deepEqual(pairsOf('a=1;admin=1'), { a: ['1;admin=1'] });
  t.is(pairsOf('a&'.repeat(1001)), 'has too many parameters');
  const odd = parsePairs('__proto__=1&constructor=2');
  t.true(odd.ok && Object.hasOwn(odd.value, '__proto__') && Object.hasOwn(odd.value, 'constructor'));
});

const bodyOf = (headers: Record<string, string>, body: string | Buffer | null): unknown => {
  const parsed = parseBody(headers, body);
  return parsed.ok ? parsed.value : parsed.detail;
};

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

test('bodies by content type', (t) => {
  const none = { value: null, isTruncated: false };
  t.deepEqual(bodyOf(JSON_TYPE, '{"a":[1]}'), { value: { a: [1] }, isTruncated: false });
  t.deepEqual(bodyOf(JSON_TYPE, Buffer.from('"ü"')), { value: 'ü', isTruncated: false });
  t.deepEqual(bodyOf({ 'content-type': 'application/cloudevents+json' }, '{}'), { value: {}, isTruncated: false });
  t.deepEqual(bodyOf({ 'content-type': 'Application/JSON' }, '1'), { value: 1, isTruncated: false });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  t.deepEqual(bodyOf(form, 'a=1&a=2&b=%C3%BC'), { value: { a: ['1', '2'], b: ['ü'] }, isTruncated: false });
  t.deepEqual(bodyOf({ 'content-type': 'multipart/form-data; boundary=x' }, '--x--'), none);
  t.deepEqual(bodyOf({ 'content-type': 'application/grpc' }, Buffer.from([0, 0, 0, 0, 0])), none);
  t.deepEqual(bodyOf({}, '{"a":1}'), none);
  t.deepEqual(bodyOf(JSON_TYPE, null), none);
});

test('numbers that a double cannot hold keep their digits', (t) => {
  const text =
    '{"id":9007199254740993,"small":-12,"float":1.5,"text":"1234567890123456789","big":[-18446744073709551616]}';
  t.deepEqual(bodyOf(JSON_TYPE, text), {
    value: {
      id: '9007199254740993',
      small: -12,
      float: 1.5,
      text: '1234567890123456789',
      big: ['-18446744073709551616'],
    },
    isTruncated: false,
  });
});

test('a truncated body is none, and said to be truncated', (t) => {
  const truncated = { value: null, isTruncated: true };
  t.deepEqual(bodyOf({ ...JSON_TYPE, 'content-length': '100' }, '{"a":'), truncated);
  t.deepEqual(bodyOf({ ...JSON_TYPE, 'x-envoy-auth-partial-body': 'true' }, '{"a":'), truncated);
  t.deepEqual(bodyOf({ ...JSON_TYPE, 'content-length': '5', 'x-envoy-auth-partial-body': 'false' }, '{"a":1}'), {
    value: { a: 1 },
    isTruncated: false,
  });
});

test('bodies that are not what they say are refused', (t) => {
  t.is(bodyOf(JSON_TYPE, '{"a":'), 'the body is not JSON');
  t.is(bodyOf(JSON_TYPE, Buffer.from([0x22, 0xff, 0x22])), 'the body is not UTF-8');
  t.is(bodyOf(JSON_TYPE, '['.repeat(101) + ']'.repeat(101)), 'the body is nested too deeply');
  t.is(bodyOf(JSON_TYPE, '{"a":'.repeat(200_000)), 'the body is nested too deeply');
  t.is(
    bodyOf({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=%f'),
    'the body is not percent-encoded UTF-8',
  );
  t.is(bodyOf({ ...JSON_TYPE, 'content-length': '1e3' }, '1'), 'the content length is no number');
  const shallow = JSON.stringify(`${'['.repeat(500)}\\"${'['.repeat(500)}`);
  t.true(parseBody(JSON_TYPE, shallow).ok, 'brackets of a text do not nest');
});

test('nothing that arrives makes parsing throw', (t) => {
  holds(
    t,
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (target, body) => {
      parseTarget('GET', `/${target}`);
      parseTarget(target, body);
      parseBody(JSON_TYPE, body);
      parseBody({ 'content-type': 'application/x-www-form-urlencoded', 'content-length': target }, body);
    }),
    500,
  );
});
