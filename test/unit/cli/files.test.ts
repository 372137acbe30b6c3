import { symlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { FILE_BYTES_MAX } from '../../../analyzer/cli/files/limits.ts';
import { Repository, workflow } from './run.ts';

const names = (repository: Repository, args: readonly string[] = []): readonly string[] =>
  repository.result(args).result.coverage.files.map(({ file }) => file);

test('ignored files are not looked at, unless they are named', (t) => {
  const repository = new Repository(t, {
    'a.asl.json': workflow(),
    'node_modules/p/b.asl.json': workflow(),
    'dist/c.asl.json': workflow(),
    'cdk.out/d.asl.json': workflow(),
    'deep/e.asl.json': workflow(),
    'deep/kept.asl.json': workflow(),
    'legacy/f.asl.json': workflow(),
    '.gitignore': 'cdk.out/\n',
    'deep/.gitignore': '*.asl.json\n!kept.asl.json\n',
    'weir.yaml': 'ignore: legacy/**\n',
  });
  t.deepEqual(names(repository), ['a.asl.json', 'deep/kept.asl.json']);
  t.deepEqual(names(repository, ['cdk.out', 'deep/e.asl.json', 'legacy']), ['cdk.out/d.asl.json', 'deep/e.asl.json']);
});

test('the .gitignore of a folder above the root counts', (t) => {
  const repository = new Repository(t, {
    '.gitignore': 'generated\n',
    'app/a.asl.json': workflow(),
    'app/generated/b.asl.json': workflow(),
    'app/weir.yaml': '',
  });
  repository.git('init', '-q');
  t.deepEqual(
    repository.result([], 'app').result.coverage.files.map(({ file }) => file),
    ['a.asl.json'],
  );
});

test('symbolic links are followed inside the root only, and circles end', (t) => {
  const repository = new Repository(t, { 'real/a.asl.json': workflow(), 'z.txt': '' });
  const outside = new Repository(t, { 'secret.asl.json': workflow() });
  symlinkSync(path.join(outside.folder, 'secret.asl.json'), path.join(repository.folder, 'outside.asl.json'));
  symlinkSync(outside.folder, path.join(repository.folder, 'outside'));
  symlinkSync(repository.folder, path.join(repository.folder, 'real', 'circle'));
  symlinkSync(path.join(repository.folder, 'gone.asl.json'), path.join(repository.folder, 'dangling.asl.json'));
  t.deepEqual(names(repository), ['real/a.asl.json']);
});

test('a template cannot make us read outside of the root', (t) => {
  const outside = new Repository(t, { 'secret.asl.json': workflow() });
  const repository = new Repository(t, {
    'template.yaml': `Resources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: ../${path.basename(outside.folder)}/secret.asl.json\n`,
  });
  const { result } = repository.result();
  t.is(result.coverage.compositions.length, 0);
  t.is(result.status, 'incomplete');
});

test('a file that is too large is named when it looks like ours, and nothing is said of others', (t) => {
  const filler = ' '.repeat(FILE_BYTES_MAX);
  const repository = new Repository(t, {
    'big.asl.json': `${workflow()}${filler}`,
    'data.json': `[1]${filler}`,
    'a.asl.json': workflow(),
  });
  const { code, result } = repository.result();
  t.is(code, 0);
  t.deepEqual(
    result.diagnostics.map((found) => `${found.span.file} ${found.code}`),
    ['big.asl.json CLI002'],
  );
  t.is(result.status, 'incomplete');
});
