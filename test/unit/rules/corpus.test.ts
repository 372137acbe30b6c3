/** Rules over real definitions without configuration: they are total, deterministic and quiet. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runRules } from '../../../analyzer/query/index.ts';
import type { Finding } from '../../../model/finding.ts';
import { ALL_RULES } from '../../../rules/index.ts';
import { analyse } from '../../tools/analyse.ts';

const ROOT = process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../../shared/corpus');
const CLOUD = path.join(ROOT, 'cloud');
const KINDS = ['asl', 'cfn-statemachine', 'sls-stepfunctions'];
/** Repositories of samples and applications; the others hold definitions made to test a tool. */
const REAL = /^(aws-samples|serverless-operations)\+/;
const FINDINGS_PER_WORKFLOW_MAX = 2;
/** Rules that report a workflow as a whole at most once, whatever it holds. */
const ONCE = [
  'WEIR-COST-001',
  'WEIR-TARGET-002',
  'WEIR-TOKEN-002',
  'WEIR-DELIVERY-001',
  'WEIR-STORE-001',
  'WEIR-LOG-002',
];

interface Scan {
  readonly file: string;
  readonly text: string;
  readonly workflows: number;
  readonly findings: readonly Finding[];
}

function corpusFiles(): readonly string[] {
  if (!existsSync(path.join(CLOUD, 'manifest.csv'))) return [];
  const rows = readFileSync(path.join(CLOUD, 'manifest.csv'), 'utf8').trim().split('\n').slice(1);
  // The kind is the fifth field from the end; paths before it may hold commas.
  return rows.map((row) => row.split(',')).flatMap((row) => (KINDS.includes(row.at(-5) ?? '') ? (row[0] ?? []) : []));
}

function scan(file: string): Scan {
  const text = readFileSync(path.join(CLOUD, file), 'utf8').replace(/^\uFEFF/, '');
  const { context } = analyse(new Map([[file, text]]));
  return { file, text, workflows: context.application.compositions.length, findings: runRules(context, ALL_RULES) };
}

const files = corpusFiles();
if (files.length === 0) console.log(`corpus tests of rules are skipped: there is no manifest.csv in ${CLOUD}`);
const corpusTest = files.length === 0 ? test.skip : test;
const scans = files.map(scan);

corpusTest('every finding stands inside its file, says three things, and is told apart', (t) => {
  for (const { file, text, findings } of scans) {
    for (const { span, message } of findings) {
      t.is(span.file, file);
      t.true(span.start.offset <= span.end.offset && span.end.offset <= text.length);
      t.false([message.what, message.why, message.fix].includes(''));
    }
    t.is(new Set(findings.map(({ fingerprint }) => fingerprint)).size, findings.length, file);
  }
});

corpusTest('what a workflow is reported for as a whole is reported once', (t) => {
  for (const { file, findings } of scans) {
    const keys = findings
      .filter(({ ruleId }) => ONCE.includes(ruleId))
      .map(({ ruleId, composition }) => `${file} ${ruleId} ${composition ?? ''}`);
    t.is(new Set(keys).size, keys.length, file);
  }
});

corpusTest('without configuration there are few findings', (t) => {
  const real = scans.filter(({ file }) => REAL.test(file));
  const workflows = real.reduce((sum, { workflows: here }) => sum + here, 0);
  const findings = real.flatMap((one) => one.findings);
  t.true(workflows > 100);
  t.log(
    `${findings.length} findings, ${findings.filter(({ outcome }) => outcome === 'undecided').length} of them undecided, in ${workflows} workflows`,
  );
  t.true(findings.length / workflows <= FINDINGS_PER_WORKFLOW_MAX);
});

corpusTest('the same text gives the same findings', (t) => {
  for (const { file, findings } of scans.filter((one) => one.findings.length > 0))
    t.deepEqual(scan(file).findings, findings);
});
