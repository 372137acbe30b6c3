import { EngineError } from './refusal.ts';

/** Pages of memory that a module asks its host for. */
export interface MemoryImport {
  readonly pagesMin: number;
  /** Null when the module sets no maximum. */
  readonly pagesMax: number | null;
}

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
  let module;
  try {
    module = await WebAssembly.compile(wasm);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new EngineError('ENG001', `policy.wasm is no WebAssembly: ${reason}`, BUILD_AGAIN);
  }
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const isKnown =
      from === 'env' && (kind === 'memory' ? name === 'memory' : kind === 'function' && IMPORTS.has(name));
    if (!isKnown)
      throw new EngineError('ENG002', `policy.wasm imports ${from}.${name}, which no policy needs`, BUILD_AGAIN);
  }
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const name of EXPORTS) {
    if (!exported.has(name)) throw new EngineError('ENG002', `policy.wasm does not export ${name}`, BUILD_AGAIN);
  }
  const memory = memoryImportOf(wasm);
  if (memory === null) throw new EngineError('ENG002', 'policy.wasm does not import its memory', BUILD_AGAIN);
  return { module, memory };
}

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;

/** Reads the memory import from the binary format (WebAssembly core specification, section 5.5.5). The bytes are a valid module. */
export function memoryImportOf(wasm: Uint8Array): MemoryImport | null {
  const cursor = new Cursor(wasm, HEADER_BYTES);
  while (cursor.hasMore()) {
    const id = cursor.byte();
    const sizeBytes = cursor.unsigned();
    if (id !== IMPORT_SECTION) {
      cursor.skip(sizeBytes);
      continue;
    }
    const count = cursor.unsigned();
    for (let at = 0; at < count && cursor.hasMore(); at++) {
      const found = importAt(cursor);
      if (found !== null) return found;
    }
    return null;
  }
  return null;
}

const FUNCTION_KIND = 0;
const TABLE_KIND = 1;
const MEMORY_KIND = 2;

function importAt(cursor: Cursor): MemoryImport | null {
  cursor.skip(cursor.unsigned());
  cursor.skip(cursor.unsigned());
  const kind = cursor.byte();
  if (kind === FUNCTION_KIND) {
    cursor.unsigned();
  } else if (kind === TABLE_KIND) {
    cursor.skip(1);
    limitsAt(cursor);
  } else if (kind === MEMORY_KIND) {
    return limitsAt(cursor);
  } else {
    cursor.skip(2);
  }
  return null;
}

function limitsAt(cursor: Cursor): MemoryImport {
  const flags = cursor.byte();
  const pagesMin = cursor.unsigned();
  return { pagesMin, pagesMax: (flags & 1) === 1 ? cursor.unsigned() : null };
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** LEB128 of 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const part = this.byte();
      value += (part & 0x7f) * 2 ** shift;
      if (part < 0x80) break;
    }
    return value;
  }
}
