import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { UsageError } from '../machine.ts';
import type { FileTree } from '../pipeline/file-tree.ts';
import { textOrNull } from './decode.ts';
import { isCandidate, isSkippedFolder } from './discover.ts';
import { FILE_BYTES_MAX, FILES_MAX } from './limits.ts';

/** Most bytes of one answer of git. */
const GIT_OUTPUT_BYTES_MAX = 1024 * 1024 * 1024;

/** The files of one revision, relative to the root of the analysis. Nothing is checked out. */
export interface Revision {
  /** The commit that was meant. */
  readonly commit: string;
  readonly tree: FileTree;
}

/**
 * Opens the revision at which `ref` and the current one parted (their merge base), or `ref` itself when they share no history.
 * @throws UsageError CLI009 when the root is in no repository or there is no such revision
 */
export function openRevision(root: string, ref: string): Revision {
  const top = git(root, ['rev-parse', '--show-toplevel']);
  if (top === null) {
    throw new UsageError('CLI009', 'this folder is in no git repository', 'Run without `--changed-since`.');
  }
  // `--end-of-options` keeps a reference that begins with a dash from being an option of git.
  const named = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (named === undefined) {
    throw new UsageError(
      'CLI009',
      `there is no revision \`${ref}\``,
      'Name a branch, tag or commit; fetch it first in CI.',
    );
  }
  const commit = git(root, ['merge-base', named, 'HEAD'])?.trim() ?? named;
  const prefix = path.relative(top.trim(), root).split(path.sep).join('/');
  const within = (file: string): string => (prefix === '' ? file : `${prefix}/${file}`);
  const listed = git(root, [
    'ls-tree',
    '-r',
    '-l',
    '-z',
    '--full-tree',
    commit,
    ...(prefix === '' ? [] : [`${prefix}/`]),
  ]);
  const sizes = new Map<string, number>();
  for (const entry of (listed ?? '').split('\0')) {
    const found = /^100\d{3} blob [0-9a-f]+ +(\d+)\t(.*)$/s.exec(entry);
    const file = found?.[2];
    if (file === undefined || (prefix !== '' && !file.startsWith(`${prefix}/`))) continue;
    sizes.set(prefix === '' ? file : file.slice(prefix.length + 1), Number(found?.[1]));
  }
  const paths = [...sizes.keys()].filter(isLookedAt).sort().slice(0, FILES_MAX);
  const small = paths.filter((file) => (sizes.get(file) ?? 0) <= FILE_BYTES_MAX);
  const texts = readBatch(
    root,
    small.map((file) => ({ file, spec: `${commit}:${within(file)}` })),
  );
  const read = (file: string): string | null => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    if ((sizes.get(file) ?? Infinity) > FILE_BYTES_MAX) return null;
    return git(root, ['show', '--end-of-options', `${commit}:${within(file)}`]);
  };
  return { commit, tree: { paths, read } };
}

function isLookedAt(file: string): boolean {
  const folders = file.split('/').slice(0, -1);
  return isCandidate(file) && !folders.some(isSkippedFolder);
}

/** Many blobs in one process. */
function readBatch(
  root: string,
  wanted: readonly { readonly file: string; readonly spec: string }[],
): ReadonlyMap<string, string | null> {
  const texts = new Map<string, string | null>();
  // The batch protocol is by lines, so a name with a line break is read by itself.
  const simple = wanted.filter(({ spec }) => !spec.includes('\n'));
  if (simple.length === 0) return texts;
  const input = simple.map(({ spec }) => `${spec}\n`).join('');
  const run = spawnSync('git', ['cat-file', '--batch'], { cwd: root, input, maxBuffer: GIT_OUTPUT_BYTES_MAX });
  let at = 0;
  for (const { file } of simple) {
    const end = run.stdout.indexOf(10, at);
    const head = end < 0 ? '' : run.stdout.toString('utf8', at, end);
    const size = / blob (\d+)$/.exec(head)?.[1];
    at = end + 1;
    if (size === undefined) continue;
    texts.set(file, textOrNull(run.stdout.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return texts;
}

/** What git prints; null when it fails or is not there. */
function git(cwd: string, args: readonly string[]): string | null {
  const run = spawnSync('git', [...args], { cwd, encoding: 'utf8', maxBuffer: GIT_OUTPUT_BYTES_MAX });
  return run.status === 0 ? run.stdout : null;
}
