import test from 'ava';
import { parseDocument, toJson, valueAt, type ParsedDocument } from '../../../analyzer/source/index.ts';
import { SOURCE_DEPTH_MAX } from '../../../analyzer/source/limits.ts';

const parse = (text: string, path = 'stacks/intake.yaml'): ParsedDocument => parseDocument({ path, text });
const codes = (document: ParsedDocument): string[] => document.diagnostics.map((diagnostic) => diagnostic.code);
const valueOf = (document: ParsedDocument): unknown => document.roots.map(toJson);

const accepted = test.macro({
  exec(t, text: string, expected: unknown) {
    const document = parse(text);
    t.deepEqual(document.diagnostics, []);
    t.deepEqual(valueOf(document), [expected]);
  },
  title: (name = '') => `reads ${name}`,
});

test('CRLF and a byte order mark', accepted, '\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n', { a: 1, b: 'x\ny\n' });
test('anchors and aliases', accepted, 'a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x\n', {
  a: { k: 1 },
  b: { k: 1 },
  c: 2,
  d: 2,
});
test('an alias as a key', accepted, 'a: &x name\n*x : 1\n', { a: 'name', name: 1 });
test('an anchor inside an alias keeps its own scope', accepted, 'a: &x {b: &y 1}\nc: &y 2\nd: *x\ne: *y\n', {
  a: { b: 1 }, c: 2, d: { b: 1 }, e: 2,
}); // prettier-ignore
test('merge keys: own keys win, then the earlier map', accepted, 'b: &b {x: 1, y: 2}\nc: &c {x: 9, z: 3}\nd:\n  y: 7\n  <<: [*b, *c]\n', {
  b: { x: 1, y: 2 }, c: { x: 9, z: 3 }, d: { y: 7, x: 1, z: 3 },
}); // prettier-ignore
test('a quoted << as a plain key', accepted, '"<<": {x: 1}\n', { '<<': { x: 1 } });
test('a pair in a flow list', accepted, '[a: 1, b]\n', [{ a: 1 }, 'b']);
test('keys that are no text as written', accepted, '012345678901: x\ntrue: y\n2012-10-17: z\n', {
  '012345678901': 'x', true: 'y', '2012-10-17': 'z',
}); // prettier-ignore
test('empty values', accepted, 'a:\nb: [~, ""]\n', { a: null, b: [null, ''] });

test('short-form tags become long forms', accepted, [
  'a: !Ref Table',
  'b: !GetAtt Function.Arn',
  'c: !GetAtt Stack.Outputs.Api.Url',
  'd: !Sub "${Table}/x"',
  'e: !Sub [ "${t}", { t: !Ref Table } ]',
  'f: !Join [ "", [ a, !Ref B ] ]',
  'g: !If [ C, !Ref "AWS::NoValue", 1 ]',
  'h: !Condition C',
  'i: !Base64 x',
  'j: !Sub |',
  '  {"a": "${b}"}',
  'k: !GetAZs ""',
  '',
].join('\n'), {
  a: { Ref: 'Table' },
  b: { 'Fn::GetAtt': ['Function', 'Arn'] },
  c: { 'Fn::GetAtt': ['Stack', 'Outputs.Api.Url'] },
  d: { 'Fn::Sub': '${Table}/x' },
  e: { 'Fn::Sub': ['${t}', { t: { Ref: 'Table' } }] },
  f: { 'Fn::Join': ['', ['a', { Ref: 'B' }]] },
  g: { 'Fn::If': ['C', { Ref: 'AWS::NoValue' }, 1] },
  h: { Condition: 'C' },
  i: { 'Fn::Base64': 'x' },
  j: { 'Fn::Sub': '{"a": "${b}"}\n' },
  k: { 'Fn::GetAZs': '' },
}); // prettier-ignore

test('tags of other tools are left alone', accepted, 'a: !vault x\nb: !reference [job, script]\n', {
  a: 'x', b: ['job', 'script'],
}); // prettier-ignore

test('a tag is kept, and its span begins at the tag', (t) => {
  const text = 'a: !Ref &n Table\n';
  const node = valueAt(parse(text).roots[0], 'a');
  t.is(node?.kind, 'map');
  if (node?.kind !== 'map') return;
  t.is(node.tag, '!Ref');
  t.is(text.slice(node.span.start.offset, node.span.end.offset), '!Ref &n Table');
  const key = node.entries[0]?.keySpan;
  t.is(text.slice(key?.start.offset, key?.end.offset), '!Ref');
});

test('several documents, a broken one among them', (t) => {
  const document = parse('a: 1\n---\nb: "open\n---\nc: 3\n');
  t.deepEqual(codes(document), ['SRC001']);
  t.true(valueOf(document) instanceof Array);
  t.deepEqual(document.roots[0] === undefined ? null : toJson(document.roots[0]), { a: 1 });
});

test('a document that breaks in the middle leaves the others', (t) => {
  const document = parse('a: 1\n---\nb: [1, 2\n---\nc: 3\n');
  t.deepEqual(codes(document), ['SRC001']);
  t.deepEqual(valueOf(document), [{ a: 1 }, { c: 3 }]);
});

test('of equal keys the last wins and each repetition is reported', (t) => {
  const document = parse('Next: A\nEnd: true\nNext: B\n');
  t.deepEqual(valueOf(document), [{ End: true, Next: 'B' }]);
  t.deepEqual(
    document.diagnostics.map(({ code, span }) => [code, span.start.line]),
    [['SRC003', 3]],
  );
});

test('an alias without an anchor, and one inside its own anchor', (t) => {
  t.deepEqual(codes(parse('a: *nowhere\n')), ['SRC006']);
  const circle = parse('a: &x\n  b: *x\n');
  t.deepEqual(codes(circle), ['SRC006']);
  t.deepEqual(valueOf(circle), [{ a: { b: null } }]);
});

test('a merge key without a map', (t) => {
  t.deepEqual(codes(parse('<<: 5\na: 1\n')), ['SRC007']);
});

test('a value reached through an alias has the span of the anchor', (t) => {
  const node = valueAt(parse('a: &x\n  k: v\nb: *x\n').roots[0], 'b', 'k');
  t.is(node?.span.start.line, 2);
});

test('comments are found, and signs in text are none', (t) => {
  const text = [
    '# head',
    'a: "# no" # yes',
    'b: |',
    '  #!/bin/sh',
    "c: 'it''s # no'",
    'd: x#y',
    'e: [1, # in flow',
    '  2]',
    '# tail',
  ].join('\n');
  t.deepEqual(
    parse(text).comments.map((comment) => [comment.text, comment.span.start.line, comment.span.start.column]),
    [['head', 1, 1], ['yes', 2, 11], ['in flow', 7, 8], ['tail', 9, 1]],
  ); // prettier-ignore
});

test('limits: an alias bomb is refused, not expanded', (t) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  const document = parse(lines.join('\n'));
  t.deepEqual(codes(document), ['SRC004']);
  t.deepEqual(document.roots, []);
});

test('limits: nesting in block and flow style, and through aliases', (t) => {
  const block = Array.from({ length: SOURCE_DEPTH_MAX + 1 }, (_, level) => `${' '.repeat(level)}k:`).join('\n');
  t.deepEqual(codes(parse(block)), ['SRC002']);
  t.deepEqual(codes(parse(`a: ${'['.repeat(100_000)}`)), ['SRC002']);
  t.deepEqual(codes(parse(`${'- '.repeat(5000)}x`)), ['SRC002']);
  const first = parse(`ok: 1\na: ${'['.repeat(1000)}${']'.repeat(1000)}\nb: ${'['.repeat(1000)}${']'.repeat(1000)}\n`);
  t.deepEqual(
    first.diagnostics.map(({ span }) => span.start.line),
    [2],
  );
  const half = Math.ceil(SOURCE_DEPTH_MAX * 0.6);
  const nest = (inner: string): string => '['.repeat(half) + inner + ']'.repeat(half);
  t.deepEqual(codes(parse(`a: &a ${nest('x')}\nb: ${nest('*a')}\n`)), ['SRC004']);
});

test('text with many brackets is no nesting', (t) => {
  t.deepEqual(codes(parse(`a: |\n  ${'[({'.repeat(500)}\n`)), []);
});
