import { ADDRESS_BUILTINS } from './addresses.ts';
import type { HostBuiltins } from './builtin.ts';
import { COLLECTION_BUILTINS } from './collections.ts';
import { ENCODING_BUILTINS } from './encoding.ts';
import { JWT_BUILTINS } from './jwt/builtins.ts';
import { MARSHAL_BUILTINS } from './marshal.ts';
import { NATIVE_BUILTINS } from './native.ts';
import { PATCH_BUILTINS } from './patch.ts';
import { DELEGATED_BUILTINS } from './delegated.ts';
import { COMPILED_BUILTINS, REFUSED_BUILTINS } from './refused.ts';
import { REGEX_BUILTINS } from './regex.ts';
import { SEMVER_BUILTINS } from './semver.ts';
import { TEXT_BUILTINS } from './text.ts';
import { TIME_BUILTINS } from './time/builtins.ts';
import { UNIT_BUILTINS } from './units.ts';
import { UUID_BUILTINS } from './uuid.ts';

/** Implementations of the builtins that the host provides, by name. */
export const HOST_FUNCTIONS: HostBuiltins = {
  ...ADDRESS_BUILTINS,
  ...COLLECTION_BUILTINS,
  ...DELEGATED_BUILTINS,
  ...ENCODING_BUILTINS,
  ...JWT_BUILTINS,
  ...MARSHAL_BUILTINS,
  ...PATCH_BUILTINS,
  ...REGEX_BUILTINS,
  ...SEMVER_BUILTINS,
  ...TEXT_BUILTINS,
  ...TIME_BUILTINS,
  ...UNIT_BUILTINS,
  ...UUID_BUILTINS,
};

/**
 * Where a builtin function of OPA is computed:
 *
 *  - `compiled`: the compiler resolves it, nothing is left to call;
 *  - `native`: in the compiled module;
 *  - `host`: by Weir, with the same answers as OPA's;
 *  - `refused`: nowhere. A policy that calls it is not loaded, and `weir policy check` says so earlier.
 */
export type BuiltinEntry =
  | { readonly name: string; readonly kind: 'compiled' | 'native' | 'host' }
  | { readonly name: string; readonly kind: 'refused'; readonly reason: string };

const entries = (names: readonly string[], kind: 'compiled' | 'native' | 'host'): BuiltinEntry[] =>
  names.map((name) => ({ name, kind }));

/** Every builtin of OPA's version that policies are compiled with, by name. */
export const BUILTIN_CATALOGUE: readonly BuiltinEntry[] = [
  ...entries(COMPILED_BUILTINS, 'compiled'),
  ...entries(
    NATIVE_BUILTINS.filter((name) => !Object.hasOwn(HOST_FUNCTIONS, name)),
    'native',
  ),
  ...entries(Object.keys(HOST_FUNCTIONS), 'host'),
  ...Object.entries(REFUSED_BUILTINS).map(([name, reason]) => ({ name, kind: 'refused' as const, reason })),
].sort((one, other) => (one.name < other.name ? -1 : 1));

const namesOf = (...kinds: readonly BuiltinEntry['kind'][]): readonly string[] =>
  BUILTIN_CATALOGUE.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);

/** Names of the builtins that the host provides. */
export const HOST_BUILTINS: readonly string[] = namesOf('host');

/** Names of all builtins that a policy may call. */
export const PERMITTED_BUILTINS: readonly string[] = namesOf('compiled', 'native', 'host');
