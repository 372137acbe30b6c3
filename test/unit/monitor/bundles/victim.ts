import { createHash } from 'node:crypto';
import { NO_CREDENTIALS } from '../../../../monitor/bundles/credentials.ts';
import { httpSource } from '../../../../monitor/bundles/http-source.ts';
import { BundleManager } from '../../../../monitor/bundles/manager.ts';
import { BundleStore } from '../../../../monitor/bundles/store.ts';
import { parseVerification } from '../../../../policies/bundle/verification.ts';

/**
 * A process for the tests to kill. `download <store> <url> <public key>` runs a manager; `save <store>` writes one bundle after the other and says which
 * are on disk.
 */
const [command, store = '', url = '', publicKey = ''] = process.argv.slice(2);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function download(): Promise<void> {
  const verification = parseVerification({
    keys: { release: { algorithm: 'EdDSA', key: publicKey } },
    signing: { keyid: 'release' },
  });
  if (!verification.ok) throw new Error(verification.refusal.message);
  const manager = new BundleManager({
    name: 'clinic',
    source: httpSource({ url: new URL(url), files: NO_CREDENTIALS }),
    verification: verification.value,
    storeFolder: store,
    polling: { minDelayMs: 1, maxDelayMs: 1, longPollSeconds: null },
    maxStalenessMs: null,
    activate: () => Promise.resolve({ ok: true }),
    report: (event) => {
      say(`${event.kind} ${'revision' in event ? event.revision : ''}`);
    },
    clock: { nowMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() },
    random: Math.random,
  });
  await manager.start();
  // The pauses between polls do not keep a process alive; in the monitor its doors do.
  setInterval(() => undefined, 60_000);
}

async function save(): Promise<void> {
  const kept = new BundleStore(store, 'clinic');
  for (let round = 0; ; round += 1) {
    const bytes = Buffer.alloc(3_000_000, `round ${round} `);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const saved = await kept.save(
      {
        archives: [sha256],
        mark: { sequence: round, revision: String(round), digest: sha256 },
        confirmedAtMs: round,
        address: 'test',
        etag: null,
        lastModified: null,
      },
      bytes,
    );
    if (!saved.ok) throw new Error(saved.refusal.message);
    say(`saved ${round}`);
  }
}

await (command === 'save' ? save() : download());
