import test from 'ava';
import { LEAK, POLICY, Repository, workflow, yamlWorkflow } from './run.ts';

const leaking = { 'page.asl.json': workflow(), 'weir.yaml': POLICY };

test('a leak ends with 1 and is shown with its path', (t) => {
  const { code, out, err } = new Repository(t, leaking).weir(['check']);
  t.is(code, 1);
  t.is(err, '');
  t.regex(out, /WEIR-FLOW-001/);
  t.regex(out, /page\.asl\.json:6:19 in CallNurse/);
  t.regex(out, /NursePager/);
  t.notRegex(out, /\u001b/);
});

test('check is the default command', (t) => {
  t.is(new Repository(t, leaking).weir([]).code, 1);
});

test('clean ends with 0, and --quiet then prints nothing', (t) => {
  const repository = new Repository(t, { ...leaking, 'page.asl.json': workflow({ message: '$.bed' }) });
  const shown = repository.weir(['check']);
  t.is(shown.code, 0);
  t.regex(shown.out, /0 findings|no findings/i);
  t.deepEqual(repository.weir(['check', '--quiet']), { code: 0, out: '', err: '' });
});

test('without configuration the same flow is no finding, and the report says how to get more', (t) => {
  const { code, out } = new Repository(t, { 'page.asl.json': workflow() }).weir(['check']);
  t.is(code, 0);
  t.regex(out, /weir init/);
});

test('an empty repository ends with 0 and counts nothing', (t) => {
  const { code, result } = new Repository(t, { 'README.md': '# nothing' }).result();
  t.is(code, 0);
  t.is(result.coverage.compositions.length, 0);
});

test('--fail-on', (t) => {
  const repository = new Repository(t, leaking);
  t.is(repository.weir(['check', '--fail-on', 'none']).code, 0);
  t.is(repository.weir(['check', '--fail-on', 'error']).code, 1);
  const wrong = repository.weir(['check', '--fail-on', 'warnin']);
  t.is(wrong.code, 2);
  t.regex(wrong.err, /CLI005 .*warnin.*\n {2}Did you mean `warning`\?/);
});

test('levels of the configuration count, and a rule that is off does not run', (t) => {
  const repository = new Repository(t, { ...leaking, 'weir.yaml': `${POLICY}rules: { ${LEAK}: note }\n` });
  t.is(repository.result().result.findings[0]?.level, 'note');
  t.is(repository.weir(['check']).code, 0);
  repository.write(
    'weir.yaml',
    `${POLICY}rules: { no-confidential-leak: { level: off, reason: pagers are internal } }\n`,
  );
  const { code, result } = repository.result();
  t.is(code, 0);
  t.deepEqual(result.findings, []);
  t.false(result.rules.some(({ id }) => id === LEAK));
});

test('several formats at once, one of them to standard output', (t) => {
  const repository = new Repository(t, leaking);
  const { code, out, err } = repository.weir([
    'check',
    '-f',
    'jsonl',
    '-f',
    'sarif=out/deep/weir.sarif',
    '-f',
    'html=weir.html',
  ]);
  t.is(code, 1);
  t.regex(out, /^\{/);
  t.regex(err, /sarif report: out\/deep\/weir\.sarif\nhtml report: weir\.html/);
  t.regex(repository.read('out/deep/weir.sarif'), /"version": ?"2\.1\.0"/);
  t.regex(repository.read('weir.html'), /<!doctype html>/i);
});

test('wrong formats', (t) => {
  const repository = new Repository(t, leaking);
  t.regex(repository.weir(['check', '-f', 'serif']).err, /there is no format `serif`\n {2}Did you mean `sarif`\?/);
  const both = repository.weir(['check', '-f', 'json', '-f', 'pretty']);
  t.is(both.code, 2);
  t.regex(both.err, /both go to standard output/);
  t.is(repository.weir(['check', '-f', 'json=']).code, 2);
  const unwritable = repository.weir(['check', '-f', 'json=page.asl.json/x']);
  t.is(unwritable.code, 2);
  t.regex(unwritable.err, /CLI007/);
});

test('wrong use ends with 2 and says what to do', (t) => {
  const repository = new Repository(t, leaking);
  t.is(repository.weir(['check', '--no-such-option']).code, 2);
  t.is(repository.weir(['explain']).code, 2);
  const missing = repository.weir(['check', 'workflow']);
  t.is(missing.code, 2);
  t.regex(missing.err, /CLI001 there is no file or folder `workflow`/);
  t.is(repository.weir(['check', '--config', 'other.yaml']).code, 2);
});

test('help and version end with 0', (t) => {
  const repository = new Repository(t, {});
  t.regex(repository.weir(['--help']).out, /Exit codes:/);
  t.is(repository.weir(['check', '--help']).code, 0);
  t.regex(repository.weir(['--version']).out, /^\d+\.\d+\.\d+\n$/);
});

test('a broken configuration ends with 2 before anything is checked', (t) => {
  const repository = new Repository(t, { ...leaking, 'weir.yaml': 'sink:\n  topic:NursePager: internl\n' });
  const { code, out, err } = repository.weir(['check']);
  t.is(code, 2);
  t.is(out, '');
  t.regex(err, /^weir\.yaml:1:1 error CFG003 .*\n {2}Did you mean `sinks`\?/);
});

test('a configuration that names unknown rules or contradicts itself ends with 2', (t) => {
  const repository = new Repository(t, { ...leaking, 'weir.yaml': `${POLICY}rules: { no-confidential-leek: note }\n` });
  t.regex(
    repository.weir(['check']).err,
    /CFG017[^\n]*no-confidential-leek[^\n]*\n {2}Did you mean `no-confidential-leak`\?/,
  );
  repository.write('weir.yaml', `${POLICY}stores: {}\nsources: {}\n`);
  t.is(repository.weir(['check']).code, 2);
});

test('a broken workflow is reported, the others are still checked, and only --fail-on-incomplete fails', (t) => {
  const repository = new Repository(t, {
    'broken.asl.json': '{ "StartAt": ',
    'page.asl.json': workflow({ message: '$.bed' }),
  });
  const { code, result } = repository.result();
  t.is(code, 0);
  t.is(result.status, 'incomplete');
  t.true(result.diagnostics.some(({ span, severity }) => span.file === 'broken.asl.json' && severity === 'error'));
  t.is(result.coverage.compositions.length, 1);
  t.is(repository.weir(['check', '--fail-on-incomplete']).code, 3);
  repository.write('page.asl.json', workflow());
  repository.write('weir.yaml', POLICY);
  t.is(repository.weir(['check', '--fail-on-incomplete']).code, 1);
});

test('the configuration above is found, and it makes its folder the root', (t) => {
  const repository = new Repository(t, { 'weir.yaml': POLICY, 'services/ward/page.asl.json': workflow() });
  const { code, result } = repository.result([], 'services/ward');
  t.is(code, 1);
  t.is(result.findings[0]?.span.file, 'services/ward/page.asl.json');
  t.is(result.coverage.configuration, 'weir.yaml');
});

test('named paths limit what is looked at', (t) => {
  const repository = new Repository(t, { ...leaking, 'other/other.asl.json': workflow() });
  t.is(repository.result().result.coverage.compositions.length, 2);
  const { result } = repository.result(['other']);
  t.deepEqual(
    result.coverage.compositions.map(({ name }) => name),
    ['other'],
  );
  t.false(result.diagnostics.some(({ code }) => code === 'CFG013'));
});

test('NO_COLOR, --no-color and FORCE_COLOR', (t) => {
  const repository = new Repository(t, leaking);
  const escape = /\u001b\[/;
  t.regex(repository.weir(['check'], { env: { FORCE_COLOR: '1' } }).out, escape);
  t.notRegex(repository.weir(['check'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out, escape);
  t.notRegex(repository.weir(['check', '--no-color'], { env: { FORCE_COLOR: '1' } }).out, escape);
});

test('same input, same bytes', (t) => {
  const repository = new Repository(t, {
    ...leaking,
    'b.asl.yaml': yamlWorkflow(),
    'template.yaml': 'Resources: {}\n',
  });
  t.is(repository.weir(['check', '-f', 'json']).out, repository.weir(['check', '-f', 'json']).out);
});

test('--show-config gives every label with its origin', (t) => {
  const { code, out } = new Repository(t, leaking).weir(['check', '--show-config']);
  t.is(code, 0);
  t.regex(out, /topic:NursePager accepts internal, untrusted {2}# declared at weir\.yaml:4/);
  t.regex(out, /\$\.patient secret, trusted {2}# declared at weir\.yaml:2/);
  t.regex(out, /input:page public, trusted {2}# no trigger of page was found/);
});
