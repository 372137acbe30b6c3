/** Syntax of JSONPath as Step Functions reads it. Offsets are code units in the text. */

/** Where a path starts. */
export type PathRoot =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `@` in a filter. */
  | { readonly kind: 'current' };

export type PathStep = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'fields'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly start: number | null; readonly end: number | null }
  | { readonly kind: 'wildcard' }
  /** `..`: what follows applies to the value and everything below. */
  | { readonly kind: 'descent' }
  /** Paths that the condition reads. */
  | { readonly kind: 'filter'; readonly reads: readonly JsonPath[] }
  /** `.length()` and the like, with the paths its arguments read. */
  | { readonly kind: 'function'; readonly name: string; readonly reads: readonly JsonPath[] }
);

export interface JsonPath {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  readonly from: number;
  readonly to: number;
}
