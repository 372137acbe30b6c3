import test from 'ava';
import {
  parseDocument,
  textOf,
  toJson,
  valueAt,
  type DataNode,
  type ParsedDocument,
} from '../../../analyzer/source/index.ts';
import { SOURCE_DEPTH_MAX, SOURCE_LENGTH_MAX } from '../../../analyzer/source/limits.ts';

const parse = (text: string, path = 'flows/intake.json'): ParsedDocument => parseDocument({ path, text });
const codes = (document: ParsedDocument): string[] => document.diagnostics.map((diagnostic) => diagnostic.code);
const root = (document: ParsedDocument): DataNode | null => document.roots[0] ?? null;
const valueOf = (document: ParsedDocument): unknown => document.roots.map(toJson);

const accepted = test.macro({
  exec(t, text: string, expected: unknown, path?: string) {
    const document = parse(text, path);
    t.deepEqual(document.diagnostics, []);
    t.deepEqual(valueOf(document), [expected]);
  },
  title: (name = '') => `reads ${name}`,
});

test('tabs as indentation', accepted, '{\n\t"StartAt":\t"Triage"\n}', { StartAt: 'Triage' });
test('comments and trailing commas', accepted, '// c\n{"a": [1, 2,], /* d */ "b": null,}', { a: [1, 2], b: null });
test('a byte order mark', accepted, '\ufeff{"a": 1}', { a: 1 });
test('CRLF', accepted, '{\r\n"a": "x",\r\n"b": 2}\r\n', { a: 'x', b: 2 });
test('escapes', accepted, String.raw`{"a\u0062": "\ud83d\ude00\n\"\\\/"}`, { ab: '😀\n"\\/' });
test('a key that is called __proto__', accepted, '{"__proto__": 1}', JSON.parse('{"__proto__": 1}'));
test('JSON in a file of another ending', accepted, '{\n\t"Resources": {}\n}', { Resources: {} }, 'stack.template');
test(
  'JSON5: quotes, bare keys, hexadecimal, signs, line continuation',
  accepted,
  "{a: 'it\\'s', 'b-c': 0x1F, d: +2, e: .5, f: 'one\\\ntwo', g: \"\\x41\", $h: [1,],}",
  { a: "it's", 'b-c': 31, d: 2, e: 0.5, f: 'onetwo', g: 'A', $h: [1] },
  'flows/intake.json5',
);

test('JSON5 numbers that JSON cannot write', (t) => {
  t.deepEqual(valueOf(parse('[NaN, -Infinity]', 'a.json5')), [[Number.NaN, -Infinity]]);
});

test('numbers keep their written form', (t) => {
  const node = valueAt(root(parse('{"account": 1.50}')), 'account');
  t.is(textOf(node), '1.50');
});

test('of equal keys the last wins and each repetition is reported', (t) => {
  const document = parse('{"Next": "A", "End": true,\n "Next": "B"}');
  t.deepEqual(valueOf(document), [{ End: true, Next: 'B' }]);
  t.deepEqual(
    document.diagnostics.map(({ code, severity, span }) => [code, severity, span.start.line, span.start.column]),
    [['SRC003', 'warning', 2, 2]],
  );
});

test('a broken file has one positioned diagnostic and no root', (t) => {
  const document = parse('{\n  "StartAt": "A",\n  "States": {]\n}');
  t.deepEqual(document.roots, []);
  t.deepEqual(codes(document), ['SRC001']);
  t.is(document.diagnostics[0]?.span.start.line, 3);
  t.is(document.diagnostics[0]?.span.start.column, 14);
});

test('a file without any value is no error', (t) => {
  t.deepEqual(parse(' \n').diagnostics, []);
  t.deepEqual(parse('').roots, []);
});

test('comments have their text and place', (t) => {
  const document = parse('{\n  // weir-ignore WEIR-FLOW-001 -- agreed\n  "a": "// no", /* b */ "c": 1\n}');
  t.deepEqual(
    document.comments.map(({ text, span }) => [text, span.start.line, span.start.column, span.end.column]),
    [
      ['weir-ignore WEIR-FLOW-001 -- agreed', 2, 3, 41],
      ['b', 3, 17, 24],
    ],
  );
});

test('a part of a string is found behind escapes', (t) => {
  const text = String.raw`{"a": "x\n\u0041 ${'$'}{Target} \"end\""}`;
  const node = valueAt(root(parse(text)), 'a');
  t.is(node?.kind, 'scalar');
  if (node?.kind !== 'scalar') return;
  const written = (part: string): string => {
    const from = String(node.value).indexOf(part);
    const span = node.spanOf(from, from + part.length);
    return text.slice(span.start.offset, span.end.offset);
  };
  t.is(written('${Target}'), '${Target}');
  t.is(written('A'), String.raw`\u0041`);
  t.is(written('"end"'), String.raw`\"end\"`);
});

test('offsets count from behind a byte order mark', (t) => {
  t.is(root(parse('\ufeff{"a": 1}'))?.span.start.offset, 0);
});

test('limits: nesting', (t) => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  t.deepEqual(codes(parse(nested(SOURCE_DEPTH_MAX))), []);
  t.deepEqual(codes(parse(nested(SOURCE_DEPTH_MAX + 2))), ['SRC002']);
  t.deepEqual(codes(parse(nested(200_000))), ['SRC002']);
});

test('nesting that passes the limit is reported where it does, however far it goes on', (t) => {
  for (const levels of [SOURCE_DEPTH_MAX + 2, 200_000]) {
    const before = '{ "ward": "[[[ \\"[[", /* [[[ */\n  "beds": ';
    const [problem, ...more] = parse(`${before}${'['.repeat(levels)}${']'.repeat(levels)} }`).diagnostics;
    t.is(more.length, 0);
    t.is(problem?.span.start.offset, before.length + SOURCE_DEPTH_MAX);
    t.is(problem?.span.start.line, 2);
  }
});

test('limits: length', (t) => {
  const text = `"${'x'.repeat(SOURCE_LENGTH_MAX)}"`;
  t.deepEqual(codes(parse(text)), ['SRC005']);
  t.deepEqual(parse(text).roots, []);
});
