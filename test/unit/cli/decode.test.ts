import test from 'ava';
import { decodeText, type Decoded } from '../../../analyzer/cli/files/decode.ts';
import { encodingProblem } from '../../../analyzer/cli/files/encoding-problems.ts';

const TEXT = '{ "StartAt": "Übergabe",\n  "States": {} }\n';
const little = Buffer.from(TEXT, 'utf16le');
const big = Buffer.from(little).swap16();

const decodes = test.macro({
  exec: (t, bytes: Buffer, kind: Decoded['kind'], text: string | null) => {
    const decoded = decodeText(bytes);
    t.is(decoded.kind, kind);
    t.is(decoded.kind === 'binary' ? null : decoded.text.replace(/^\ufeff/, ''), text);
  },
  title: (name) => `bytes: ${name ?? ''}`,
});

test('nothing', decodes, Buffer.alloc(0), 'text', '');
test('UTF-8', decodes, Buffer.from(TEXT), 'text', TEXT);
test('UTF-8 with a byte order mark', decodes, Buffer.from(`\ufeff${TEXT}`), 'text', TEXT);
test('UTF-16 little endian with a mark', decodes, Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16', TEXT);
test('UTF-16 big endian with a mark', decodes, Buffer.concat([Buffer.from([0xfe, 0xff]), big]), 'utf-16', TEXT);
test('UTF-16 little endian without a mark', decodes, little, 'utf-16', TEXT);
test('UTF-16 big endian without a mark', decodes, big, 'utf-16', TEXT);
test('UTF-16 with half a character', decodes, little.subarray(0, -1), 'binary', null);
test('UTF-32', decodes, Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), 'binary', null);
test('a NUL in text', decodes, Buffer.from(`${TEXT}\0`), 'binary', null);
test('an image', decodes, Buffer.from('ffd8ffe000104a46494600010101004800480000ffdb', 'hex'), 'binary', null);
test('Latin-1', decodes, Buffer.from(TEXT, 'latin1'), 'damaged', TEXT.replace('Ü', '\ufffd'));

test('the first byte that is no UTF-8 is named, not a replacement character that the file holds itself', (t) => {
  const bytes = Buffer.concat([
    Buffer.from('\ufeff{ "a": "\ufffd",\n  "Ward": "n'),
    Buffer.from([0xe9]),
    Buffer.from('"}'),
  ]);
  const problem = encodingProblem('ward.asl.json', decodeText(bytes));
  t.is(problem?.code, 'CLI019');
  t.is(problem?.severity, 'warning');
  t.like(problem?.span.start, { line: 2, column: 13 });
});
