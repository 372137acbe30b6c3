import { DELEGATED_NAMES } from './builtins/delegated.ts';
import type { BuiltinContext, HostBuiltins } from './builtins/builtin.ts';
import { ABI_MINOR_VERSION_MIN, ABI_VERSION } from './module/compiled-policy.ts';
import type { MemoryImport } from './module/imports.ts';
import { PAGE_BYTES } from './limits.ts';
import { EngineError } from './refusal.ts';
import { LoadedPolicy } from './sdk.ts';
import { readValue } from './value/read-value.ts';
import type { RegoValue } from './value/rego-value.ts';
import { writeValue } from './value/write-value.ts';

/** The module gave up with a message (`opa_abort`). */
export class PolicyAbort extends Error {}

/** The part of OPA's ABI that is used here; {@link exportsOf} checks it. */
interface PolicyExports {
  readonly opa_eval: (...parameters: readonly number[]) => number;
  readonly opa_value_parse: (address: number, sizeBytes: number) => number;
  readonly opa_value_dump: (address: number) => number;
  readonly opa_malloc: (sizeBytes: number) => number;
  readonly opa_heap_ptr_get: () => number;
  readonly builtins: () => number;
  readonly entrypoints: () => number;
  readonly opa_wasm_abi_version: WebAssembly.Global;
  readonly opa_wasm_abi_minor_version: WebAssembly.Global;
}

const FUNCTIONS = [
  'opa_eval',
  'opa_value_parse',
  'opa_value_dump',
  'opa_malloc',
  'opa_heap_ptr_get',
  'builtins',
  'entrypoints',
] as const;

function hasInterface(exported: WebAssembly.Exports): exported is WebAssembly.Exports & PolicyExports {
  return (
    FUNCTIONS.every((name) => typeof exported[name] === 'function') &&
    exported['opa_wasm_abi_version'] instanceof WebAssembly.Global &&
    exported['opa_wasm_abi_minor_version'] instanceof WebAssembly.Global
  );
}

/** Everything that instances of one policy share. */
export interface PolicyTemplate {
  readonly module: WebAssembly.Module;
  readonly entrypoints: ReadonlyMap<string, number>;
  readonly builtins: ReadonlyMap<number, string>;
  /** Memory up to the end of the data, right after loading; copying it is how further instances get their data. */
  readonly snapshot: Uint8Array<ArrayBuffer>;
  readonly dataAddress: number;
  /** Where the data starts: before it are the stack and the variables of the module. */
  readonly heapAddress: number;
  /** Where the input is put; the snapshot ends here. */
  readonly inputAddress: number;
  readonly pagesInitial: number;
  readonly pagesMax: number;
  readonly hostBuiltins: HostBuiltins;
}

/** Bytes of memory per byte of data: measured on tables of short strings, where it is 6 to 9; memory that is not touched costs nothing. */
const DATA_FACTOR = 10;

/** Room for the input and for evaluation, pages (4 MiB). */
const ROOM_PAGES = 64;

/** What {@link loadTemplate} needs. */
export interface TemplateSource {
  readonly module: WebAssembly.Module;
  readonly memory: MemoryImport;
  /** JSON; was checked to be an object. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly instanceBytesMax: number;
  readonly hostBuiltins: HostBuiltins;
}

/**
 * Makes the first instance and puts the data into it.
 *
 * @throws EngineError ENG002, ENG003 for a module that is no policy of this ABI, ENG005 for data that it cannot read, ENG006 when it needs more memory than allowed.
 */
export function loadTemplate(source: TemplateSource): PolicyTemplate {
  const pagesMax = Math.min(Math.floor(source.instanceBytesMax / PAGE_BYTES), source.memory.pagesMax ?? PAGE_BYTES);
  const wanted = source.memory.pagesMin + ROOM_PAGES + Math.ceil((source.data.byteLength * DATA_FACTOR) / PAGE_BYTES);
  const pagesInitial = Math.max(source.memory.pagesMin, Math.min(wanted, pagesMax));
  if (pagesInitial > pagesMax) throw outOfMemory(source);
  const core = new InstanceCore(source.module, { pagesInitial, pagesMax });
  const { exports } = core;
  const version = Number(exports.opa_wasm_abi_version.value);
  const minor = Number(exports.opa_wasm_abi_minor_version.value);
  if (version !== ABI_VERSION || minor < ABI_MINOR_VERSION_MIN) {
    throw new EngineError(
      'ENG003',
      `policy.wasm speaks version ${version}.${minor} of OPA's interface; ${ABI_VERSION}.${ABI_MINOR_VERSION_MIN} or later is needed`,
      'Build the bundle again with `weir policy build`.',
    );
  }
  const builtins = core.readTable(exports.builtins());
  const entrypoints = core.readTable(exports.entrypoints());
  const loaded = loadData(core, minor, source);
  return {
    module: source.module,
    entrypoints,
    builtins: new Map([...DELEGATED_NAMES, ...[...builtins].map(([name, id]) => [id, name] as const)]),
    snapshot: new Uint8Array(core.memory.buffer.slice(0, loaded.inputAddress)),
    ...loaded,
    pagesInitial: core.memory.buffer.byteLength / PAGE_BYTES,
    pagesMax,
    hostBuiltins: source.hostBuiltins,
  };
}

const outOfMemory = (source: TemplateSource): EngineError =>
  new EngineError(
    'ENG006',
    `the policy and its ${source.data.byteLength} bytes of data do not fit into ${source.instanceBytesMax} bytes`,
    'Make the data smaller, or raise the memory limit of the evaluator.',
  );

function loadData(
  core: InstanceCore,
  minor: number,
  source: TemplateSource,
): Pick<PolicyTemplate, 'heapAddress' | 'dataAddress' | 'inputAddress'> {
  try {
    const loaded = new LoadedPolicy({ instance: core.instance, module: source.module }, core.memory, minor);
    loaded.setData(source.data.buffer.slice(source.data.byteOffset, source.data.byteOffset + source.data.byteLength));
    return {
      heapAddress: Number(loaded.baseHeapPtr),
      dataAddress: loaded.dataAddr,
      inputAddress: Number(loaded.dataHeapPtr),
    };
  } catch (error) {
    if (isOutOfMemory(error)) throw outOfMemory(source);
    throw new EngineError(
      'ENG005',
      'the data of the bundle cannot be read by the policy',
      'Data must be a JSON object that is not nested deeply.',
    );
  }
}

/** Message of the module's allocator when memory cannot grow: `wasm/src/malloc.c` of OPA. */
const MALLOC_FAILED = 'opa_malloc: failed';

export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof PolicyAbort && error.message === MALLOC_FAILED;

type Dispatch = (id: number, addresses: readonly number[]) => number;

/** A WebAssembly instance, its memory, and values in and out of it. */
class InstanceCore {
  readonly memory: WebAssembly.Memory;
  readonly instance: WebAssembly.Instance;
  readonly exports: PolicyExports;

  constructor(
    module: WebAssembly.Module,
    pages: { readonly pagesInitial: number; readonly pagesMax: number },
    dispatch: Dispatch = refuseDispatch,
  ) {
    this.memory = new WebAssembly.Memory({ initial: pages.pagesInitial, maximum: pages.pagesMax });
    this.instance = new WebAssembly.Instance(module, {
      env: {
        memory: this.memory,
        opa_abort: (address: number) => {
          throw new PolicyAbort(this.textAt(address));
        },
        opa_println: () => undefined,
        opa_builtin0: (id: number) => dispatch(id, []),
        opa_builtin1: (id: number, _context: number, one: number) => dispatch(id, [one]),
        opa_builtin2: (id: number, _context: number, one: number, two: number) => dispatch(id, [one, two]),
        opa_builtin3: (id: number, _context: number, ...addresses: number[]) => dispatch(id, addresses),
        opa_builtin4: (id: number, _context: number, ...addresses: number[]) => dispatch(id, addresses),
      },
    });
    const { exports } = this.instance;
    if (!hasInterface(exports)) {
      throw new EngineError('ENG002', 'policy.wasm is no compiled policy', 'Build it with `weir policy build`.');
    }
    this.exports = exports;
  }

  /** Text up to the next zero byte. Malformed UTF-8 becomes U+FFFD. */
  textAt(address: number): string {
    const bytes = Buffer.from(this.memory.buffer);
    const end = bytes.indexOf(0, address);
    return bytes.toString('utf8', address, end === -1 ? bytes.length : end);
  }

  valueAt(address: number): RegoValue {
    return readValue(this.textAt(this.exports.opa_value_dump(address)));
  }

  place(value: RegoValue): number {
    const bytes = Buffer.from(writeValue(value));
    const address = this.exports.opa_malloc(bytes.length);
    bytes.copy(Buffer.from(this.memory.buffer), address);
    const placed = this.exports.opa_value_parse(address, bytes.length);
    if (placed === 0) throw new PolicyAbort('the result of a builtin function cannot be read by the policy');
    return placed;
  }

  /** An object from names to numbers, as the module lists its builtins and entry points. */
  readTable(address: number): Map<string, number> {
    const table: unknown = JSON.parse(this.textAt(this.exports.opa_value_dump(address)));
    const entries = Object.entries(typeof table === 'object' && table !== null ? table : {});
    return new Map(entries.map(([name, id]) => [name, Number(id)]));
  }
}

function refuseDispatch(): never {
  throw new PolicyAbort('a builtin function was called before the policy was loaded');
}

/** One policy with data and a memory of its own. Evaluations in it follow one another; it must not be used again after one of them threw. */
export class PolicyInstance {
  readonly #template: PolicyTemplate;
  readonly #core: InstanceCore;
  #context: BuiltinContext = { nowNs: 0n };
  #memory: Uint8Array<ArrayBuffer>;
  /** The most that evaluations have used since the memory was clean. */
  #dirtyBytes = 0;

  constructor(template: PolicyTemplate) {
    this.#template = template;
    this.#core = new InstanceCore(template.module, template, (id, addresses) => this.#call(id, addresses));
    this.#memory = new Uint8Array(this.#core.memory.buffer);
    this.#memory.set(template.snapshot);
  }

  /** Memory it holds, bytes. */
  get sizeBytes(): number {
    return this.#core.memory.buffer.byteLength;
  }

  /** Bytes that the last evaluation used beyond the data. */
  get usedBytes(): number {
    return this.#core.exports.opa_heap_ptr_get() - this.#template.inputAddress;
  }

  /** A copy of all its memory, for tests of what is left in it. */
  copyMemory(): ArrayBuffer {
    return this.#core.memory.buffer.slice(0);
  }

  /**
   * Makes the memory as it was before the first evaluation, which is much cheaper than another instance when there is much data: what evaluations have
   * left is overwritten, and the module's stack and variables are those of the snapshot.
   *
   * @returns false when it cannot: the memory has grown, so the instance has to be replaced.
   */
  scrub(): boolean {
    if (this.sizeBytes !== this.#template.pagesInitial * PAGE_BYTES) return false;
    const { inputAddress, heapAddress, snapshot } = this.#template;
    this.#memory.fill(0, inputAddress, inputAddress + this.#dirtyBytes);
    this.#memory.set(snapshot.subarray(0, heapAddress));
    this.#dirtyBytes = 0;
    return true;
  }

  /**
   * Evaluates an entry point.
   *
   * @param text the input as JSON
   * @returns what the module prints: the set of results as text of Rego values
   * @throws PolicyAbort, WebAssembly.RuntimeError, RangeError and whatever a builtin throws.
   */
  evaluate(entrypoint: number, text: string, nowNs: bigint): string {
    this.#context = { nowNs };
    const { inputAddress, dataAddress } = this.#template;
    const sizeBytes = this.#write(text, inputAddress);
    const { opa_eval } = this.#core.exports;
    const address = opa_eval(0, entrypoint, dataAddress, inputAddress, sizeBytes, inputAddress + sizeBytes, 1);
    this.#dirtyBytes = Math.max(this.#dirtyBytes, this.usedBytes);
    return this.#core.textAt(address);
  }

  #write(text: string, address: number): number {
    if (this.#memory.length === 0 || this.#memory.buffer !== this.#core.memory.buffer) {
      this.#memory = new Uint8Array(this.#core.memory.buffer);
    }
    // A unit of UTF-16 takes at most three bytes of UTF-8.
    if (this.#memory.length - address < text.length * 3) {
      const missing = Buffer.byteLength(text) - (this.#memory.length - address);
      if (missing > 0) {
        try {
          this.#core.memory.grow(Math.ceil(missing / PAGE_BYTES));
        } catch {
          throw new PolicyAbort(MALLOC_FAILED);
        }
        this.#memory = new Uint8Array(this.#core.memory.buffer);
      }
    }
    return ENCODER.encodeInto(text, this.#memory.subarray(address)).written;
  }

  #call(id: number, addresses: readonly number[]): number {
    const name = this.#template.builtins.get(id) ?? '';
    const builtin = this.#template.hostBuiltins[name];
    if (builtin === undefined) throw new PolicyAbort(`the builtin function ${name} is not provided`);
    const operands = addresses.map((address) => this.#core.valueAt(address));
    const result = builtin(operands, this.#context);
    return result === undefined ? 0 : this.#core.place(result);
  }
}

const ENCODER = new TextEncoder();
