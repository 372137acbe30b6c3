import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { awsStepFunctions } from '../../../analyzer/platforms/aws-step-functions/index.ts';
import { printApplication } from '../../../model/ir-text/index.ts';
import { findIllFormed } from '../../../model/well-formed.ts';
import { diagnosticLines, readFolder, workspaceOf } from '../../unit/aws-step-functions/workspace.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/aws-step-functions');
/** Set to write the goldens anew; read the difference before it is committed. */
const IS_UPDATING = process.env['WEIR_UPDATE_GOLDEN'] === '1';

const leaves = readdirSync(FIXTURES).sort();

for (const leaf of leaves) {
  test(`${leaf} is lowered as its golden says`, (t) => {
    const application = awsStepFunctions.lower(workspaceOf(readFolder(path.join(FIXTURES, leaf))));
    t.deepEqual(
      application.compositions.flatMap((composition) => findIllFormed(composition, application)),
      [],
    );
    const found = diagnosticLines(application);
    const actual = `${printApplication(application)}${found === '' ? '' : `\n# diagnostics\n${found.replace(/^/gm, '# ')}\n`}`;
    const golden = path.join(import.meta.dirname, `${leaf}.ir`);
    if (IS_UPDATING) writeFileSync(golden, actual);
    t.is(actual, existsSync(golden) ? readFileSync(golden, 'utf8') : '');
  });
}

test('no golden is left without its fixture', (t) => {
  const goldens = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ir'));
  t.deepEqual(goldens.map((name) => name.replace(/\.ir$/, '')).sort(), leaves);
});
