import { compositionId, ruleId, stepId } from '../../../model/brand.ts';
import type { RuleMetadata } from '../../../model/finding.ts';
import type { LabelDescription } from '../../../model/label.ts';
import type { CompositionGraph, GraphEdge, GraphNode } from '../../../model/result.ts';
import type { Span } from '../../../model/span.ts';
import type { Hop } from '../../../model/verdict.ts';

/** Everything that breaks out of some format when it is not escaped: HTML, XML, a terminal, a CI runner, Markdown. */
export const HOSTILE = '<script>alert(1)</script>\u001b[31m\n::error::owned ]]> "|@everyone `x` \u202egnp';

/** A file name that ends an attribute, a URL and a code span. */
export const HOSTILE_FILE = 'flows/a "b" <i>`#?.asl.json';

export const FILE = 'flows/dispense.asl.json';
export const TEMPLATE = 'template.yaml';
export const DISPENSE = compositionId(`aws-step-functions:${FILE}#Dispense`);
export const INTAKE = compositionId('aws-step-functions:flows/intake.asl.json#Intake');

export const FILE_TEXT = [
  '{',
  '  "StartAt": "LoadPatient",',
  '  "States": {',
  '    "LoadPatient": { "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "IsMinor" },',
  '    "IsMinor": { "Type": "Choice", "Choices": [{ "Variable": "$.age", "NumericLessThan": 18, "Next": "AskParent" }],',
  '      "Default": "Both" },',
  '    "AskParent": { "Type": "Pass", "Result": { "channel": "sms" }, "Next": "Both" },',
  '    "Both": { "Type": "Parallel", "Branches": [],  "Next": "Publish" },',
  '    "Publish": { "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true }',
  '  }',
  '}',
].join('\n');

/** Where `needle` stands in the text of {@link FILE}. */
export function at(needle: string): Span {
  const offset = FILE_TEXT.indexOf(needle);
  if (offset < 0) throw new Error(`the sample has no ${needle}`);
  const before = FILE_TEXT.slice(0, offset).split('\n');
  const start = { line: before.length, column: (before.at(-1) ?? '').length + 1, offset };
  const end = { line: start.line, column: start.column + needle.length, offset: offset + needle.length };
  return { file: FILE, start, end };
}

export function lineOf(file: string, line: number): Span {
  const start = { line, column: 3, offset: 40 * line };
  return { file, start, end: { line, column: 9, offset: 40 * line + 6 } };
}

export const label = (confidentiality: string, integrity: string): LabelDescription => ({
  confidentiality,
  integrity,
  region: 'all',
  tenant: 'all',
  marks: [],
});

export const PUBLIC = label('public', 'trusted');
export const SECRET: LabelDescription = { ...label('secret', 'trusted'), region: ['eu'], tenant: ['north', 'south'] };

type HopShape = Pick<Hop, 'name' | 'construct' | 'why' | 'span'> & Partial<Hop>;

export const hop = (shape: HopShape): Hop => ({
  composition: DISPENSE,
  step: stepId(shape.name),
  by: 'data',
  labelBefore: SECRET,
  labelAfter: SECRET,
  ...shape,
});

type NodeShape = Pick<GraphNode, 'name' | 'kind' | 'span'> & Partial<GraphNode>;

const node = (shape: NodeShape): GraphNode => ({
  id: `/${shape.name}`,
  detail: '',
  label: PUBLIC,
  confidentialityRank: 0,
  integrityRank: 0,
  group: null,
  isGroup: false,
  ...shape,
});

const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from: `/${from}`,
  to: `/${to}`,
  text: '',
  kind: 'next',
  ...more,
});

const secret = { label: SECRET, confidentialityRank: 1 };

/** A choice, a parallel with two branches, and a handler that leaves the group. */
export const DISPENSE_GRAPH: CompositionGraph = {
  composition: DISPENSE,
  name: 'Dispense',
  platform: 'aws-step-functions',
  file: FILE,
  nodes: [
    node({
      name: 'LoadPatient',
      kind: 'read',
      detail: 'dynamodb:getItem Patients',
      span: at('"LoadPatient": {'),
      ...secret,
    }),
    node({ name: 'IsMinor', kind: 'choice', span: at('"IsMinor": {'), ...secret }),
    node({ name: 'AskParent', kind: 'pass', span: at('"AskParent": {') }),
    node({ name: 'Both', kind: 'parallel', span: at('"Both": {'), isGroup: true }),
    node({
      id: '/Both/Fill',
      name: 'Fill',
      kind: 'call',
      detail: 'FillPrescription',
      span: at('"Branches"'),
      group: '/Both',
    }),
    node({
      id: '/Both/Bill',
      name: 'BillTheInsuranceOfThePatientOrOfTheParents',
      kind: 'call',
      detail: 'arn:aws:lambda:eu-central-1:111122223333:function:BillTheInsurance',
      span: at('[],'),
      group: '/Both',
      label: label('internal', 'untrusted'),
      confidentialityRank: 0.5,
      integrityRank: 1,
    }),
    node({ name: HOSTILE, kind: 'fail', span: at('"Type": "Pass"') }),
    node({ name: 'Publish', kind: 'write', detail: 'sns:publish Shelf', span: at('"Publish": {'), integrityRank: 0.5 }),
  ],
  edges: [
    edge('LoadPatient', 'IsMinor'),
    edge('IsMinor', 'AskParent', { text: '$.age < 18 and $.guardian.consent is not present', kind: 'branch' }),
    edge('IsMinor', 'Both', { text: 'otherwise', kind: 'branch' }),
    edge('AskParent', 'Both'),
    edge('Both', 'Publish'),
    edge('Both', HOSTILE, { text: HOSTILE, kind: 'error' }),
  ],
};

const RULE: RuleMetadata = {
  id: ruleId('WEIR-FLOW-001'),
  slug: 'no-leak',
  area: 'flow',
  title: 'Data reaches a place that may not hold it',
  summary: 'Data stays where its label allows it.',
  level: 'error',
  levels: ['error'],
  score: 7.5,
  precision: 'very-high',
  maturity: 'stable',
  cwe: ['CWE-200'],
  owasp: ['SAS-4'],
  aliases: [],
  worksWithoutConfiguration: false,
  limits: ['how long something takes'],
  messages: { leak: { what: '{data} reaches {sink}.', why: 'Readers of {sink} see {data}.', fix: 'Redact {data}.' } },
};

export const RULES: readonly RuleMetadata[] = [
  RULE,
  {
    ...RULE,
    id: ruleId('WEIR-LOG-001'),
    slug: 'no-secret-in-log',
    area: 'log',
    title: `Secret in a log ${HOSTILE}`,
    level: 'warning',
    levels: ['warning'],
    score: 4,
    precision: 'medium',
    maturity: 'sandbox',
    cwe: ['CWE-532', 'CWE-200'],
  },
];
