/**
 * Limits that every composition keeps. Front ends have limits of their own that lie below; `findIllFormed` reports what does not, and the
 * parser of the text form refuses it.
 */

/** Deepest nesting of expressions and of values inside literals, in levels. */
export const IR_EXPRESSION_DEPTH_MAX = 256;
/** Deepest nesting of regions, in levels; the body of a composition is level 1. */
export const IR_REGION_DEPTH_MAX = 128;
