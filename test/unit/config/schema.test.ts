import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SECTIONS } from '../../../analyzer/config/index.ts';
import { parseDocument, toJson } from '../../../analyzer/source/index.ts';
import schema from '../../../analyzer/config/schema/weir.schema.json' with { type: 'json' };
import { configure, oneLine } from './application.ts';

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** Uses every key of the format. */
const EVERYTHING = `
version: 1
lattice:
  confidentiality: [public, internal, personal, medical]
  integrity: { chains: [[trusted, authenticated, anyone]], covers: [[anyone, partner], [partner, trusted]] }
  regions: [eu, us]
  tenants: [ward-a, ward-b]
sources:
  input:FrameWorkflow: { integrity: partner, $.frame: personal, '$.readings[*].pulse': { confidentiality: medical, tenant: ward-a } }
  function:CountFalls: internal, partner
sinks:
  topic:NursePager: { confidentiality: personal, region: [eu] }
  result:FrameWorkflow: internal
stores:
  Patients: { $: medical, $.bed: public }
  HallwayBoard:
    confidentiality: public
functions:
  BlurFaces: { accepts: personal, returns: { $.size: public }, dependsOnInput: false, writes: [HallwayBoard], errors: public }
  Count*: pass-through
unknownFunctions: opaque
authorities:
  clinic: { in: [Frame*], owner: data protection officer }
declassifiers:
  BlurFaces: { from: medical, to: { confidentiality: public }, authority: clinic, requires: authenticated, in: FrameWorkflow, digest: 'sha256:${'0a'.repeat(32)}' }
endorsers:
  CountFalls: { to: trusted, authority: clinic }
entries:
  callers:none: anyone
  trigger:iot: partner
  FrameWorkflow: authenticated
require:
  - { before: HallwayBoard, through: BlurFaces, mode: control }
tokens: [topic:NursePager]
rules:
  no-repeated-effect: { level: off, reason: consumers remove duplicates }
  WEIR-COST-001: note
suppressions:
  - { rule: WEIR-TOKEN-002, file: workflows/**, place: CallNurse, reason: nurses answer within minutes, expires: '2031-04-30' }
ignore: [legacy/**]
`;

const json = (text: string): unknown => {
  const [root] = parseDocument({ path: 'weir.yaml', text }).roots;
  return root === undefined ? null : toJson(root);
};

test('a configuration that uses every key is accepted by the schema and by the reader', (t) => {
  t.true(validate(json(EVERYTHING)), JSON.stringify(validate.errors, null, 2));
  t.deepEqual(configure(EVERYTHING).diagnostics.map(oneLine), []);
  t.deepEqual(
    Object.keys(schema.properties),
    [...SECTIONS].filter((key) => EVERYTHING.includes(`\n${key}:`)),
  );
});

test('the schema refuses what the reader refuses', (t) => {
  const wrong = [
    'sorces: {}',
    'version: 2',
    'lattice: { confidentality: [a] }',
    'sinks: { A: { integrty: trusted } }',
    'declassifiers: { A: { to: public } }',
    'declassifiers: { A: { to: public, authority: b, digest: md5 } }',
    'unknownFunctions: maybe',
    'require: [{ before: A }]',
    'rules: { A: loud }',
    'suppressions: [{ rule: A, file: b }]',
    'functions: { A: { dependsOnInput: sometimes } }',
  ];
  for (const text of wrong) {
    t.false(validate(json(text)), text);
    t.is(configure(text).value, null, text);
  }
});

test('every key is described', (t) => {
  const bare: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      const at = `${path}/${key}`;
      if (path.endsWith('/properties') && !(typeof child === 'object' && child !== null && 'description' in child))
        bare.push(at);
      visit(child, at);
    }
  };
  visit(schema, '');
  t.deepEqual(bare, []);
});

test('an empty file is a configuration that declares nothing', (t) => {
  t.true(validate(json('')));
  t.deepEqual(configure('# nothing yet\n').diagnostics, []);
});

test('the example of the reference is a configuration', (t) => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../analyzer/config/README.md'), 'utf8');
  const text = /```yaml weir\.yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
  t.regex(text, /require:/);
  t.deepEqual(configure(text).diagnostics.map(oneLine), []);
  t.true(validate(json(text)), JSON.stringify(validate.errors));
});
