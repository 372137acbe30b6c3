import jsonata from 'jsonata';
import type { Node } from './ast.ts';
import { decode } from './decode.ts';

/** What parsing gives: a tree, or what is wrong and where (code units in the text). */
export type Parsed =
  { readonly ok: true; readonly node: Node } | { readonly ok: false; readonly message: string; readonly at: number };

/** Parses a JSONata expression. Never throws. */
export function parseJsonata(text: string): Parsed {
  try {
    return { ok: true, node: decode(jsonata(text).ast(), text) };
  } catch (error) {
    return { ok: false, ...describe(error, text) };
  }
}

/** The package throws plain objects with a message and a position, and the engine's errors for bad patterns and deep nesting. */
function describe(error: unknown, text: string): { readonly message: string; readonly at: number } {
  if (error instanceof RangeError) return { message: 'it is nested too deep', at: 0 };
  if (typeof error !== 'object' || error === null) return { message: 'it cannot be parsed', at: 0 };
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'it cannot be parsed';
  const at = 'position' in error && typeof error.position === 'number' ? error.position : 0;
  return { message: message.replace(/[.\s]+$/, ''), at: Math.max(0, Math.min(at, text.length)) };
}
