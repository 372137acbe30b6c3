import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cachedOpaPath, OPA_VERSION_PINNED } from '../../../../policies/authoring/opa.ts';
import { setupOpa, type SetupOutcome } from '../../../../policies/authoring/setup-opa.ts';
import { temporaryFolder } from './temporary.ts';

interface Set {
  readonly folder: string;
  readonly said: string[];
  readonly setup: () => SetupOutcome;
}

/** A machine whose only program is a `go` that runs this script; `$target` is the file to build. */
function machineWith(t: ExecutionContext, build: string | null): Set {
  const folder = temporaryFolder(t);
  const bin = path.join(folder, 'bin');
  const said: string[] = [];
  mkdirSync(bin);
  if (build !== null) {
    const script = [
      '#!/bin/sh',
      `echo "$*" >> ${folder}/calls`,
      'if [ "$1" = version ]; then echo go version go1.26.0; exit 0; fi',
      'target="$5"',
      build,
    ];
    writeFileSync(path.join(bin, 'go'), `${script.join('\n')}\n`, { mode: 0o755 });
  }
  const options = { env: { PATH: `${bin}:/usr/bin:/bin` }, cacheFolder: path.join(folder, 'cache') };
  const setup = (): SetupOutcome => setupOpa({ ...options, moduleFolder: folder, say: (line) => said.push(line) });
  return { folder, said, setup };
}

const OPA = (version: string): string =>
  `printf '#!/bin/sh\\necho "Version: ${version}"\\n' > "$target" && chmod +x "$target"`;

test('it is built once, put in its place whole, and kept', (t) => {
  const { folder, said, setup } = machineWith(t, OPA(OPA_VERSION_PINNED));
  const target = cachedOpaPath({ env: {}, cacheFolder: path.join(folder, 'cache') });
  const value = { path: target, version: OPA_VERSION_PINNED };
  t.deepEqual(setup(), { ok: true, value, isBuilt: true });
  t.deepEqual(readdirSync(path.dirname(target)), ['opa']);
  t.is(said.length, 1);
  t.deepEqual(setup(), { ok: true, value, isBuilt: false });
  t.is(said.length, 1);
});

test('a build that fails says why and leaves nothing behind', (t) => {
  const { folder, setup } = machineWith(t, 'echo half > "$target"; echo "checksum mismatch" >&2; exit 1');
  const outcome = setup();
  t.is(outcome.ok ? null : outcome.problem.code, 'POL007');
  t.regex(outcome.ok ? '' : outcome.problem.message, /checksum mismatch/);
  t.deepEqual(readdirSync(path.join(folder, 'cache', `opa-${OPA_VERSION_PINNED}`)), []);
});

test('without Go one message says what to install', (t) => {
  const { folder } = machineWith(t, null);
  const outcome = setupOpa({
    env: { PATH: path.join(folder, 'bin') },
    cacheFolder: path.join(folder, 'cache'),
    moduleFolder: folder,
    say: t.log,
  });
  t.is(outcome.ok ? null : outcome.problem.code, 'POL006');
  t.regex(outcome.ok ? '' : outcome.problem.help, /Install Go/);
  t.false(existsSync(path.join(folder, 'cache')));
});

test('a cache that cannot be written is said', (t) => {
  const { folder, setup } = machineWith(t, OPA(OPA_VERSION_PINNED));
  writeFileSync(path.join(folder, 'cache'), 'a file where the folder should be');
  const outcome = setup();
  t.is(outcome.ok ? null : outcome.problem.code, 'POL008');
});

test('a WEIR_OPA that cannot be used is not replaced by a build', (t) => {
  const { folder } = machineWith(t, OPA(OPA_VERSION_PINNED));
  writeFileSync(path.join(folder, 'opa'), 'nothing');
  chmodSync(path.join(folder, 'opa'), 0o755);
  const env = { PATH: path.join(folder, 'bin'), WEIR_OPA: path.join(folder, 'opa') };
  const outcome = setupOpa({ env, cacheFolder: path.join(folder, 'cache'), moduleFolder: folder, say: t.log });
  t.is(outcome.ok ? null : outcome.problem.code, 'POL002');
});
