/** Makes `monitor/configuration/schema.json` from its types: `node test/tools/generate-configuration-schema.ts`. A test makes it again and compares. */
import { writeFileSync } from 'node:fs';
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

if (process.argv[1] === import.meta.filename) writeFileSync(CONFIGURATION_SCHEMA, generateConfigurationSchema());
