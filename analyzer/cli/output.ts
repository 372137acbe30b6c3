import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import picocolors from 'picocolors';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { REPORTERS, type FormatName, type RenderOptions } from '../../reports/index.ts';
import { didYouMean } from '../config/index.ts';
import { UsageError, type Machine } from './machine.ts';
import { printable } from './printable.ts';

/** Columns when the terminal does not say, and the fewest that reports are laid out for. */
const WIDTH_DEFAULT = 100;
const WIDTH_MIN = 40;

/** One report that was asked for; `file` null is standard output. */
export interface FormatRequest {
  readonly format: FormatName;
  readonly file: string | null;
}

const isFormat = (name: string): name is FormatName => name in REPORTERS;

/** Reads `--format F[=FILE]`. At most one report goes to standard output. */
export function parseFormats(texts: readonly string[]): readonly FormatRequest[] {
  const requests = texts.map((text): FormatRequest => {
    const [name = '', ...file] = text.split('=');
    if (!isFormat(name)) {
      const names = Object.keys(REPORTERS);
      throw new UsageError(
        'CLI005',
        `there is no format \`${name}\``,
        didYouMean(name, names, `Use one of ${names.join(', ')}.`),
      );
    }
    const target = file.join('=');
    if (file.length > 0 && target === '') {
      throw new UsageError('CLI005', `\`${text}\` names no file`, `Write \`--format ${name}=FILE\`.`);
    }
    return { format: name, file: file.length === 0 ? null : target };
  });
  const shown = requests.filter(({ file }) => file === null);
  if (shown.length > 1) {
    const message = `${shown.map(({ format }) => format).join(' and ')} would both go to standard output`;
    throw new UsageError('CLI005', message, 'Write all but one to a file: `--format F=FILE`.');
  }
  return requests.length === 0 ? [{ format: 'pretty', file: null }] : requests;
}

/** Whether output to a stream is coloured: a terminal, unless `NO_COLOR` or the option say no; `FORCE_COLOR` says yes. */
export function usesColor(machine: Machine, stream: { readonly isTTY?: boolean }, isOff: boolean): boolean {
  const { env } = machine;
  if (isOff || (env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

export function renderOptions(machine: Machine, isOff: boolean): RenderOptions {
  const width = Math.max(WIDTH_MIN, machine.stdout.columns ?? WIDTH_DEFAULT);
  return { color: usesColor(machine, machine.stdout, isOff), width };
}

/** Makes a folder and those above it, one by one: the recursive form of Node does not end where the system refuses new folders with ENOENT, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** Writes a file, making its folder. */
export function writeOutput(machine: Machine, file: string, text: string): void {
  const absolute = path.resolve(machine.cwd, file);
  try {
    makeFolder(path.dirname(absolute));
    writeFileSync(absolute, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('CLI007', `\`${file}\` cannot be written: ${why}`, 'Correct the path or give write access.');
  }
}

/** Diagnostics for people, one per line with its advice below. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string {
  const paint = picocolors.createColors(color);
  return diagnostics
    .map(({ code, severity, message, help, span }) => {
      const place = `${span.file}:${span.start.line}:${span.start.column}`;
      const word = severity === 'error' ? paint.red(severity) : paint.yellow(severity);
      return `${paint.bold(printable(place))} ${word} ${code} ${printable(message)}\n  ${printable(help)}\n`;
    })
    .join('');
}
