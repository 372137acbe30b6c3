import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { POLICY, Repository, workflow } from './run.ts';

const BROKEN = '{ "StartAt": ';
const SAID = /weir: incomplete: 1 file could not be analysed \(broken\.asl\.json\)\n/;
const half = { 'broken.asl.json': BROKEN, 'page.asl.json': workflow({ message: '$.bed' }) };

test('check: something broken is said in words and fails only if asked; nothing analysed fails always', (t) => {
  const repository = new Repository(t, half);
  const some = repository.weir(['check']);
  t.is(some.code, 0);
  t.regex(some.err, SAID);
  t.regex(some.out, /broken\.asl\.json:1:13/);
  t.is(repository.weir(['check', '--fail-on-incomplete']).code, 3);
  const nothing = repository.weir(['check', 'broken.asl.json', '--fail-on', 'none']);
  t.is(nothing.code, 3);
  t.regex(nothing.err, SAID);
});

test('check: findings of the other files count and are shown', (t) => {
  const repository = new Repository(t, { ...half, 'page.asl.json': workflow(), 'weir.yaml': POLICY });
  const { code, out, err } = repository.weir(['check', '--fail-on-incomplete', 'broken.asl.json', 'page.asl.json']);
  t.is(code, 1);
  t.regex(out, /SRC001[^]*WEIR-FLOW-001[^]*page\.asl\.json:6:19/);
  t.regex(err, SAID);
});

test('check --quiet is quiet when nothing fails, and only then', (t) => {
  const repository = new Repository(t, half);
  t.deepEqual(repository.weir(['check', '--quiet']), { code: 0, out: '', err: '' });
  const failed = repository.weir(['check', '--quiet', '--fail-on-incomplete']);
  t.is(failed.code, 3);
  t.regex(failed.out, /SRC001/);
  t.regex(failed.err, SAID);
});

test('graph draws what there is, and says what is not', (t) => {
  const repository = new Repository(t, half);
  const some = repository.weir(['graph']);
  t.is(some.code, 0);
  t.regex(some.out, /^flowchart/);
  t.regex(some.err, /^broken\.asl\.json:1:13 error SRC001/);
  t.regex(some.err, SAID);
  t.is(repository.weir(['graph', '--fail-on-incomplete']).code, 3);
  const nothing = repository.weir(['graph', 'broken.asl.json']);
  t.is(nothing.code, 3);
  t.is(nothing.out, '');
  t.regex(nothing.err, SAID);
});

test('baseline writes what was found, and nothing when nothing was analysed', (t) => {
  const repository = new Repository(t, half);
  const some = repository.weir(['baseline', '-o', 'known.json']);
  t.is(some.code, 0);
  t.regex(some.err, SAID);
  t.is(repository.weir(['baseline', '--fail-on-incomplete', '-o', 'known.json']).code, 3);
  const nothing = repository.weir(['baseline', 'broken.asl.json', '-o', 'none.json']);
  t.is(nothing.code, 3);
  t.regex(nothing.err, /SRC001[^]*nothing was analysed, so no baseline was written/);
  t.false(existsSync(path.join(repository.folder, 'none.json')));
});

test('explain and --show-config say it too', (t) => {
  const repository = new Repository(t, half);
  const explained = repository.weir(['explain', 'abcdef012345']);
  t.is(explained.code, 2);
  t.regex(explained.err, SAID);
  t.regex(explained.err, /or stand in what could not be analysed/);
  const shown = repository.weir(['check', '--show-config']);
  t.is(shown.code, 0);
  t.regex(shown.err, SAID);
});
