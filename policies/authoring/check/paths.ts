import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { isObject, referenceOf, termOf, walk, type JsonObject, type RegoModule, type Term } from '../rego/module.ts';
import { parseJson } from '../rego/parse.ts';
import type { Names } from './names.ts';
import { diagnosticAt, spanOf } from './place.ts';

/** What is known about a value: a schema; null when nothing is known. */
type Shape = JsonObject | null;
/** Rounds in which variables are given shapes by others. */
const ROUNDS_MAX = 8;

/**
 * Finds paths that the schemas do not have where `opa check` cannot: in the tables of `data.weir`, whose names it does not know, and below keys that are
 * looked up, e.g. `data.weir.functions[id].accpets`, also through variables. Error: POL015.
 */
export class PathChecker {
  readonly #schemas: string;
  readonly #names: Names;
  readonly #loaded = new Map<string, Shape>();

  /** `schemas` is the folder with the schemas. */
  constructor(schemas: string, names: Names) {
    this.#schemas = schemas;
    this.#names = names;
  }

  check(module: RegoModule): readonly Diagnostic[] {
    if (module.isTest) return [];
    const input = this.#inputOf(module);
    return module.rules.flatMap(({ tree }) => {
      const variables = this.#variablesOf(module, tree, input);
      const found: Diagnostic[] = [];
      walk(tree, (node) => {
        const term = termOf(node);
        const parts = referenceOf(term);
        if (parts === null || term === null) return true;
        const outcome = this.#follow(module, parts, { input, variables });
        if (outcome.wrong !== null) found.push(this.#report(module, outcome.wrong));
        return true;
      });
      return found;
    });
  }

  #report({ file, text }: RegoModule, { part, keys }: Wrong): Diagnostic {
    const message = `there is no \`${String(part.value)}\` here`;
    const help = keys.length === 0 ? 'It has no fields.' : `Use one of ${keys.map((key) => `\`${key}\``).join(', ')}.`;
    return diagnosticAt(spanOf(file, text, part.location), { code: 'POL015', severity: 'error', message, help });
  }

  /** The schema that the package's METADATA binds to `input`. */
  #inputOf({ annotations }: RegoModule): Shape {
    const bound = annotations
      .filter(({ scope }) => scope === 'package' || scope === 'subpackages')
      .flatMap(({ schemas }) => schemas)
      .find((binding) => binding.path === 'input');
    return bound === undefined ? null : this.#load(bound.schema.split('.').slice(1).join('/'));
  }

  #load(name: string): Shape {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const schema = /^[\w/-]+$/.test(name) ? readJson(path.join(this.#schemas, `${name}.json`)) : null;
    const shape = isObject(schema) ? schema : null;
    this.#loaded.set(name, shape);
    return shape;
  }

  /** Shapes of the variables that a rule gives values by `:=`, `=` and `some … in`. A variable that gets several is not known. */
  #variablesOf(module: RegoModule, tree: JsonObject, input: Shape): ReadonlyMap<string, Shape> {
    const bindings = bindingsIn(tree);
    const counts = Map.groupBy(bindings, ({ name }) => name);
    const variables = new Map<string, Shape>();
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const before = variables.size;
      for (const { name, value, isElement } of bindings) {
        if (variables.has(name) || (counts.get(name)?.length ?? 0) > 1) continue;
        const parts = referenceOf(value);
        const { shape } = parts === null ? { shape: null } : this.#follow(module, parts, { input, variables });
        const own = isElement ? elementOf(shape) : shape;
        if (own !== null) variables.set(name, own);
      }
      if (variables.size === before) break;
    }
    return variables;
  }

  #follow(module: RegoModule, written: readonly Term[], known: Known): Followed {
    const parts = this.#names.resolve(module, written);
    const [head, ...rest] = parts;
    if (head?.type !== 'var' || typeof head.value !== 'string') return NOTHING;
    if (head.value === 'input') return step(known.input, rest);
    if (head.value === 'data') return this.#followData(rest);
    return step(known.variables.get(head.value) ?? null, rest);
  }

  #followData(rest: readonly Term[]): Followed {
    const [first, second] = rest;
    if (first?.value !== 'weir' || second?.type !== 'string' || typeof second.value !== 'string') return NOTHING;
    if (this.#names.isVirtual(['weir', second.value])) return NOTHING;
    return step(this.#load('data'), rest.slice(1));
  }
}

interface Known {
  readonly input: Shape;
  readonly variables: ReadonlyMap<string, Shape>;
}

interface Wrong {
  readonly part: Term;
  readonly keys: readonly string[];
}

interface Followed {
  readonly shape: Shape;
  readonly wrong: Wrong | null;
}

const NOTHING: Followed = { shape: null, wrong: null };

/** Follows a path through a schema until it ends, is not known, or is wrong. */
function step(start: Shape, parts: readonly Term[]): Followed {
  let shape = start;
  for (const part of parts) {
    if (shape === null) return NOTHING;
    const next = childOf(shape, part);
    if (next === 'wrong') return { shape: null, wrong: { part, keys: keysOf(shape) } };
    shape = next;
  }
  return { shape, wrong: null };
}

/** What is below a key; null when it is not known, `wrong` when nothing can be there. */
function childOf(shape: JsonObject, part: Term): Shape | 'wrong' {
  const { properties, additionalProperties, items, anyOf, type } = shape;
  if (Array.isArray(anyOf)) {
    const children = anyOf.filter(isObject).map((item) => childOf(item, part));
    const possible = children.filter((child) => child !== 'wrong');
    return possible.length === 0 ? 'wrong' : possible.length === 1 ? (possible[0] ?? null) : null;
  }
  if (isObject(properties)) {
    if (part.type !== 'string' || typeof part.value !== 'string') return null;
    if (Object.hasOwn(properties, part.value)) return toShape(properties[part.value]);
    return additionalProperties === false ? 'wrong' : toShape(additionalProperties);
  }
  if (isObject(additionalProperties)) return additionalProperties;
  if (isObject(items)) return part.type === 'string' ? 'wrong' : items;
  const types = Array.isArray(type) ? type : [type];
  const isScalar = types.every((name) => ['string', 'number', 'integer', 'boolean', 'null'].includes(String(name)));
  return isScalar && type !== undefined ? 'wrong' : null;
}

const toShape = (value: unknown): Shape => (isObject(value) && Object.keys(value).length > 0 ? value : null);

/** What every element of a collection is. */
function elementOf(shape: Shape): Shape {
  if (shape === null) return null;
  const { items, additionalProperties, properties } = shape;
  if (isObject(properties)) return null;
  return isObject(items) ? toShape(items) : toShape(additionalProperties);
}

function keysOf({ properties, anyOf }: JsonObject): readonly string[] {
  if (Array.isArray(anyOf)) return anyOf.filter(isObject).flatMap(keysOf);
  return isObject(properties) ? Object.keys(properties).sort() : [];
}

interface Binding {
  readonly name: string;
  readonly value: Term | null;
  /** The variable is an element of the value. */
  readonly isElement: boolean;
}

function bindingsIn(tree: JsonObject): readonly Binding[] {
  const bindings: Binding[] = [];
  walk(tree, (node) => {
    const list = node['type'] === 'call' ? node['value'] : node['terms'];
    if (!Array.isArray(list)) return true;
    const [operator, ...args] = list.map(termOf);
    const name = referenceOf(operator ?? null)
      ?.map(({ value }) => String(value))
      .join('.');
    const variable = (term: Term | null | undefined): string | null =>
      term?.type === 'var' && typeof term.value === 'string' ? term.value : null;
    const isAssignment = name === 'assign' || name === 'eq';
    const isMember = name === 'internal.member_2' || name === 'internal.member_3';
    const bound = isAssignment ? variable(args[0]) : isMember ? variable(args.at(-2)) : null;
    if (bound !== null) bindings.push({ name: bound, value: args.at(-1) ?? null, isElement: isMember });
    return true;
  });
  return bindings;
}

function readJson(file: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
