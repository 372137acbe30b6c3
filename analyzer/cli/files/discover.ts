import {
  type Dirent,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { spanAtStart } from '../../../model/span.ts';
import { globMatches } from '../../config/index.ts';
import type { FileTree } from '../pipeline/file-tree.ts';
import { isDefinitionName, isRelevantText } from '../pipeline/workspace.ts';
import { decodeText } from './decode.ts';
import { encodingProblem } from './encoding-problems.ts';
import { FILE_BYTES_MAX, FILES_MAX, FOLDERS_DEPTH_MAX, PEEK_BYTES } from './limits.ts';
import { isBelow } from './locate.ts';

/** Endings of files that may hold workflows or templates. */
const ENDINGS = /\.(json|jsonc|json5|ya?ml|asl|template)$/i;
/** Folders of packages, versions and build results. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', '.weir-cache']);
/** Lists that package managers write: large, and never a workflow. */
const SKIPPED_FILES = /^(package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock|yarn\.lock)(\.json|\.ya?ml)?$/;

export interface Discovered {
  readonly tree: FileTree;
  /** CLI002 too large, CLI003 unreadable, CLI004 too many files, CLI018 no text, CLI019 no UTF-8. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Finds the files to analyse below a root: by ending, without what `.gitignore` files and the configuration ignore. A path that is named is looked at
 * even when `.gitignore` ignores it, a file also when the configuration does. Symbolic links are followed as long as they stay inside the root.
 */
export function discover(root: string, paths: readonly string[], ignored: readonly string[]): Discovered {
  const walk = new Walk(root, ignored);
  for (const asked of paths) walk.add(asked);
  return walk.finish();
}

export function isCandidate(name: string): boolean {
  return ENDINGS.test(name) && !SKIPPED_FILES.test(path.posix.basename(name));
}

export const isSkippedFolder = (name: string): boolean => SKIPPED_FOLDERS.has(name);

interface Rules {
  /** Folder of the `.gitignore`, relative to the root. */
  readonly folder: string;
  readonly matcher: Ignore;
}

class Walk {
  readonly #root: string;
  readonly #ignored: readonly string[];
  readonly #found = new Set<string>();
  readonly #named = new Set<string>();
  readonly #visited = new Set<string>();
  readonly #texts = new Map<string, string | null>();
  readonly #diagnostics: Diagnostic[] = [];
  #isFull = false;

  constructor(root: string, ignored: readonly string[]) {
    // Nothing outside the root is read, links included, so the root itself has to be where it really is.
    this.#root = realpathSync(root);
    this.#ignored = ignored;
  }

  add(asked: string): void {
    const absolute = path.join(this.#root, asked);
    if (!statSync(absolute).isDirectory()) {
      this.#named.add(asked);
      this.#addFile(asked);
    } else {
      const above = rulesAbove(absolute, this.#root);
      // Who names a folder means it, whatever is ignored around it.
      const rules = asked !== '.' && isIgnoredBy(above, asked, true) ? [] : above;
      this.#walk(asked === '.' ? '' : asked, { rules, depth: 0 });
    }
  }

  finish(): Discovered {
    const paths = [...this.#found].sort();
    // Read now, so that what cannot be read is known before the analysis begins.
    for (const file of paths) this.#read(file);
    return { tree: { paths, read: (wanted) => this.#read(wanted) }, diagnostics: this.#diagnostics };
  }

  #walk(folder: string, at: { readonly rules: readonly Rules[]; readonly depth: number }): void {
    const absolute = path.join(this.#root, folder);
    const real = realpathOrNull(absolute);
    if (real === null || this.#visited.has(real) || at.depth > FOLDERS_DEPTH_MAX) return;
    this.#visited.add(real);
    const own = rulesOf(absolute, folder);
    const rules = own === null ? at.rules : [...at.rules, own];
    let entries;
    try {
      entries = readdirSync(absolute, { withFileTypes: true });
    } catch {
      this.#report(
        'CLI003',
        folder,
        'the folder cannot be read',
        'Give read access, or add it to `ignore` in weir.yaml.',
      );
      return;
    }
    // What a link leads to is known by its own name where it has one here.
    const rank = (entry: Dirent): number => (entry.isSymbolicLink() ? 1 : 0);
    for (const entry of entries.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? this.#linked(file) : kindOf(entry);
      if (kind === null || this.#isIgnored(file, kind === 'folder', rules)) continue;
      if (kind === 'folder') {
        if (!isSkippedFolder(entry.name)) this.#walk(file, { rules, depth: at.depth + 1 });
      } else if (isCandidate(entry.name)) this.#addFile(file);
    }
  }

  #linked(file: string): 'folder' | 'file' | null {
    try {
      const real = realpathSync(path.join(this.#root, file));
      if (!isBelow(real, this.#root)) return null;
      return kindOf(statSync(real));
    } catch {
      return null;
    }
  }

  #isIgnored(file: string, isFolder: boolean, rules: readonly Rules[]): boolean {
    if (this.#ignored.some((glob) => globMatches(glob, file) || globMatches(glob, `${file}/`))) return true;
    return isIgnoredBy(rules, file, isFolder);
  }

  #addFile(file: string): void {
    if (this.#found.size < FILES_MAX) {
      this.#found.add(file);
      return;
    }
    if (this.#isFull) return;
    this.#isFull = true;
    const message = `more than ${FILES_MAX} files were found, \`${file}\` and further ones are not looked at`;
    this.#report('CLI004', file, message, 'Add folders that hold no workflows to `ignore` in weir.yaml.');
  }

  #read(wanted: string): string | null {
    const known = this.#texts.get(wanted);
    if (known !== undefined) return known;
    const text = this.#readFile(wanted);
    this.#texts.set(wanted, text);
    return text;
  }

  #readFile(wanted: string): string | null {
    const absolute = path.resolve(this.#root, wanted);
    try {
      if (!existsSync(absolute) || !isBelow(realpathSync(absolute), this.#root)) return null;
      const stats = statSync(absolute);
      // Reading a pipe or a device might never end.
      if (!stats.isFile()) return null;
      const { size } = stats;
      if (size <= FILE_BYTES_MAX) return this.#decode(wanted, readFileSync(absolute));
      if (this.#isMeant(wanted, peek(absolute))) {
        const message = `the file has ${size} bytes, at most ${FILE_BYTES_MAX} are read`;
        this.#report('CLI002', wanted, message, 'Split it, or add it to `ignore` in weir.yaml.');
      }
      return null;
    } catch {
      this.#report(
        'CLI003',
        wanted,
        'the file cannot be read',
        'Give read access, or add it to `ignore` in weir.yaml.',
      );
      return null;
    }
  }

  #decode(file: string, bytes: Buffer): string | null {
    const decoded = decodeText(bytes);
    const text = decoded.kind === 'binary' ? null : decoded.text;
    const problem = encodingProblem(file, decoded);
    if (problem !== null && this.#isMeant(file, text ?? '')) this.#diagnostics.push(problem);
    return text;
  }

  /** Whether a file is one of ours, so that something has to be said when it cannot be read: by request, by name or by content. */
  #isMeant(file: string, text: string): boolean {
    return this.#named.has(file) || isDefinitionName(file) || isRelevantText(text);
  }

  #report(code: string, file: string, message: string, help: string): void {
    this.#diagnostics.push({ code, severity: 'error', message, help, span: spanAtStart(file) });
  }
}

/** Pipes, sockets and devices are neither. */
function kindOf(entry: { isDirectory(): boolean; isFile(): boolean }): 'folder' | 'file' | null {
  return entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : null;
}

/** Null when there is nothing any more: files come and go while a tree is walked. */
function realpathOrNull(absolute: string): string | null {
  try {
    return realpathSync(absolute);
  } catch {
    return null;
  }
}

function isIgnoredBy(rules: readonly Rules[], file: string, isFolder: boolean): boolean {
  let isIgnored = false;
  for (const { folder, matcher } of rules) {
    const within = path.posix.relative(folder, file);
    if (within === '' || within.startsWith('..')) continue;
    const verdict = matcher.test(isFolder ? `${within}/` : within);
    if (verdict.ignored) isIgnored = true;
    else if (verdict.unignored) isIgnored = false;
  }
  return isIgnored;
}

function peek(file: string): string {
  const buffer = Buffer.alloc(PEEK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, PEEK_BYTES, 0)).replaceAll('\0', '');
  } finally {
    closeSync(descriptor);
  }
}

function rulesOf(absolute: string, folder: string): Rules | null {
  const file = path.join(absolute, '.gitignore');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // There is none, or it is no file, or not ours to read: then nothing is ignored.
    return null;
  }
  return { folder, matcher: ignore({ allowRelativePaths: true }).add(text) };
}

/** Rules of the folders between the repository's top and a folder, outermost first, the folder itself left out. */
function rulesAbove(folder: string, root: string): readonly Rules[] {
  const rules: Rules[] = [];
  for (let at = folder; !existsSync(path.join(at, '.git')) && path.dirname(at) !== at;) {
    at = path.dirname(at);
    const found = rulesOf(at, path.relative(root, at).split(path.sep).join('/'));
    if (found !== null) rules.unshift(found);
  }
  return rules;
}
