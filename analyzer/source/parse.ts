import type { Span } from '../../model/span.ts';
import { embeddedPlaceholders } from './embedded.ts';
import { parseJson, type JsonOutput } from './json.ts';
import { SOURCE_LENGTH_MAX } from './limits.ts';
import { LineIndex } from './lines.ts';
import { lengthProblem, type Place } from './problems.ts';
import type { ParsedDocument, SourceFile } from './types.ts';
import { parseYaml } from './yaml.ts';

const BYTE_ORDER_MARK = '\ufeff';
const YAML_ENDING = /\.ya?ml$/i;
/** How JSON begins and YAML hardly ever does: a map whose first key is quoted, or a list of such. */
const JSON_START = /^\s*(\[\s*)*\{\s*("|$)/;

/**
 * Parses a file by its ending: `.json` and `.jsonc` as JSON with comments and trailing commas, `.json5` as JSON5, `.yaml` and `.yml` as YAML. A YAML
 * file that is JSON throughout is read as JSON, since YAML refuses tabs as indentation. Of another ending, or none, it is JSON when it begins like
 * JSON and YAML otherwise. Never throws: what is wrong is a diagnostic (SRC001 to SRC007).
 */
export function parseDocument(file: SourceFile): ParsedDocument {
  const text = file.text.startsWith(BYTE_ORDER_MARK) ? file.text.slice(1) : file.text;
  const lines = new LineIndex(file.path, text);
  const place: Place = (from, to) => lines.span(from, to);
  const format = formatOf(file.path);
  const head = { path: file.path, format };
  if (text.length > SOURCE_LENGTH_MAX) {
    return { ...head, roots: [], comments: [], diagnostics: [lengthProblem(place(0, 1))] };
  }
  if (format === 'yaml') {
    const json = /^\s*[[{]/.test(text) ? parseJson({ text, place, json5: false }) : null;
    // YAML would take some broken JSON for something else, e.g. a value that is missing for null.
    const isJson = json !== null && (json.root !== null || (!YAML_ENDING.test(file.path) && JSON_START.test(text)));
    return isJson ? { path: file.path, format: 'json', ...rooted(json) } : { ...head, ...parseYaml(text, place) };
  }
  return { ...head, ...rooted(parseJson({ text, place, json5: format === 'json5' })) };
}

/** Span of a range of a file's text, for what is found without parsing it. Offsets count the byte order mark if there is one. */
export function spanIn(file: SourceFile, from: number, to: number): Span {
  const mark = file.text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  return new LineIndex(file.path, file.text.slice(mark)).span(from - mark, to - mark);
}

function rooted({
  root,
  comments,
  diagnostics,
}: JsonOutput): Pick<ParsedDocument, 'roots' | 'comments' | 'diagnostics'> {
  return { roots: root === null ? [] : [root], comments, diagnostics };
}

function formatOf(path: string): ParsedDocument['format'] {
  if (/\.json5$/i.test(path)) return 'json5';
  return /\.jsonc?$/i.test(path) ? 'json' : 'yaml';
}

/**
 * Parses JSON, or YAML when it does not begin like JSON, that is the value of a string in another document, e.g. a `DefinitionString`.
 *
 * `${…}` placeholders stay in strings as they are; one that stands where a value is expected becomes a string scalar with the placeholder as
 * its value. Never throws.
 *
 * @param place gives the span in the user's own file of a range of `text`
 */
export function parseEmbedded(text: string, place: (from: number, to: number) => Span): JsonOutput {
  if (text.length > SOURCE_LENGTH_MAX) return { root: null, comments: [], diagnostics: [lengthProblem(place(0, 1))] };
  const isJson = /^\s*([[{"/]|$)/.test(text) || /^\s*\$\{/.test(text);
  const { masked, bare } = embeddedPlaceholders(text);
  if (isJson) return parseJson({ text: masked, place, json5: false, bare });
  // In YAML a placeholder is plain text wherever a scalar may stand.
  const { roots, comments, diagnostics } = parseYaml(text, place);
  return { root: roots[0] ?? null, comments, diagnostics };
}
