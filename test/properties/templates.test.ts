import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readTemplates, type TemplateModel } from '../../analyzer/templates/index.ts';
import type { Span } from '../../model/span.ts';
import { workspaceFrom } from '../unit/templates/workspace.ts';

const SEED = 20_260_612;
const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/templates');

/** The files of one fixture folder by their names. */
function textsOf(leaf: string): Record<string, string> {
  const directory = path.join(FIXTURES, leaf);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(json5?|ya?ml)$/.test(file),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(path.join(directory, file), 'utf8')]));
}

const LEAVES = readdirSync(FIXTURES).sort().map(textsOf);

const fragment = fc.constantFrom(
  '', '${', '}', '!Sub ', '!Ref X', '!If [C, a, b]', '{"Ref": "A"}', 'Fn::Join: [1, 2]', 'null', '[]', '{}', '&a ', '*a', '\n', '  ', '"', "'",
  'StartAt', '${self:custom}', '${file(serverless.yml)}', '${self:}', 'Fn::Transform', '-1', '!GetAtt a.b.c', '!Select [9, [a]]', 'Definition: 5\n',
); // prettier-ignore

/** A folder of which one file is edited in some places, or in which two lines change places. */
const mutated = fc
  .record({ leaf: fc.nat(LEAVES.length - 1), file: fc.nat(9), edits: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fragment), { maxLength: 4 }) })
  .map(({ leaf, file, edits }) => {
    const texts = { ...LEAVES[leaf] };
    const names = Object.keys(texts);
    const name = names[file % names.length] ?? '';
    let text = texts[name] ?? '';
    for (const [where, drop, insert] of edits) {
      const at = Math.floor(where * text.length);
      text = text.slice(0, at) + insert + text.slice(at + drop);
    }
    return { ...texts, [name]: text };
  }); // prettier-ignore

function spansOf(model: TemplateModel): Span[] {
  const lists = [model.resources, model.workflows, model.triggers, model.literalSecrets, model.diagnostics];
  return lists.flat().map((item) => item.span);
}

test('broken templates never throw, and everything found lies in a file that was given', (t) => {
  fc.assert(
    fc.property(mutated, (texts) => {
      const model = readTemplates(workspaceFrom(texts));
      for (const workflow of model.workflows)
        for (const name of ['self:custom', 'opt:stage, self:', 'X.Arn', '']) workflow.resolve(name);
      return spansOf(model).every(
        ({ file, start, end }) => start.offset <= end.offset && end.offset <= (texts[file]?.length ?? -1),
      );
    }),
    { seed: SEED, numRuns: 1500, verbose: true },
  );
  t.pass();
});

test('reading is deterministic and does not depend on the order of files', (t) => {
  for (const texts of LEAVES) {
    const workspace = workspaceFrom(texts);
    const again = { ...workspace, documents: workspace.documents.toReversed() };
    t.is(JSON.stringify(readTemplates(again)), JSON.stringify(readTemplates(workspace)));
  }
});

test('Serverless variables that go around in a circle end', (t) => {
  const circle =
    'service: s\nprovider: {name: aws, stage: "${self:custom.a}"}\ncustom: {a: "${self:custom.b}", b: "${self:custom.a}${self:custom.b}", all: "${self:custom}"}\nstepFunctions: {stateMachines: {m: {name: "${self:custom.a}", definition: "${self:custom.all}"}}}\n';
  const { workflows, diagnostics } = readTemplates(workspaceFrom({ 'serverless.yml': circle }));
  t.is(workflows.length, 1);
  t.true(diagnostics.length > 0 || workflows[0]?.definition !== null);
});

test('Serverless variables that multiply end with a diagnostic', (t) => {
  const levels = Array.from(
    { length: 11 },
    (_, level) => `  l${level + 1}: [${Array.from({ length: 9 }, () => `"\${self:custom.l${level}}"`).join(', ')}]`,
  );
  const text = [
    'service: s',
    'provider: {name: aws}',
    'custom:',
    '  l0: x',
    ...levels,
    'stepFunctions: {stateMachines: {m: {definition: {StartAt: A, States: "${self:custom.l11}"}}}}',
    '',
  ].join('\n');
  const { diagnostics } = readTemplates(workspaceFrom({ 'serverless.yml': text }));
  t.true(diagnostics.some((diagnostic) => diagnostic.code === 'TPL010'));
});
