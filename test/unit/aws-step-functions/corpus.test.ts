import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { FEATURES } from '../../../analyzer/platforms/aws-step-functions/features.ts';
import { awsStepFunctions } from '../../../analyzer/platforms/aws-step-functions/index.ts';
import { innerMachines, readMachine } from '../../../analyzer/platforms/aws-step-functions/machine.ts';
import type { MapNode } from '../../../analyzer/source/index.ts';
import { readTemplates } from '../../../analyzer/templates/index.ts';
import type { Application } from '../../../model/application.ts';
import { stepsOf } from '../../../model/walk.ts';
import { findIllFormed } from '../../../model/well-formed.ts';
import { workspaceOf } from './workspace.ts';

const CORPUS = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../../shared/corpus'),
  'cloud',
);
const isHere = existsSync(path.join(CORPUS, 'manifest.csv'));
/** Says aloud why nothing is tested where the corpus is not. */
const corpusTest = isHere ? test : test.skip;
if (!isHere) console.log(`skipped: there is no corpus at ${CORPUS}; set WEIR_CORPUS`);

const KINDS = new Set(['asl', 'cfn-statemachine', 'sls-stepfunctions']);

/** Rows of a comma-separated file whose first columns are never quoted. */
const rowsOf = (name: string): readonly (readonly string[])[] =>
  readFileSync(path.join(CORPUS, name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

const filesOfKinds = (): readonly string[] =>
  rowsOf('manifest.csv').flatMap((row) => (KINDS.has(row[5] ?? '') && row[0] !== undefined ? [row[0]] : []));

function lower(file: string): {
  readonly application: Application;
  readonly workspace: ReturnType<typeof workspaceOf>;
} {
  const text = readFileSync(path.join(CORPUS, file), 'utf8');
  const workspace = workspaceOf([{ path: path.basename(file), text }]);
  return { application: awsStepFunctions.lower(workspace), workspace };
}

/** Names of all states of a definition, inner machines included. */
function stateNames(node: MapNode): readonly string[] {
  return readMachine(node).states.flatMap((state) => [
    state.name,
    ...innerMachines(state).flatMap((inner) => stateNames(inner.node)),
  ]);
}

/** Files on which we answer otherwise than the ground truth, by the end of their path, with the reason. */
const DISAGREEMENTS: Readonly<Record<string, string>> = {
  'invalid-json-surround-syntax-extra-spaces.json':
    'the expression spans two lines, which the service accepts and the other tool’s pattern does not',
  'valid-map-with-item-batcher-jsonata.json':
    'a JSONPath state in a machine that is JSONata at the top: the service refuses it (developer guide, “State machine structure”)',
  'invalid_jsonpath_in_causepath.json5':
    'fails when it runs: the path selects nothing of that input; the definition is valid',
  'invalid_jsonpath_in_heartbeatsecondspath.json5': 'as above',
  'invalid_jsonpath_in_inputpath.json5': 'as above',
  'invalid_jsonpath_in_outputpath.json5': 'as above',
  'invalid_jsonpath_in_string_expr_contextpath.json5': 'as above',
};

corpusTest('definitions are valid where the ground truth says so, but for what is explained', (t) => {
  const differing: string[] = [];
  let agreed = 0;
  for (const [file = '', , , expected = ''] of rowsOf('ground-truth.csv')) {
    if (!expected.startsWith('asl-')) continue;
    const isValid = lower(file).application.diagnostics.every((found) => found.severity !== 'error');
    if (isValid === (expected !== 'asl-invalid')) agreed += 1;
    else differing.push(path.basename(file));
  }
  t.deepEqual(differing.sort(), Object.keys(DISAGREEMENTS).sort());
  t.log(`${agreed} agree, ${differing.length} differ for a reason`);
});

corpusTest('every state of every workflow is in the IR, which is well formed; every feature is listed', (t) => {
  const known = new Map(FEATURES.map((feature) => [feature.id, feature.support]));
  const counts = { states: 0, approximated: 0, refused: 0 };
  for (const file of filesOfKinds()) {
    const { application, workspace } = lower(file);
    const { workflows } = readTemplates(workspace);
    for (const composition of application.compositions) {
      t.deepEqual(findIllFormed(composition, application), [], file);
      const found = workflows.find((each) => composition.id.endsWith(`${each.file}#${each.logicalId}`));
      const names = found?.definition == null ? [] : stateNames(found.definition);
      const lowered = new Set(stepsOf(composition).map((step) => step.name));
      t.deepEqual(
        names.filter((name) => !lowered.has(name)),
        [],
        file,
      );
      counts.states += names.length;
      const uses = composition.features.filter((use) => use.feature !== 'workflow-type-unknown');
      for (const use of uses) t.is(known.get(use.feature), use.support, `${file}: ${use.feature}`);
      counts.refused += uses.filter((use) => use.support === 'refused').length;
      counts.approximated += uses.filter((use) => use.support === 'approximated').length;
    }
    const missing = workflows.filter((workflow) => workflow.definition === null);
    if (missing.length > 0) t.true(application.diagnostics.length > 0, `${file}: a workflow is missing without a word`);
  }
  const share = (count: number): string => `${((100 * count) / counts.states).toFixed(1)} %`;
  const supported = counts.states - counts.approximated - counts.refused;
  t.log(
    `${counts.states} states: supported at least ${share(supported)}, approximated at most ${share(counts.approximated)}, refused at most ${share(counts.refused)}`,
  );
  t.true(counts.states > 1_500, `only ${counts.states} states`);
  t.true(supported / counts.states > 0.9);
});
