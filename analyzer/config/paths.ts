import type { Segment } from '../../model/ir.ts';

/** Deepest path that a label may be declared for, in segments. */
export const LABEL_PATH_DEPTH_MAX = 16;

const SEGMENT = /^(?:\.([^.[\]\s'"]+)|\['([^']*)'\]|\["([^"]*)"\]|(\[\*\]))/;

/** Reads `$`, `$.field`, `$['field']` and `[*]` (every element); null when the text is something else. */
export function parseLabelPath(text: string): readonly Segment[] | null {
  if (!text.startsWith('$')) return null;
  const segments: Segment[] = [];
  for (let rest = text.slice(1); rest !== '';) {
    const found = SEGMENT.exec(rest);
    if (found === null || segments.length >= LABEL_PATH_DEPTH_MAX) return null;
    const [whole, plain, single, double, star] = found;
    const name = plain ?? single ?? double;
    if (name === '*' && plain !== undefined) return null;
    segments.push(star === undefined ? { kind: 'field', name: name ?? '' } : { kind: 'anyElement' });
    rest = rest.slice(whole.length);
  }
  return segments;
}
