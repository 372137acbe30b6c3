import test from 'ava';
import { parseDocument, spanIn } from '../../../analyzer/source/index.ts';

const GAP = '{ "Type": "Pass", "Comment": }';

const reads = test.macro({
  exec: (t, path: string, text: string, expected: string) => {
    const { format, roots, diagnostics } = parseDocument({ path, text });
    const [problem] = diagnostics;
    const outcome = problem === undefined ? `${roots.length}` : `${problem.span.start.column} ${problem.message}`;
    t.is(`${format} ${outcome}`, expected);
  },
  title: (name, path, text) => [name ?? '', String(path), 'with', String(text)].join(' ').trim(),
});

test(reads, 'ward.asl', GAP, 'json 30 this is not valid JSON: `}` is not expected here');
test(reads, 'ward.template', '[{"a": 1 "b": 2}]', 'json 10 this is not valid JSON: a string is not expected here');
test(reads, 'ward.asl', '{ "a": ', 'json 7 this is not valid JSON: the text ends too early');
test(reads, 'ward.asl', '{ Type: Pass }', 'yaml 1');
test(reads, 'ward.asl', 'Type: Pass', 'yaml 1');
test('YAML may leave out a value:', reads, 'ward.yaml', GAP, 'yaml 1');

test('a range of a text is placed behind its byte order mark', (t) => {
  const { start, end } = spanIn({ path: 'ward.json', text: '\ufeff{\n"a"' }, 3, 6);
  t.deepEqual(start, { line: 2, column: 1, offset: 2 });
  t.deepEqual(end, { line: 2, column: 4, offset: 5 });
});
