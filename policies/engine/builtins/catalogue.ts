import type { HostBuiltins } from './builtin.ts';

/** Where a builtin function of OPA is computed; `refused`: policies that call it are not loaded. */
export type BuiltinEntry =
  | { readonly name: string; readonly kind: 'native' | 'host' }
  | { readonly name: string; readonly kind: 'refused'; readonly reason: string };

export const HOST_FUNCTIONS: HostBuiltins = {
  'time.now_ns': (_operands, { nowNs }) => nowNs,
};

export const BUILTIN_CATALOGUE: readonly BuiltinEntry[] = [{ name: 'time.now_ns', kind: 'host' }];
