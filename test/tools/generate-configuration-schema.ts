/**
 * Makes `monitor/configuration/schema.json` and the table of its reference page from the types: `node test/tools/generate-configuration-schema.ts`. A
 * test makes them again and compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const CONFIGURATION_SCHEMA = path.join(ROOT, 'monitor/configuration/schema.json');

/** Text of the schema. */
export function generateConfigurationSchema(): string {
  const schema = createGenerator({
    path: path.join(ROOT, 'monitor/configuration/types.ts'),
    tsconfig: path.join(ROOT, 'tsconfig.json'),
    additionalProperties: false,
  }).createSchema('MonitorConfiguration');
  const published = {
    ...schema,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:weir:schema:monitor-configuration:1',
  };
  return `${JSON.stringify(published, null, 2)}\n`;
}

export const CONFIGURATION_PAGE = path.join(ROOT, 'monitor/configuration/README.md');
const TABLE_BEGIN = '<!-- generated: reference -->';
const TABLE_END = '<!-- end: reference -->';

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
}

/** The page with a new table. */
export function generateConfigurationPage(page: string): string {
  const schema = JSON.parse(generateConfigurationSchema()) as Node & {
    readonly definitions: Readonly<Record<string, Node>>;
  };
  const resolve = (node: Node): Node =>
    node.$ref === undefined
      ? node
      : { ...resolve(schema.definitions[decodeURIComponent(node.$ref.replace('#/definitions/', ''))] ?? {}), ...node };
  const rows: string[] = [];
  const walk = (node: Node, prefix: string): void => {
    for (const [name, given] of Object.entries(node.properties ?? {})) {
      const property = resolve(given);
      const item = property.items === undefined ? null : resolve(property.items);
      const value = typeof property.additionalProperties === 'object' ? resolve(property.additionalProperties) : null;
      const at = `${prefix}${name}${item?.properties === undefined ? '' : '[]'}`;
      const isNeeded = node.required?.includes(name) === true ? 'yes' : '';
      rows.push(
        `| \`${at}\` | ${typeOf(property, item)} | ${isNeeded} | ${(property.description ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|')} |`,
      );
      walk(item ?? property, `${at}.`);
      if (value !== null) walk(value, `${at}.<name>.`);
    }
  };
  walk(resolve(schema), '');
  const table = ['| key | type | needed | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const before = page.slice(0, page.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length);
  return `${before}\n\n${table}\n\n${page.slice(page.indexOf(TABLE_END))}`;
}

function typeOf(node: Node, item: Node | null): string {
  if (node.enum !== undefined)
    return node.enum.length > 6 ? 'name' : node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.type === 'array') return item?.properties === undefined ? 'list' : 'list of objects';
  if (node.type === undefined) return node.anyOf === undefined ? 'any' : 'one of several';
  return String(node.type);
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(CONFIGURATION_SCHEMA, generateConfigurationSchema());
  writeFileSync(CONFIGURATION_PAGE, generateConfigurationPage(readFileSync(CONFIGURATION_PAGE, 'utf8')));
}
