/**
 * Makes `policies/authoring/capabilities.json`, the language that our evaluation of Wasm has: `node test/tools/generate-capabilities.ts`. A test makes it
 * again and compares.
 *
 * Which builtins a module brings along is found by compiling one policy that calls all of them: what the module does not list as needed from its host is
 * native. Added to these is what our host provides. Deprecated builtins and language features that are still tried out are left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { HOST_BUILTINS } from '../../policies/authoring/host-builtins.ts';
import { findOpa, OPA_VERSION_PINNED, runOpa, type Opa } from '../../policies/authoring/opa.ts';

const FILE = path.resolve(import.meta.dirname, '../../policies/authoring/capabilities.json');
const TIMEOUT_MS = 60_000;
/** Gone before a policy is compiled, or only there for tests: no module ever calls them. */
const COMPILED_AWAY = ['assign', 'eq', 'internal.print', 'internal.test_case', 'print'];
/** Features of the language that our differential tests cover. */
const FEATURES = ['keywords_in_refs', 'rego_v1', 'template_strings'];

interface Builtin {
  readonly name: string;
  readonly infix?: string;
  readonly relation?: boolean;
  readonly deprecated?: boolean;
  readonly nondeterministic?: boolean;
  readonly decl: { readonly args?: readonly unknown[] };
}

interface Capabilities {
  readonly builtins: readonly Builtin[];
  readonly features: readonly string[];
}

async function opa(program: Opa, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr, problem } = await runOpa(program, args, { cwd, timeoutMs: TIMEOUT_MS });
  if (code !== 0) throw new Error(`${problem?.message ?? `opa ${args.join(' ')}`}: ${stdout}${stderr}`);
  return stdout;
}

/** One rule per builtin, in the syntax before 1.0 so that deprecated ones are accepted too. */
function policyThatCalls(builtins: readonly Builtin[]): string {
  const rules = builtins.flatMap(({ name, infix, relation, decl }, at) => {
    if (COMPILED_AWAY.includes(name)) return [];
    const args = (decl.args ?? []).map((_, position) => `input.a${position}`);
    if (relation === true) return [`r${at} { ${name}(${args.join(', ')}, _) }`];
    if (infix !== undefined && !name.startsWith('internal.')) return [`r${at} := ${args.join(` ${infix} `)}`];
    return [`r${at} := ${name}(${args.join(', ')})`];
  });
  return ['package p', ...rules, ''].join('\n');
}

/** Content of one file of a bundle. */
async function unpack(bundle: Buffer, wanted: string): Promise<Buffer<ArrayBuffer>> {
  const archive = extract();
  archive.end(gunzipSync(bundle));
  let found: Buffer<ArrayBuffer> | null = null;
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.name === wanted) found = Buffer.concat(chunks);
  }
  if (found === null) throw new Error(`the bundle has no ${wanted}`);
  return found;
}

/** The part of `WebAssembly` that is used here; its types come with the DOM's, which we do not have. */
const { WebAssembly: wasmOf } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (options: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
    instantiate(
      bytes: Buffer<ArrayBuffer>,
      imports: object,
    ): Promise<{ readonly instance: { readonly exports: Record<string, (...values: number[]) => number> } }>;
  };
};

/** Names that a compiled module asks its host for. */
async function importedBuiltins(wasm: Buffer<ArrayBuffer>): Promise<ReadonlySet<string>> {
  const memory = new wasmOf.Memory({ initial: 16 });
  const never = (): never => {
    throw new Error('nothing is evaluated here');
  };
  const names = ['abort', 'println', 'builtin0', 'builtin1', 'builtin2', 'builtin3', 'builtin4'];
  const env = { memory, ...Object.fromEntries(names.map((name) => [`opa_${name}`, never])) };
  const { instance } = await wasmOf.instantiate(wasm, { env });
  const exported = instance.exports;
  const start = exported['opa_json_dump']?.(exported['builtins']?.() ?? 0) ?? 0;
  const bytes = Buffer.from(memory.buffer);
  const listed = JSON.parse(bytes.toString('utf8', start, bytes.indexOf(0, start))) as Record<string, number>;
  return new Set(Object.keys(listed));
}

/** Text of the file. @throws Error when a name of the host's list is no builtin of this `opa`, or is not deterministic */
export async function generateCapabilities(program: Opa, host: readonly string[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-capabilities-'));
  try {
    const current = JSON.parse(await opa(program, ['capabilities', '--current'], folder)) as Capabilities;
    writeFileSync(path.join(folder, 'p.rego'), policyThatCalls(current.builtins));
    await opa(program, ['build', '-t', 'wasm', '--v0-compatible', '-e', 'p', '-o', 'b.tar.gz', 'p.rego'], folder);
    const wasm = await unpack(readFileSync(path.join(folder, 'b.tar.gz')), '/policy.wasm');
    const imported = await importedBuiltins(wasm);
    const unknown = host.filter((name) => !current.builtins.some((builtin) => builtin.name === name));
    if (unknown.length > 0) throw new Error(`the host provides what is no builtin: ${unknown.join(', ')}`);
    const builtins = current.builtins
      .filter(({ name, deprecated }) => deprecated !== true && (!imported.has(name) || host.includes(name)))
      .map(({ name, infix, relation, decl }) => ({ name, infix, relation, decl: withoutProse(decl) }));
    const features = current.features.filter((feature) => FEATURES.includes(feature));
    return `${JSON.stringify({ builtins, features, allow_net: [] }, null, 1)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Types only: `opa` itself has the descriptions. */
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, item]) => key !== 'description' || typeof item !== 'string');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutProse(item)]));
}

if (process.argv[1] === import.meta.filename) {
  const found = findOpa({ env: process.env });
  if (!found.ok || found.value.version !== OPA_VERSION_PINNED) throw new Error(`opa ${OPA_VERSION_PINNED} is needed`);
  writeFileSync(FILE, await generateCapabilities(found.value, HOST_BUILTINS));
  console.log(`wrote ${FILE}`);
}
