import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { HOST_BUILTINS } from '../../../../policies/authoring/host-builtins.ts';
import { OPA_VERSION_PINNED, runOpa } from '../../../../policies/authoring/opa.ts';
import { generateCapabilities } from '../../../tools/generate-capabilities.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const FILE = path.resolve(import.meta.dirname, '../../../../policies/authoring/capabilities.json');
const OPA = opaOfTests();
const read = (): string => readFileSync(FILE, 'utf8');

test('the capabilities are what opa and our host give', async (t) => {
  if (OPA.version !== OPA_VERSION_PINNED) {
    t.log(`skipped: the file is made with opa ${OPA_VERSION_PINNED}, this is ${OPA.version}`);
    t.pass();
    return;
  }
  t.is(read(), await generateCapabilities(OPA, HOST_BUILTINS), 'run `node test/tools/generate-capabilities.ts`');
});

test('nothing that reaches outside, or that differs from run to run, is a capability', (t) => {
  const { builtins } = JSON.parse(read()) as { builtins: { name: string }[] };
  const names = new Set(builtins.map(({ name }) => name));
  const outside = ['http.send', 'net.lookup_ip_addr', 'opa.runtime', 'rand.intn', 'uuid.rfc4122', 'rego.parse_module'];
  t.deepEqual(
    outside.filter((name) => names.has(name)),
    [],
  );
  for (const name of ['object.get', 'sprintf', 'time.now_ns', 'regex.match', ...HOST_BUILTINS])
    t.true(names.has(name), name);
});

test('opa check and opa build refuse what is no capability', async (t) => {
  const folder = temporaryFolder(t, {
    'good.rego': 'package p\n\nallow if sprintf("%d", [count(input.x)]) == $"{input.y}"\n',
    'bad.rego': 'package p\n\nallow if http.send({"url": input.url}).status_code == 200\n',
  });
  const run = async (...args: string[]): Promise<number | null> =>
    (await runOpa(OPA, [...args, '--capabilities', FILE], { cwd: folder, timeoutMs: 60_000 })).code;
  const build = ['build', '-t', 'wasm', '-e', 'p/allow', '-o', 'b.tar.gz'];
  t.is(await run('check', 'good.rego'), 0);
  t.is(await run(...build, 'good.rego'), 0);
  t.not(await run('check', 'bad.rego'), 0);
  t.not(await run(...build, 'bad.rego'), 0);
});
