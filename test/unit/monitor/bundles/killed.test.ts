import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { BundleStore } from '../../../../monitor/bundles/store.ts';
import { bundleFiles, RELEASE, signedBundle, valueOf } from '../../policies/bundle/bundles.ts';
import { bundleAnswer, managed, ScriptedSource, serve, temporaryFolder } from './servers.ts';

const VICTIM = path.join(import.meta.dirname, 'victim.ts');

function start(
  t: ExecutionContext,
  args: readonly string[],
): { readonly child: ChildProcess; readonly line: (text: string, count?: number) => Promise<void> } {
  const child = spawn(process.execPath, ['--no-warnings', VICTIM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const closed = once(reader, 'close');
  reader.on('line', (text) => lines.push(text));
  return {
    child,
    line: async (text, count = 1) => {
      while (lines.filter((each) => each.startsWith(text)).length < count) {
        const next = await Promise.race([once(reader, 'line'), closed.then(() => null)]);
        if (next === null) throw new Error(`it ended without saying ${text}`);
      }
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Names and bytes of a folder. */
const contentOf = (folder: string): readonly [string, string][] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]);

test('killed in the middle of a download: the store is as it was, and the next start goes on', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(await signedBundle())];
  await managed(folder, source).manager.poll();
  const before = contentOf(path.join(folder, 'clinic'));

  const next = await signedBundle(bundleFiles({}, { revision: 'clinic-8', sequence: 8 }));
  const halfSent = Promise.withResolvers<undefined>();
  let isStalling = true;
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': next.length, etag: '"8"' });
    if (!isStalling) {
      response.end(next);
      return;
    }
    response.write(next.subarray(0, next.length / 2), () => {
      halfSent.resolve(undefined);
    });
  });
  const first = start(t, ['download', folder, url.href, RELEASE.publicPem]);
  await first.line('activated clinic-7');
  await halfSent.promise;
  await kill(first.child);
  t.deepEqual(contentOf(path.join(folder, 'clinic')), before);

  isStalling = false;
  const second = start(t, ['download', folder, url.href, RELEASE.publicPem]);
  await second.line('activated clinic-7');
  await second.line('activated clinic-8');
  // The next answer is looked at after the one before is on disk.
  await second.line('confirmed clinic-8', 2);
  await kill(second.child);
  const third = managed(folder, source);
  await third.manager.load();
  t.is(third.manager.status().lastError, null);
  t.is(third.manager.status().active?.revision, 'clinic-8');
});

test('killed while a bundle is written: the old one or the new one is whole', async (t) => {
  const folder = temporaryFolder(t);
  let sequence = -1;
  for (const rounds of [1, 3, 2, 5, 4]) {
    const saving = start(t, ['save', folder]);
    await saving.line(`saved ${rounds}`);
    await kill(saving.child);
    const stored = valueOf(await new BundleStore(folder, 'clinic').load(10_000_000));
    t.not(stored, null);
    sequence = stored?.state.mark.sequence ?? -1;
    t.true(sequence >= rounds, `what was said to be on disk is there: ${sequence} after ${rounds}`);
    t.true(
      Buffer.from(stored?.archives[0] ?? [])
        .toString()
        .startsWith(`round ${sequence} `),
    );
    const left = readdirSync(path.join(folder, 'clinic')).filter((name) => name.endsWith('.tmp'));
    t.deepEqual(left, [], 'what the crash left behind is gone');
  }
});
