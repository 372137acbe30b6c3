import type { JsonValue } from '../../model/json.ts';

/** Content of a bundle after its signature was verified. Nothing of an unverified bundle is ever in this type. */
export interface VerifiedBundle {
  /** Name under which the configuration lists it. */
  readonly name: string;
  readonly revision: string;
  /** Grows with every build (`metadata.weir.sequence` of the manifest); a lower one is a rollback. */
  readonly sequence: number;
  readonly roots: readonly string[];
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** All `data.json` of the bundle merged, as JSON in UTF-8. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Access paths of `input` by entry point, from the manifest's metadata; null when the builder did not write them. */
  readonly references: Readonly<Record<string, readonly (readonly string[])[]>> | null;
  readonly entrypoints: readonly string[];
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** SHA-256 of the original bytes, hexadecimal. */
  readonly sha256: string;
  /** Id of the key that verified it. */
  readonly keyId: string;
}

/** Why a bundle was refused; `code` is stable (area BND of the diagnostic codes) and each has a test. */
export interface BundleRefusal {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

export type BundleOutcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: BundleRefusal };
