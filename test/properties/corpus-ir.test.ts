import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { awsStepFunctions } from '../../analyzer/platforms/aws-step-functions/index.ts';
import { parseDocument } from '../../analyzer/source/index.ts';
import type { Application } from '../../model/application.ts';
import { parseApplication, printApplication } from '../../model/ir-text/index.ts';
import { findIllFormedApplication } from '../../model/well-formed.ts';

const CORPUS = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../shared/corpus'),
  'cloud',
);
const KINDS = ['asl', 'cfn-statemachine', 'sls-stepfunctions'];

/** Every file of the corpus with a workflow in it, by path below the corpus. */
function files(): string[] {
  const lines = readFileSync(path.join(CORPUS, 'manifest.csv'), 'utf8').split('\n');
  return lines
    .filter((line) => KINDS.some((kind) => line.includes(`,${kind},`)))
    .map((line) => line.split(',')[0] ?? '');
}

function lowered(file: string): Application {
  const document = parseDocument({ path: file, text: readFileSync(path.join(CORPUS, file), 'utf8') });
  return awsStepFunctions.lower({
    documents: [document],
    read: () => null,
    parse: (wanted) => (wanted === file ? document : null),
  });
}

test('real workflows are lowered to well-formed IR, which its text form keeps', (t) => {
  if (!existsSync(CORPUS)) {
    t.log(`skipped: no corpus at ${CORPUS}; set WEIR_CORPUS to its directory`);
    t.pass();
    return;
  }
  let compositions = 0;
  for (const file of files()) {
    const application = lowered(file);
    compositions += application.compositions.length;
    t.deepEqual(findIllFormedApplication(application), [], file);
    const outcome = parseApplication(printApplication(application, { spans: true }), file);
    t.deepEqual(outcome.diagnostics, [], file);
    t.deepEqual(outcome.ok ? outcome.value : null, application, file);
  }
  t.log(`${compositions} compositions`);
  t.true(compositions > 400);
});
