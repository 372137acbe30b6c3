import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { JsonValue } from '../../../model/json.ts';
import { readArchive } from '../../bundle/archive.ts';
import { BUNDLE_LIMITS } from '../../bundle/limits.ts';
import { parseDocument } from '../../bundle/document.ts';
import { readManifest, type Manifest } from '../../bundle/manifest.ts';
import { RefusedError } from '../../bundle/refusal.ts';
import { isJson, isJsonObject, layOver, type JsonObject } from './json.ts';
import { done, refused, type RunOutcome } from './outcome.ts';

/** Most files that are read of one set of policies. */
export const FILES_MAX = 5_000;
/** Largest Rego, data or example file, bytes. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Deepest folder that is looked into. */
const FOLDER_DEPTH_MAX = 16;

/** A Rego module. */
export interface ModuleFile {
  /** Path as the user would write it, relative to the working folder with forward slashes. Also its path below the staged folder. */
  readonly file: string;
  readonly text: string;
}

/** Policies that were found, with the documents beside them. */
export interface PolicySet {
  /** Sorted by file. */
  readonly modules: readonly ModuleFile[];
  /** All data documents merged. */
  readonly data: JsonObject;
  /** Absolute paths of `examples.yaml` files, sorted; none for a bundle. */
  readonly exampleFiles: readonly string[];
  /** `policy.wasm` of a bundle; null for a folder, which has to be compiled. */
  readonly wasm: Uint8Array<ArrayBuffer> | null;
  /** From a bundle's manifest; empty for a folder. */
  readonly revision: string;
  /** Entry points that a bundle's manifest names, slash separated; null for a folder. */
  readonly entrypoints: readonly string[] | null;
  /** Paths of `input` that each entry point reads, from a bundle's manifest; null when that is not known. */
  readonly references: Manifest['references'];
}

export const isTestModule = ({ file }: ModuleFile): boolean => file.endsWith('_test.rego');

/**
 * Reads policies from folders and Rego files. Hidden folders, `node_modules` and links are not looked into. Data documents are `data.json` and
 * `data.yaml` as in a bundle: a folder is a key.
 *
 * Errors: POL101 a path is not there or holds no Rego; POL102 a data document is not readable or conflicts; POL115 too many or too large.
 */
export function readPolicies(cwd: string, paths: readonly string[]): RunOutcome<PolicySet> {
  const modules = new Map<string, string>();
  const exampleFiles = new Set<string>();
  let data: JsonObject = {};
  let count = 0;
  for (const given of paths) {
    const root = path.resolve(cwd, given);
    const found = lstatSync(root, { throwIfNoEntry: false });
    if (found === undefined)
      return refused('POL101', `\`${given}\` is not there`, 'Name a folder of policies or a Rego file.');
    const files = found.isDirectory() ? filesBelow(root, '', 0) : [''];
    count += files.length;
    if (count > FILES_MAX) return refused('POL115', `there are more than ${FILES_MAX} files`, 'Name a smaller folder.');
    for (const file of files) {
      const absolute = file === '' ? root : path.join(root, file);
      const read = readOne(cwd, { absolute, file }, { modules, exampleFiles, data });
      if (!read.ok) return read;
      data = read.value;
    }
  }
  if (modules.size === 0) {
    const help = 'Name the folder that holds the `.rego` files, or start one with `weir policy init`.';
    return refused('POL101', `there is no Rego in ${paths.map((each) => `\`${each}\``).join(', ')}`, help);
  }
  const sorted = [...modules].sort(([one], [other]) => (one < other ? -1 : 1)).map(([file, text]) => ({ file, text }));
  return done({
    modules: sorted,
    data,
    exampleFiles: [...exampleFiles].sort(),
    wasm: null,
    revision: '',
    entrypoints: null,
    references: null,
  });
}

/** Takes one file into the set. @returns the data documents so far */
function readOne(
  cwd: string,
  { absolute, file }: { readonly absolute: string; readonly file: string },
  into: { readonly modules: Map<string, string>; readonly exampleFiles: Set<string>; readonly data: JsonObject },
): RunOutcome<JsonObject> {
  const name = path.basename(absolute);
  const shown = shownPath(cwd, absolute);
  const isData = name === 'data.json' || name === 'data.yaml' || name === 'data.yml';
  if (name === 'examples.yaml') into.exampleFiles.add(absolute);
  if (!isData && !name.endsWith('.rego')) return done(into.data);
  const size = lstatSync(absolute).size;
  if (size > FILE_BYTES_MAX) {
    return refused('POL115', `\`${shown}\` has ${size} bytes; at most ${FILE_BYTES_MAX} are read`, 'Split it.');
  }
  const text = readFileSync(absolute, 'utf8');
  if (!isData) {
    into.modules.set(shown, text);
    return done(into.data);
  }
  const prefix = path
    .dirname(file)
    .split(path.sep)
    .filter((part) => part !== '.' && part !== '');
  return addData(into.data, { shown, text, prefix });
}

/** Lays a data document into the others. Two documents may share objects, never a value. */
function addData(
  data: JsonObject,
  file: { readonly shown: string; readonly text: string; readonly prefix: readonly string[] },
): RunOutcome<JsonObject> {
  const document = readDocument(file.shown, file.text);
  if (!document.ok) return document;
  const nested = file.prefix.reduceRight<JsonValue>((value, key) => ({ [key]: value }), document.value);
  if (!isJsonObject(nested))
    return refused('POL102', `\`${file.shown}\` is no object`, 'Write an object of data documents.');
  const conflict = conflictOf(data, nested, '');
  if (conflict !== null) {
    return refused('POL102', `\`${file.shown}\` and another file both have ${conflict}`, 'Keep it in one of them.');
  }
  const merged = layOver(data, nested);
  return done(isJsonObject(merged) ? merged : data);
}

/** A JSON or YAML document, by the ending of its name. Errors: POL102. */
export function readDocument(file: string, text: string): RunOutcome<JsonValue> {
  try {
    const value: unknown = file.endsWith('.json') ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 1_000 });
    if (isJson(value)) return done(value);
    return refused(
      'POL102',
      `\`${file}\` has values that JSON does not have`,
      'Write texts, numbers, lists and objects only.',
    );
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it is not readable';
    return refused('POL102', `\`${file}\` cannot be read: ${reason}`, 'Correct the document.');
  }
}

function conflictOf(one: JsonValue | undefined, other: JsonValue, at: string): string | null {
  if (one === undefined) return null;
  if (!isJsonObject(one) || !isJsonObject(other)) return `\`data${at}\``;
  for (const [key, value] of Object.entries(other)) {
    const found = conflictOf(one[key], value, `${at}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** Reads a bundle's files without verifying who signed it: what comes of it only reaches the screen of whoever named it. Errors: POL110, POL102. */
export async function readBundle(cwd: string, file: string): Promise<RunOutcome<PolicySet>> {
  const help = 'Name a bundle that `weir policy build` wrote, or a folder of policies.';
  let bytes;
  try {
    bytes = readFileSync(path.resolve(cwd, file));
  } catch {
    return refused('POL110', `\`${file}\` cannot be read`, help);
  }
  try {
    const files = await readArchive(bytes, BUNDLE_LIMITS);
    return bundleSet(file, files);
  } catch (error) {
    if (error instanceof RefusedError) {
      return refused('POL110', `\`${file}\` is no bundle: ${error.refusal.code} ${error.refusal.message}`, help);
    }
    throw error;
  }
}

function bundleSet(bundle: string, files: ReadonlyMap<string, Buffer>): RunOutcome<PolicySet> {
  let data: JsonObject = {};
  const modules: ModuleFile[] = [];
  for (const [file, bytes] of files) {
    const text = bytes.toString('utf8');
    const name = path.posix.basename(file);
    if (file.endsWith('.rego')) modules.push({ file, text });
    if (name !== 'data.json' && name !== 'data.yaml') continue;
    const prefix = path.posix
      .dirname(file)
      .split('/')
      .filter((part) => part !== '.');
    const added = addData(data, { shown: `${bundle}:${file}`, text, prefix });
    if (!added.ok) return added;
    data = added.value;
  }
  const module = files.get('policy.wasm');
  const document = parseDocument(files.get('.manifest') ?? Buffer.from('{}'));
  const manifest = document.ok ? readManifest(document.document) : null;
  return done({
    modules: modules.sort((one, other) => (one.file < other.file ? -1 : 1)),
    data,
    exampleFiles: [],
    wasm: module === undefined ? null : Uint8Array.from(module),
    revision: manifest?.revision ?? '',
    entrypoints: manifest?.entrypoints ?? null,
    references: manifest?.references ?? null,
  });
}

/** Policies written to a folder of their own, which is laid out as a bundle. */
export interface Staged {
  /** Absolute; run `opa` in it, with `-b .`, so that it names the files as the user does. */
  readonly folder: string;
  /** Absolute; for inputs and what is built. */
  readonly scratch: string;
  /** Removes both. */
  remove(): void;
}

/** Writes modules and data to a new temporary folder. */
export function stage(modules: readonly ModuleFile[], data: JsonObject): Staged {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-policy-')));
  const folder = path.join(base, 'policies');
  const scratch = path.join(base, 'scratch');
  mkdirSync(folder);
  mkdirSync(scratch);
  for (const { file, text } of modules) {
    const absolute = path.join(folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }
  writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
  return {
    folder,
    scratch,
    remove: () => {
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** A path as the user would write it; files outside the working folder are named by where they are, without leaving the staged folder. */
export function shownPath(cwd: string, absolute: string): string {
  const relative = path.relative(cwd, absolute).split(path.sep).join('/');
  const isInside = !relative.startsWith('../') && !path.isAbsolute(relative);
  return isInside
    ? relative
    : absolute
        .split(path.sep)
        .join('/')
        .replace(/^\/+|:/g, '');
}

function filesBelow(root: string, under: string, depth: number): readonly string[] {
  if (depth > FOLDER_DEPTH_MAX) return [];
  return readdirSync(path.join(root, under))
    .sort()
    .flatMap((name) => {
      if (name.startsWith('.') || name === 'node_modules') return [];
      const relative = path.join(under, name);
      const found = lstatSync(path.join(root, relative));
      if (found.isDirectory()) return filesBelow(root, relative, depth + 1);
      return found.isFile() ? [relative] : [];
    });
}
