/** The default pack for tests and benchmarks: compiled to Wasm, with the example data. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import type { JsonValue } from '../../model/json.ts';
import { runOpa, type Opa } from '../../policies/authoring/opa.ts';
import type { PolicySource } from '../../policies/engine/types.ts';
import { PACK } from '../tools/policy-folders.ts';

const BUILD_TIMEOUT_MS = 120_000;

/** Arguments that make `opa` read the pack and nothing else: examples are YAML, which `opa` would take for data outside of bundle mode. */
export const PACK_ARGUMENTS: readonly string[] = ['--bundle', PACK];

/** `policy.wasm` of the default pack. @throws Error with what `opa` says */
export async function buildPack(opa: Opa): Promise<Uint8Array<ArrayBuffer>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-pack-'));
  try {
    const args = ['build', '--target', 'wasm', ...PACK_ARGUMENTS, '--ignore', '*_test.rego', '--output', 'pack.tar.gz'];
    const run = await runOpa(opa, args, { cwd: folder, timeoutMs: BUILD_TIMEOUT_MS });
    if (run.code !== 0) throw new Error(run.problem?.message ?? run.stderr + run.stdout);
    return await fileIn(readFileSync(path.join(folder, 'pack.tar.gz')), '/policy.wasm');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One file of a bundle. @throws Error when it is not there */
export async function fileIn(archive: Uint8Array, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const entries = extract();
  entries.end(gunzipSync(archive));
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.name === name) return new Uint8Array(Buffer.concat(chunks));
  }
  throw new Error(`the bundle has no ${name}`);
}

/** What the engine loads: the pack with these data documents, e.g. `{ weir: … }`. */
export function packSource(wasm: Uint8Array<ArrayBuffer>, data: JsonValue): PolicySource {
  return {
    revision: 'default-pack',
    wasm,
    data: new TextEncoder().encode(JSON.stringify(data)),
    references: null,
    trust: 'vetted',
  };
}
