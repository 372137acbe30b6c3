/**
 * Issue and verification of contexts: microseconds and size, for short and long paths and many contexts under way, beside a JSON Web Signature of the
 * same content made with `jose`. Command: `node_modules/.bin/node --expose-gc test/bench/context.ts`.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { CompactSign, compactVerify } from 'jose';
import { createContextAuthority, type WeirContextAuthority } from '../../monitor/enforcement/context/authority.ts';
import { continueExecution } from '../../monitor/enforcement/context/path.ts';
import type { CarriedContext } from '../../monitor/enforcement/context/types.ts';
import {
  AUDIENCE,
  EXECUTION,
  ISSUER,
  keySet,
  LATTICE,
  makeClaims,
  makeJwk,
  NOW_MS,
  taken,
} from '../unit/monitor/enforcement/context/support.ts';
import { machine, measure, row } from './measure.ts';

/** Few in a batch: on a busy machine a long batch is interrupted more often than not. */
const OPERATIONS = 4;
const PATH_CALLS = 10_000;
const UNDER_WAY = 200_000;
const DECISIONS = 100_000;
const LIFETIME_MS = 2_000;
const DECISIONS_PER_MS = 4;
const NS_PER_US = 1_000;
const BYTES_PER_MEBIBYTE = 1024 * 1024;

const expected = { audience: AUDIENCE, nowMs: NOW_MS };

function makeAuthority(): WeirContextAuthority {
  return createContextAuthority({
    keys: keySet(makeJwk()),
    issuer: ISSUER,
    lattice: () => LATTICE,
    memory: { startedAtMs: () => 0, snapshot: null },
    randomBytes,
  });
}

function report(name: string, operations: number, batch: () => void): void {
  const { medianNs, p99Ns } = measure(operations, batch);
  console.log(row(`${name} (µs)`, { medianNs: medianNs / NS_PER_US, p99Ns: p99Ns / NS_PER_US }));
}

function times(count: number, run: () => void): () => void {
  return () => {
    for (let at = 0; at < count; at++) run();
  };
}

/** Issues and verifies; every verification is of a fresh context, so that each is remembered. */
function benchAuthority(title: string, authority: WeirContextAuthority, execution: CarriedContext['execution']): void {
  const claims = makeClaims({ execution });
  report(
    `issue, ${title}`,
    OPERATIONS,
    times(OPERATIONS, () => void authority.issue(claims, NOW_MS)),
  );
  const fresh: string[] = [];
  const refill = (): void => {
    while (fresh.length < OPERATIONS) fresh.push(authority.issue(claims, NOW_MS));
  };
  // Timed with the issue that feeds it; the difference of both rows is the verification.
  report(`issue and verify, ${title}`, OPERATIONS, () => {
    refill();
    for (const token of fresh.splice(0)) taken(authority.verify(token, expected));
  });
  const forged = authority.issue(claims, NOW_MS).slice(0, -1).concat('A');
  report(
    `refuse a forged one, ${title}`,
    OPERATIONS,
    times(OPERATIONS, () => void authority.verify(forged, expected)),
  );
  console.log(`size, ${title}: ${authority.issue(claims, NOW_MS).length} characters`);
}

/** The same content as a JSON Web Signature: asynchronous, so one after the other. */
async function benchJose(context: CarriedContext): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const payload = new TextEncoder().encode(JSON.stringify(context));
  const sign = (): Promise<string> =>
    new CompactSign(payload).setProtectedHeader({ alg: 'Ed25519', kid: 'weir' }).sign(privateKey);
  const token = await sign();
  const samples = { sign: [] as number[], verify: [] as number[] };
  for (let at = 0; at < 2_000; at++) {
    const start = process.hrtime.bigint();
    await sign();
    const middle = process.hrtime.bigint();
    const { payload: bytes } = await compactVerify(token, publicKey);
    JSON.parse(new TextDecoder().decode(bytes));
    samples.sign.push(Number(middle - start) / NS_PER_US);
    samples.verify.push(Number(process.hrtime.bigint() - middle) / NS_PER_US);
  }
  for (const [name, values] of Object.entries(samples)) {
    values.sort((left, right) => left - right);
    const at = (share: number): number => values[Math.floor(values.length * share)] ?? 0;
    console.log(row(`jose, ${name} (µs)`, { medianNs: at(0.5), p99Ns: at(0.99) }));
  }
  console.log(`size, jose: ${token.length} characters`);
}

const heapMebibytes = (): string => {
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed / BYTES_PER_MEBIBYTE).toFixed(1);
};

/** Contexts that come and expire: what is remembered is what is under way, so memory stays flat. */
function benchMemory(): void {
  const authority = makeAuthority();
  for (let at = 0; at < DECISIONS; at++) {
    const nowMs = NOW_MS + Math.floor(at / DECISIONS_PER_MS);
    taken(authority.verify(authority.issue(makeClaims({ lifetimeMs: LIFETIME_MS }), nowMs), { ...expected, nowMs }));
    if (at % (DECISIONS / 5) !== DECISIONS / 5 - 1) continue;
    const { replayEntries } = authority.statistics();
    console.log(`after ${at + 1} contexts: heap ${heapMebibytes()} MiB, ${replayEntries} remembered`);
  }
}

console.log(machine());
console.log(`${''.padEnd(64)}${'median'.padStart(10)}${'p99'.padStart(10)}`);
const authority = makeAuthority();
benchAuthority('first call', authority, EXECUTION);
let execution = EXECUTION;
for (let call = 0; call < PATH_CALLS; call++) execution = continueExecution(execution, 'Weigh');
benchAuthority(`after ${PATH_CALLS} calls`, makeAuthority(), execution);
await benchJose(taken(authority.verify(authority.issue(makeClaims(), NOW_MS), expected)));
const busy = makeAuthority();
const before = heapMebibytes();
for (let at = 0; at < UNDER_WAY; at++) busy.verify(busy.issue(makeClaims(), NOW_MS), expected);
console.log(`heap: ${before} MiB, with ${busy.statistics().replayEntries} contexts remembered ${heapMebibytes()} MiB`);
benchAuthority(`${UNDER_WAY} contexts under way`, busy, EXECUTION);
benchMemory();
