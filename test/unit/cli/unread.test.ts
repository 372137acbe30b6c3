import test from 'ava';
import type { Result } from '../../../model/result.ts';
import { Repository, workflow, yamlWorkflow } from './run.ts';

const told = ({ diagnostics }: Result): readonly string[] =>
  diagnostics.map(
    ({ code, severity, span }) => `${span.file}:${span.start.line}:${span.start.column} ${severity} ${code}`,
  );

/** A binary file: the head of a JPEG image. */
const IMAGE = Buffer.from('ffd8ffe000104a46494600010101004800480000ffdb', 'hex');

interface Given {
  readonly file: string;
  readonly content: string | Buffer;
}

const named = test.macro({
  exec: (t, { file, content }: Given, expected: string, code: number) => {
    const repository = new Repository(t, { [file]: content });
    const run = repository.result(['--fail-on-incomplete', file]);
    t.deepEqual(told(run.result), [`${file}:${expected}`]);
    t.is(run.code, code);
    const isError = expected.includes('error');
    t.is(run.result.status, isError ? 'incomplete' : 'complete');
    t.is(run.err, isError ? `weir: incomplete: 1 file could not be analysed (${file})\n` : '');
    t.deepEqual(
      run.result.coverage.files.map(({ state }) => state),
      isError ? ['refused'] : [],
    );
  },
  title: (name) => `a file that is named and ${name ?? ''}`,
});

test('empty', named, { file: 'ward.json', content: '' }, '1:1 error CLI020', 3);
test('has only comments', named, { file: 'ward.yaml', content: '# later\n---\n' }, '1:1 error CLI020', 3);
test('is no text', named, { file: 'photo.json', content: IMAGE }, '1:1 error CLI018', 3);
test('is broken', named, { file: 'ward.json', content: '{\n  "beds": ' }, '2:10 error SRC001', 3);
test('is broken YAML', named, { file: 'ward.yml', content: 'beds:\n  - "1\n' }, '3:1 error SRC001', 3);
test('holds no workflow', named, { file: 'ward.json', content: '\n{ "beds": 3 }' }, '2:1 warning CLI021', 0);
test('is of another kind', named, { file: 'notes.txt', content: 'call the nurse' }, '1:1 warning CLI021', 0);
test('is a definition by name only', named, { file: 'ward.asl.json', content: '[1]' }, '1:1 error CLI021', 3);

test('UTF-16 is decoded, and places are right', (t) => {
  const repository = new Repository(t, { 'page.asl.json': Buffer.from(`\ufeff${workflow()}`, 'utf16le') });
  const { code, result } = repository.result(['page.asl.json']);
  t.is(code, 0);
  t.deepEqual(told(result), ['page.asl.json:1:1 warning CLI019']);
  t.is(result.coverage.unitsAnalysed, 1);
  const [node] = result.graphs[0]?.nodes.filter(({ name }) => name === 'CallNurse') ?? [];
  t.is(node?.span.start.line, 6);
  const { start, end } = node?.span ?? { start: { offset: 0 }, end: { offset: 0 } };
  t.is(result.sources['page.asl.json']?.slice(start.offset, end.offset), workflow().slice(start.offset, end.offset));
});

test('in a folder, only what has the name or the words of a workflow is reported', (t) => {
  const repository = new Repository(t, {
    'a-empty.asl.json': '',
    'b-blank.asl.yaml': ' \n',
    'c-image.asl.json': IMAGE,
    'd-broken.asl.json': '{ "States": ',
    'e-list.asl.yaml': '- 1\n',
    'f-wide.json': Buffer.from(workflow(), 'utf16le'),
    'g-good.asl.yaml': yamlWorkflow(),
    'h-telling.json': '{ "StartAt": ',
    'package.json': '{ "name": "ward" }',
    'empty.json': '',
    'image.json': IMAGE,
    'half.json': '{ "beds": ',
    'chart.yaml': 'beds: {{ .Values.beds }}\n',
  });
  const { code, result, err } = repository.result();
  t.is(code, 0);
  t.deepEqual(told(result), [
    'a-empty.asl.json:1:1 error CLI020',
    'b-blank.asl.yaml:1:1 error CLI020',
    'c-image.asl.json:1:1 error CLI018',
    'd-broken.asl.json:1:12 error SRC001',
    'e-list.asl.yaml:1:1 error CLI021',
    'f-wide.json:1:1 warning CLI019',
    'h-telling.json:1:13 error SRC001',
  ]);
  t.is(result.coverage.compositions.length, 2);
  t.regex(err, /^weir: incomplete: 6 files could not be analysed \(a-empty\.asl\.json, .*, and 3 more\)\n$/);
});

test('a folder without a workflow is named, one with a broken workflow is not', (t) => {
  const repository = new Repository(t, {
    'beds/README.md': 'nothing',
    'broken/page.asl.json': '{',
    'good/page.asl.json': workflow(),
  });
  t.deepEqual(told(repository.result(['beds', 'broken', 'good']).result), [
    'beds:1:1 warning CLI021',
    'broken/page.asl.json:1:2 error SRC001',
  ]);
  t.deepEqual(told(repository.result([], 'beds').result), ['.:1:1 warning CLI021']);
});
