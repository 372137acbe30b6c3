import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseDocument, type Workspace } from '../../../analyzer/source/index.ts';

/** A workspace of all data files below a directory. */
export function workspaceOf(directory: string, only?: readonly string[]): Workspace {
  const names = only ?? readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => /\.(json|json5|ya?ml|template)$/.test(name));
  const read: Workspace['read'] = (name) => {
    const full = path.join(directory, name);
    const isFile = !name.startsWith('..') && existsSync(full) && statSync(full).isFile();
    return isFile ? { path: name, text: readFileSync(full, 'utf8') } : null;
  };
  const parse: Workspace['parse'] = (name) => {
    const file = read(name);
    return file === null ? null : parseDocument(file);
  };
  return { documents: files.flatMap((name) => parse(name) ?? []), read, parse };
}

/** A workspace of texts. */
export function workspaceFrom(texts: Readonly<Record<string, string>>): Workspace {
  const read: Workspace['read'] = (name) => {
    const text = texts[name];
    return text === undefined ? null : { path: name, text };
  };
  const parse: Workspace['parse'] = (name) => {
    const file = read(name);
    return file === null ? null : parseDocument(file);
  };
  return { documents: Object.keys(texts).sort().flatMap((name) => parse(name) ?? []), read, parse }; // prettier-ignore
}
