import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { decodeText } from './files/decode.ts';
import { encodingProblem } from './files/encoding-problems.ts';
import { isBelow } from './files/locate.ts';
import { UsageError, type Machine } from './machine.ts';
import type { Override } from './runner.ts';

/** What a text without a name is called. */
const STDIN_NAME = 'stdin.asl';

/** How standard input is asked for on the command line. */
export interface StdinOptions {
  readonly stdin: boolean;
  readonly stdinFilename: string | null;
  readonly watch: boolean;
  readonly showConfig: boolean;
}

/**
 * Refuses what standard input does not go together with.
 * @throws UsageError CLI005
 */
export function refuseWithStdin(paths: readonly string[], options: StdinOptions): void {
  const { stdin, stdinFilename } = options;
  if (!stdin && stdinFilename !== null) {
    const help = 'Add `--stdin`, or name the file without an option to read it from disk.';
    throw new UsageError('CLI005', '`--stdin-filename` says nothing without `--stdin`', help);
  }
  if (!stdin) return;
  if (paths.length > 0) {
    const help = 'Leave one of the two out; `--stdin-filename FILE` gives the text its place among the other files.';
    throw new UsageError('CLI005', '`--stdin` checks one text and takes no paths', help);
  }
  for (const [isSet, name] of [[options.watch, 'watch'] as const, [options.showConfig, 'show-config'] as const]) {
    if (!isSet) continue;
    throw new UsageError('CLI005', `\`--${name}\` and \`--stdin\` exclude each other`, 'Leave one of the two out.');
  }
}

/** The file that standard input stands in for, or the folder here where it would be: there is the project that it is judged in. */
export function standIn(cwd: string, name: string): string {
  const file = path.resolve(cwd, name);
  if (existsSync(file)) return name;
  const folder = path.dirname(file);
  return existsSync(folder) && isBelow(folder, cwd) ? path.relative(cwd, folder) || '.' : '.';
}

/** Reads standard input to its end. */
export const readStdin = (machine: Machine): Promise<Buffer> => buffer(machine.stdin);

/**
 * What came in, in the place of the named file or as a file of its own.
 * @throws UsageError CLI005 when the name is no file below the root
 */
export function overrideOf(
  cwd: string,
  root: string,
  given: { readonly bytes: Buffer; readonly name: string | null },
): Override {
  const file = given.name === null ? STDIN_NAME : placeOf(cwd, root, given.name);
  const decoded = decodeText(given.bytes);
  const problem = encodingProblem(file, decoded);
  const text = decoded.kind === 'binary' ? '' : decoded.text;
  return { path: file, text, diagnostics: problem === null ? [] : [problem] };
}

function placeOf(cwd: string, root: string, name: string): string {
  const wanted = path.resolve(cwd, name);
  const absolute = existsSync(wanted) ? realpathSync(wanted) : wanted;
  if (!isBelow(absolute, root)) {
    throw new UsageError('CLI005', `\`${name}\` lies outside of what is checked`, 'Name a file below the root.');
  }
  if (existsSync(absolute) && statSync(absolute).isDirectory()) {
    throw new UsageError('CLI005', `\`${name}\` is a folder`, 'Name the file that standard input stands in for.');
  }
  return path.relative(root, absolute).split(path.sep).join('/');
}
