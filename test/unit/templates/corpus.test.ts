import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readTemplates } from '../../../analyzer/templates/index.ts';
import { workspaceOf } from './workspace.ts';

const CORPUS = path.join(
  process.env['WEIR_CORPUS'] ?? path.resolve(import.meta.dirname, '../../../../shared/corpus'),
  'cloud',
);

/** Files of the manifest of some kinds; its fields have no quotes. */
function filesOfKind(...kinds: readonly string[]): readonly string[] {
  const [header = '', ...rows] = readFileSync(path.join(CORPUS, 'manifest.csv'), 'utf8').trim().split('\n');
  const column = header.split(',').indexOf('kind');
  return rows
    .map((row) => row.split(','))
    .flatMap((fields) => (kinds.includes(fields[column] ?? '') ? [fields[0] ?? ''] : []));
}

/** Counts state machines without any parser: lines that give a resource its type. */
function countByText(text: string): number {
  const types = text.matchAll(
    /^\s*["']?Type["']?\s*:\s*["']?AWS::(?:Serverless|StepFunctions)::StateMachine["']?\s*,?\s*(?:#.*)?$/gm,
  );
  return [...types].length;
}

const hasCorpus = existsSync(CORPUS);
const withCorpus = (name: string, body: (log: (message: string) => void) => Record<string, unknown>): void => {
  test(name, (t) => {
    if (!hasCorpus) {
      t.log(`skipped: no corpus at ${CORPUS}; set WEIR_CORPUS to its directory`);
      t.pass();
      return;
    }
    const problems = body((message) => { t.log(message); }); // prettier-ignore
    t.deepEqual(problems, Object.fromEntries(Object.keys(problems).map((key) => [key, []])));
  });
};

withCorpus('the corpus: every state machine of a template is found, with a definition or a diagnostic', (log) => {
  const miscounted: string[] = [];
  const silent: string[] = [];
  let found = 0;
  let read = 0;
  for (const file of filesOfKind('cfn-statemachine')) {
    const model = readTemplates(workspaceOf(CORPUS, [file]));
    const inTemplates = model.workflows.filter((workflow) => workflow.resource !== null);
    const errors = model.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    found += inTemplates.length;
    read += inTemplates.filter((workflow) => workflow.definition !== null).length;
    if (inTemplates.length !== countByText(readFileSync(path.join(CORPUS, file), 'utf8'))) miscounted.push(file);
    const missing = inTemplates.filter((workflow) => workflow.definition === null).length;
    if (errors.length < missing) silent.push(file);
  }
  log(`${found} state machines, ${read} with their definition`);
  return { miscounted, silent, tooFew: found > 100 && read > 0.75 * found ? [] : [found, read] };
});

withCorpus('the corpus: every definition that stands alone is found', (log) => {
  const lost: string[] = [];
  const files = filesOfKind('asl');
  for (const file of files) {
    const { workflows, diagnostics } = readTemplates(workspaceOf(CORPUS, [file]));
    if (workflows.length !== 1 && diagnostics.length === 0) lost.push(file);
  }
  log(`${files.length} definitions`);
  return { lost, tooFew: files.length > 300 ? [] : [files.length] };
});

withCorpus('the corpus: every state machine of a Serverless configuration is found', () => {
  const lost: string[] = [];
  for (const file of filesOfKind('sls-stepfunctions')) {
    const { workflows } = readTemplates(workspaceOf(CORPUS, [file]));
    // The plugin gives each definition its own key.
    const expected = [...readFileSync(path.join(CORPUS, file), 'utf8').matchAll(/^\s+definition:/gm)].length;
    const read = workflows.filter((workflow) => workflow.definition !== null).length;
    if (workflows.length !== expected || read !== expected) lost.push(`${file}: ${read} of ${expected}`);
  }
  return { lost };
});

withCorpus('the corpus: templates of all kinds are read, and none of the samples has a secret in it', (log) => {
  const secrets: string[] = [];
  const files = filesOfKind('cfn-lambda', 'cfn-other', 'cfn-greengrass', 'sls');
  let triggers = 0;
  for (const file of files) {
    const model = readTemplates(workspaceOf(CORPUS, [file]));
    triggers += model.triggers.length;
    secrets.push(...model.literalSecrets.map(({ kind, span }) => `${file}:${span.start.line} ${kind}`));
  }
  log(`${files.length} templates, ${triggers} triggers`);
  return { secrets, tooFew: triggers > 400 ? [] : [triggers] };
});

withCorpus('the corpus as one repository: no definition is read twice', () => {
  const files = filesOfKind('asl', 'cfn-statemachine');
  const { workflows } = readTemplates(workspaceOf(CORPUS, files));
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const { file, logicalId } of workflows) {
    if (seen.has(`${file}#${logicalId}`)) twice.push(`${file}#${logicalId}`);
    seen.add(`${file}#${logicalId}`);
  }
  return { twice };
});
