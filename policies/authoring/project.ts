import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { OpaProblem } from './opa.ts';

/** Most Rego files in one project. */
export const MODULES_MAX = 2000;
/** Largest Rego file, bytes. */
export const MODULE_BYTES_MAX = 1024 * 1024;
/** Deepest folder below the project that is looked into. */
export const FOLDER_DEPTH_MAX = 16;

/** Where our own schemas and capabilities are; they are installed beside the code. */
export const OWN_SCHEMAS = path.resolve(import.meta.dirname, '../schemas');
/** The project that `weir policy init` starts with. */
export const OWN_TEMPLATE = path.resolve(import.meta.dirname, 'template');
export const OWN_CAPABILITIES = path.resolve(import.meta.dirname, 'capabilities.json');

/** Whether a file holds tests, by the name that `opa test` looks for. */
export const isTestFile = (file: string): boolean => file.endsWith('_test.rego');

/** A folder with policies. */
export interface Project {
  /** Absolute. */
  readonly folder: string;
  /** Rego files with their text, by path relative to the folder with forward slashes, sorted. */
  readonly modules: ReadonlyMap<string, string>;
  /** Absolute: the project's own `schemas`, else ours. */
  readonly schemas: string;
  /** Absolute paths of the files with data (`data.json`, `data.yaml`, `data.yml`), sorted. */
  readonly dataFiles: readonly string[];
}

export type ProjectOutcome =
  { readonly ok: true; readonly value: Project } | { readonly ok: false; readonly problem: OpaProblem };

const refuse = (code: string, message: string, help: string): ProjectOutcome => ({
  ok: false,
  problem: { code, message, help },
});

/**
 * Finds the policies of a project. Hidden folders, `node_modules` and links are not looked into.
 *
 * Errors: POL009 there is no such folder, or no policy in it; POL010 there are too many files, or one is too large.
 */
export function readProject(folder: string): ProjectOutcome {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return refuse('POL009', `there is no folder \`${folder}\``, 'Name the folder that holds the policies.');
  }
  const files = filesBelow(folder, '', 0);
  const rego = files.filter((file) => file.endsWith('.rego'));
  if (rego.length === 0) {
    const help = 'Name the folder that holds the `.rego` files, or start one with `weir policy init`.';
    return refuse('POL009', `there is no Rego in \`${folder}\``, help);
  }
  if (rego.length > MODULES_MAX) {
    return refuse(
      'POL010',
      `there are ${rego.length} Rego files; at most ${MODULES_MAX} are read`,
      'Name a smaller folder.',
    );
  }
  const modules = new Map<string, string>();
  for (const file of rego) {
    const bytes = readFileSync(path.join(folder, file));
    if (bytes.length > MODULE_BYTES_MAX) {
      const help = 'Move its values to `data.json`.';
      return refuse('POL010', `\`${file}\` has ${bytes.length} bytes; at most ${MODULE_BYTES_MAX} are read`, help);
    }
    modules.set(file, bytes.toString('utf8'));
  }
  const own = path.join(folder, 'schemas');
  return {
    ok: true,
    value: {
      folder,
      modules,
      schemas: existsSync(own) ? own : OWN_SCHEMAS,
      dataFiles: files
        .filter((file) => /^data\.(json|ya?ml)$/.test(path.posix.basename(file)))
        .map((file) => path.join(folder, file)),
    },
  };
}

/** Paths of files relative to `root`, sorted. */
function filesBelow(root: string, under: string, depth: number): readonly string[] {
  if (depth > FOLDER_DEPTH_MAX) return [];
  return readdirSync(path.join(root, under))
    .sort()
    .flatMap((name) => {
      if (name.startsWith('.') || name === 'node_modules' || (depth === 0 && name === 'schemas')) return [];
      const relative = path.posix.join(under, name);
      const found = lstatSync(path.join(root, relative));
      if (found.isDirectory()) return filesBelow(root, relative, depth + 1);
      return found.isFile() ? [relative] : [];
    });
}
