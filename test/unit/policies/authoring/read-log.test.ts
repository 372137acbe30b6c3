import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { EVENT_BYTES_MAX, readLog, type LogItem } from '../../../../policies/authoring/replay/read-log.ts';

/** Gives bytes in pieces of a size. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await Promise.resolve();
  }
}

async function read(text: string | Uint8Array, size = 7): Promise<readonly LogItem[]> {
  const items: LogItem[] = [];
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for await (const some of readLog(pieces(bytes, size))) items.push(...some);
  return items;
}

const shown = (items: readonly LogItem[]): readonly string[] =>
  items.map((item) => `${item.line} ${item.kind === 'text' ? item.text.trim() : item.reason}`);

test('lines, lists and both after one another', async (t) => {
  t.deepEqual(shown(await read('{"a":1}\n\n{"a":"}]"}\r\n{"a":3}')), ['1 {"a":1}', '3 {"a":"}]"}', '4 {"a":3}']);
  const list = '[\n  {"a": {"b": [1, "\\"]}"]}},\n  {"c": 2}\n]\n[{"d":3}]{"e":4}\n';
  t.deepEqual(shown(await read(list)), ['2 {"a": {"b": [1, "\\"]}"]}}', '3 {"c": 2}', '5 {"d":3}', '5 {"e":4}']);
  t.deepEqual(await read(''), []);
});

test('gzip, also several archives after one another as uploads are appended', async (t) => {
  const uploads = Buffer.concat([gzipSync('[{"a":1},{"a":2}]'), gzipSync('[{"a":3}]\n')]);
  t.deepEqual(shown(await read(uploads, 1)), ['1 {"a":1}', '1 {"a":2}', '1 {"a":3}']);
});

test('what is broken has a place, and the next line is read', async (t) => {
  t.deepEqual(shown(await read('nonsense\n{"a":1}\n{"b"\n{"c":3}\n')), [
    '1 this is no object',
    '2 {"a":1}',
    '3 {"b"',
    '4 {"c":3}',
  ]);
  t.deepEqual(shown(await read('[{"a":1},\n17,\n{"b":2}]')), ['1 {"a":1}', '2 this is no object', '3 {"b":2}']);
});

test('a log that is cut off says so', async (t) => {
  t.deepEqual(shown(await read('[{"a":1},\n{"b":')), ['1 {"a":1}', '2 the event that begins here is cut off']);
  t.deepEqual(shown(await read('[{"a":1}')), ['1 {"a":1}', '1 the list of events is cut off']);
  const whole = gzipSync(Array.from({ length: 2000 }, (_, at) => `{"a":${Math.sin(at)}}\n`).join(''));
  const items = await read(whole.subarray(0, whole.length - 9), 4096);
  const last = items.at(-1);
  t.regex(last?.kind === 'bad' ? last.reason : '', /cannot be read beyond/);
  t.true(items.length > 1000);
});

test('an event beyond the limit is refused without keeping it', async (t) => {
  const huge = `{"a":"${'x'.repeat(EVENT_BYTES_MAX)}"}\n{"b":1}\n`;
  const items = await read(huge, 65_536);
  t.regex(items[0]?.kind === 'bad' ? items[0].reason : '', /at most 8388608/);
  t.deepEqual(shown(items.slice(1)), ['2 {"b":1}']);
});

test('the pieces in which a log arrives make no difference, and nothing throws', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ' ', '1', 'a'), maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (text, size) => {
        t.deepEqual(await read(text, size), await read(text, 1000));
      },
    ),
    { numRuns: 200 },
  );
});
