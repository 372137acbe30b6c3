/**
 * Lets the host compute functions that a compiled policy brings along itself. Some of them answer otherwise than `opa eval`, one never ends for an
 * empty text; a policy must decide the same wherever it is evaluated. The bodies of these functions are replaced by a call of the host, by the
 * names that `opa build` leaves in the module.
 */
import {
  CODE_SECTION,
  Cursor,
  CUSTOM_SECTION,
  FUNCTION_SECTION,
  HEADER_BYTES,
  IMPORT_SECTION,
  sectionsOf,
  signedBytes,
  TYPE_SECTION,
  unsignedBytes,
  type Section,
} from './binary.ts';
import { readImports } from './imports.ts';

/** A function of the module and the number under which the host is called instead. */
export interface Delegation {
  /** Name of the function in the module, e.g. `opa_strings_replace`. */
  readonly functionName: string;
  readonly builtinId: number;
}

/** The module with its delegations, or why it could not be made. */
export type Delegated =
  { readonly ok: true; readonly wasm: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly reason: string };

/** Parts of a module that are read to replace bodies. */
interface Layout {
  readonly sections: readonly Section[];
  /** Index of each imported function by name. */
  readonly imported: ReadonlyMap<string, number>;
  /** Number of parameters of each type that is made of 32-bit numbers and returns one; null for others. */
  readonly arity: readonly (number | null)[];
  /** Type of each function that has a body. */
  readonly types: readonly number[];
  readonly indexByName: ReadonlyMap<string, number>;
}

/** Replaces the bodies. The module was compiled before, so it is well-formed. */
export function delegateToHost(wasm: Uint8Array, delegations: readonly Delegation[]): Delegated {
  const layout = layoutOf(wasm);
  if (layout.indexByName.size === 0) return { ok: false, reason: 'it has no names of functions' };
  const bodies = new Map<number, Uint8Array>();
  for (const { functionName, builtinId } of delegations) {
    const index = layout.indexByName.get(functionName);
    // Another version of the compiler may not have the function at all; then nothing calls it.
    if (index === undefined) continue;
    const position = index - layout.imported.size;
    const arity = layout.arity[layout.types[position] ?? -1] ?? null;
    const host = arity === null ? undefined : layout.imported.get(`opa_builtin${arity}`);
    if (arity === null || host === undefined)
      return { ok: false, reason: `its function ${functionName} has another form` };
    bodies.set(position, callBody(host, builtinId, arity));
  }
  return { ok: true, wasm: withBodies(wasm, layout.sections, bodies) };
}

function layoutOf(wasm: Uint8Array): Layout {
  const sections = sectionsOf(wasm);
  const contentOf = (id: number): Uint8Array =>
    sections.find((section) => section.id === id)?.content ?? new Uint8Array();
  const { functions } = readImports(contentOf(IMPORT_SECTION));
  return {
    sections,
    imported: new Map(functions.map((name, index) => [name, index])),
    arity: readTypes(contentOf(TYPE_SECTION)),
    types: readTypeIndexes(contentOf(FUNCTION_SECTION)),
    indexByName: readNames(sections),
  };
}

const INT32 = 0x7f;

function readTypes(content: Uint8Array): (number | null)[] {
  const cursor = new Cursor(content);
  const count = cursor.unsigned();
  const types: (number | null)[] = [];
  for (let at = 0; at < count && cursor.hasMore(); at++) {
    cursor.skip(1);
    const parameters = cursor.take(cursor.unsigned());
    const results = cursor.take(cursor.unsigned());
    const isPlain = results.length === 1 && [...parameters, ...results].every((type) => type === INT32);
    types.push(isPlain ? parameters.length : null);
  }
  return types;
}

function readTypeIndexes(content: Uint8Array): number[] {
  const cursor = new Cursor(content);
  const count = cursor.unsigned();
  const types: number[] = [];
  for (let at = 0; at < count && cursor.hasMore(); at++) types.push(cursor.unsigned());
  return types;
}

const FUNCTION_NAMES = 1;

/** Names of functions from the custom section `name` (WebAssembly core specification, appendix 7.4). */
function readNames(sections: readonly Section[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { id, content } of sections) {
    if (id !== CUSTOM_SECTION) continue;
    const cursor = new Cursor(content);
    if (cursor.name() !== 'name') continue;
    while (cursor.hasMore()) {
      const kind = cursor.byte();
      const part = new Cursor(cursor.take(cursor.unsigned()));
      if (kind !== FUNCTION_NAMES) continue;
      const count = part.unsigned();
      for (let at = 0; at < count && part.hasMore(); at++) {
        const index = part.unsigned();
        names.set(part.name(), index);
      }
    }
  }
  return names;
}

const I32_CONST = 0x41;
const LOCAL_GET = 0x20;
const CALL = 0x10;
const END = 0x0b;

/** A body without locals: `host(builtinId, 0, ...parameters)`. */
function callBody(host: number, builtinId: number, arity: number): Uint8Array {
  const parameters = Array.from({ length: arity }, (_, at) => [LOCAL_GET, ...unsignedBytes(at)]).flat();
  return Uint8Array.from([
    0,
    I32_CONST,
    ...signedBytes(builtinId),
    I32_CONST,
    ...signedBytes(0),
    ...parameters,
    CALL,
    ...unsignedBytes(host),
    END,
  ]);
}

function withBodies(
  wasm: Uint8Array,
  sections: readonly Section[],
  bodies: ReadonlyMap<number, Uint8Array>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [wasm.subarray(0, HEADER_BYTES)];
  for (const { id, content } of sections) {
    const replaced = id === CODE_SECTION ? codeSection(content, bodies) : content;
    parts.push(Uint8Array.from([id, ...unsignedBytes(replaced.length)]), replaced);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function codeSection(content: Uint8Array, bodies: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const cursor = new Cursor(content);
  const count = cursor.unsigned();
  const parts: Uint8Array[] = [Uint8Array.from(unsignedBytes(count))];
  for (let at = 0; at < count && cursor.hasMore(); at++) {
    const body = cursor.take(cursor.unsigned());
    const kept = bodies.get(at) ?? body;
    parts.push(Uint8Array.from(unsignedBytes(kept.length)), kept);
  }
  return Buffer.concat(parts);
}
