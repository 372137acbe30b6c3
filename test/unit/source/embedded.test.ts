import test from 'ava';
import { parseDocument, parseEmbedded, toJson, valueAt, type DataNode } from '../../../analyzer/source/index.ts';

const FILE = 'stack.yaml';

/** Parses the `DefinitionString` of a small template, as the template reader does. */
function embedded(text: string): {
  root: DataNode | null;
  codes: string[];
  written: (node: DataNode | null) => string;
} {
  const node = valueAt(parseDocument({ path: FILE, text }).roots[0], 'DefinitionString');
  if (node?.kind !== 'scalar') throw new Error('the test text has no DefinitionString');
  const { root, diagnostics } = parseEmbedded(String(node.value), (from, to) => node.spanOf(from, to));
  const written = (part: DataNode | null): string =>
    text.slice(part?.span.start.offset ?? 0, part?.span.end.offset ?? 0);
  return { root, codes: diagnostics.map((diagnostic) => diagnostic.code), written };
}

test('placeholders in strings stay, bare ones become text', (t) => {
  const { root, codes, written } = embedded(
    [
      'DefinitionString: |',
      '  {',
      '    "Resource": "${Charge.Arn}",',
      '    "MaxConcurrency": ${Limit},',
      '    "Items": ${ Items }',
      '  }',
      '',
    ].join('\n'),
  );
  t.deepEqual(codes, []);
  t.deepEqual(root === null ? null : toJson(root), {
    Resource: '${Charge.Arn}',
    MaxConcurrency: '${Limit}',
    Items: '${ Items }',
  });
  t.is(written(valueAt(root, 'MaxConcurrency')), '${Limit}');
  t.is(written(valueAt(root, 'Resource')), '"${Charge.Arn}"');
});

test('spans go through two levels of escapes', (t) => {
  const inner = JSON.stringify({ StartAt: 'A', note: 'say "hi" ${X}' });
  const text = `DefinitionString: ${JSON.stringify(inner)}\n`;
  const { root } = embedded(text);
  const note = valueAt(root, 'note');
  t.is(note?.kind, 'scalar');
  if (note?.kind !== 'scalar') return;
  const from = String(note.value).indexOf('${X}');
  const span = note.spanOf(from, from + 4);
  t.is(text.slice(span.start.offset, span.end.offset), '${X}');
  const quote = note.spanOf(4, 5);
  t.is(text.slice(quote.start.offset, quote.end.offset), String.raw`\\\"`);
});

test('a definition that is one placeholder', (t) => {
  const { root, codes } = embedded("DefinitionString: '${Definition}'\n");
  t.deepEqual(codes, []);
  t.is(root?.kind === 'scalar' ? root.value : null, '${Definition}');
});

test('YAML text', (t) => {
  const { root, codes, written } = embedded(
    'DefinitionString: |\n  StartAt: A\n  States:\n    A: { Type: Task, Resource: "${F}" }\n',
  );
  t.deepEqual(codes, []);
  t.is(written(valueAt(root, 'States', 'A', 'Resource')), '"${F}"');
});

test('broken text is placed in the file', (t) => {
  const node = valueAt(parseDocument({ path: FILE, text: 'x: |\n  {\n    "a" 1\n  }\n' }).roots[0], 'x');
  if (node?.kind !== 'scalar') throw new Error('no scalar');
  const { root, diagnostics } = parseEmbedded(String(node.value), (from, to) => node.spanOf(from, to));
  t.is(root, null);
  t.deepEqual(
    diagnostics.map(({ code, span }) => [code, span.start.line, span.start.column]),
    [['SRC001', 3, 9]],
  );
});
