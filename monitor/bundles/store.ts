import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { asyncOutcomeOf, quoted, refuse, RefusedError } from '../../policies/bundle/refusal.ts';
import type { BundleOutcome } from '../../policies/bundle/types.ts';
import { readBounded } from './file-source.ts';
import { ARCHIVES_MAX, decodeState, encodeState, STATE_BYTES_MAX, type StoredState } from './stored-state.ts';

const STATE = 'state.json';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Write permission of group and others. */
const OPEN_TO_OTHERS = 0o022;

/** What was found on disk; none of it is verified. */
export interface StoredBundle {
  readonly state: StoredState;
  /** The snapshot first. */
  readonly archives: readonly Uint8Array[];
}

/**
 * Keeps the bytes of one bundle as they came. A new state becomes visible by one rename after everything it names is on disk, so that a crash at any
 * moment leaves the old state or the new one. Whoever reads must verify: the store protects against accidents, signatures against people.
 */
export class BundleStore {
  readonly #folder: string;

  /** @param folder of all bundles; this one gets a folder of its own in it. `name` has letters, digits, `.`, `_` and `-`. */
  constructor(folder: string, name: string) {
    this.#folder = path.join(folder, folderNameOf(name));
  }

  /**
   * Reads what was kept; null when there is nothing. Errors: BND080 an archive is missing, too large or not what its name says, BND081 the state is
   * damaged, BND083 the folder belongs to somebody else.
   */
  async load(archiveBytesMax: number): Promise<BundleOutcome<StoredBundle | null>> {
    return asyncOutcomeOf(async () => {
      await this.#prepare();
      await this.#removeExcept(null);
      const state = await this.#readState();
      if (state === null) return null;
      const archives: Uint8Array[] = [];
      for (const sha256 of state.archives) archives.push(await this.#readArchive(sha256, archiveBytesMax));
      return { state, archives };
    });
  }

  /** All whole archives, at most {@link ARCHIVES_MAX}, for when the state that names them is damaged. */
  async recover(archiveBytesMax: number): Promise<readonly Uint8Array[]> {
    const found: Uint8Array[] = [];
    try {
      for (const name of (await readdir(this.#folder)).toSorted().slice(0, ARCHIVES_MAX)) {
        const sha256 = /^([0-9a-f]{64})\.tar\.gz$/.exec(name)?.[1];
        if (sha256 !== undefined) found.push(await this.#readArchive(sha256, archiveBytesMax));
      }
    } catch {
      // What cannot be read cannot be recovered; the damaged state was reported already.
    }
    return found;
  }

  /** The state alone, for what must outlive a damaged archive; null when there is none or it is damaged. */
  async loadState(): Promise<StoredState | null> {
    try {
      return await this.#readState();
    } catch (error) {
      if (error instanceof RefusedError) return null;
      throw error;
    }
  }

  /**
   * Makes this the state. Errors: BND082 it cannot be written, BND083.
   *
   * @param added an archive that is not on disk yet; null when only the state changes.
   */
  async save(state: StoredState, added: Uint8Array | null): Promise<BundleOutcome<null>> {
    return asyncOutcomeOf(async () => {
      try {
        await this.#prepare();
        if (added !== null) await this.#write(archiveName(sha256Of(added)), added);
        await this.#write(STATE, Buffer.from(encodeState(state), 'utf8'));
        if (added !== null) await this.#removeExcept(state);
        return null;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        return refuse('BND082', `the bundle cannot be kept in \`${this.#folder}\`: ${codeOf(error)}`);
      }
    });
  }

  async #prepare(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
      const stat = await lstat(this.#folder);
      const isOurs = process.getuid === undefined || stat.uid === process.getuid();
      if (!stat.isDirectory() || !isOurs) refuse('BND083', `\`${this.#folder}\` is not a folder of this user`);
      if ((stat.mode & OPEN_TO_OTHERS) !== 0) await chmod(this.#folder, FOLDER_MODE);
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      refuse('BND082', `the folder \`${this.#folder}\` cannot be used: ${codeOf(error)}`);
    }
  }

  async #readState(): Promise<StoredState | null> {
    let bytes: Buffer | null;
    try {
      bytes = await this.#read(STATE, STATE_BYTES_MAX);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      return refuse('BND081', `\`${STATE}\` in \`${this.#folder}\` cannot be read: ${codeOf(error)}`);
    }
    const state = bytes === null ? null : decodeState(bytes.toString('utf8'));
    return state ?? refuse('BND081', `\`${STATE}\` in \`${this.#folder}\` is damaged`);
  }

  async #readArchive(sha256: string, archiveBytesMax: number): Promise<Uint8Array> {
    const name = archiveName(sha256);
    let bytes: Buffer | null;
    try {
      bytes = await this.#read(name, archiveBytesMax);
    } catch (error) {
      return refuse('BND080', `the kept bundle ${quoted(name)} cannot be read: ${codeOf(error)}`);
    }
    if (bytes === null || sha256Of(bytes) !== sha256) {
      refuse('BND080', `the kept bundle ${quoted(name)} is not what was kept`);
    }
    return bytes;
  }

  #read(name: string, bytesMax: number): Promise<Buffer | null> {
    return readBounded(path.join(this.#folder, name), bytesMax, { followsLinks: false });
  }

  /** Writes beside, then renames; both are on disk before this returns. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const target = path.join(this.#folder, name);
    const temporary = path.join(this.#folder, `.${randomUUID()}.tmp`);
    try {
      const file = await open(temporary, 'wx', FILE_MODE);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Removes what a crash left, and archives that the state does not name. Without a state only leftovers of writing go. */
  async #removeExcept(state: StoredState | null): Promise<void> {
    const kept = state?.archives.map(archiveName) ?? null;
    for (const name of await readdir(this.#folder)) {
      const isLeftover = /^\.[0-9a-f-]{36}\.tmp$/.test(name);
      const isUnnamed = kept !== null && name.endsWith('.tar.gz') && !kept.includes(name);
      if (isLeftover || isUnnamed) await rm(path.join(this.#folder, name), { force: true });
    }
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const archiveName = (sha256: string): string => `${sha256}.tar.gz`;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** Names become folders: whatever could mean another place is replaced, and a hash keeps replaced names apart. */
function folderNameOf(name: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  const safe = name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40);
  return `${safe}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
