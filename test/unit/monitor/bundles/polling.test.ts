import { readdirSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { JsonValue } from '../../../../model/json.ts';
import type { VerifiedBundle } from '../../../../policies/bundle/types.ts';
import type { PollOutcome } from '../../../../monitor/bundles/manager.ts';
import { bundleFiles, manifest, signedBundle, text } from '../../policies/bundle/bundles.ts';
import { bundleAnswer, managed, ScriptedSource, temporaryFolder, TestClock, UNREACHABLE } from './servers.ts';

const at = (sequence: number, data = '{}'): Promise<Uint8Array> =>
  signedBundle(bundleFiles({ 'data.json': data }, { sequence, revision: `clinic-${sequence}` }));

const deltaTo = (sequence: number, operations: JsonValue, from = sequence - 1): Promise<Uint8Array> =>
  signedBundle([
    { path: 'patch.json', content: text(JSON.stringify({ data: operations })) },
    manifest({
      revision: `clinic-${sequence}`,
      sequence,
      weir: { base: { revision: `clinic-${from}`, sequence: from } },
    }),
  ]);

const SEVEN = await at(7);
const EIGHT = await at(8);

function failedPoll(t: ExecutionContext, outcome: PollOutcome, code: string): void {
  t.is(outcome.kind === 'failed' ? outcome.refusal.code : outcome.kind, code);
}
test('deltas apply to what is in force, are kept, and are applied again at the start', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  const bundles: VerifiedBundle[] = [];
  const activate = (bundle: VerifiedBundle) => {
    bundles.push(bundle);
    return Promise.resolve({ ok: true as const });
  };
  source.answers = [
    bundleAnswer(SEVEN, { etag: '"7"' }),
    bundleAnswer(await deltaTo(8, [{ op: 'upsert', path: '/clinic/open', value: true }]), { etag: '"8"' }),
    bundleAnswer(await deltaTo(9, [{ op: 'replace', path: '/clinic/open', value: false }]), { etag: '"9"' }),
  ];
  const { manager } = managed(folder, source, { activate });
  for (let index = 0; index < 3; index += 1) t.deepEqual(await manager.poll(), { kind: 'activated' });
  const data = '{"clinic":{"beds":[1.0,1e3,-0,12345678901234567890],"open":false}}';
  t.is(Buffer.from(bundles.at(-1)?.data ?? []).toString(), data);

  const second = managed(folder, source, { activate });
  await second.manager.load();
  t.is(second.manager.status().active?.sequence, 9);
  t.is(Buffer.from(bundles.at(-1)?.data ?? []).toString(), data);
  t.is(bundles.length, 4);

  // A snapshot with what is in force already replaces the chain without another trial.
  const whole = await signedBundle(
    bundleFiles(
      { 'data.json': '{}', 'clinic/data.json': '{"open":false,"beds":[1.0,1e3,-0,12345678901234567890]}' },
      { sequence: 9, revision: 'clinic-9', weir: { base: { revision: 'clinic-8', sequence: 8 } } },
    ),
  );
  source.answers = [bundleAnswer(whole)];
  t.deepEqual(await second.manager.poll(), { kind: 'unchanged' });
  t.is(bundles.length, 4);
  t.is(readdirSync(path.join(folder, 'clinic')).filter((name) => name.endsWith('.tar.gz')).length, 1);
});

test('a delta that does not fit is followed by a request for the whole', async (t) => {
  const source = new ScriptedSource();
  source.answers = [
    bundleAnswer(SEVEN, { etag: '"7"' }),
    bundleAnswer(await deltaTo(9, [{ op: 'upsert', path: '/clinic/open', value: true }], 8), { etag: '"9"' }),
    bundleAnswer(await at(9), { etag: '"9"' }),
    { kind: 'unchanged' },
  ];
  const { manager } = managed(temporaryFolder(t), source);
  await manager.poll();
  failedPoll(t, await manager.poll(), 'BND052');
  t.is(manager.status().active?.sequence, 7);
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  await manager.poll();
  t.deepEqual(
    source.asked.map(({ etag, acceptsDelta }) => [etag, acceptsDelta]),
    [
      [null, false],
      ['"7"', true],
      [null, false],
      ['"9"', true],
    ],
  );
});

test('a replayed delta, and an unsigned one, change nothing', async (t) => {
  const source = new ScriptedSource();
  const opening = await deltaTo(8, [{ op: 'upsert', path: '/clinic/open', value: true }]);
  const { writeBundle } = await import('../../../../policies/bundle/write.ts');
  const unsigned = await writeBundle([
    { path: 'patch.json', content: text('{"data":[{"op":"upsert","path":"/clinic/open","value":true}]}') },
  ]);
  source.answers = [
    bundleAnswer(SEVEN),
    bundleAnswer(opening),
    bundleAnswer(await deltaTo(9, [{ op: 'replace', path: '/clinic/open', value: false }])),
    bundleAnswer(opening),
    bundleAnswer(unsigned.ok ? unsigned.value : new Uint8Array()),
  ];
  const { manager } = managed(temporaryFolder(t), source);
  for (let index = 0; index < 3; index += 1) await manager.poll();
  failedPoll(t, await manager.poll(), 'BND052');
  failedPoll(t, await manager.poll(), 'BND030');
  t.is(manager.status().active?.sequence, 9);
});

test('an ETag is a hint: other bytes under the same one are looked at', async (t) => {
  const source = new ScriptedSource();
  source.answers = [
    bundleAnswer(SEVEN, { etag: '"same"' }),
    bundleAnswer(SEVEN, { etag: '"same"' }),
    bundleAnswer(EIGHT, { etag: '"same"' }),
    bundleAnswer(await at(8, '{"forged":true}'), { etag: '"same"' }),
  ];
  const { manager, activated } = managed(temporaryFolder(t), source);
  await manager.poll();
  t.deepEqual(await manager.poll(), { kind: 'unchanged' });
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  failedPoll(t, await manager.poll(), 'BND061');
  t.deepEqual(activated, ['clinic-7', 'clinic-8']);
});

test('validators are not sent to another source', async (t) => {
  const folder = temporaryFolder(t);
  const source = new ScriptedSource();
  source.answers = [bundleAnswer(SEVEN, { etag: '"7"' })];
  await managed(folder, source).manager.poll();
  const other = new (class extends ScriptedSource {
    override readonly address = 'https://elsewhere.example/clinic.tar.gz';
  })();
  other.answers = [{ kind: 'unchanged' }];
  const { manager } = managed(folder, other);
  await manager.load();
  await manager.poll();
  t.is(other.asked[0]?.etag, null);
});

test('the loop polls with pauses, doubles them after failures, and stops', async (t) => {
  const source = new ScriptedSource();
  const waits: number[] = [];
  source.answers = [
    UNREACHABLE,
    UNREACHABLE,
    { ...UNREACHABLE, retryAfterMs: 300_000 } as typeof UNREACHABLE,
    bundleAnswer(SEVEN),
    { kind: 'unchanged' },
  ];
  const done = Promise.withResolvers<undefined>();
  const { manager } = managed(temporaryFolder(t), source, {
    wait: (ms, signal) => {
      waits.push(ms);
      if (waits.length < 5) return Promise.resolve();
      done.resolve(undefined);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
  });
  await manager.start();
  await done.promise;
  t.deepEqual(waits, [750, 1_500, 300_000, 90_000, 90_000]);
  await manager.stop();
  t.is(source.asked.length, 5);
});

test('long polling: only with servers that answer it, and never in a hurry', async (t) => {
  const source = new ScriptedSource();
  const clock = new TestClock();
  const waits: number[] = [];
  const done = Promise.withResolvers<undefined>();
  const held = (): { readonly kind: 'unchanged' } => {
    clock.pass(30_000);
    return { kind: 'unchanged' };
  };
  source.answers = [
    bundleAnswer(SEVEN, { isLongPolling: true }),
    held,
    { kind: 'unchanged' },
    bundleAnswer(EIGHT, { isLongPolling: true }),
    bundleAnswer(await at(9), { isLongPolling: false }),
    { kind: 'unchanged' },
  ];
  const { manager } = managed(temporaryFolder(t), source, {
    clock,
    polling: { minDelayMs: 60_000, maxDelayMs: 120_000, longPollSeconds: 30 },
    wait: (ms) => {
      waits.push(ms);
      if (waits.length < 6) return Promise.resolve();
      done.resolve(undefined);
      return manager.stop();
    },
  });
  await manager.start();
  await done.promise;
  t.deepEqual(
    source.asked.map(({ waitSeconds }) => waitSeconds),
    [null, 30, 30, 30, 30, null],
  );
  t.deepEqual(waits, [90_000, 100, 90_000, 100, 90_000, 90_000]);
});

test('a defect of ours ends a poll, not the polling', async (t) => {
  const source = new ScriptedSource();
  source.answers = [
    bundleAnswer(SEVEN),
    () => {
      throw new TypeError('x is not a function');
    },
    { kind: 'unchanged' },
  ];
  const { manager } = managed(temporaryFolder(t), source);
  await manager.poll();
  failedPoll(t, await manager.poll(), 'BND084');
  t.deepEqual(await manager.poll(), { kind: 'unchanged' });
});

test('one poll at a time', async (t) => {
  const source = new ScriptedSource();
  const gate = Promise.withResolvers<undefined>();
  source.answers = [
    async () => {
      await gate.promise;
      return bundleAnswer(SEVEN);
    },
  ];
  const { manager } = managed(temporaryFolder(t), source);
  const polls = [manager.poll(), manager.poll()];
  gate.resolve(undefined);
  t.deepEqual(await Promise.all(polls), [{ kind: 'activated' }, { kind: 'activated' }]);
  t.is(source.asked.length, 1);
});

test('a chain of deltas is bounded', async (t) => {
  const source = new ScriptedSource();
  const { manager } = managed(temporaryFolder(t), source);
  source.answers = [bundleAnswer(SEVEN, { etag: '"7"' })];
  await manager.poll();
  for (let sequence = 8; sequence < 8 + 32; sequence += 1) {
    source.answers = [
      bundleAnswer(await deltaTo(sequence, [{ op: 'upsert', path: '/clinic/n', value: sequence }]), { etag: 'x' }),
    ];
    t.deepEqual(await manager.poll(), { kind: 'activated' });
  }
  source.answers = [bundleAnswer(await at(40), { etag: '"40"' })];
  t.deepEqual(await manager.poll(), { kind: 'activated' });
  t.is(source.asked.at(-1)?.acceptsDelta, false);
  t.is(source.asked.at(-1)?.etag, null);
  await manager.poll();
  t.is(source.asked.at(-1)?.acceptsDelta, true);
});
