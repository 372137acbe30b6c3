import { existsSync, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../machine.ts';

/** Names under which a configuration is found, in this order. */
export const CONFIGURATION_NAMES: readonly string[] = ['weir.yaml', 'weir.yml'];

/** Where an analysis takes place. */
export interface Location {
  /** Folder that all paths are relative to, absolute, without symbolic links. */
  readonly root: string;
  /** What to look at, relative to the root, forward slashes; `.` is everything. */
  readonly paths: readonly string[];
  /** What is read: all of the root where it is a project of its own, since what is asked for is only as safe as what is around it; else `paths`. */
  readonly surveyed: readonly string[];
  /** Path of the configuration relative to the root (may begin with `../` when it was named); null when there is none. */
  readonly configuration: string | null;
}

/**
 * Finds the root: the folder of the nearest configuration at or above what is asked for, else the current folder, else (when something outside of it
 * is asked for) the folder that holds everything.
 */
export function locate(cwd: string, asked: readonly string[], named: string | null): Location {
  const absolute = (asked.length === 0 ? ['.'] : asked).map((one) => resolveExisting(cwd, one));
  const folders = absolute.map((one) => (statSync(one).isDirectory() ? one : path.dirname(one)));
  const holder = folders.reduce(commonFolder);
  const home = realpathSync(cwd);
  if (named !== null) {
    const file = resolveExisting(cwd, named);
    const root = isBelow(holder, path.dirname(file)) ? path.dirname(file) : isBelow(holder, home) ? home : holder;
    const configuration = relative(root, file);
    return survey(root, absolute, { isProject: root !== holder || root === home, configuration });
  }
  const found = configurationAbove(holder);
  const root = found === null ? (isBelow(holder, home) ? home : holder) : path.dirname(found);
  const configuration = found === null ? null : relative(root, found);
  return survey(root, absolute, { isProject: found !== null || root === home, configuration });
}

/** What is asked for comes first, so that it is read under its own name and before limits are reached. The configuration is read anyway. */
function survey(
  root: string,
  asked: readonly string[],
  { isProject, configuration }: { readonly isProject: boolean; readonly configuration: string | null },
): Location {
  const named = asked.map((one) => relative(root, one)).filter((one) => one !== configuration);
  const paths = named.length === 0 ? ['.'] : named;
  return { root, paths, surveyed: isProject ? [...new Set([...paths, '.'])] : paths, configuration };
}

function resolveExisting(cwd: string, asked: string): string {
  if (asked === '') throw new UsageError('CLI001', 'a path is empty', 'Name a file or folder, or `.` for this one.');
  const wanted = path.resolve(cwd, asked);
  let stats: Stats;
  try {
    stats = statSync(wanted);
  } catch (error) {
    throw whyNot(asked, error);
  }
  if (stats.isFile() || stats.isDirectory()) return realpathSync(wanted);
  const help = 'Use `--stdin` for what comes in on a pipe.';
  throw new UsageError('CLI001', `\`${asked}\` is neither a file nor a folder`, help);
}

function whyNot(asked: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new UsageError(
        'CLI003',
        `\`${asked}\` cannot be read`,
        'Give read access to it and to the folders above.',
      );
    case 'ELOOP':
      return new UsageError('CLI001', `\`${asked}\` is a symbolic link that leads to itself`, 'Correct the link.');
    default:
      return new UsageError('CLI001', `there is no file or folder \`${asked}\``, 'Correct the path.');
  }
}

function configurationAbove(folder: string): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    for (const name of CONFIGURATION_NAMES) {
      const file = path.join(at, name);
      if (existsSync(file)) return file;
    }
    // A repository is a world of its own: what lies above does not speak for it.
    if (existsSync(path.join(at, '.git')) || path.dirname(at) === at) return null;
  }
}

function commonFolder(left: string, right: string): string {
  let at = left;
  while (!isBelow(right, at)) at = path.dirname(at);
  return at;
}

/** Whether a path is a folder or lies in it. */
export function isBelow(file: string, folder: string): boolean {
  const between = path.relative(folder, file);
  return between === '' || (!between.startsWith('..') && !path.isAbsolute(between));
}

function relative(root: string, file: string): string {
  const between = path.relative(root, file).split(path.sep).join('/');
  return between === '' ? '.' : between;
}
