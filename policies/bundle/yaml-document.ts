import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Node } from 'yaml';
import { NumberText, parseDocument, type Document, type DocumentOutcome } from './document.ts';
import { DOCUMENT_DEPTH_MAX } from './limits.ts';

/** True for the names under which YAML is data. */
export const isYamlData = (base: string): boolean => base === 'data.yaml' || base === 'data.yml';

/**
 * Reads YAML data. What is JSON is read as JSON, as OPA does. Of YAML only what all readers understand alike is read: one document, text keys, no
 * anchors, no tags, decimal numbers. Where OPA reads something else than we do, the hashes differ and the bundle is refused.
 */
export function parseYaml(bytes: Uint8Array): DocumentOutcome {
  const json = parseDocument(bytes);
  if (json.ok) return json;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, problem: 'is not UTF-8' };
  }
  try {
    const documents = parseAllDocuments(text, { schema: 'core', uniqueKeys: true, logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.length !== 1)
      return { ok: false, problem: 'has not exactly one document' };
    const [document] = documents;
    if (document === undefined || document.errors.length > 0) return { ok: false, problem: 'is not YAML' };
    return { ok: true, document: convert(document.contents, 0) };
  } catch (error) {
    if (error instanceof UnsupportedError) return { ok: false, problem: error.message };
    // The library throws on some malformed texts instead of reporting them.
    return { ok: false, problem: 'is not YAML' };
  }
}

class UnsupportedError extends Error {}

function convert(node: unknown, depth: number): Document {
  if (depth > DOCUMENT_DEPTH_MAX) throw new UnsupportedError(`has more than ${DOCUMENT_DEPTH_MAX} levels`);
  if (node === null) return null;
  if (isAlias(node)) throw new UnsupportedError('has an alias');
  if (isMap(node)) {
    plain(node);
    const members = new Map<string, Document>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? convert(key, depth) : null;
      if (typeof name !== 'string' || name === '<<') throw new UnsupportedError('has a key that is not text');
      members.set(name, convert(value, depth + 1));
    }
    return members;
  }
  if (isSeq(node)) {
    plain(node);
    return node.items.map((item) => convert(item, depth + 1));
  }
  if (isScalar(node)) {
    plain(node);
    return scalar(node.value, node.source ?? '');
  }
  throw new UnsupportedError('has something that is not JSON');
}

function plain(node: Node): void {
  if (node.tag !== undefined) throw new UnsupportedError('has a tag');
  if ('anchor' in node) throw new UnsupportedError('has an anchor');
}

function scalar(value: unknown, source: string): Document {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'number') throw new UnsupportedError('has something that is not JSON');
  // Whole numbers keep their digits; others pass through a double in Go as here, and both write the shortest form.
  if (/^-?(?:0|[1-9][0-9]{0,17})$/.test(source)) return new NumberText(source === '-0' ? '0' : source);
  if (!/^-?[0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?$/i.test(source)) {
    throw new UnsupportedError('has a number that is not written as a plain decimal');
  }
  return new NumberText(Object.is(value, -0) ? '-0' : String(value));
}
