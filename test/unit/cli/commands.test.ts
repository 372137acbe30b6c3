import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { VERSION } from '../../../analyzer/cli/version.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { LEAK, POLICY, Repository, workflow } from './run.ts';

const files = { 'page.asl.json': workflow(), 'weir.yaml': POLICY };

test('the version is that of the package', (t) => {
  const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as {
    version: string;
  };
  t.is(VERSION, manifest.version);
});

test('explain a rule by id or name, and a code', (t) => {
  const repository = new Repository(t, {});
  const page = repository.weir(['explain', LEAK]);
  t.is(page.code, 0);
  t.regex(page.out, /## How to fix/);
  t.is(repository.weir(['explain', 'no-confidential-leak']).out, page.out);
  t.regex(repository.weir(['explain', 'cfg013']).out, /^CFG013: a pattern matches nothing/);
  const unknown = repository.weir(['explain', 'WEIR-FLOW-01']);
  t.is(unknown.code, 2);
  t.regex(unknown.err, /CLI016 .*\n {2}Did you mean/);
});

test('explain a finding: every hop with its labels, and fixes', (t) => {
  const repository = new Repository(t, files);
  const [finding] = repository.result().result.findings;
  const fingerprint = finding?.fingerprint ?? '';
  const { code, out } = repository.weir(['explain', fingerprint.slice(0, 12)]);
  t.is(code, 0);
  t.true(out.includes(fingerprint));
  t.regex(out, /Path from input of page\.patient \(declared at weir\.yaml:2\):/);
  t.regex(out, /CallNurse · sink · secret/);
  t.regex(out, /What would fix it, the smallest change first:\n {2}1\. /);
  t.is(repository.weir(['explain', 'ffffffffffff']).code, 2);
});

test('graph in every format', (t) => {
  const repository = new Repository(t, files);
  t.regex(repository.weir(['graph']).out, /^flowchart/);
  t.regex(repository.weir(['graph', '-f', 'dot']).out, /^digraph/);
  t.regex(repository.weir(['graph', '-f', 'svg']).out, /^<svg /);
  t.regex(repository.weir(['graph', '-f', 'ir']).out, /CallNurse/);
  t.is(repository.weir(['graph', '-f', 'svg', '-o', 'drawn/page.svg']).out, '');
  t.regex(repository.read('drawn/page.svg'), /^<svg /);
  t.regex(repository.weir(['graph', '-f', 'png']).err, /there is no graph format `png`/);
  t.regex(repository.weir(['graph', '--workflow', 'pag']).err, /no workflow is named `pag`\n {2}Did you mean `page`\?/);
  repository.write('b.asl.json', workflow());
  t.regex(repository.weir(['graph', '-f', 'svg']).err, /an SVG file shows one workflow, 2 were found/);
  t.is(repository.weir(['graph', '-f', 'svg', '--workflow', 'b']).code, 0);
});

test('rules lists all, for people and for programs', (t) => {
  const repository = new Repository(t, {});
  const { out } = repository.weir(['rules']);
  t.is(out.trimEnd().split('\n').length, ALL_RULES.length);
  t.regex(out, /WEIR-FLOW-001 +error +8\.0 +\w+ +flow\/no-confidential-leak/);
  const parsed = JSON.parse(repository.weir(['rules', '--json']).out) as { id: string }[];
  t.deepEqual(
    parsed.map(({ id }) => id),
    ALL_RULES.map(({ meta }) => meta.id),
  );
});

test('workflows of one name are told apart by their ids', (t) => {
  const repository = new Repository(t, { 'a/page.asl.json': workflow(), 'b/page.asl.json': workflow() });
  const { code, err } = repository.weir(['graph']);
  t.is(code, 2);
  const [id = ''] = /'([^']+)'/.exec(err)?.slice(1) ?? [];
  t.is(id, 'aws-step-functions:a/page.asl.json#page');
  t.is(repository.weir(['graph', '--workflow', id]).code, 0);
  const { out } = repository.weir(['graph', '--format', 'ir', 'b']);
  t.regex(out, /^composition "[^"]*b\/page/m);
  t.notRegex(out, /^(composition|coverage) "[^"]*a\/page/m);
});
