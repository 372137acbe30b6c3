import type { Result } from '../../../model/result.ts';
import type { Span } from '../../../model/span.ts';
import type { FileTree } from './file-tree.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Texts of all files that something in the result points into, by file, sorted. */
export function collectSources(result: Result, tree: FileTree): Result['sources'] {
  const spans: (Span | null)[] = [
    ...result.diagnostics.map(({ span }) => span),
    ...result.graphs.flatMap(({ nodes }) => nodes.map(({ span }) => span)),
  ];
  for (const { span, related, witnesses } of result.findings) {
    spans.push(span, ...related.map((place) => place.span));
    for (const { source, hops } of witnesses)
      spans.push(source.span, source.origin.span, ...hops.map((hop) => hop.span));
  }
  const files = new Set(spans.flatMap((span) => (span === null ? [] : [span.file])));
  const texts: Record<string, string> = {};
  for (const file of [...files].sort()) {
    const text = tree.read(file);
    // Positions are counted after the mark.
    if (text !== null) texts[file] = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }
  return texts;
}
