/** Largest file that is parsed, in UTF-16 code units; a larger one gets a diagnostic. */
export const SOURCE_LENGTH_MAX = 8 * 1024 * 1024;
/** Deepest nesting of maps and lists. */
export const SOURCE_DEPTH_MAX = 120;
/** Most nodes of one document after aliases are expanded: the bound against alias bombs. */
export const SOURCE_NODES_MAX = 400_000;
