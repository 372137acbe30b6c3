import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { runOpa } from '../../../../policies/authoring/opa.ts';
import { createEvaluator, type CountingEvaluator } from '../../../../policies/engine/create-evaluator.ts';
import type { EvaluatorOptions } from '../../../../policies/engine/options.ts';
import type { PolicySource } from '../../../../policies/engine/types.ts';
import { opaOfTests } from '../authoring/temporary.ts';

const TIMEOUT_MS = 120_000;

/** Runs `opa` in a folder that holds the files. @throws Error with what `opa` says */
export async function withOpa<Value>(
  files: Readonly<Record<string, string>>,
  use: (folder: string, run: (...args: string[]) => Promise<string>) => Promise<Value>,
): Promise<Value> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-engine-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return await use(folder, async (...args) => {
      const { code, stdout, stderr } = await runOpa(opaOfTests(), args, { cwd: folder, timeoutMs: TIMEOUT_MS });
      if (code !== 0) throw new Error(`opa ${args[0] ?? ''}: ${stderr}${stdout}`);
      return stdout;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles policies with `opa build`. */
export const compileRego = (
  files: Readonly<Record<string, string>>,
  entrypoints: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> =>
  withOpa(files, async (folder, run) => {
    const entries = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
    await run('build', '-t', 'wasm', ...entries, '-o', 'bundle.tar.gz', ...Object.keys(files));
    return wasmOf(readFileSync(path.join(folder, 'bundle.tar.gz')));
  });

export async function wasmOf(bundle: Buffer): Promise<Uint8Array<ArrayBuffer>> {
  const archive = extract();
  archive.end(gunzipSync(bundle));
  let found: Uint8Array<ArrayBuffer> | null = null;
  for await (const entry of archive) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    if (entry.header.name.endsWith('policy.wasm')) found = new Uint8Array(Buffer.concat(chunks));
  }
  if (found === null) throw new Error('the bundle has no policy.wasm');
  return found;
}

const NO_DATA = '{}';

/** A source with defaults for what a test does not care about. */
export const sourceOf = (
  wasm: Uint8Array<ArrayBuffer>,
  parts: { readonly data?: string } & Partial<Omit<PolicySource, 'wasm' | 'data'>> = {},
): PolicySource => ({
  revision: 'revision-7',
  references: null,
  trust: 'vetted',
  ...parts,
  wasm,
  data: new TextEncoder().encode(parts.data ?? NO_DATA),
});

/** An evaluator that must come about. */
export async function evaluatorOf(source: PolicySource, options: EvaluatorOptions = {}): Promise<CountingEvaluator> {
  const outcome = await createEvaluator(source, options);
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.message}`);
  return outcome.evaluator;
}
