import test from 'ava';
import { LEAK, POLICY, Repository, workflow } from './run.ts';

const files = { 'page.asl.json': workflow(), 'weir.yaml': POLICY };

test('a baseline makes what there is known, over moves of lines, and new findings count', (t) => {
  const repository = new Repository(t, files);
  t.is(repository.weir(['check']).code, 1);
  const written = repository.weir(['baseline']);
  t.is(written.code, 0);
  t.regex(
    written.err,
    /1 finding written to weir-baseline\.json\nuse it with: weir check --baseline weir-baseline\.json/,
  );
  t.regex(
    repository.read('weir-baseline.json'),
    new RegExp(`"rule": "${LEAK}",\\n +"file": "page.asl.json",\\n +"place": "CallNurse"`),
  );
  repository.write('page.asl.json', `\n\n\n${workflow()}`);
  const known = repository.result(['--baseline', 'weir-baseline.json']);
  t.is(known.code, 0);
  t.deepEqual(
    known.result.findings.map(({ baselineState }) => baselineState),
    ['unchanged'],
  );
  repository.write('second.asl.json', workflow());
  repository.write('weir.yaml', POLICY.replace('input:page', '"input:*"'));
  const more = repository.result(['--baseline', 'weir-baseline.json']);
  t.is(more.code, 1);
  t.deepEqual(
    more.result.findings.map(({ span, baselineState }) => `${span.file} ${baselineState ?? ''}`),
    ['page.asl.json unchanged', 'second.asl.json new'],
  );
});

test('a baseline that is missing or damaged ends with 2', (t) => {
  const repository = new Repository(t, { ...files, 'broken.json': '{}' });
  t.regex(repository.weir(['check', '--baseline', 'none.json']).err, /CLI001/);
  const damaged = repository.weir(['check', '--baseline', 'broken.json']);
  t.is(damaged.code, 2);
  t.regex(damaged.err, /CLI008 .*broken\.json/);
});

test('--changed-since: only what the change brings counts', (t) => {
  const repository = new Repository(t, files);
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('ward');
  t.is(repository.weir(['check', '--changed-since', 'main']).code, 0);
  repository.write('second.asl.json', workflow({ message: '$.bed' }));
  t.is(repository.weir(['check', '--changed-since', 'main']).code, 0);
  repository.write('weir.yaml', POLICY.replace('input:page', '"input:*"'));
  repository.write('second.asl.json', workflow());
  const { code, result } = repository.result(['--changed-since', 'main']);
  t.is(code, 1);
  t.deepEqual(
    result.findings.map(({ span, baselineState }) => `${span.file} ${baselineState ?? ''}`),
    ['page.asl.json unchanged', 'second.asl.json new'],
  );
});

test('--changed-since compares with where the branches parted', (t) => {
  const repository = new Repository(t, { ...files, 'page.asl.json': workflow({ message: '$.bed' }) });
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('clean');
  repository.git('checkout', '-q', '-b', 'feature');
  repository.write('page.asl.json', workflow());
  repository.commitAll('leak');
  repository.git('checkout', '-q', 'main');
  repository.write('page.asl.json', workflow());
  repository.commitAll('the same leak, later');
  repository.git('checkout', '-q', 'feature');
  t.is(repository.weir(['check', '--changed-since', 'main']).code, 1);
});

test('--changed-since in a folder of the repository', (t) => {
  const repository = new Repository(t, { 'a/page.asl.json': workflow(), 'a/weir.yaml': POLICY, 'b.txt': '' });
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('ward');
  t.is(repository.weir(['check', '--changed-since', 'HEAD'], { cwd: 'a' }).code, 0);
});

test('--changed-since with a base that cannot be analysed: everything is new, and that is said', (t) => {
  const repository = new Repository(t, { ...files, 'weir.yaml': 'sinks: 7\n' });
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('broken policy');
  repository.write('weir.yaml', POLICY);
  const { code, result } = repository.result(['--changed-since', 'main']);
  t.is(code, 1);
  t.deepEqual(
    result.diagnostics.map((found) => found.code),
    ['CLI015'],
  );
});

test('--changed-since without repository, with an unknown revision, or with one that looks like an option', (t) => {
  const repository = new Repository(t, files);
  const none = repository.weir(['check', '--changed-since', 'main'], {
    env: { GIT_CEILING_DIRECTORIES: repository.folder },
  });
  t.is(none.code, 2);
  t.regex(none.err, /CLI009 this folder is in no git repository/);
  repository.git('init', '-q', '-b', 'main');
  repository.commitAll('ward');
  t.regex(repository.weir(['check', '--changed-since', 'mian']).err, /CLI009 there is no revision `mian`/);
  t.is(repository.weir(['check', '--changed-since=--upload-pack=x']).code, 2);
});
