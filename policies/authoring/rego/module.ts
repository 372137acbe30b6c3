/**
 * Rego as `opa parse --format json --json-include locations` gives it: only the parts that the checks look at. Everything is read as unknown JSON, since
 * later versions may add to it.
 */
export interface Location {
  readonly row: number;
  readonly col: number;
  /** The text that is meant; empty when the parser does not say. */
  readonly text: string;
}

/** A value in the tree: `{ type, value }`, with its place. A reference or call has a list of terms as its value. */
export interface Term {
  readonly type: string;
  readonly value: unknown;
  readonly location: Location;
}

export interface RegoRule {
  readonly name: string;
  /** The rule as JSON. */
  readonly tree: JsonObject;
  readonly location: Location;
  /** Whether it is a function. */
  readonly isFunction: boolean;
}

export interface Annotation {
  readonly scope: string;
  readonly isEntrypoint: boolean;
  /** What `custom` holds; null when there is none. */
  readonly custom: JsonObject | null;
  /** Pairs of the path that is bound (`input`, `data.weir.limits`) and the schema (`schema.invocation`). */
  readonly schemas: readonly { readonly path: string; readonly schema: string }[];
  readonly location: Location;
}

export interface RegoModule {
  /** Relative to the folder that is checked, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** Without `data`, e.g. `["weir", "invocation"]`. */
  readonly packagePath: readonly string[];
  readonly packageLocation: Location;
  /** From the name in this file to the path it stands for, e.g. `labels` to `["data", "weir", "lib", "labels"]`. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly RegoRule[];
  readonly annotations: readonly Annotation[];
  readonly isTest: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const NOWHERE: Location = { row: 1, col: 1, text: '' };

export function locationOf(value: unknown): Location {
  if (!isObject(value)) return NOWHERE;
  const { row, col, text } = value;
  return {
    row: typeof row === 'number' && row > 0 ? row : 1,
    col: typeof col === 'number' && col > 0 ? col : 1,
    text: typeof text === 'string' ? Buffer.from(text, 'base64').toString('utf8') : '',
  };
}

/** The term that a piece of JSON is; null for anything else. */
export function termOf(value: unknown): Term | null {
  if (!isObject(value) || typeof value['type'] !== 'string' || !('value' in value)) return null;
  return { type: value['type'], value: value['value'], location: locationOf(value['location']) };
}

/** The parts of a reference; null for anything else. */
export function referenceOf(term: Term | null): readonly Term[] | null {
  if (term?.type !== 'ref') return null;
  const parts = listOf(term.value).map(termOf);
  return parts.some((part) => part === null) ? null : parts.filter((part) => part !== null);
}

/** A path of constants as text, e.g. `regex.match` for the operator of a call; null when a part is not constant. */
export function constantPath(parts: readonly Term[] | null): readonly string[] | null {
  if (parts === null) return null;
  const names = parts.map((part, at) =>
    (part.type === 'string' || (at === 0 && part.type === 'var')) && typeof part.value === 'string' ? part.value : null,
  );
  return names.some((name) => name === null) ? null : names.filter((name) => name !== null);
}

/** Calls `visit` for a piece of JSON and everything in it; what is below is left out where it returns false. */
export function walk(value: unknown, visit: (node: JsonObject) => boolean): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isObject(value)) {
    if (!visit(value)) return;
    for (const [key, item] of Object.entries(value)) if (key !== 'location' && key !== 'annotations') walk(item, visit);
  }
}

/** One call: the operator's name, its arguments, and where it stands. */
export interface Call {
  readonly name: string;
  readonly args: readonly (Term | null)[];
  readonly location: Location;
}

/** Every call in a piece of JSON, nested ones too. Operators in infix form are calls too, e.g. `eq`. */
export function callsIn(value: unknown): readonly Call[] {
  const calls: Call[] = [];
  walk(value, (node) => {
    const list = node['type'] === 'call' ? node['value'] : 'terms' in node ? node['terms'] : null;
    if (!Array.isArray(list)) return true;
    const [operator, ...args] = list.map(termOf);
    const name = constantPath(referenceOf(operator ?? null));
    if (name !== null && operator !== undefined && operator !== null) {
      calls.push({ name: name.join('.'), args, location: operator.location });
    }
    return true;
  });
  return calls;
}

/** Reads a module; null when it does not have the form of one. */
export function decodeModule(file: string, text: string, tree: unknown): RegoModule | null {
  if (!isObject(tree) || !isObject(tree['package'])) return null;
  const path = constantPath(listOf(tree['package']['path']).flatMap((part) => termOf(part) ?? []));
  if (path === null) return null;
  return {
    file,
    text,
    packagePath: path.slice(1),
    packageLocation: locationOf(tree['package']['location']),
    imports: new Map(listOf(tree['imports']).flatMap(decodeImport)),
    rules: listOf(tree['rules']).flatMap(decodeRule),
    annotations: listOf(tree['annotations']).flatMap(decodeAnnotation),
    isTest: path.at(-1)?.endsWith('_test') === true,
  };
}

function decodeImport(value: unknown): [string, readonly string[]][] {
  if (!isObject(value)) return [];
  const target = constantPath(referenceOf(termOf(value['path'])));
  if (target === null) return [];
  const alias = value['alias'];
  return [[typeof alias === 'string' && alias !== '' ? alias : (target.at(-1) ?? ''), target]];
}

function decodeRule(value: unknown): RegoRule[] {
  if (!isObject(value) || !isObject(value['head'])) return [];
  const { name, ref, args, location } = value['head'];
  const path = listOf(ref).flatMap((part) => termOf(part) ?? []);
  const first = path[0]?.value;
  const known = typeof name === 'string' && name !== '' ? name : typeof first === 'string' ? first : '';
  return [{ name: known, tree: value, location: locationOf(location), isFunction: listOf(args).length > 0 }];
}

function decodeAnnotation(value: unknown): Annotation[] {
  if (!isObject(value)) return [];
  const { scope, entrypoint, custom, schemas, location } = value;
  return [
    {
      scope: typeof scope === 'string' ? scope : '',
      isEntrypoint: entrypoint === true,
      custom: isObject(custom) ? custom : null,
      schemas: listOf(schemas).flatMap(decodeSchema),
      location: locationOf(location),
    },
  ];
}

function decodeSchema(value: unknown): { path: string; schema: string }[] {
  if (!isObject(value)) return [];
  const path = constantPath(listOf(value['path']).flatMap((part) => termOf(part) ?? []));
  const schema = constantPath(listOf(value['schema']).flatMap((part) => termOf(part) ?? []));
  return path === null || schema === null ? [] : [{ path: path.join('.'), schema: schema.join('.') }];
}
