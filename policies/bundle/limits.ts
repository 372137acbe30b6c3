/** Bounds of one bundle. Whatever exceeds one is refused while it is read, before memory is taken for it. */
export interface BundleLimits {
  /** Bytes of the compressed archive. */
  readonly archiveBytesMax: number;
  /** Bytes of the unpacked archive. */
  readonly unpackedBytesMax: number;
  /** Bytes of one file. */
  readonly entryBytesMax: number;
  /** Files and folders. */
  readonly entriesMax: number;
}

/** 64 MiB compressed, 256 MiB unpacked, 128 MiB in one file, 4,096 entries. */
export const BUNDLE_LIMITS: BundleLimits = {
  archiveBytesMax: 64 * 1024 * 1024,
  unpackedBytesMax: 256 * 1024 * 1024,
  entryBytesMax: 128 * 1024 * 1024,
  entriesMax: 4_096,
};

/** Unpacked bytes per compressed byte; JSON data reaches some tens, DEFLATE at most 1,032. */
export const COMPRESSION_RATIO_MAX = 200;

/** Below this many unpacked bytes the ratio does not matter. */
export const RATIO_FREE_BYTES = 4 * 1024 * 1024;

/** Bytes of a file's name. */
export const NAME_BYTES_MAX = 1_024;

/** Bytes of one extended header. */
export const EXTENDED_HEADER_BYTES_MAX = 8_192;

/** Levels of arrays and objects in JSON and YAML. */
export const DOCUMENT_DEPTH_MAX = 128;

/** Characters of one number in JSON. */
export const NUMBER_CHARACTERS_MAX = 400;

/** Bytes of `.signatures.json`. */
export const SIGNATURES_BYTES_MAX = 2 * 1024 * 1024;

/** Operations of one patch. */
export const PATCH_OPERATIONS_MAX = 100_000;

/** Verification keys of one bundle. */
export const KEYS_MAX = 64;
