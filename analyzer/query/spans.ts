import { compareSpans, type Span } from '../../model/span.ts';

/** Whether a span lies inside one of the given ones. Logarithmic for each question. */
export function insideAny(spans: readonly Span[]): (span: Span) => boolean {
  const sorted = spans.toSorted(compareSpans);
  // A span that begins later may end earlier: how far those of one file go that begin here or before.
  let farthest: Span | null = null;
  const reaches = sorted.map((span) => {
    const isFarther = farthest?.file !== span.file || farthest.end.offset < span.end.offset;
    farthest = isFarther ? span : farthest;
    return isFarther ? span.end.offset : (farthest?.end.offset ?? 0);
  });
  return (span) => {
    const before = countBefore(sorted, span) - 1;
    return sorted[before]?.file === span.file && (reaches[before] ?? 0) >= span.end.offset;
  };
}

/** How many of the sorted spans begin where the given one does, or before it. */
function countBefore(sorted: readonly Span[], span: Span): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compareStarts(other, span) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compareStarts(left: Span, right: Span): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.start.offset - right.start.offset;
}
