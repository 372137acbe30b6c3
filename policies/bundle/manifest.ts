import type { JsonValue } from '../../model/json.ts';
import { MODULE } from './content-hash.ts';
import { isArray, isObject, NumberText, toJson, type Document } from './document.ts';
import { quoted, refuse } from './refusal.ts';

/** What the manifest says. */
export interface Manifest {
  readonly revision: string;
  /** Without slashes around; `['']` when the manifest names none. Sorted. */
  readonly roots: readonly string[];
  /** Sorted. */
  readonly entrypoints: readonly string[];
  /** Null when it is left out. */
  readonly sequence: number | null;
  readonly references: Readonly<Record<string, readonly (readonly string[])[]>> | null;
  /** The bundle a delta was made from; null when it is left out. */
  readonly base: { readonly revision: string; readonly sequence: number | null } | null;
  readonly metadata: Readonly<Record<string, JsonValue>>;
}

type Members = ReadonlyMap<string, Document>;

const NONE: Members = new Map();

/** Reads a manifest. Throws BND041, BND044, BND045 and BND047. */
export function readManifest(document: Document): Manifest {
  if (!isObject(document)) refuse('BND041', 'the manifest is no object');
  const revision = document.get('revision') ?? '';
  if (typeof revision !== 'string') refuse('BND041', '`revision` of the manifest is no text');
  const metadata = document.get('metadata') ?? NONE;
  if (!isObject(metadata)) refuse('BND041', '`metadata` of the manifest is no object');
  const weir = metadata.get('weir') ?? NONE;
  if (!isObject(weir)) refuse('BND047', '`metadata.weir` of the manifest is no object');
  const roots = rootsOf(document.get('roots') ?? null);
  return {
    revision,
    roots,
    entrypoints: entrypointsOf(document.get('wasm') ?? null, roots),
    sequence: sequenceOf(weir.get('sequence'), '`metadata.weir.sequence`'),
    references: referencesOf(weir.get('references')),
    base: baseOf(weir.get('base')),
    metadata: Object.fromEntries([...metadata].map(([key, value]) => [key, toJson(value)])),
  };
}

function rootsOf(value: Document): readonly string[] {
  if (value === null) return [''];
  const roots =
    textsOf(value)?.map((root) => root.replace(/^\/+|\/+$/g, '')) ??
    refuse('BND041', '`roots` of the manifest is no list of texts');
  for (const [index, root] of roots.entries()) {
    const other = roots.find((each, at) => at !== index && isBelow(root.split('/'), each));
    if (other !== undefined) refuse('BND044', `the roots ${quoted(root)} and ${quoted(other)} overlap`);
  }
  return roots.toSorted();
}

/** True when a path is a root or below it. The empty root holds everything. */
export function isBelow(path: readonly string[], root: string): boolean {
  return root === '' || root.split('/').every((part, index) => path[index] === part);
}

function entrypointsOf(value: Document, roots: readonly string[]): readonly string[] {
  if (value === null) return [];
  if (!isArray(value)) refuse('BND041', '`wasm` of the manifest is no list');
  const entrypoints = value.map((item) => {
    const entry = isObject(item) ? item : NONE;
    const entrypoint = entry.get('entrypoint');
    const module = entry.get('module');
    if (typeof entrypoint !== 'string' || entrypoint === '' || typeof module !== 'string') {
      refuse('BND041', '`wasm` of the manifest has an entry without `entrypoint` or `module`');
    }
    if (module.replace(/^\//, '') !== MODULE) refuse('BND045', `the manifest names the module ${quoted(module)}`);
    if (!roots.some((root) => isBelow(entrypoint.split('/'), root))) {
      refuse('BND044', `the entry point ${quoted(entrypoint)} is outside of the roots`);
    }
    return entrypoint;
  });
  if (new Set(entrypoints).size < entrypoints.length) refuse('BND041', 'the manifest names an entry point twice');
  return entrypoints.toSorted();
}

function sequenceOf(value: Document | undefined, place: string): number | null {
  if (value === undefined) return null;
  const sequence = value instanceof NumberText && /^[1-9][0-9]*$/.test(value.text) ? Number(value.text) : Number.NaN;
  return Number.isSafeInteger(sequence) ? sequence : refuse('BND046', `${place} is no whole number from 1 to 2^53 - 1`);
}

function referencesOf(value: Document | undefined): Manifest['references'] {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) refuse('BND047', '`metadata.weir.references` is no object');
  return Object.fromEntries(
    [...value].map(([entrypoint, paths]) => {
      const list = isArray(paths) ? paths.map(textsOf) : [null];
      const whole = list.filter((path) => path !== null);
      if (whole.length < list.length) refuse('BND047', `the references of ${quoted(entrypoint)} are no list of paths`);
      return [entrypoint, whole];
    }),
  );
}

function baseOf(value: Document | undefined): Manifest['base'] {
  if (value === undefined || value === null) return null;
  const revision = isObject(value) ? value.get('revision') : null;
  if (!isObject(value) || typeof revision !== 'string') refuse('BND047', '`metadata.weir.base` has no `revision`');
  return { revision, sequence: sequenceOf(value.get('sequence'), '`metadata.weir.base.sequence`') };
}

function textsOf(value: Document): readonly string[] | null {
  if (!isArray(value)) return null;
  const texts = value.filter((item) => typeof item === 'string');
  return texts.length === value.length ? texts : null;
}
