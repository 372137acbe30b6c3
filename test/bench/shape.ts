/** Readers that share nothing with the analyzer: what it finds is held against what they find. */
import { createRequire } from 'node:module';
import { parseAllDocuments } from 'yaml';

interface ShapeReport {
  readonly isValid: boolean;
  readonly errors: readonly { readonly 'Error code': string; readonly Message: string }[];
}
type ShapeValidator = (definition: object) => ShapeReport;

const isShapeValidator = (value: unknown): value is ShapeValidator => typeof value === 'function';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Definitions nested deeper than this in a file are not looked for. */
const DEPTH_MAX = 64;

/** Without its comments JSON5 is, in all the corpus has, a flow mapping of YAML. */
const withoutComments = (text: string): string =>
  text.replace(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, quoted?: string) => quoted ?? ' ',
  );

/** The `asl-validator` package: JSON schema and reference checks, no data flow. */
export function loadShapeValidator(): ShapeValidator {
  const loaded: unknown = createRequire(import.meta.url)('asl-validator');
  if (!isShapeValidator(loaded)) throw new Error('asl-validator exports no function');
  return loaded;
}

/** Plain values of a text in JSON, JSON5 or YAML; null when it is none of them. */
export function readPlain(file: string, text: string): readonly unknown[] | null {
  try {
    if (/\.json$/i.test(file)) {
      const value: unknown = JSON.parse(text);
      return [value];
    }
  } catch {
    // Many `.json` files of the corpus are JSON5 or hold comments.
  }
  try {
    const read = /\.json5?$/i.test(file) ? withoutComments(text) : text;
    const documents = parseAllDocuments(read, { logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
    return documents.map((document) => {
      const value: unknown = document.toJS();
      return value;
    });
  } catch {
    return null;
  }
}

/** Definitions in plain values: objects with `StartAt` and `States` that stand in no other, and texts that hold such an object. */
export function definitionsIn(value: unknown, depth = 0): readonly Readonly<Record<string, unknown>>[] {
  if (depth > DEPTH_MAX) return [];
  if (typeof value === 'string') {
    if (!value.includes('"StartAt"')) return [];
    const held = (readPlain('text.json5', value) ?? []).filter(isObject);
    return held.filter((one) => 'StartAt' in one && 'States' in one);
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown) => definitionsIn(item, depth + 1));
  if (!isObject(value)) return [];
  if ('StartAt' in value && 'States' in value) return [value];
  return Object.values(value).flatMap((item) => definitionsIn(item, depth + 1));
}

/** Number of states of a definition, those of branches and item processors with it. */
export function countStates(definition: Readonly<Record<string, unknown>>, depth = 0): number {
  const states = definition['States'];
  if (depth > DEPTH_MAX || !isObject(states)) return 0;
  const all = Object.values(states).filter(isObject);
  const below = all.flatMap((state) => {
    const branches: readonly unknown[] = Array.isArray(state['Branches']) ? state['Branches'] : [];
    return [...branches, state['Iterator'], state['ItemProcessor']].filter(isObject);
  });
  return all.length + below.reduce((sum, one) => sum + countStates(one, depth + 1), 0);
}
