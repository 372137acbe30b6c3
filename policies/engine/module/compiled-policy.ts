import { DELEGATIONS } from '../builtins/delegated.ts';
import { EngineError } from '../refusal.ts';
import { IMPORT_SECTION, sectionsOf } from './binary.ts';
import { delegateToHost } from './delegate.ts';
import { readImports, type MemoryImport } from './imports.ts';

/** What a compiled policy may import, and nothing else: the host's side of OPA's ABI 1.x, https://www.openpolicyagent.org/docs/wasm. */
const IMPORTS: ReadonlySet<string> = new Set([
  'opa_abort',
  'opa_println',
  'opa_builtin0',
  'opa_builtin1',
  'opa_builtin2',
  'opa_builtin3',
  'opa_builtin4',
]);

const EXPORTS = [
  'opa_eval',
  'opa_value_parse',
  'opa_value_dump',
  'opa_malloc',
  'opa_heap_ptr_get',
  'builtins',
  'entrypoints',
];

/** ABI that is spoken: `opa_eval` came with 1.2. */
export const ABI_VERSION = 1;
export const ABI_MINOR_VERSION_MIN = 2;

const BUILD_AGAIN = 'Build the bundle again with `weir policy build`.';

/** A module that was checked to be a policy. It can be handed to other threads. */
export interface CompiledPolicy {
  readonly module: WebAssembly.Module;
  readonly memory: MemoryImport;
}

/**
 * Compiles a policy once; every instance is made of this module.
 *
 * @throws EngineError ENG001 when it is no WebAssembly, ENG002 when it is no policy.
 */
export async function compilePolicy(wasm: Uint8Array<ArrayBuffer>): Promise<CompiledPolicy> {
  // Compiled as it is first: what is read and changed below is then known to be well-formed.
  checkInterface(await compile(wasm));
  const { memory } = readImports(sectionsOf(wasm).find(({ id }) => id === IMPORT_SECTION)?.content ?? new Uint8Array());
  if (memory === null) throw new EngineError('ENG002', 'policy.wasm does not import its memory', BUILD_AGAIN);
  const delegated = delegateToHost(wasm, DELEGATIONS);
  if (!delegated.ok)
    throw new EngineError('ENG002', `policy.wasm was not made by opa build: ${delegated.reason}`, BUILD_AGAIN);
  return { module: await compile(delegated.wasm), memory };
}

async function compile(wasm: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(wasm);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new EngineError('ENG001', `policy.wasm is no WebAssembly: ${reason}`, BUILD_AGAIN);
  }
}

function checkInterface(module: WebAssembly.Module): void {
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const isKnown =
      from === 'env' && (kind === 'memory' ? name === 'memory' : kind === 'function' && IMPORTS.has(name));
    if (!isKnown) {
      throw new EngineError('ENG002', `policy.wasm imports ${from}.${name}, which no policy needs`, BUILD_AGAIN);
    }
  }
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const name of EXPORTS) {
    if (!exported.has(name)) throw new EngineError('ENG002', `policy.wasm does not export ${name}`, BUILD_AGAIN);
  }
}
