import { Cursor } from './binary.ts';

/** Pages of memory that a module asks its host for. */
export interface MemoryImport {
  readonly pagesMin: number;
  /** Null when the module sets no maximum. */
  readonly pagesMax: number | null;
}

/** What the import section says. */
export interface Imports {
  /** Names of imported functions; the position is the function's index. */
  readonly functions: readonly string[];
  readonly memory: MemoryImport | null;
}

const FUNCTION_KIND = 0;
const TABLE_KIND = 1;
const MEMORY_KIND = 2;

/** Imports of a policy; a module with more is none. */
const IMPORTS_MAX = 100;

/** Reads the import section (WebAssembly core specification, section 5.5.5). */
export function readImports(content: Uint8Array): Imports {
  const cursor = new Cursor(content);
  const count = Math.min(cursor.unsigned(), IMPORTS_MAX);
  const functions: string[] = [];
  let memory: MemoryImport | null = null;
  for (let at = 0; at < count; at++) {
    cursor.name();
    const name = cursor.name();
    switch (cursor.byte()) {
      case FUNCTION_KIND:
        cursor.unsigned();
        functions.push(name);
        break;
      case TABLE_KIND:
        cursor.skip(1);
        limitsAt(cursor);
        break;
      case MEMORY_KIND:
        memory = limitsAt(cursor);
        break;
      default:
        cursor.skip(2);
    }
  }
  return { functions, memory };
}

function limitsAt(cursor: Cursor): MemoryImport {
  const flags = cursor.byte();
  const pagesMin = cursor.unsigned();
  return { pagesMin, pagesMax: (flags & 1) === 1 ? cursor.unsigned() : null };
}
