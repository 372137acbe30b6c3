import { mkdirSync, readFileSync, statSync } from 'node:fs';

/** Bytes of a key, a token or a key set. */
const FILE_BYTES_MAX = 1_048_576;

/** Bits of a file's mode that let others read or write it. */
const OTHERS = 0o077;

/** What hinders the monitor from starting; code of area MON, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: string;
  readonly help: string;

  constructor(code: string, message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}

/**
 * Reads a file of the configuration.
 *
 * @param isSecret the file holds a private key or a token: others must not be able to read it.
 * @throws StartError MON005
 */
export function readConfigured(file: string, { isSecret }: { readonly isSecret: boolean }): string {
  try {
    const { mode, size } = statSync(file);
    if (size > FILE_BYTES_MAX) throw new StartError('MON005', `${file} is larger than 1 MiB`, 'Name the right file.');
    if (isSecret && (mode & OTHERS) !== 0) {
      throw new StartError(
        'MON005',
        `${file} can be read by others`,
        `Run \`chmod 600 ${file}\`, as the user of the monitor.`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      'MON005',
      `${file} cannot be read: ${reason}`,
      'Correct the path, or give it to the user of the monitor.',
    );
  }
}

/**
 * Makes the state folder, private.
 * @throws StartError MON007
 */
export function prepareStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(folder).mode & OTHERS) !== 0) {
      throw new StartError('MON007', `the state folder ${folder} is open to others`, `Run \`chmod 700 ${folder}\`.`);
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      'MON007',
      `the state folder ${folder} cannot be used: ${reason}`,
      'Choose another `stateFolder`.',
    );
  }
}

/** Host and port of `<host>:<port>`; IPv6 in brackets. Null when it is neither. */
export function readAddress(text: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? null : { host, port };
}
