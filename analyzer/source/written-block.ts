import { WrittenBuilder, type WrittenValue } from './written-value.ts';

/** One line of a block scalar; offsets are those of the raw text. */
interface BlockLine {
  /** Number of leading spaces. */
  readonly indent: number;
  /** What follows the spaces, without the line break. */
  readonly content: string;
  /** Where the line begins. */
  readonly start: number;
  /** Where its line break stands, or the text ends. */
  readonly end: number;
  /** Where its line break ends. */
  readonly next: number;
}

/**
 * Decodes a literal (`|`) or folded (`>`) block scalar from its header on, as YAML 1.2.2 §8.1 says.
 *
 * @param parentIndent indentation of the parent in columns; only used when the header has an indentation indicator
 */
export function decodeBlock(raw: string, parentIndent: number): WrittenValue | null {
  const headerEnd = raw.indexOf('\n');
  const header = /^([|>])([-+0-9]*)/.exec(raw);
  if (header === null) return null;
  const indicators = header[2] ?? '';
  const digits = /[1-9]/.exec(indicators)?.[0];
  const lines = headerEnd < 0 ? [] : linesOf(raw, headerEnd + 1);
  const contentEnd = lines.findLastIndex((line) => line.content !== '') + 1;
  const out = new WrittenBuilder();
  const detected = lines.find((line) => line.content !== '')?.indent ?? 0;
  const indent = digits === undefined ? detected : parentIndent + Number(digits);
  const body = lines.slice(0, contentEnd);
  if (header[1] === '|') literal(body, indent, out);
  else folded(body, indent, out);
  chomp({ indicators, lines, contentEnd, indent, out });
  return out.finish(raw.length);
}

function linesOf(raw: string, from: number): BlockLine[] {
  const lines: BlockLine[] = [];
  for (let start = from; start <= raw.length;) {
    const found = raw.indexOf('\n', start);
    const next = found < 0 ? raw.length : found;
    const end = next > start && raw[next - 1] === '\r' && found >= 0 ? next - 1 : next;
    let content = start;
    while (content < end && raw[content] === ' ') content += 1;
    if (found >= 0 || end > start)
      lines.push({ indent: content - start, content: raw.slice(content, end), start, end, next: next + 1 });
    start = next + 1;
  }
  return lines;
}

/** Text of a line from the block's own indentation on. */
function pushLine(line: BlockLine, indent: number, out: WrittenBuilder): void {
  const kept = Math.min(indent, line.indent);
  out.pushEach(' '.repeat(line.indent - kept) + line.content, line.start + kept);
}

function literal(lines: readonly BlockLine[], indent: number, out: WrittenBuilder): void {
  lines.forEach((line, index) => {
    pushLine(line, indent, out);
    if (index < lines.length - 1) out.push('\n', line.end, line.next);
  });
}

function folded(lines: readonly BlockLine[], indent: number, out: WrittenBuilder): void {
  /** Line breaks between the last line with text and this one, as places. */
  let breaks: BlockLine[] = [];
  let isFirst = true;
  let wasIndented = false;
  for (const line of lines) {
    if (line.content === '' && line.indent <= indent) {
      breaks.push(line);
      continue;
    }
    const isIndented = line.indent > indent || line.content.startsWith('\t');
    const isKept = isFirst || isIndented || wasIndented;
    if (!isKept && breaks.length === 1) out.push(' ', breaks[0]?.end ?? line.start, line.start + indent);
    else for (const broken of isKept ? breaks : breaks.slice(1)) out.push('\n', broken.end, broken.next);
    pushLine(line, indent, out);
    breaks = [line];
    isFirst = false;
    wasIndented = isIndented;
  }
}

interface Chomping {
  readonly indicators: string;
  readonly lines: readonly BlockLine[];
  readonly contentEnd: number;
  readonly indent: number;
  readonly out: WrittenBuilder;
}

/** Line breaks at the end: none with `-`, all with `+`, else one. */
function chomp({ indicators, lines, contentEnd, indent, out }: Chomping): void {
  if (indicators.includes('-')) return;
  const last = lines[contentEnd - 1];
  if (last !== undefined) out.push('\n', last.end, last.next);
  if (!indicators.includes('+')) return;
  for (const line of lines.slice(contentEnd)) {
    pushLine(line, indent, out);
    out.push('\n', line.end, line.next);
  }
}
