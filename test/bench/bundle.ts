import { generateKeyPairSync } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseSigningKey, type BundleFile } from '../../policies/bundle/sign.ts';
import { parseVerification } from '../../policies/bundle/verification.ts';
import { verifyBundle } from '../../policies/bundle/verify.ts';
import { writeSignedBundle } from '../../policies/bundle/write.ts';
import { machine } from './measure.ts';

/** Verifications that are timed for one figure. */
const RUNS = 40;
/** Bytes of the module, about those of the default pack. */
const MODULE_BYTES = 300_000;

const pair = generateKeyPairSync('ed25519');
const key = parseSigningKey({
  id: 'bench',
  algorithm: 'EdDSA',
  key: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
});
const verification = parseVerification({
  keys: { bench: { algorithm: 'EdDSA', key: String(pair.publicKey.export({ type: 'spki', format: 'pem' })) } },
  signing: {},
});
if (!key.ok || !verification.ok) throw new Error('the keys of the benchmark are not as they must be');

function filesOf(functions: number): readonly BundleFile[] {
  const label = { confidentiality: 'pii', integrity: 'trusted', regions: ['eu-central-1', 'eu-west-1'], tenants: null };
  const table = Object.fromEntries(
    Array.from({ length: functions }, (_, index) => [
      `openfaas:function-${index}`,
      {
        tenant: `tenant-${index % 50}`,
        accepts: label,
        callers: { [`openfaas:function-${index + 1}`]: true },
        nodes: null,
      },
    ]),
  );
  const manifest = {
    revision: `bench-${functions}`,
    wasm: [{ entrypoint: 'weir/invocation/decision', module: '/policy.wasm' }],
    metadata: { weir: { sequence: 1 } },
  };
  const wasm = Buffer.alloc(MODULE_BYTES, 'not a module, but as large as one ');
  wasm.set([0, 0x61, 0x73, 0x6d]);
  return [
    { path: 'data.json', content: Buffer.from(JSON.stringify({ weir: { functions: table } })) },
    { path: 'policy.wasm', content: wasm },
    { path: '.manifest', content: Buffer.from(JSON.stringify(manifest)) },
  ];
}

const quantile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1).padStart(10);

process.stdout.write(`${machine()}\nnode test/bench/bundle.ts\n\nverification of a signed bundle, milliseconds\n`);
process.stdout.write(
  `${'functions'.padEnd(12)}${'data bytes'.padStart(12)}${'median'.padStart(10)}${'p99'.padStart(10)}${'loop held'.padStart(12)}\n`,
);
for (const functions of [10, 100, 1_000, 10_000, 100_000]) {
  const files = filesOf(functions);
  const bytes = await writeSignedBundle(files, key.value);
  if (!bytes.ok) throw new Error(bytes.refusal.message);
  const samples: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let run = 0; run < (functions > 10_000 ? RUNS / 8 : RUNS); run += 1) {
    if (run === 2) delay.enable();
    const start = performance.now();
    const outcome = await verifyBundle(bytes.value, { name: 'bench', verification: verification.value, nowMs: 0 });
    samples.push(performance.now() - start);
    if (!outcome.ok) throw new Error(outcome.refusal.message);
    await new Promise((resolve) => setImmediate(resolve));
  }
  delay.disable();
  samples.sort((a, b) => a - b);
  process.stdout.write(
    `${String(functions).padEnd(12)}${String(files[0]?.content.length ?? 0).padStart(12)}${quantile(samples, 0.5)}${quantile(samples, 0.99)}${(delay.max / 1e6).toFixed(1).padStart(12)}\n`,
  );
}
