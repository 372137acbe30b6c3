import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { ReportedFinding } from '../../../model/finding.ts';
import { ruleId } from '../../../model/brand.ts';
import { RESULT_VERSION, type Result } from '../../../model/result.ts';
import type { Witness } from '../../../model/verdict.ts';
import * as parts from './sample-parts.ts';

const { at, hop, lineOf } = parts;

const EXPLICIT: Witness = {
  source: {
    description: 'table Patients',
    origin: { description: 'table Patients', span: lineOf('weir.yaml', 7) },
    span: at('"LoadPatient": {'),
  },
  flow: 'explicit',
  isDefinite: true,
  hops: [
    hop({ name: 'LoadPatient', construct: 'source', why: 'table Patients is read', span: at('dynamodb:getItem') }),
    hop({ name: 'Both', construct: 'enter', why: '`$.patient` is given to the branch', span: at('"Both": {') }),
    hop({
      name: 'Publish',
      construct: 'sink',
      why: 'it reaches topic Shelf',
      span: at('sns:publish'),
      labelAfter: parts.PUBLIC,
    }),
  ],
};

const IMPLICIT: Witness = {
  source: { ...EXPLICIT.source, description: `age of the patient ${parts.HOSTILE}` },
  flow: 'implicit',
  isDefinite: true,
  hops: [
    hop({ name: 'LoadPatient', construct: 'source', why: 'table Patients is read', span: at('dynamodb:getItem') }),
    hop({ name: 'IsMinor', construct: 'guard', why: '`$.age` decides which state runs', span: at('"$.age"') }),
    hop({
      name: 'AskParent',
      construct: 'merge',
      by: 'control',
      why: 'it runs only when the condition holds',
      span: at('"AskParent": {'),
      labelBefore: parts.PUBLIC,
    }),
    hop({ name: parts.HOSTILE, construct: 'assign', by: 'control', why: parts.HOSTILE, span: at('"channel": "sms"') }),
    hop({ name: 'Publish', construct: 'sink', why: 'it reaches topic Shelf', span: at('"Publish": {') }),
  ],
};

const VIOLATED: ReportedFinding = {
  ruleId: ruleId('WEIR-FLOW-001'),
  level: 'error',
  score: 7.5,
  outcome: 'violated',
  messageKey: 'leak',
  message: {
    what: 'Data of table Patients reaches topic Shelf.',
    why: 'Everybody who subscribes to topic Shelf sees it.',
    fix: 'Redact it before Publish, or declare that topic Shelf may hold it.',
  },
  span: at('"Publish": {'),
  composition: parts.DISPENSE,
  place: 'Publish',
  related: [{ message: 'topic Shelf is declared here', span: lineOf(parts.TEMPLATE, 2) }],
  witnesses: [EXPLICIT],
  fingerprint: '0123456789abcdef0123456789abcdef',
  suppression: null,
  baselineState: 'new',
};

const FINDINGS: readonly ReportedFinding[] = [
  VIOLATED,
  { ...VIOLATED, witnesses: [IMPLICIT, EXPLICIT], fingerprint: '1'.repeat(32), span: at('sns:publish') },
  {
    ...VIOLATED,
    outcome: 'undecided',
    message: { what: 'Function FillPrescription may send it on.', why: '', fix: 'Declare what it returns.' },
    witnesses: [],
    related: [],
    span: at('"Branches"'),
    place: 'Fill',
    fingerprint: '2'.repeat(32),
  },
  {
    ...VIOLATED,
    baselineState: 'unchanged',
    place: 'AskParent',
    span: at('"AskParent": {'),
    fingerprint: '3'.repeat(32),
  },
  {
    ...VIOLATED,
    ruleId: ruleId('WEIR-LOG-001'),
    level: 'warning',
    score: 4,
    message: { what: parts.HOSTILE, why: parts.HOSTILE, fix: parts.HOSTILE },
    span: lineOf(parts.HOSTILE_FILE, 1),
    place: parts.HOSTILE,
    composition: null,
    related: [{ message: parts.HOSTILE, span: lineOf(parts.HOSTILE_FILE, 2) }],
    witnesses: [],
    fingerprint: '4'.repeat(32),
  },
  {
    ...VIOLATED,
    level: 'note',
    place: 'IsMinor',
    span: at('"IsMinor": {'),
    fingerprint: '5'.repeat(32),
    suppression: {
      kind: 'inline',
      reason: 'the shelf is in a locked room',
      expires: '2031-03-01',
      span: at('"Default"'),
    },
  },
];

const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    code: 'ASL012',
    severity: 'error',
    message: 'The state machine has no StartAt.',
    help: 'Name the first state in StartAt.',
    span: lineOf('flows/intake.asl.json', 1),
  },
  {
    code: 'SRC003',
    severity: 'warning',
    message: parts.HOSTILE,
    help: parts.HOSTILE,
    span: lineOf(parts.HOSTILE_FILE, 2),
  },
];

const NOTHING = { violated: 0, satisfied: 0, undecided: 0, notApplicable: 0 };

/** One of everything that a result can hold: the report of a bad day. */
export const FULL: Result = {
  version: RESULT_VERSION,
  tool: { name: 'weir', version: '7.8.9' },
  status: 'incomplete',
  findings: FINDINGS,
  rules: parts.RULES,
  diagnostics: DIAGNOSTICS,
  coverage: {
    files: [
      { file: parts.HOSTILE_FILE, platform: 'aws-step-functions', state: 'partial', units: 1 },
      { file: parts.FILE, platform: 'aws-step-functions', state: 'analysed', units: 7 },
      { file: 'flows/intake.asl.json', platform: 'aws-step-functions', state: 'refused', units: 3 },
    ],
    compositions: [
      {
        id: parts.DISPENSE,
        name: 'Dispense',
        platform: 'aws-step-functions',
        file: parts.FILE,
        units: 7,
        verdicts: { violated: 4, satisfied: 11, undecided: 1, notApplicable: 2 },
        features: [
          {
            feature: 'intrinsic-hash',
            support: 'approximated',
            note: 'the hash keeps the label of its argument',
            span: at('"Branches"'),
          },
        ],
      },
      {
        id: parts.INTAKE,
        name: 'Intake',
        platform: 'aws-step-functions',
        file: 'flows/intake.asl.json',
        units: 3,
        verdicts: NOTHING,
        features: [],
      },
    ],
    unitsAnalysed: 7,
    unitsApproximated: 1,
    unitsRefused: 3,
    verdicts: { violated: 4, satisfied: 11, undecided: 1, notApplicable: 2 },
    obligations: [
      {
        description: 'function FillPrescription is not declared',
        help: 'declare it under functions: in weir.yaml',
        verdicts: 1,
        span: at('"Branches"'),
      },
    ],
    idleRules: ['WEIR-FLOW-004'],
    configuration: 'weir.yaml',
  },
  graphs: [parts.DISPENSE_GRAPH],
  sources: {
    [parts.FILE]: parts.FILE_TEXT,
    [parts.HOSTILE_FILE]: `${parts.HOSTILE.replace('\n', ' ')}\n</pre></div><img src=x onerror=alert(1)>\n`,
    [parts.TEMPLATE]: 'Resources:\n  Shelf:\n    Type: AWS::SNS::Topic\n',
    'flows/intake.asl.json': '{ "States": {} }\n',
    'weir.yaml': 'version: 1\n\nstores:\n  table:Shelf: {}\n\n\n  table:Patients:\n    confidentiality: secret\n',
  },
};

/** The report of a good day: everything was read and nothing is wrong. */
export const CLEAN: Result = {
  ...FULL,
  status: 'complete',
  findings: [],
  diagnostics: [],
  coverage: {
    ...FULL.coverage,
    files: [{ file: parts.FILE, platform: 'aws-step-functions', state: 'analysed', units: 7 }],
    compositions: FULL.coverage.compositions
      .slice(0, 1)
      .map((each) => ({ ...each, features: [], verdicts: { ...NOTHING, satisfied: 16 } })),
    unitsApproximated: 0,
    unitsRefused: 0,
    verdicts: { ...NOTHING, satisfied: 16 },
    obligations: [],
    idleRules: [],
  },
  sources: { [parts.FILE]: parts.FILE_TEXT },
};

/** Nothing was found to look at, and there is no configuration. */
export const EMPTY: Result = {
  ...CLEAN,
  rules: [],
  coverage: {
    ...CLEAN.coverage,
    files: [],
    compositions: [],
    unitsAnalysed: 0,
    verdicts: NOTHING,
    configuration: null,
  },
  graphs: [],
  sources: {},
};

export const SAMPLES = { full: FULL, clean: CLEAN, empty: EMPTY } as const satisfies Readonly<Record<string, Result>>;
