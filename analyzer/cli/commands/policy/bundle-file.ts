import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readArchive, type BundleFiles } from '../../../../policies/bundle/archive.ts';
import { MANIFEST } from '../../../../policies/bundle/content-hash.ts';
import { parseDocument } from '../../../../policies/bundle/document.ts';
import { BUNDLE_LIMITS } from '../../../../policies/bundle/limits.ts';
import { readManifest } from '../../../../policies/bundle/manifest.ts';
import { RefusedError } from '../../../../policies/bundle/refusal.ts';
import type { EarlierBundle } from '../../../../policies/authoring/build/build-bundle.ts';
import { UsageError, type Machine } from '../../machine.ts';

/** Files of a bundle of the user's own, which is not verified here. @throws UsageError POL033 */
export async function readBundleFile(machine: Machine, file: string): Promise<BundleFiles> {
  try {
    return await readArchive(readFileSync(path.resolve(machine.cwd, file)), BUNDLE_LIMITS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('POL033', `\`${file}\` cannot be read as a bundle: ${why}`, HELP);
  }
}

const HELP = 'Name a bundle that `weir policy build` or `opa build` made.';

/** What a bundle that is about to be replaced says about itself; null when there is none. @throws UsageError POL033 */
export async function earlierBundle(machine: Machine, file: string): Promise<EarlierBundle | null> {
  if (!existsSync(path.resolve(machine.cwd, file))) return null;
  const bytes = (await readBundleFile(machine, file)).get(MANIFEST);
  if (bytes === undefined) return { sequence: null, contentSha256: null };
  try {
    const document = parseDocument(bytes);
    if (!document.ok) throw new UsageError('POL033', `the manifest of \`${file}\` ${document.problem}`, HELP);
    const { sequence, metadata } = readManifest(document.document);
    const { weir } = metadata;
    const isObject = typeof weir === 'object' && weir !== null && 'contentSha256' in weir;
    const content = isObject ? weir['contentSha256'] : null;
    return { sequence, contentSha256: typeof content === 'string' ? content : null };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new UsageError('POL033', `the manifest of \`${file}\` cannot be read: ${error.message}`, HELP);
  }
}

/** Puts a bundle in its place whole, so that a server that hands it out never has half of it. @throws UsageError POL038 */
export function writeBundleFile(machine: Machine, file: string, bytes: Uint8Array): void {
  const target = path.resolve(machine.cwd, file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.new`);
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, target);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('POL038', `\`${file}\` cannot be written: ${why}`, 'Correct the path or give write access.');
  }
}
