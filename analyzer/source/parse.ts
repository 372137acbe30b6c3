import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { parseJson, type JsonOutput } from './json.ts';
import { SOURCE_LENGTH_MAX } from './limits.ts';
import { LineIndex } from './lines.ts';
import type { ParsedDocument, SourceFile } from './types.ts';
import { parseYaml } from './yaml.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Parses a file by its ending: `.json` as JSON with comments, `.json5` as JSON5, everything else as YAML. Never throws. */
export function parseDocument(file: SourceFile): ParsedDocument {
  const text = file.text.startsWith(BYTE_ORDER_MARK) ? file.text.slice(1) : file.text;
  const lines = new LineIndex(file.path, text);
  const place = (from: number, to: number): Span => lines.span(from, to);
  const format = formatOf(file.path);
  if (text.length > SOURCE_LENGTH_MAX) {
    const help = `Weir reads files of up to ${SOURCE_LENGTH_MAX} characters; split it or leave it out with \`ignore\`.`;
    const diagnostic: Diagnostic = {
      code: 'SRC005',
      severity: 'error',
      message: 'the file is too large',
      help,
      span: place(0, 1),
    };
    return { path: file.path, format, roots: [], comments: [], diagnostics: [diagnostic] };
  }
  if (format === 'yaml') return { path: file.path, format, ...parseYaml(text, place) };
  const parsed = parseJson({ text, place, json5: format === 'json5' });
  return {
    path: file.path,
    format,
    roots: parsed.root === null ? [] : [parsed.root],
    comments: parsed.comments,
    diagnostics: parsed.diagnostics,
  };
}

function formatOf(path: string): ParsedDocument['format'] {
  if (/\.json5$/i.test(path)) return 'json5';
  return /\.(json|jsonc|template)$/i.test(path) ? 'json' : 'yaml';
}

/**
 * Parses JSON that is the value of a string in another document, e.g. a `DefinitionString`.
 *
 * `${…}` placeholders stay in strings as they are; one that stands where a value is expected becomes a string scalar with the placeholder as its value.
 *
 * @param place gives the span in the user's own file of a range of `text`
 */
export function parseEmbedded(text: string, place: (from: number, to: number) => Span): JsonOutput {
  const bare = new Map<number, string>();
  return parseJson({ text: quoteBarePlaceholders(text, bare), place, json5: false, bare });
}

/** Puts a string of the same length where a placeholder stands outside strings, so that offsets stay. */
function quoteBarePlaceholders(text: string, bare: Map<number, string>): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    const unit = text[at] ?? '';
    if (unit === '"') {
      const end = endOfString(text, at);
      result += text.slice(at, end);
      at = end;
      continue;
    }
    const placeholder = unit === '$' ? /^\$\{[^}"]*\}/.exec(text.slice(at, at + 1024))?.[0] : undefined;
    if (placeholder === undefined) {
      result += unit;
      at += 1;
      continue;
    }
    bare.set(at, placeholder);
    result += `"${' '.repeat(placeholder.length - 2)}"`;
    at += placeholder.length;
  }
  return result;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
