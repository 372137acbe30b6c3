import test from 'ava';
import fc from 'fast-check';
import { readJson } from '../../monitor/enforcement/proxy/json.ts';
import { canonicalTarget, DEFAULT_PATH_RULES } from '../../monitor/enforcement/proxy/target.ts';
import {
  routeTo,
  sendRaw,
  startFunction,
  startTestProxy,
  testCore,
  until,
} from '../unit/monitor/enforcement/proxy/support.ts';
import { holds, holdsAsync } from './property.ts';

/** Names that the proxy or HTTP give a meaning of their own, and those of Weir. */
const SPECIAL = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'content-length',
  'expect',
  'via',
  'forwarded',
  'x-real-ip',
]);
/** Fields of which there can be one only. */
const SINGLE = new Set(['content-type', 'content-encoding', 'authorization', 'ce-id', 'ce-source', 'ce-type']);

const TOKEN = Array.from("abcdefghijklmnopqrstuvwxyz0123456789-_!#$%&'*+.^`|~");
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...TOKEN), { minLength: 1, maxLength: 12 }).map((list) => list.join('')),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'accept',
      'cookie',
      'x-custom',
      'weir-context',
      'weir_context',
      'weir-anything',
      'ce-weircontext',
      'keep-alive',
      'proxy-authorization',
      'x-forwarded-for',
      'x_forwarded_for',
      'forwarded',
      'via',
      'authorization',
      '__proto__',
      'constructor',
    ),
  },
);
const value = fc
  .array(
    fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
    { maxLength: 20 },
  )
  .map((codes) => String.fromCharCode(...codes).trim());
const headers = fc.array(fc.tuple(name, value), { maxLength: 12 });
const hops = fc.array(fc.constantFrom('x-hop-one', 'x-hop-two'), { maxLength: 2 });

const isHearsay = (field: string): boolean => {
  const one = field.replaceAll('_', '-');
  return one === 'forwarded' || one === 'x-real-ip' || one.startsWith('x-forwarded-');
};
const isWeirs = (field: string): boolean => {
  const one = field.replaceAll('_', '-');
  return one.startsWith('weir-') || one === 'ce-weircontext';
};

test('what arrives at the function is what was sent without what is of one hop or Weir’s, and each call is completed once', async (t) => {
  let arrived: (readonly [string, string])[] = [];
  const server = await startFunction(t, (request, response) => {
    const flat = request.rawHeaders;
    arrived = [];
    for (let at = 0; at < flat.length; at += 2) arrived.push([(flat[at] ?? '').toLowerCase(), flat[at + 1] ?? '']);
    request.resume();
    response.end('ok');
  });
  const core = testCore(() => ({ contextToken: 'issued' }));
  const proxy = await startTestProxy(t, core, [routeTo(server.port)]);
  const property = fc.asyncProperty(headers, hops, fc.boolean(), async (given, listed, hasBody) => {
    const seen = new Set<string>();
    const fields = given.filter(([field]) => {
      const one = field.replaceAll('_', '-');
      if (SPECIAL.has(one) && field !== 'via' && field !== 'forwarded' && field !== 'keep-alive') {
        if (field !== 'proxy-authorization') return false;
      }
      if (!SINGLE.has(one) && !isWeirs(field)) return true;
      const isFirst = !seen.has(one);
      seen.add(one);
      return isFirst;
    });
    const sent: (readonly [string, string])[] = [...fields, ...listed.map((hop) => [hop, 'x'] as const)];
    const before = core.completions.length;
    const lines = sent.map(([field, text]) => `${field}: ${text}\r\n`).join('');
    const framing = hasBody ? 'Content-Length: 3\r\n' : '';
    const answer = await sendRaw(
      proxy.port,
      `POST /x HTTP/1.1\r\nHost: h\r\nConnection: ${['close', ...listed].join(', ')}\r\n${framing}${lines}\r\n${hasBody ? 'abc' : ''}`,
    );
    if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer);
    await until(() => core.completions.length > before);
    const expected = sent.filter(
      ([field]) =>
        !SPECIAL.has(field) && !isHearsay(field) && !isWeirs(field) && !listed.includes(field as 'x-hop-one'),
    );
    const kept = arrived.filter(
      ([field]) =>
        !['host', 'connection', 'via', 'content-length', 'weir-context'].includes(field) && !isHearsay(field),
    );
    const told = arrived.filter(([field]) => isWeirs(field));
    const isSame = JSON.stringify(kept) === JSON.stringify(expected);
    if (!isSame) throw new Error(`sent ${JSON.stringify(expected)}, arrived ${JSON.stringify(kept)}`);
    return core.completions.length === before + 1 && JSON.stringify(told) === '[["weir-context","issued"]]';
  });
  await holdsAsync(t, property, 150);
  t.is(new Set(core.completions.map(({ id }) => id)).size, core.completions.length);
  t.is(core.completions.length, core.admitted());
});

const segment = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '%252e',
    '%00',
    '%41',
    '..;',
    'a',
    'b c',
    '\\',
    '%e4',
    '%c3%a4',
  ),
  fc.string({ maxLength: 6 }),
);
const target = fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`);

test('a path has one form: it is stable, has no dot segments and decodes to its segments', (t) => {
  const property = fc.property(target, fc.constantFrom('keep' as const, 'refuse' as const), (text, encodedSlash) => {
    const rules = { ...DEFAULT_PATH_RULES, encodedSlash };
    const first = canonicalTarget('GET', text, rules);
    if (!first.ok) return true;
    const again = canonicalTarget('GET', first.value.text, rules);
    const strict = canonicalTarget('GET', first.value.text, { ...rules, rule: 'refuse' });
    const { segments, path } = first.value;
    return (
      again.ok &&
      again.value.text === first.value.text &&
      strict.ok &&
      !segments.some((each) => each === '.' || each === '..') &&
      !path.includes('//') &&
      segments.every((each) => encodedSlash === 'keep' || !each.includes('/'))
    );
  });
  holds(t, property, 2_000);
});

test('a target is never thrown at', (t) => {
  holds(
    t,
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('GET', 'OPTIONS'), (text, method) => {
      canonicalTarget(method, text, DEFAULT_PATH_RULES);
      canonicalTarget(method, `/${text}`, { rule: 'refuse', encodedSlash: 'keep' });
      return true;
    }),
    1_000,
  );
});

test('JSON that is read is what JSON.parse reads, and repeated names are found', (t) => {
  holds(
    t,
    // Whole numbers that a double cannot hold become text on purpose.
    fc.property(
      fc.json({ maxDepth: 5 }).filter((text) => !/\d{16}/.test(text)),
      (text) => {
        const read = readJson(text, 100);
        return read.kind === 'value' && JSON.stringify(JSON.parse(text)) === JSON.stringify(read.value);
      },
    ),
    500,
  );
  holds(
    t,
    fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (repeated, one, other) => {
      const key = JSON.stringify(repeated);
      const text = `{"outer":[{${key}:${JSON.stringify(one)},${key}:${JSON.stringify(other)}}]}`;
      return readJson(text, 100).kind === 'ambiguous';
    }),
    500,
  );
  holds(
    t,
    fc.property(fc.string({ unit: 'binary' }), (text) => typeof readJson(text, 10).kind === 'string'),
    500,
  );
});
