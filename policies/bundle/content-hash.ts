import { createHash } from 'node:crypto';
import { parseDocument, type Document } from './document.ts';
import { refuse, quoted } from './refusal.ts';
import { isYamlData, parseYaml } from './yaml-document.ts';

/** Names of files with a meaning. */
export const MANIFEST = '.manifest';
export const SIGNATURES = '.signatures.json';
export const PATCH = 'patch.json';
export const MODULE = 'policy.wasm';

/** Hash algorithms by the name that OPA gives them, with OpenSSL's. What is broken or short is left out. */
export const HASH_ALGORITHMS: Readonly<Record<string, string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-256': 'sha512-256',
};

/** Last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** True for files of which OPA hashes the meaning instead of the bytes. */
export function isStructured(path: string): boolean {
  const base = baseName(path);
  return base === 'data.json' || base === MANIFEST || isYamlData(base);
}

/** Reads a structured file. Throws BND042, or BND041 for the manifest. */
export function readStructured(path: string, content: Uint8Array): Document {
  const outcome = isYamlData(baseName(path)) ? parseYaml(content) : parseDocument(content);
  if (outcome.ok) return outcome.document;
  return refuse(path === MANIFEST ? 'BND041' : 'BND042', `${quoted(path)} ${outcome.problem}`);
}

/** The hash of a file as OPA computes it, in hexadecimal. `canonical` is the canonical text of structured files. */
export function hashFile(algorithm: string, content: Uint8Array, canonical: string | undefined): string {
  const hash = createHash(algorithm);
  return (canonical === undefined ? hash.update(content) : hash.update(canonical, 'utf8')).digest('hex');
}
