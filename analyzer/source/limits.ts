/** Largest file that is parsed, in UTF-16 code units; a larger one gets a diagnostic. Templates and definitions may have 1 MiB on the platform. */
export const SOURCE_LENGTH_MAX = 2 * 1024 * 1024;
/** Deepest nesting of maps and lists, in levels, after aliases are expanded. */
export const SOURCE_DEPTH_MAX = 120;
/** Most nodes of one document after aliases are expanded: the bound against alias bombs. */
export const SOURCE_NODES_MAX = 400_000;
/** Longest placeholder, in UTF-16 code units from `${` to `}`. */
export const PLACEHOLDER_LENGTH_MAX = 1024;
