/**
 * Makes `policies/schemas/` from the types of `model/`: `node test/tools/generate-schemas.ts`. A test makes them again and compares.
 *
 * `opa check` reads only part of JSON Schema, so the schemas are written in the form that it understands: definitions are inlined, "or null" is a second
 * `type` (its type for `null` alone is "anything", which would switch off the check of whatever stands beside it), and untyped values are `{}`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(ROOT, 'policies/schemas');
/** Deepest nesting of definitions; deeper means that a type refers to itself, which has no inlined form. */
const DEPTH_MAX = 24;

interface Published {
  /** Name of the schema in annotations: `schema.<name>`. */
  readonly name: string;
  readonly file: string;
  readonly type: string;
  /** Grows when something that was valid no longer is, or when a field changes its meaning. */
  readonly version: number;
}

const PUBLISHED: readonly Published[] = [
  { name: 'invocation', file: 'model/run-time-input.ts', type: 'InvocationInput', version: 1 },
  { name: 'result', file: 'model/run-time-input.ts', type: 'ResultInput', version: 1 },
  { name: 'event', file: 'model/run-time-input.ts', type: 'EventInput', version: 1 },
  { name: 'placement', file: 'model/run-time-input.ts', type: 'PlacementInput', version: 1 },
  { name: 'decision', file: 'model/decision.ts', type: 'PolicyOutput', version: 1 },
  { name: 'data', file: 'model/policy-data.ts', type: 'PolicyData', version: 1 },
];

type Node = Readonly<Record<string, unknown>>;
type Definitions = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of every schema, by path below `policies/schemas/`. */
export function generateSchemas(): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const generators = new Map<string, ReturnType<typeof createGenerator>>();
  for (const { name, file, type, version } of PUBLISHED) {
    const generator =
      generators.get(file) ??
      createGenerator({
        path: path.join(ROOT, file),
        tsconfig: path.join(ROOT, 'tsconfig.json'),
        additionalProperties: false,
        topRef: false,
      });
    generators.set(file, generator);
    const generated: unknown = JSON.parse(JSON.stringify(generator.createSchema(type)));
    if (!isNode(generated)) throw new Error(`no schema for ${type}`);
    const { $schema, definitions, ...rest } = generated;
    const schema = inline(rest, isNode(definitions) ? definitions : {}, 0);
    if (!isNode(schema)) throw new Error(`no schema for ${type}`);
    const write = (under: string, body: Node): void => {
      const id = `urn:weir:schema:${under.replaceAll('/', ':')}:${version}`;
      files[`${under}.json`] = `${JSON.stringify({ $schema, $id: id, ...body }, null, 2)}\n`;
    };
    write(name, schema);
    // Policies share `data.weir` with their own packages, so that only single tables can be annotated.
    if (name === 'data' && isNode(schema['properties'])) {
      for (const [table, body] of Object.entries(schema['properties'])) if (isNode(body)) write(`data/${table}`, body);
    }
  }
  return files;
}

function inline(node: unknown, definitions: Definitions, depth: number): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => inline(item, definitions, depth));
  if (!isNode(node)) return node;
  if (depth > DEPTH_MAX) throw new Error('a type of the inputs refers to itself, which `opa check` cannot follow');
  const { $ref: reference, ...own } = node;
  if (typeof reference === 'string') {
    const name = decodeURIComponent(reference.replace('#/definitions/', ''));
    // The one recursive type: anything that JSON can say.
    if (name === 'JsonValue') return own;
    const target = inline(definitions[name], definitions, depth + 1);
    if (!isNode(target)) throw new Error(`no definition of ${name}`);
    return { ...target, ...own };
  }
  const inlined = Object.fromEntries(
    Object.entries(own).map(([key, value]) => [key, inline(value, definitions, depth + 1)]),
  );
  return Array.isArray(inlined['anyOf']) ? withoutNullBranch(inlined, inlined['anyOf']) : inlined;
}

/** Says "or null" as a second `type` of the first alternative. */
function withoutNullBranch(node: Node, alternatives: readonly unknown[]): Node {
  const isNull = (item: unknown): boolean => isNode(item) && item['type'] === 'null';
  if (!alternatives.some(isNull)) return node;
  const [first, ...more] = alternatives.filter((item) => !isNull(item));
  if (!isNode(first) || typeof first['type'] !== 'string') throw new Error('an alternative to null has no single type');
  const { const: constant, enum: listed, ...rest } = first;
  const values = Array.isArray(listed) ? listed : constant === undefined ? null : [constant];
  const nullable = {
    ...rest,
    type: [first['type'], 'null'],
    ...(values === null ? {} : { enum: [...(values as unknown[]), null] }),
  };
  const { anyOf, ...around } = node;
  if (anyOf === undefined || more.length > 0) return { ...around, anyOf: [nullable, ...more] };
  return { ...nullable, ...around };
}

if (process.argv[1] === import.meta.filename) {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const [name, text] of Object.entries(generateSchemas())) {
    mkdirSync(path.dirname(path.join(FOLDER, name)), { recursive: true });
    writeFileSync(path.join(FOLDER, name), text);
  }
  console.log(`wrote ${readdirSync(FOLDER, { recursive: true }).length} schemas`);
}
