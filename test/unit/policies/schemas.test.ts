import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import test, { type ExecutionContext } from 'ava';
import { runOpa } from '../../../policies/authoring/opa.ts';
import { generateSchemas } from '../../tools/generate-schemas.ts';
import { opaOfTests, temporaryFolder } from './authoring/temporary.ts';

const SCHEMAS = path.resolve(import.meta.dirname, '../../../policies/schemas');
const OPA = opaOfTests();

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

const readSchema = (name: string): Schema =>
  JSON.parse(readFileSync(path.join(SCHEMAS, `${name}.json`), 'utf8')) as Schema;

/** Every path of properties, through nullable objects and lists, as Rego references below the root. */
function pathsOf(schema: Schema, prefix = ''): string[] {
  if (schema.items !== undefined) return pathsOf(schema.items, `${prefix}[_]`);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    `${prefix}.${key}`,
    ...pathsOf(value, `${prefix}.${key}`),
  ]);
}

/** Every closed object of a schema, with where it is. */
function openObjects(schema: Schema, at = ''): string[] {
  const open = schema.properties !== undefined && schema.additionalProperties !== false ? [at] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => openObjects(value, `${at}.${key}`));
  const more = [schema.items, schema.additionalProperties].filter((item): item is Schema => typeof item === 'object');
  return [...open, ...below, ...more.flatMap((item) => openObjects(item, `${at}[]`))];
}

/** Lines of a policy that `opa check` refuses, by what it says. The policy starts with a METADATA block that binds the schema. */
async function refusedLines(t: ExecutionContext, binding: string, lines: readonly string[]): Promise<number[]> {
  const head = ['# METADATA', '# scope: package', '# schemas:', `#   - ${binding}`, 'package p', ''];
  const folder = temporaryFolder(t, { 'p.rego': [...head, ...lines, ''].join('\n') });
  const args = ['check', '--strict', '--format', 'json', '--max-errors', '0', '--schema', SCHEMAS, 'p.rego'];
  const { code, stderr, problem } = await runOpa(OPA, args, { cwd: folder, timeoutMs: 60_000 });
  t.is(problem, null);
  if (code === 0) return [];
  const { errors } = JSON.parse(stderr) as { errors: { code: string; message: string; location: { row: number } }[] };
  for (const error of errors) t.is(error.code, 'rego_type_error', error.message);
  return [...new Set(errors.map(({ location }) => location.row - head.length))].sort((a, b) => a - b);
}

test('the schemas are what the types give', (t) => {
  const written = Object.fromEntries(
    readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(SCHEMAS, name), 'utf8')]),
  );
  t.deepEqual(written, generateSchemas(), 'run `node test/tools/generate-schemas.ts`');
});

test('every schema is valid, versioned, and closed wherever it lists fields', (t) => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, discriminator: false });
  for (const name of Object.keys(generateSchemas())) {
    const schema: unknown = JSON.parse(readFileSync(path.join(SCHEMAS, name), 'utf8'));
    ajv.compile(schema as object);
    t.regex((schema as { $id: string }).$id, /^urn:weir:schema:[\w:-]+:\d+$/);
    t.deepEqual(openObjects(schema as Schema), [], name);
  }
});

for (const name of ['invocation', 'result', 'event', 'placement']) {
  test(`opa check knows every path of ${name}, and refuses each when it is misspelt`, async (t) => {
    const paths = pathsOf(readSchema(name));
    t.true(paths.length > 10);
    const rules = (spelt: (reference: string) => string): string[] =>
      paths.map((reference, at) => `r${at} if is_string(input${spelt(reference)})`);
    const binding = `input: schema.${name}`;
    t.deepEqual(
      await refusedLines(
        t,
        binding,
        rules((reference) => reference),
      ),
      [],
    );
    const all = paths.map((_, at) => at + 1);
    t.deepEqual(
      await refusedLines(
        t,
        binding,
        rules((reference) => `${reference}x`),
      ),
      all,
    );
  });
}

test('the misspelt paths that people write are refused', async (t) => {
  const lines = [
    'a if input.weir.functoin.id == "x"',
    'b if input.weir.data.label.confidentialty == "pii"',
    'c if input.weir.execution.compositon == "x"',
    'd if input.weir.instance.residualLabel.integrty == "x"',
    'e if input.atributes.request.http.method == "GET"',
    'f if input.attributes.request.http.methd == "GET"',
    'g if input.weir.breakGlass.granted == "x"',
    'h if input.weir.function.id.name == "x"',
    'i if input.weir.node.region == 7',
  ];
  t.deepEqual(
    await refusedLines(t, 'input: schema.invocation', lines),
    lines.map((_, at) => at + 1),
  );
});

test('what policies need to say about what may be null, or all, or anything is accepted', async (t) => {
  const lines = [
    'a if is_null(input.weir.execution)',
    'b if not is_null(input.weir.instance.residualLabel)',
    'c if input.weir.data.label.region == "all"',
    'd if "eu-1" in input.weir.data.label.region',
    'e if input.weir.function.memoryLimitBytes > 1024',
    'f if input.weir.node.isBlind == false',
    'g if input.attributes.request.http.headers["x-request-id"] == "x"',
    'h if input.parsed_body.customer.name == "x"',
    'i if input.attributes.metadataContext.filterMetadata.x == 1',
    'j if "$composer" in input.weir.smuggled',
    'k if input.parsed_query.width[_] == "640"',
    'l if input.weir.caller.kind == "anonymous"',
  ];
  t.deepEqual(await refusedLines(t, 'input: schema.invocation', lines), []);
});

test('tables of data can be annotated one by one', async (t) => {
  const lines = [
    'a if data.weir.limits.denyWhenStale',
    'b if data.weir.limits.denyWhenStal',
    'c if data.weir.lattice.confidentiality.flowsTo.a.b',
    'd if data.weir.lattice.confidentialty.flowsTo.a.b',
    'e if data.weir.lattice.integrity.bottm == "x"',
  ];
  const bindings = 'data.weir.limits: schema.data.limits\n#   - data.weir.lattice: schema.data.lattice';
  t.deepEqual(
    (await refusedLines(t, bindings, lines)).map((line) => line - 1),
    [2, 4, 5],
  );
});
