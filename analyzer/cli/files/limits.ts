/** Largest file that is read, in bytes; the parser's own limit is 2 Mi code units, which may take more bytes. */
export const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** Most files that one run looks at. */
export const FILES_MAX = 100_000;
/** Deepest nesting of folders below the root that is walked. */
export const FOLDERS_DEPTH_MAX = 64;
/** Bytes at the start of a file too large to read that are searched for what workflows and templates begin with. */
export const PEEK_BYTES = 64 * 1024;
