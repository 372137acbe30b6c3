import path from 'node:path';
import test from 'ava';
import type { Result } from '../../../model/result.ts';
import { POLICY, Repository, workflow } from './run.ts';

function check(
  repository: Repository,
  input: string | Buffer,
  args: readonly string[] = [],
): { readonly code: number | null; readonly result: Result; readonly told: readonly string[] } {
  const { code, out, err } = repository.weir(['check', '--stdin', '-f', 'json', ...args], { input });
  if (out === '') throw new Error(err);
  const result = JSON.parse(out) as Result;
  const told = result.diagnostics.map(
    ({ code: id, span }) => `${span.file}:${span.start.line}:${span.start.column} ${id}`,
  );
  return { code, result, told };
}

test('broken or empty text is reported like a file', (t) => {
  const repository = new Repository(t, {});
  const empty = check(repository, '');
  t.is(empty.code, 3);
  t.deepEqual(empty.told, ['stdin.asl:1:1 CLI020']);
  const image = check(repository, Buffer.from('ffd8ffe000104a46494600', 'hex'), ['--stdin-filename', 'p.asl.json']);
  t.is(image.code, 3);
  t.deepEqual(image.told, ['p.asl.json:1:1 CLI018']);
  const other = check(repository, 'bed: 3\n');
  t.is(other.code, 3);
  t.true(other.told.includes('stdin.asl:1:1 ASL001'));
});

test('text without a name is JSON when it begins like JSON, also when it is cut off or YAML would take it', (t) => {
  const repository = new Repository(t, {});
  const cut = check(repository, workflow().slice(0, 90));
  t.is(cut.code, 3);
  t.deepEqual(cut.told, ['stdin.asl:6:8 SRC001']);
  t.regex(cut.result.diagnostics[0]?.message ?? '', /^this is not valid JSON: /);
  const gap = check(repository, '{ "StartAt": "A", "States": { "A": { "Type": "Succeed", "Comment": } } }');
  t.deepEqual(gap.told, ['stdin.asl:1:68 SRC001']);
  const yaml = check(repository, 'StartAt: A\nStates: { A: { Type: Succeed } }\n');
  t.deepEqual(yaml.told, []);
  t.is(yaml.result.coverage.unitsAnalysed, 1);
});

test('the report covers the text alone, its numbers too', (t) => {
  const repository = new Repository(t, {
    'page.asl.json': workflow({ message: '$.bed' }),
    'other.asl.json': workflow(),
    'broken.asl.json': '{',
    'weir.yaml': POLICY.replace('input:page', '"input:*"'),
  });
  const clean = check(repository, workflow({ message: '$.bed' }), ['--stdin-filename', 'page.asl.json', '--cache']);
  t.is(clean.code, 0);
  // What is around the text is part of how it is judged.
  t.is(clean.result.status, 'incomplete');
  t.deepEqual(clean.told, ['broken.asl.json:1:2 SRC001']);
  t.deepEqual(
    clean.result.coverage.files.map(({ file }) => file),
    ['page.asl.json'],
  );
  t.is(clean.result.coverage.verdicts.violated, 0);
  t.true(clean.result.coverage.verdicts.satisfied > 0);
  t.deepEqual(
    clean.result.graphs.map(({ name }) => name),
    ['page'],
  );
  const leaking = check(repository, workflow(), ['--stdin-filename', 'page.asl.json', '--cache']);
  t.is(leaking.code, 1);
  t.is(leaking.result.coverage.verdicts.violated, leaking.result.findings.length);
});

test('what does not go together with standard input is wrong use', (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow(), 'folder/x.txt': '' });
  const refused = (args: readonly string[]): string => {
    const { code, out, err } = repository.weir(['check', ...args], { input: workflow() });
    t.is(code, 2, err);
    t.is(out, '');
    return err;
  };
  t.regex(
    refused(['--stdin-filename', 'page.asl.json']),
    /CLI005 `--stdin-filename` says nothing without `--stdin`\n {2}Add/,
  );
  t.regex(refused(['--stdin', 'page.asl.json']), /CLI005 `--stdin` checks one text and takes no paths\n/);
  t.regex(refused(['--stdin', '--watch']), /CLI005 `--watch` and `--stdin` exclude each other/);
  t.regex(refused(['--stdin', '--show-config']), /CLI005 `--show-config` and `--stdin` exclude/);
  t.regex(refused(['--stdin', '--stdin-filename', 'folder']), /CLI005 `folder` is a folder/);
  t.regex(refused(['--stdin', '--stdin-filename', path.join('..', 'x.asl.json')]), /CLI005 .* lies outside/);
});
