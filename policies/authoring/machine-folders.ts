import { homedir } from 'node:os';
import path from 'node:path';

/** Environment variables as Node gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What programs need to run at all: where they may write, and on Windows where the system is. */
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'LOCALAPPDATA', 'XDG_CACHE_HOME'];

/** The environment for programs that we start: without settings of theirs that the user has for other purposes. */
export function environmentOf(env: Environment): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/**
 * Our folder in the user's cache: `$XDG_CACHE_HOME/weir` where that is set (an absolute path, as its specification demands), else
 * `%LOCALAPPDATA%\weir` on Windows, `~/Library/Caches/weir` on macOS and `~/.cache/weir` elsewhere.
 */
export function cacheFolderOf(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['XDG_CACHE_HOME'] ?? '';
  if (path.isAbsolute(chosen)) return path.join(chosen, 'weir');
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'weir');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'weir');
  return path.join(home, '.cache', 'weir');
}
