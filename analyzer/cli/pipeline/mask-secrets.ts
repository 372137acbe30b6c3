import type { LiteralSecret } from '../../../model/application.ts';
import type { FileTree } from './file-tree.ts';

const BYTE_ORDER_MARK = '\ufeff';
/** Stands for every character of a secret: plain in JSON and YAML, and positions stay. */
const MASK = 'x';
const KEY_END = /-----END[^-]*-----/;

/**
 * The same files with every literal secret masked. What is lowered, drawn and shown is made from these, so that no report, graph or code frame can
 * hold a secret, whatever it prints.
 */
export function maskSecrets(tree: FileTree, secrets: readonly LiteralSecret[]): FileTree {
  if (secrets.length === 0) return tree;
  const byFile = new Map<string, LiteralSecret[]>();
  for (const secret of secrets) byFile.set(secret.span.file, [...(byFile.get(secret.span.file) ?? []), secret]);
  const masked = new Map<string, string | null>();
  const read = (path: string): string | null => {
    const known = masked.get(path);
    if (known !== undefined) return known;
    const text = tree.read(path);
    const made = text === null ? null : maskText(text, byFile.get(path) ?? []);
    masked.set(path, made);
    return made;
  };
  return { ...tree, read };
}

function maskText(text: string, secrets: readonly LiteralSecret[]): string {
  // Positions are counted after the mark.
  const shift = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  let result = text;
  for (const { kind, span } of secrets) {
    const from = span.start.offset + shift;
    const to = endOf(result, { kind, from, to: span.end.offset + shift });
    // Quotes around a whole scalar and line breaks stay, so that the text is still what it was to a parser.
    result = result.slice(0, from) + result.slice(from, to).replace(/[^\s"']/g, MASK) + result.slice(to);
  }
  return result;
}

/** A private key is found by its first line; all of it is secret. */
function endOf(text: string, found: { readonly kind: string; readonly from: number; readonly to: number }): number {
  if (!found.kind.includes('private key')) return found.to;
  const end = KEY_END.exec(text.slice(found.from));
  return end === null ? found.to : found.from + end.index + end[0].length;
}
