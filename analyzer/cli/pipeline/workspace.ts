import { parseDocument, type ParsedDocument, type SourceFile, type Workspace } from '../../source/index.ts';
import type { FileTree } from './file-tree.ts';

/** Words of which one stands in every file that a front end begins with; other files are parsed only when one of those refers to them. */
const RELEVANT = /StartAt|States|Resources|stepFunctions|service\s*:|"service"/;

export const isRelevantText = (text: string): boolean => RELEVANT.test(text);

/** Whether a file is named as a definition: it is parsed whatever it holds, and must hold something. */
export const isDefinitionName = (path: string): boolean => /\.asl(\.\w+)?$/i.test(path);

/** A workspace that remembers what was parsed. */
export interface ParsedWorkspace extends Workspace {
  /** Every document that was parsed so far, also on demand, sorted by path. */
  parsed(): readonly ParsedDocument[];
}

/** Parses what may be relevant, once each. */
export function buildWorkspace(tree: FileTree): ParsedWorkspace {
  const known = new Map<string, ParsedDocument | null>();
  const read = (path: string): SourceFile | null => {
    const text = tree.read(path);
    return text === null ? null : { path, text };
  };
  const parse = (path: string): ParsedDocument | null => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const file = read(path);
    const document = file === null ? null : parseDocument(file);
    known.set(path, document);
    return document;
  };
  const documents = tree.paths.flatMap((path) => {
    if (!isDefinitionName(path) && !isRelevantText(tree.read(path) ?? '')) return [];
    const document = parse(path);
    return document === null ? [] : [document];
  });
  const parsed = (): readonly ParsedDocument[] =>
    [...known.values()].flatMap((one) => (one === null ? [] : [one])).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { documents, read, parse, parsed };
}
