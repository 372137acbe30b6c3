import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runOpa } from '../../../policies/authoring/opa.ts';
import { parseVerification } from '../../../policies/bundle/verification.ts';
import { verifyBundle } from '../../../policies/bundle/verify.ts';
import type { VerifiedBundle } from '../../../policies/bundle/types.ts';
import { createEvaluator } from '../../../policies/engine/create-evaluator.ts';
import { parse } from 'yaml';
import { opaOfTests } from '../policies/authoring/temporary.ts';
import { InProcess } from './in-process.ts';

const OPA = opaOfTests();
const NOW_MS = Date.parse('2026-11-24T00:00:00Z');

/** A project as `weir policy init` writes it. */
async function project(t: ExecutionContext): Promise<InProcess> {
  const repository = new InProcess(t, {});
  t.is((await repository.weir(['policy', 'init'])).code, 0);
  return repository;
}

/** What an enforcement point makes of a bundle with a configuration that `keygen` printed. */
async function verified(repository: InProcess, configuration: string, file = 'bundle.tar.gz'): Promise<VerifiedBundle> {
  const verification = parseVerification(parse(configuration));
  if (!verification.ok) throw new Error(verification.refusal.message);
  const bytes = readFileSync(path.join(repository.folder, file));
  const bundle = await verifyBundle(bytes, { name: 'orders', verification: verification.value, nowMs: NOW_MS });
  if (!bundle.ok) throw new Error(`${bundle.refusal.code} ${bundle.refusal.message}`);
  return bundle.value;
}

test('from nothing to a signed bundle that enforcement points take and decide by', async (t) => {
  const repository = await project(t);
  t.is((await repository.weir(['policy', 'check'])).out, '2 files checked: 0 errors, 0 warnings\n');
  const keys = await repository.weir(['policy', 'keygen', 'release']);
  t.is(keys.code, 0);
  const built = await repository.weir(['policy', 'build', '--key', 'release.key.pem']);
  t.is(built.code, 0, built.err);
  t.regex(built.out, /sequence 1, \d+ bytes, signed by release \(ES256\)/);
  t.regex(
    built.out,
    /weir\/invocation\/decision reads weir\.data\.label\.confidentiality, weir\.function\.id, weir\.node\.id, weir\.node\.region/,
  );
  const bundle = await verified(repository, keys.out);
  t.is(bundle.sequence, 1);
  t.deepEqual(bundle.roots, ['residency', 'weir']);
  t.deepEqual(bundle.entrypoints, ['weir/invocation/decision']);
  const { revision, wasm, data, references } = bundle;
  const opened = await createEvaluator({ revision, wasm, data, references, trust: 'vetted' });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const input = JSON.parse(repository.read('input.json')) as {
    weir: { node: { region: string }; data: { label: { confidentiality: string } } };
  };
  input.weir.data.label.confidentiality = 'pii';
  const decide = async (region: string): Promise<unknown> => {
    input.weir.node.region = region;
    const request = { entrypoint: 'weir/invocation/decision', input, nowMs: NOW_MS, tenant: '' };
    const evaluation = await opened.evaluator.evaluate(request);
    return evaluation.kind === 'result' ? (evaluation.value as { allow: boolean }).allow : evaluation;
  };
  t.is(await decide('eu-central'), true);
  t.is(await decide('us-east'), false);
  await opened.evaluator.close();
});

test('the tests of the project pass', async (t) => {
  const repository = await project(t);
  const run = await runOpa(OPA, ['test', '--bundle', '.'], { cwd: repository.folder, timeoutMs: 60_000 });
  t.is(run.code, 0, run.problem?.message ?? run.stdout);
  const formatted = await runOpa(OPA, ['fmt', '--list', 'policy.rego', 'policy_test.rego'], {
    cwd: repository.folder,
    timeoutMs: 60_000,
  });
  t.is(formatted.stdout, '');
});

test('a typo is refused where it stands, and nothing is built', async (t) => {
  const repository = await project(t);
  repository.write(
    'policy.rego',
    repository.read('policy.rego').replace('input.weir.function.id', 'input.weir.functoin.id'),
  );
  const checked = await repository.weir(['policy', 'check', '.']);
  t.is(checked.code, 1);
  t.regex(
    checked.out,
    /^policy\.rego:\d+:\d+ error POL013 undefined ref: input\.weir\.functoin\.id\n {2}Use one of .*`function`/,
  );
  const built = await repository.weir(['policy', 'build']);
  t.is(built.code, 1);
  t.regex(built.err, /POL036 nothing was built/);
  t.false(existsSync(path.join(repository.folder, 'bundle.tar.gz')));
});

test('check for programs: JSON and SARIF with places, and what fails the run', async (t) => {
  const repository = new InProcess(t, {
    'acme/p.rego': 'package acme\n\nallow if regex.match("^a", input.x)\n',
  });
  const json = await repository.weir(['policy', 'check', 'acme', '--format', 'json']);
  t.is(json.code, 1);
  const { diagnostics, files } = JSON.parse(json.out) as {
    diagnostics: { code: string; span: { file: string } }[];
    files: string[];
  };
  t.deepEqual(files, ['p.rego']);
  t.deepEqual(
    diagnostics.map(({ code, span }) => [code, span.file]),
    [['POL016', 'acme/p.rego']],
  );
  const sarif = JSON.parse((await repository.weir(['policy', 'check', 'acme', '-f', 'sarif'])).out) as {
    runs: {
      results: {
        ruleId: string;
        level: string;
        locations: { physicalLocation: { region: { startLine: number } } }[];
      }[];
    }[];
  };
  const [result] = sarif.runs[0]?.results ?? [];
  t.is(result?.ruleId, 'POL016');
  t.is(result?.level, 'warning');
  t.is(result?.locations[0]?.physicalLocation.region.startLine, 3);
  t.is((await repository.weir(['policy', 'check', 'acme', '--fail-on', 'error'])).code, 0);
  t.is((await repository.weir(['policy', 'check', 'acme', '--fail-on', 'no'])).code, 2);
  t.regex((await repository.weir(['policy', 'check', 'acme'], { env: { WEIR_OPA: '/nowhere/opa' } })).err, /POL002/);
});

test('the same files give the same bytes, and the sequence grows with what changes', async (t) => {
  const repository = await project(t);
  await repository.weir(['policy', 'keygen', 'release', '--algorithm', 'EdDSA']);
  const build = async (...more: string[]): Promise<string> =>
    (await repository.weir(['policy', 'build', '--key', 'release.key.pem', ...more])).out;
  const bytes = (file = 'bundle.tar.gz'): Buffer => readFileSync(path.join(repository.folder, file));
  t.regex(await build(), /sequence 1,/);
  const first = bytes();
  t.regex(await build(), /sequence 1,/);
  t.true(first.equals(bytes()));
  await build('-o', 'elsewhere/other.tar.gz');
  t.true(first.equals(bytes('elsewhere/other.tar.gz')));
  repository.write('data.json', repository.read('data.json').replace('eu-west', 'eu-south'));
  t.regex(await build(), /sequence 2,/);
  t.regex(await build('--sequence', '41', '--revision', 'r41'), /revision r41, sequence 41,/);
  const back = await repository.weir(['policy', 'build', '--sequence', '40']);
  t.is(back.code, 2);
  t.regex(back.err, /lower than 41/);
  t.is((await repository.weir(['policy', 'build', '--sequence', '-1'])).code, 2);
});

test('an unsigned bundle is signed later, by each kind of key; opa and enforcement points verify it', async (t) => {
  const repository = await project(t);
  t.regex((await repository.weir(['policy', 'build'])).out, /not signed/);
  for (const algorithm of ['EdDSA', 'ES256', 'RS256', 'PS256']) {
    const keys = await repository.weir(['policy', 'keygen', algorithm, '--algorithm', algorithm]);
    const more = algorithm === 'PS256' ? ['--algorithm', 'PS256'] : [];
    const signed = await repository.weir([
      'policy',
      'sign',
      'bundle.tar.gz',
      '--key',
      `${algorithm}.key.pem`,
      ...more,
      '-o',
      'signed.tar.gz',
    ]);
    t.is(signed.code, 0, signed.err);
    t.is((await verified(repository, keys.out, 'signed.tar.gz')).keyId, algorithm);
    const key = ['--verification-key', `${algorithm}.pub.pem`, '--verification-key-id', algorithm];
    const args = ['build', ...key, '--signing-alg', algorithm, '-b', 'signed.tar.gz', '-o', 'copy.tar.gz'];
    const run = await runOpa(OPA, args, { cwd: repository.folder, timeoutMs: 60_000 });
    t.is(run.code, 0, `${run.stdout}${run.stderr}`);
  }
});

test('keys are only for their owner, and are never replaced', async (t) => {
  const repository = await project(t);
  await repository.weir(['policy', 'keygen', 'release']);
  const file = path.join(repository.folder, 'release.key.pem');
  t.is(statSync(file).mode & 0o777, 0o600);
  const secret = readFileSync(file, 'utf8');
  t.regex((await repository.weir(['policy', 'keygen', 'release'])).err, /POL037/);
  t.is(readFileSync(file, 'utf8'), secret);
  chmodSync(file, 0o640);
  const open = await repository.weir(['policy', 'build', '--key', 'release.key.pem']);
  t.is(open.code, 2);
  t.regex(open.err, /POL034 .*\n {2}Run `chmod 600/);
  t.false(open.err.includes(secret.split('\n')[1] ?? 'x'));
  t.regex((await repository.weir(['policy', 'build', '--key', 'none.pem'])).err, /POL035/);
  chmodSync(path.join(repository.folder, 'release.pub.pem'), 0o600);
  t.regex((await repository.weir(['policy', 'build', '--key', 'release.pub.pem'])).err, /POL035/);
  t.is((await repository.weir(['policy', 'sign', 'bundle.tar.gz'])).code, 2);
});

test('what cannot be built is said', async (t) => {
  const repository = await project(t);
  repository.write('data.json', '{"weir": {"limits": {"denyWhenStal": true}}}');
  t.regex((await repository.weir(['policy', 'build'])).err, /POL032 .*\/weir\/limits .*denyWhenStal/);
  repository.write('data.json', '{"residency": {}, "residency": {}}');
  t.regex((await repository.weir(['policy', 'build'])).err, /POL032/);
  repository.write('data.json', '{}');
  repository.write('policy.rego', repository.read('policy.rego').replace('# entrypoint: true\n', ''));
  t.regex((await repository.weir(['policy', 'build'])).err, /POL030/);
  t.regex((await repository.weir(['policy', 'build', '-e', 'weir/nothing'])).err, /POL031/);
  t.is((await repository.weir(['policy', 'build', '-e', 'weir/invocation/decision'])).code, 0);
  repository.write('bundle.tar.gz', 'no bundle');
  t.regex((await repository.weir(['policy', 'build', '-e', 'weir/invocation/decision'])).err, /POL033/);
  repository.write('plain', 'a file');
  t.regex(
    (await repository.weir(['policy', 'build', '-e', 'weir/invocation/decision', '-o', 'plain/b.tar.gz'])).err,
    /POL038/,
  );
});

test('init replaces nothing, except schemas when asked', async (t) => {
  const repository = await project(t);
  const again = await repository.weir(['policy', 'init']);
  t.is(again.code, 2);
  t.regex(again.err, /POL037/);
  repository.write('schemas/invocation.json', '{}');
  t.is((await repository.weir(['policy', 'check'])).code, 1);
  t.is((await repository.weir(['policy', 'init', '--schemas'])).code, 0);
  t.is((await repository.weir(['policy', 'check'])).code, 0);
  t.regex((await repository.weir(['explain', 'POL001'])).out, /^POL001: /);
});
