import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import test from 'ava';
import { FILE_BYTES_MAX } from '../../../analyzer/cli/files/limits.ts';
import { POLICY, Repository, workflow } from './run.ts';

test('paths that cannot be checked are wrong use, each with its reason', (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow() });
  symlinkSync('circle', path.join(repository.folder, 'circle'));
  execFileSync('mkfifo', [path.join(repository.folder, 'pipe.json')]);
  const refused = (asked: string): string => {
    const { code, out, err } = repository.weir(['check', asked]);
    t.is(code, 2, err);
    t.is(out, '');
    return err;
  };
  t.regex(refused('ward/page.asl.json'), /CLI001 there is no file or folder `ward\/page\.asl\.json`/);
  t.regex(refused('page.asl.json/x'), /CLI001 there is no file or folder/);
  t.regex(refused('a'.repeat(5000)), /CLI001 there is no file or folder/);
  t.regex(refused(''), /CLI001 a path is empty/);
  t.regex(refused('circle'), /CLI001 `circle` is a symbolic link that leads to itself/);
  t.regex(refused('pipe.json'), /CLI001 `pipe\.json` is neither a file nor a folder\n {2}Use `--stdin`/);
});

test('a configuration that cannot be read is wrong use', (t) => {
  const repository = new Repository(t, {
    'page.asl.json': workflow(),
    'image.yaml': Buffer.from('ffd8ffe00010', 'hex'),
  });
  const folder = repository.weir(['check', '--config', '.']);
  t.is(folder.code, 2);
  t.regex(folder.err, /^weir: CLI003 the configuration `[^`]+` cannot be read: /);
  const image = repository.weir(['check', '--config', 'image.yaml']);
  t.is(image.code, 2);
  t.regex(image.err, /^weir: CLI018 the configuration `image\.yaml` is not text/);
});

test('pipes in a folder, and a .gitignore that is a folder, are passed over', (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow(), '.gitignore/x.txt': '' });
  execFileSync('mkfifo', [path.join(repository.folder, 'pipe.json')]);
  const { code, result } = repository.result();
  t.is(code, 0);
  t.deepEqual(result.diagnostics, []);
  t.is(result.coverage.compositions.length, 1);
});

test('a large file is reported when it is named, whatever it holds', (t) => {
  const repository = new Repository(t, { 'data.json': `[1]${' '.repeat(FILE_BYTES_MAX)}` });
  const { code, result } = repository.result(['data.json']);
  t.is(code, 3);
  t.deepEqual(
    result.diagnostics.map((found) => `${found.span.file} ${found.code}`),
    ['data.json CLI002'],
  );
});

test('a mistyped command is not taken for a path', (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow(), 'chec/page.asl.json': workflow() });
  const mistyped = repository.weir(['chekc']);
  t.is(mistyped.code, 2);
  t.regex(mistyped.err, /^weir: CLI022 unknown command `chekc`.*\n {2}Did you mean `check`\?\n$/);
  t.regex(repository.weir(['photographs']).err, /CLI022 .*\n {2}Commands are check, explain, .*checked\.\n$/);
  t.regex(repository.weir(['chekc.json']).err, /CLI001/);
  const folder = repository.weir(['chec', '-f', 'json']);
  t.is(folder.code, 0);
  t.regex(folder.out, /chec\/page\.asl\.json/);
  t.regex(repository.weir(['--help']).out, /Without a command, `weir \[paths\.\.\.\]` is `weir check \[paths\.\.\.\]`/);
});

test('a report that cannot be written ends with 2, after the others', (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow(), 'weir.yaml': POLICY });
  const { code, out, err } = repository.weir([
    'check',
    '-f',
    'json=weir.yaml/x.json',
    '-f',
    'sarif=s.sarif',
    '-f',
    'jsonl',
  ]);
  t.is(code, 2);
  t.regex(out, /WEIR-FLOW-001/);
  t.regex(repository.read('s.sarif'), /WEIR-FLOW-001/);
  t.regex(err, /CLI007 `weir\.yaml\/x\.json` cannot be written: /);
});

for (const stream of ['stdout', 'stderr'] as const) {
  test(`a reader of ${stream} that goes away is no crash`, async (t) => {
    const files: Record<string, string> = { 'weir.yaml': POLICY.replace('input:page', '"input:*"'), 'x.asl.json': '{' };
    // More than a pipe holds.
    for (let at = 0; at < 60; at++) files[`page${at}.asl.json`] = workflow();
    const repository = new Repository(t, files);
    const child = repository.start(['check']);
    const other = readAll(stream === 'stdout' ? child.stderr : child.stdout);
    child[stream].destroy();
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    t.is(code, 1);
    t.notRegex(await other, /internal error|EPIPE/);
  });
}

test('a pipe as in a shell', async (t) => {
  const repository = new Repository(t, { 'page.asl.json': workflow(), 'weir.yaml': POLICY });
  const main = path.resolve(import.meta.dirname, '../../../analyzer/cli/main.ts');
  const script = `"${process.execPath}" "${main}" check | head -n 1`;
  const shell = spawn('bash', ['-o', 'pipefail', '-c', script], { cwd: repository.folder });
  const [out, err] = await Promise.all([readAll(shell.stdout), readAll(shell.stderr)]);
  t.regex(out, /^[^\n]+\n$/);
  t.is(err, '');
});

const TEMPLATE = `Resources:
  Roles:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: d/roles.asl.json
      Events:
        Open:
          Type: Api
          Properties: { Path: /roles, Method: post }
`;
const ROLES = JSON.stringify({
  StartAt: 'Attach',
  States: {
    Attach: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:iam:attachRolePolicy',
      Parameters: { 'RoleName.$': '$.role', 'PolicyArn.$': '$.policy' },
      End: true,
    },
  },
});

test('a file is checked with what is around it, however it is asked for', (t) => {
  const files = { 'template.yaml': TEMPLATE, 'd/roles.asl.json': ROLES, 'other/page.asl.json': workflow() };
  const repository = new Repository(t, files);
  const all = repository.result().result.findings.map(({ fingerprint }) => fingerprint);
  t.true(all.length > 0);
  for (const asked of ['d/roles.asl.json', 'd', 'template.yaml']) {
    const { code, result } = repository.result([asked]);
    t.is(code, 1, asked);
    t.deepEqual(
      result.findings.map(({ fingerprint }) => fingerprint),
      all,
    );
    t.deepEqual(
      result.coverage.compositions.map(({ name }) => name),
      ['Roles'],
    );
  }
  const { code, result } = repository.result(['other']);
  t.is(code, 0);
  t.deepEqual(result.findings, []);
  t.deepEqual(
    result.coverage.files.map(({ file }) => file),
    ['other/page.asl.json'],
  );
  repository.weir(['baseline', '-o', 'known.json']);
  t.is(repository.result(['d', '--baseline', 'known.json']).code, 0);
});

test('a warning elsewhere is not said of the paths that are asked for, a file that is not read is', (t) => {
  const suppressions = `suppressions:\n  - rule: WEIR-FLOW-001\n    file: other/**\n    reason: elsewhere\n`;
  const repository = new Repository(t, { 'weir.yaml': suppressions, 'd/page.asl.json': workflow() });
  const clean = repository.result(['d', 'weir.yaml']);
  t.is(clean.code, 0);
  t.is(clean.result.status, 'complete');
  t.deepEqual(clean.result.diagnostics, []);
  repository.write('template.yaml', TEMPLATE.replace('Roles:', 'Roles: ['));
  const { code, result, err } = repository.result(['d', '--fail-on-incomplete']);
  t.is(code, 3);
  t.is(result.status, 'incomplete');
  t.regex(err, /template\.yaml/);
});

test('a folder that a link leads to, too, is read under its own name', (t) => {
  const repository = new Repository(t, { 'z-real/page.asl.json': workflow() });
  symlinkSync('z-real', path.join(repository.folder, 'a-link'));
  for (const asked of [[], ['z-real'], ['a-link']])
    t.deepEqual(
      repository.result(asked).result.coverage.files.map(({ file }) => file),
      ['z-real/page.asl.json'],
    );
});

test('of templates that deploy one definition, only those that are asked for speak', (t) => {
  const deploy = (name: string, more = ''): string =>
    `Resources:\n  ${name}:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: ../d/roles.asl.json\n${more}`;
  const open =
    '      Events:\n        Open:\n          Type: Api\n          Properties: { Path: /roles, Method: post }\n';
  const files = {
    'one/template.yaml': deploy('One'),
    'two/template.yaml': deploy('Two', open),
    'd/roles.asl.json': ROLES,
  };
  const repository = new Repository(t, files);
  const one = repository.result(['one']);
  const names = ({ result }: typeof one): readonly string[] => result.coverage.compositions.map(({ name }) => name);
  t.deepEqual(names(one), ['One']);
  t.true(one.result.findings.every(({ composition }) => composition?.endsWith('#One') === true));
  t.deepEqual(
    one.result.diagnostics.filter(({ code }) => code === 'CLI021'),
    [],
  );
  const two = repository.result(['two']);
  t.deepEqual(names(two), ['Two']);
  t.is(two.code, 1);
});

test('standard input is judged in the project of the file that it stands in for', (t) => {
  const files = { 'p/weir.yaml': POLICY, 'p/wf/page.asl.json': workflow(), 'empty/x.txt': '' };
  const repository = new Repository(t, files);
  const args = ['check', '--format', 'json', '--stdin', '--stdin-filename'];
  for (const [cwd, name] of [
    ['.', 'p/wf/page.asl.json'],
    ['empty', '../p/wf/page.asl.json'],
    ['p', 'wf/page.asl.json'],
  ]) {
    const { code, out } = repository.weir([...args, name ?? ''], { input: workflow(), cwd: cwd ?? '.' });
    t.is(code, 1, out);
  }
});
