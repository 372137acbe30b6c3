import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cacheFolderOf } from '../../../../policies/authoring/machine-folders.ts';
import { cachedOpaPath, findOpa, OPA_OUTPUT_BYTES_MAX, runOpa } from '../../../../policies/authoring/opa.ts';

function folderOf(t: ExecutionContext): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-opa-')));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A program that answers `version` as `opa` does and does `otherwise` for everything else. */
function fakeOpa(file: string, version: string, otherwise = 'exit 0'): string {
  mkdirSync(path.dirname(file), { recursive: true });
  const script = `#!/bin/sh\nif [ "$1" = version ]; then echo "Version: ${version}"; exit 0; fi\n${otherwise}\n`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}

test('WEIR_OPA comes first, then PATH, then the cache', (t) => {
  const folder = folderOf(t);
  const named = fakeOpa(path.join(folder, 'named/my-opa'), '1.21.3');
  const onPath = fakeOpa(path.join(folder, 'bin/opa'), '1.22.0');
  const cacheFolder = path.join(folder, 'cache');
  const cached = fakeOpa(cachedOpaPath({ env: {}, cacheFolder }), '1.22.2');
  const PATH = [path.join(folder, 'nothing'), path.dirname(onPath)].join(path.delimiter);
  const find = (env: Record<string, string>): unknown => findOpa({ env, cacheFolder });
  t.deepEqual(find({ WEIR_OPA: named, PATH }), { ok: true, value: { path: named, version: '1.21.3' } });
  t.deepEqual(find({ PATH }), { ok: true, value: { path: onPath, version: '1.22.0' } });
  t.deepEqual(find({}), { ok: true, value: { path: cached, version: '1.22.2' } });
});

test('versions that are too old, unknown or of another major are passed over', (t) => {
  const folder = folderOf(t);
  const PATH = ['1.21.2', '0.70.0', '2.0.0', 'devel', '1.21.4']
    .map((version) => path.dirname(fakeOpa(path.join(folder, version, 'opa'), version)))
    .join(path.delimiter);
  const found = findOpa({ env: { PATH }, cacheFolder: folder });
  t.deepEqual(found, { ok: true, value: { path: path.join(folder, '1.21.4/opa'), version: '1.21.4' } });
  const old = findOpa({ env: { PATH: path.join(folder, '1.21.2') }, cacheFolder: folder });
  t.is(old.ok ? null : old.problem.code, 'POL001');
  t.regex(old.ok ? '' : old.problem.message, /1\.21\.2\/opa` is version 1\.21\.2; 1\.21\.3 or later is needed/);
});

test('without any, the message says what to do', (t) => {
  const found = findOpa({ env: { PATH: '' }, cacheFolder: folderOf(t) });
  t.is(found.ok ? null : found.problem.code, 'POL001');
  t.regex(found.ok ? '' : found.problem.help, /npm run setup:opa/);
});

test('a WEIR_OPA that cannot be used is said, and nothing else is tried', (t) => {
  const folder = folderOf(t);
  const onPath = fakeOpa(path.join(folder, 'bin/opa'), '1.22.0');
  const broken = path.join(folder, 'broken');
  writeFileSync(broken, 'no program', { mode: 0o755 });
  for (const WEIR_OPA of [path.join(folder, 'none'), broken, fakeOpa(path.join(folder, 'old'), '1.2.3')]) {
    const found = findOpa({ env: { WEIR_OPA, PATH: path.dirname(onPath) }, cacheFolder: folder });
    t.is(found.ok ? null : found.problem.code, 'POL002', WEIR_OPA);
  }
});

test('entries of PATH that are not absolute are not searched', (t) => {
  const found = findOpa({ env: { PATH: ['.', 'bin', ''].join(path.delimiter) }, cacheFolder: folderOf(t) });
  t.is(found.ok ? null : found.problem.code, 'POL001');
});

test('the cache is where the system keeps caches', (t) => {
  t.is(cacheFolderOf({ XDG_CACHE_HOME: '/var/tmp/x', HOME: '/h' }, 'linux'), '/var/tmp/x/weir');
  t.is(cacheFolderOf({ XDG_CACHE_HOME: 'relative', HOME: '/h' }, 'linux'), '/h/.cache/weir');
  t.is(cacheFolderOf({ HOME: '/h' }, 'darwin'), '/h/Library/Caches/weir');
  t.is(cacheFolderOf({ LOCALAPPDATA: '/l' }, 'win32'), '/l/weir');
});

test('a run gives code, output and input, without settings of opa from the environment', async (t) => {
  const folder = folderOf(t);
  process.env['OPA_EVAL_FORMAT'] = 'pretty';
  const file = fakeOpa(path.join(folder, 'opa'), '1.22.2', 'cat; echo "$OPA_EVAL_FORMAT$1" >&2; pwd; exit 3');
  const run = await runOpa({ path: file, version: '1.22.2' }, ['eval'], {
    cwd: folder,
    timeoutMs: 10_000,
    input: 'hi\n',
  });
  t.deepEqual(run, { code: 3, stdout: `hi\n${folder}\n`, stderr: 'eval\n', problem: null });
});

test('a run that is late, writes too much or does not start is a problem with a code', async (t) => {
  const folder = folderOf(t);
  const run = async (otherwise: string, timeoutMs: number): ReturnType<typeof runOpa> => {
    const file = fakeOpa(path.join(folder, `opa-${timeoutMs}`), '1.22.2', otherwise);
    return runOpa({ path: file, version: '1.22.2' }, ['check', '.'], { cwd: folder, timeoutMs });
  };
  const late = await run('exec sleep 600', 200);
  t.is(late.problem?.code, 'POL003');
  t.is(late.code, null);
  t.regex(late.problem?.message ?? '', /`opa check` did not end within 200 ms/);
  const endless = await run(`exec head -c ${OPA_OUTPUT_BYTES_MAX + 1} /dev/zero`, 60_000);
  t.is(endless.problem?.code, 'POL004');
  t.true(endless.stdout.length <= OPA_OUTPUT_BYTES_MAX);
  t.is((await run('kill -9 $$', 30_000)).problem?.code, 'POL005');
  const options = { cwd: folder, timeoutMs: 10_000 };
  t.is((await runOpa({ path: path.join(folder, 'gone'), version: '1.22.2' }, [], options)).problem?.code, 'POL005');
});
