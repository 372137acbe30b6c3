/**
 * The part of the WebAssembly JavaScript interface that the engine uses (https://webassembly.github.io/spec/js-api/). TypeScript has these types only
 * together with those of browsers, which this program does not run in.
 */
declare namespace WebAssembly {
  type ImportValue = Memory | ((...parameters: number[]) => number | undefined);
  type ExportValue = Memory | Global | ((...parameters: number[]) => number);
  type Exports = Readonly<Record<string, ExportValue>>;
  type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

  class Module {
    private readonly brand: undefined;
    constructor(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer);
    static imports(module: Module): { readonly module: string; readonly name: string; readonly kind: ExternalKind }[];
    static exports(module: Module): { readonly name: string; readonly kind: ExternalKind }[];
  }

  class Instance {
    constructor(module: Module, imports?: Readonly<Record<string, Readonly<Record<string, ImportValue>>>>);
    readonly exports: Exports;
  }

  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
    /** @throws RangeError when it cannot grow by that many pages. */
    grow(pages: number): number;
  }

  class Global {
    private readonly brand: undefined;
    value: unknown;
  }

  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class LinkError extends Error {}

  interface WebAssemblyInstantiatedSource {
    readonly module: Module;
    readonly instance: Instance;
  }

  function compile(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<Module>;
}
