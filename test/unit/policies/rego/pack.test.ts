import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runOpa, type OpaRun } from '../../../../policies/authoring/opa.ts';
import { PACK_ARGUMENTS } from '../../../support/rego-pack.ts';
import { generatePolicyFiles } from '../../../tools/generate-policy-pages.ts';
import { PACK, policyFolders, readExamples, readPolicyMetadata } from '../../../tools/policy-folders.ts';
import { opaOfTests, temporaryFolder } from '../authoring/temporary.ts';

const OPA = opaOfTests();
const SCHEMAS = path.resolve(PACK, '../schemas');
const run = async (args: readonly string[], cwd = PACK): Promise<OpaRun> =>
  runOpa(OPA, args, { cwd, timeoutMs: 120_000 });

test('the pack is formatted', async (t) => {
  const { code, stdout, stderr } = await run(['fmt', '--list', '.']);
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
});

test('the pack passes the strict check against the schemas', async (t) => {
  const { code, stdout, stderr } = await run(['check', '--strict', '--schema', SCHEMAS, ...PACK_ARGUMENTS]);
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
});

test('the check refuses misspelt paths of the input and of the data tables', async (t) => {
  const folder = temporaryFolder(t);
  cpSync(PACK, folder, { recursive: true });
  const misspell = (file: string, text: string, wrong: string): void => {
    const before = readFileSync(path.join(folder, file), 'utf8');
    t.true(before.includes(text), file);
    writeFileSync(path.join(folder, file), before.replace(text, wrong));
  };
  misspell(
    'invocation/require-rate/policy.rego',
    'input.weir.function.admittedPerMinute',
    'input.weir.function.perMinute',
  );
  misspell('invocation/no-blind-node/policy.rego', 'limits.denyWhenBlind', 'limits.denyWhenBlnd');
  const { code, stderr } = await run(['check', '--strict', '--schema', SCHEMAS, '--bundle', folder], folder);
  t.is(code, 1);
  t.regex(stderr, /require-rate\/policy\.rego.*undefined ref: input\.weir\.function\.perMinute/);
  t.regex(stderr, /no-blind-node\/policy\.rego.*undefined ref: data\.weir\.limits\.denyWhenBlnd/);
});

interface Coverage {
  readonly files: Readonly<
    Record<string, { readonly not_covered?: readonly { readonly start: { readonly row: number } }[] }>
  >;
}

test('the tests of the pack pass and cover every line', async (t) => {
  const tested = await run(['test', ...PACK_ARGUMENTS]);
  t.is(tested.code, 0, tested.stdout + tested.stderr);
  t.regex(tested.stdout, /^PASS: \d+\/\d+\s*$/);
  const covered = await run(['test', '--coverage', ...PACK_ARGUMENTS]);
  const { files } = JSON.parse(covered.stdout) as Coverage;
  const missed = Object.entries(files).flatMap(([file, { not_covered: lines = [] }]) =>
    file.endsWith('_test.rego') ? [] : lines.map(({ start }) => `${file}:${start.row}`),
  );
  t.deepEqual(missed, []);
});

test('every policy has metadata, tests of each kind, examples and a page of its own', (t) => {
  const policies = policyFolders().map(readPolicyMetadata);
  t.true(policies.length > 30);
  for (const { folder, packageName, id } of policies) {
    const [area = '', slug = ''] = folder.split('/');
    const expected = area === 'system' ? `system.${slug}` : `weir.policies.${area}.${slug.replaceAll('-', '_')}`;
    t.is(packageName, expected, folder);
    const text = readFileSync(path.join(PACK, folder, 'policy_test.rego'), 'utf8');
    for (const kind of ['ok', 'bad', 'undecided', 'boundary']) {
      // Whole inputs either are complete or are not known to be.
      t.regex(text, new RegExp(`^test_${kind}_`, 'm'), `${folder} has no ${kind} test`);
    }
    const names = readExamples(folder).map(({ name }) => name);
    t.true(names.length >= 2, folder);
    t.is(new Set(names).size, names.length, folder);
    t.regex(id, /^WEIR-/);
  }
});

test('an id stands for one promise', (t) => {
  const byId = Map.groupBy(policyFolders().map(readPolicyMetadata), ({ id }) => id);
  for (const [id, policies] of byId) {
    const areas = policies.map(({ folder }) => folder.split('/')[0]);
    t.is(new Set(areas).size, areas.length, `${id} is used twice in an area`);
    t.is(new Set(policies.map(({ severity }) => severity)).size, 1, `${id} has two severities`);
    const isRunTime = id.startsWith('WEIR-RUN-');
    const rules = path.resolve(PACK, '../../rules/README.md');
    t.is(readFileSync(rules, 'utf8').includes(`[${id}]`), !isRunTime, `${id} is no id of a rule`);
  }
});

test('nothing in the pack needs what the Wasm host would have to provide, and no rule matches patterns', (t) => {
  // These are not compiled into the module; each call would leave it, and what comes back is the host's.
  const foreign =
    /\b(sprintf|regex\.|glob\.|time\.\w+\(|http\.send|io\.jwt|crypto\.|rand\.|opa\.runtime|object\.subset|json\.patch|yaml\.)/;
  const files = readdirSync(PACK, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.rego') && !name.endsWith('_test.rego'),
  );
  for (const file of files) {
    const code = readFileSync(path.join(PACK, file), 'utf8').replaceAll(/^\s*#.*$/gm, '');
    t.notRegex(code, foreign, file);
  }
});

test('generated files are what the generator makes', (t) => {
  for (const [file, text] of Object.entries(generatePolicyFiles())) {
    t.true(existsSync(path.join(PACK, file)), `run \`node test/tools/generate-policy-pages.ts\`: ${file}`);
    t.is(
      readFileSync(path.join(PACK, file), 'utf8'),
      text,
      `run \`node test/tools/generate-policy-pages.ts\`: ${file}`,
    );
  }
});
