import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createEvaluator } from '../../../../policies/engine/create-evaluator.ts';
import type { EngineLimits } from '../../../../policies/engine/options.ts';
import type { PolicySource } from '../../../../policies/engine/types.ts';
import { compileRego, sourceOf, wasmOf, withOpa } from './compiled.ts';

const WASM = compileRego({ 'p.rego': 'package p\n\nallow if input.user == data.users[_]\n' }, ['p/allow']);

async function codeOf(source: PolicySource, limits: Partial<EngineLimits> = {}): Promise<string> {
  const outcome = await createEvaluator(source, { limits });
  if (!outcome.ok) return `${outcome.refusal.code}: ${outcome.refusal.message}`;
  await outcome.evaluator.close();
  return 'accepted';
}

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

test('bytes that are no WebAssembly are refused', async (t) => {
  for (const wasm of [
    bytes(),
    bytes(1, 2, 3),
    bytes(...HEADER, 0xff),
    new Uint8Array(new TextEncoder().encode('<html>')),
  ]) {
    t.regex(await codeOf(sourceOf(wasm)), /^ENG001: policy\.wasm is no WebAssembly/);
  }
});

test('a module that was cut off or changed anywhere is refused, or decides as before: nothing is thrown', async (t) => {
  const wasm = await WASM;
  const outcomes = new Set<string>();
  for (let length = 8; length < wasm.length; length += Math.ceil(wasm.length / 40)) {
    outcomes.add((await codeOf(sourceOf(wasm.slice(0, length)))).slice(0, 6));
  }
  for (let at = 8; at < wasm.length; at += Math.ceil(wasm.length / 60)) {
    const changed = wasm.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    const outcome = await codeOf(sourceOf(changed), { instanceBytesMax: 32 * 1024 * 1024 });
    t.regex(outcome, /^(?:ENG00[1-7]|accepted)/);
  }
  t.deepEqual(
    [...outcomes].filter((code) => code !== 'ENG001' && code !== 'ENG002'),
    [],
  );
});

test('a module that is no policy is refused', async (t) => {
  t.regex(await codeOf(sourceOf(bytes(...HEADER))), /^ENG002: policy\.wasm does not export opa_eval/);
  // One import, `fs.write`, of a function without parameters.
  const imports = [0x01, 0x02, 0x66, 0x73, 0x05, 0x77, 0x72, 0x69, 0x74, 0x65, 0x00, 0x00];
  const types = [0x01, 0x60, 0x00, 0x00];
  const importing = bytes(...HEADER, 1, types.length, ...types, 2, imports.length, ...imports);
  t.regex(await codeOf(sourceOf(importing)), /^ENG002: policy\.wasm imports fs\.write, which no policy needs/);
});

/** Positions of sections: id, start of the whole section, start and end of its content. */
function sections(wasm: Uint8Array): { id: number; start: number; from: number; to: number }[] {
  const found = [];
  for (let at = 8; at < wasm.length;) {
    const start = at;
    const id = wasm[at++] ?? 0;
    let [size, shift, part] = [0, 0, 0x80];
    while (part >= 0x80) {
      part = wasm[at++] ?? 0;
      size += (part & 0x7f) * 2 ** shift;
      shift += 7;
    }
    found.push({ id, start, from: at, to: at + size });
    at += size;
  }
  return found;
}

test('a module without names of functions is refused: what answers otherwise in it cannot be replaced', async (t) => {
  const wasm = await WASM;
  const kept = sections(wasm).filter(({ id }) => id !== 0);
  const stripped = new Uint8Array(
    Buffer.concat([wasm.subarray(0, 8), ...kept.map(({ start, to }) => wasm.subarray(start, to))]),
  );
  t.regex(await codeOf(sourceOf(stripped)), /^ENG002: policy\.wasm was not made by opa build: it has no names/);
});

test('another version of the interface is refused', async (t) => {
  const wasm = (await WASM).slice();
  const globals = sections(wasm).find(({ id }) => id === 6);
  t.truthy(globals);
  if (globals === undefined) return;
  // The last two globals are the version and the minor version: `i32.const 1`, `i32.const 3`.
  const text = Buffer.from(wasm.buffer, globals.from, globals.to - globals.from);
  const version = text.lastIndexOf(Buffer.from([0x41, 0x01, 0x0b]));
  t.not(version, -1);
  text[version + 1] = 2;
  t.regex(await codeOf(sourceOf(wasm)), /^ENG003: policy\.wasm speaks version 2\.\d of OPA's interface/);
});

test('builtins that are not provided are refused by name, with the reason', async (t) => {
  const calls = {
    'http.send': 'http.send({"method": "get", "url": input.url}).status_code == 200',
    'rand.intn': 'rand.intn("x", 10) == 1',
    'opa.runtime': 'opa.runtime().env.HOME == "x"',
    'net.lookup_ip_addr': 'count(net.lookup_ip_addr(input.host)) > 0',
    'yaml.unmarshal': 'yaml.unmarshal(input.text).a == 1',
    'io.jwt.encode_sign': 'io.jwt.encode_sign({}, {}, {}) == "x"',
    trace: 'trace("x")',
  };
  for (const [name, call] of Object.entries(calls)) {
    const wasm = await compileRego({ 'p.rego': `package p\n\nallow if ${call}\n` }, ['p/allow']);
    for (const trust of ['vetted', 'tenant'] as const) {
      const code = await codeOf(sourceOf(wasm, { trust }));
      t.true(code.startsWith(`ENG004: the policy calls ${name}, which is not provided: `), code);
    }
  }
});

test('data that is no JSON object in UTF-8 is refused', async (t) => {
  const wasm = await WASM;
  for (const data of ['', '{', '[]', 'null', '1', '{"a":1} x', "{'a':1}"]) {
    t.regex(await codeOf(sourceOf(wasm, { data })), /^ENG005/, data);
  }
  const invalid = { ...sourceOf(wasm), data: bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d) };
  t.regex(await codeOf(invalid), /^ENG005: the data of the bundle is no JSON in UTF-8/);
  t.regex(await codeOf(sourceOf(wasm, { data: `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}` })), /^ENG005/);
});

test('a policy that does not fit into its memory is refused', async (t) => {
  const wasm = await WASM;
  const data = JSON.stringify({ users: Array.from({ length: 50_000 }, (_, at) => `user-${at}`) });
  t.regex(
    await codeOf(sourceOf(wasm, { data }), { instanceBytesMax: 1024 * 1024 }),
    /^ENG006: the policy and its \d+ bytes of data/,
  );
  t.regex(await codeOf(sourceOf(wasm), { instanceBytesMax: 65_536 }), /^ENG006/);
});

test('a policy that traps when it is tried is refused', async (t) => {
  const wasm = await compileRego({ 'p.rego': 'package p\n\nallow if count(numbers.range(1, 100000000)) > 1\n' }, [
    'p/allow',
  ]);
  for (const trust of ['vetted', 'tenant'] as const) {
    const code = await codeOf(sourceOf(wasm, { trust }), { instanceBytesMax: 16 * 1024 * 1024 });
    t.regex(code, /^ENG007: entry point p\/allow trapped when it was tried/);
  }
});

test('a worker that does not get ready is given up', async (t) => {
  const code = await codeOf(sourceOf(await WASM, { trust: 'tenant' }), { workerStartMsMax: 1 });
  t.regex(code, /^ENG008: the worker was not ready after 1 ms/);
});

test('the bundle that opa builds is accepted as it is', async (t) => {
  const wasm = await withOpa({ 'p.rego': 'package p\n\nallow if input.a\n' }, async (folder, run) => {
    await run('build', '-t', 'wasm', '-e', 'p/allow', '-o', 'b.tar.gz', 'p.rego');
    return wasmOf(readFileSync(path.join(folder, 'b.tar.gz')));
  });
  t.is(await codeOf(sourceOf(wasm)), 'accepted');
});
