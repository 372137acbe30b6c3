import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AGE_UNKNOWN } from '../../../../monitor/bundles/age.ts';
import type { PollOutcome } from '../../../../monitor/bundles/manager.ts';
import {
  bundleFiles,
  ecKeys,
  edKeys,
  NOW_MS,
  signedBundle,
  signingKey,
  verification,
} from '../../policies/bundle/bundles.ts';
import { bundleAnswer, managed, ScriptedSource, temporaryFolder, UNREACHABLE } from './servers.ts';

const at = (sequence: number, data = '{}'): Promise<Uint8Array> =>
  signedBundle(bundleFiles({ 'data.json': data }, { sequence, revision: `clinic-${sequence}` }));

const SEVEN = await at(7);
const EIGHT = await at(8);

function failedPoll(t: ExecutionContext, outcome: PollOutcome, code: string): void {
  t.is(outcome.kind === 'failed' ? outcome.refusal.code : outcome.kind, code);
}

test('takes a bundle, confirms it, and takes the next', async (t) => {
  const source = new ScriptedSource();
  const { manager, activated, clock, events } = managed(temporaryFolder(t), source);
  t.is(manager.status().active, null);
  t.is(manager.status().ageMs, AGE_UNKNOWN);
  source.answers = [bundleAnswer(SEVEN, { etag: '"7"' }), { kind: 'unchanged' }, bundleAnswer(EIGHT, { etag: '"8"' })];
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  clock.pass(5_000);
  t.is(manager.status().ageMs, 5_000);
  t.deepEqual(await manager.poll(), { kind: 'unchanged' });
  t.is(manager.status().ageMs, 0);
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  t.deepEqual(activated, ['clinic-7', 'clinic-8']);
  t.deepEqual(
    source.asked.map(({ etag, acceptsDelta }) => [etag, acceptsDelta]),
    [
      [null, false],
      ['"7"', true],
      ['"7"', true],
    ],
  );
  const status = manager.status();
  t.is(status.active?.revision, 'clinic-8');
  t.is(status.active?.sequence, 8);
  t.is(status.active?.keyId, 'release');
  t.is(status.active?.from, 'source');
  t.is(status.active?.activatedAtMs, NOW_MS + 5_000);
  t.is(status.confirmedAtMs, NOW_MS + 5_000);
  t.is(status.lastError, null);
  t.deepEqual(status.counts, { polls: 3, confirmed: 3, activated: 2, refused: 0, failed: 0 });
  t.deepEqual(
    events.map(({ kind }) => kind),
    ['activated', 'confirmed', 'confirmed', 'activated', 'confirmed'],
  );
});

test('rollback is refused, also after a restart', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  const first = managed(folder, source);
  source.answers = [bundleAnswer(EIGHT), bundleAnswer(SEVEN), bundleAnswer(await at(8, '{"weir":5}'))];
  await first.manager.poll();
  failedPoll(t, await first.manager.poll(), 'BND060');
  failedPoll(t, await first.manager.poll(), 'BND061');
  t.is(first.manager.status().active?.revision, 'clinic-8');
  t.is(first.manager.status().lastError?.code, 'BND061');

  const second = managed(folder, source);
  source.answers = [bundleAnswer(SEVEN)];
  await second.manager.load();
  failedPoll(t, await second.manager.poll(), 'BND060');
  t.deepEqual(second.activated, ['clinic-8']);

  // The kept bytes are gone, the mark is not.
  for (const name of readdirSync(path.join(folder, 'clinic'))) {
    if (name.endsWith('.tar.gz')) rmSync(path.join(folder, 'clinic', name));
  }
  const third = managed(folder, source);
  await third.manager.load();
  t.is(third.manager.status().lastError?.code, 'BND080');
  failedPoll(t, await third.manager.poll(), 'BND060');
  t.is(third.manager.status().active, null);
});

test('rollback by revision, and without protection, only when written', async (t) => {
  const revision = (name: string) => signedBundle(bundleFiles({}, { revision: name, sequence: null }));
  const answers = [bundleAnswer(await revision('v1.10')), bundleAnswer(await revision('v1.9'))];
  for (const [rollback, second] of [
    ['sequence', 'BND046'],
    ['revision-order', 'BND060'],
    ['allow', 'activated'],
  ] as const) {
    const source = new ScriptedSource();
    source.answers = [...answers];
    const { manager } = managed(temporaryFolder(t), source, { verification: verification({ rollback }) });
    await manager.poll();
    failedPoll(t, await manager.poll(), second);
  }
});

test('what fails its trial does not replace what works', async (t) => {
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN, { etag: '"7"' }), bundleAnswer(EIGHT, { etag: '"8"' })];
  const outcomes: (() => Promise<{ ok: true } | { ok: false; reason: string }>)[] = [
    () => Promise.resolve({ ok: true }),
    () => Promise.resolve({ ok: false, reason: 'the entry point is undefined' }),
    () => Promise.reject(new Error('out of memory')),
    () => new Promise(() => undefined),
    () => Promise.resolve({ ok: true }),
  ];
  const { manager, clock } = managed(temporaryFolder(t), source, {
    activate: () => outcomes.shift()?.() ?? Promise.reject(new Error('asked too often')),
    activationTimeoutMs: 20,
  });
  await manager.poll();
  clock.pass(1_000);
  for (const reason of ['the entry point is undefined', 'out of memory', 'did not end in time']) {
    const outcome = await manager.poll();
    failedPoll(t, outcome, 'BND063');
    t.true(manager.status().lastError?.message.includes(reason));
    t.is(manager.status().active?.revision, 'clinic-7');
    t.is(manager.status().ageMs, 1_000, 'a bundle that fails confirms nothing');
    t.is(source.asked.at(-1)?.etag, '"7"', 'the server is not told that we have what we refused');
  }
  t.deepEqual(await manager.poll(), { kind: 'activated' });
});

test('starts offline with the last good bundle', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN, { etag: '"7"', lastModified: 'then' })];
  const { manager, clock } = managed(folder, source);
  await manager.poll();
  clock.pass(60_000);

  source.answers = [UNREACHABLE];
  const second = managed(folder, source, { clock, maxStalenessMs: 90_000 });
  await second.manager.load();
  t.is(second.manager.status().active?.from, 'store');
  t.is(second.manager.status().ageMs, 60_000);
  failedPoll(t, await second.manager.poll(), 'BND070');
  t.is(source.asked.at(-1)?.etag, '"7"', 'the validator of the kept bundle is still good');
  t.is(source.asked.at(-1)?.lastModified, 'then');
  t.is(second.manager.status().active?.revision, 'clinic-7');
  t.false(second.manager.status().isStale);
  clock.pass(31_000);
  t.true(second.manager.status().isStale);
  await second.manager.poll();
  await second.manager.poll();
  t.deepEqual(
    second.events.filter(({ kind }) => kind === 'stale'),
    [{ kind: 'stale', ageMs: 91_000 }],
    'said once',
  );
  source.answers = [{ kind: 'unchanged' }];
  await second.manager.poll();
  t.false(second.manager.status().isStale);
});

test('the wall clock makes nothing older or younger', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN)];
  const { manager, clock } = managed(folder, source, { maxStalenessMs: 60_000 });
  await manager.poll();
  for (const jumpMs of [-10 * 365 * 86_400_000, 20 * 365 * 86_400_000, -5 * 86_400_000]) {
    clock.wallMs += jumpMs;
    t.is(manager.status().ageMs, 0);
    t.false(manager.status().isStale);
  }
  clock.monotonicMs += 61_000;
  t.true(manager.status().isStale);

  // Across a restart the wall clock is all there is; before the confirmation it says nothing.
  clock.wallMs = NOW_MS - 1;
  const second = managed(folder, source, { clock, maxStalenessMs: 60_000 });
  await second.manager.load();
  t.is(second.manager.status().active?.revision, 'clinic-7', 'it runs');
  t.is(second.manager.status().ageMs, AGE_UNKNOWN);
  t.true(second.manager.status().isStale, 'but its age is not known');
});

test('keys expire for what is kept too, and what runs goes on', async (t) => {
  const folder = temporaryFolder(t);
  const pair = edKeys();
  const source = new ScriptedSource();
  const bytes = await signedBundle(bundleFiles(), signingKey(pair));
  source.answers = [bundleAnswer(bytes)];
  const options = {
    verification: verification({
      keys: { release: { algorithm: 'EdDSA', key: pair.publicPem, notAfter: new Date(NOW_MS + 1_000).toISOString() } },
    }),
  };
  const { manager, clock } = managed(folder, source, options);
  await manager.poll();
  clock.wallMs += 2_000;
  t.deepEqual(await manager.poll(), { kind: 'unchanged' });
  t.is(manager.status().active?.revision, 'clinic-7');
  const second = managed(folder, source, { ...options, clock });
  await second.manager.load();
  t.is(second.manager.status().active, null);
  t.is(second.manager.status().lastError?.code, 'BND033');
  failedPoll(t, await second.manager.poll(), 'BND033');
  clock.wallMs -= 2_000;
  t.deepEqual(await second.manager.poll(), { kind: 'activated' });
});

test('a kept bundle is verified like one from the source', async (t) => {
  const kept = async (change: (folder: string, archive: string) => void, code: string | null): Promise<void> => {
    const folder = temporaryFolder(t);
    const source = new ScriptedSource();
    source.answers = [bundleAnswer(SEVEN)];
    await managed(folder, source).manager.poll();
    const own = path.join(folder, 'clinic');
    const archive = readdirSync(own).find((name) => name.endsWith('.tar.gz')) ?? '';
    change(own, path.join(own, archive));
    const { manager, activated } = managed(folder, source);
    await manager.load();
    t.is(manager.status().lastError?.code ?? null, code);
    t.is(manager.status().active === null, code !== null && code !== 'BND081');
    // The source is asked next, and heals.
    t.true((await manager.poll()).kind !== 'failed');
    t.is(activated.length, 1);
    const healed = managed(folder, source);
    await healed.manager.load();
    t.is(healed.manager.status().lastError, null);
    t.is(healed.manager.status().active?.revision, 'clinic-7');
  };
  const renamed = async (bytes: Uint8Array): Promise<(own: string, archive: string) => void> => {
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return (own, archive) => {
      writeFileSync(path.join(own, `${sha256}.tar.gz`), bytes);
      const state = readFileSync(path.join(own, 'state.json'), 'utf8');
      writeFileSync(path.join(own, 'state.json'), state.replace(path.basename(archive, '.tar.gz'), sha256));
    };
  };
  await kept(() => undefined, null);
  await kept((_, archive) => {
    const bytes = readFileSync(archive);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(archive, bytes);
  }, 'BND080');
  await kept((_, archive) => {
    rmSync(archive);
  }, 'BND080');
  await kept((_, archive) => {
    writeFileSync(archive, readFileSync(archive).subarray(0, 100));
  }, 'BND080');
  await kept((own) => {
    writeFileSync(path.join(own, 'state.json'), '{"schema":');
  }, 'BND081');
  // Replaced together with its name: the signature and the order decide.
  await kept(await renamed(await signedBundle(bundleFiles(), signingKey(ecKeys(), 'ES256'))), 'BND034');
  await kept(await renamed(await at(6)), 'BND060');
});

test('the store belongs to the user of the monitor', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN)];
  mkdirSync(path.join(folder, 'clinic'));
  chmodSync(path.join(folder, 'clinic'), 0o777);
  const { manager } = managed(folder, source);
  await manager.poll();
  t.is(statSync(path.join(folder, 'clinic')).mode & 0o777, 0o700);
  for (const name of readdirSync(path.join(folder, 'clinic'))) {
    t.is(statSync(path.join(folder, 'clinic', name)).mode & 0o777, 0o600, name);
  }
  const odd = managed(folder, source, { name: '../../etc' });
  await odd.manager.poll();
  t.deepEqual(readdirSync(folder).length, 2, 'a name stays in the folder');
});

test('a store that cannot be used is said, and the bundle decides all the same', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'clinic'), 'a file where the folder should be');
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN)];
  const { manager, events } = managed(folder, source);
  await manager.load();
  t.is(manager.status().lastError?.code, 'BND082');
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  t.is(manager.status().lastError?.code, 'BND082');
  t.is(events.at(-1)?.kind, 'failed');
  const { symlinkSync } = await import('node:fs');
  symlinkSync(temporaryFolder(t), path.join(folder, 'linked'));
  const linked = managed(folder, source, { name: 'linked' });
  await linked.manager.load();
  t.is(linked.manager.status().lastError?.code, 'BND083');
});
