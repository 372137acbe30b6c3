import test from 'ava';
import { readTemplates } from '../../../analyzer/templates/index.ts';
import { isRelevant } from '../../../analyzer/templates/index.ts';
import { workspaceFrom } from './workspace.ts';

const FLOW = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Fn}", "End": true}}}';
const sam = (substitutions: string): string =>
  `Resources:\n  Visits: {Type: AWS::DynamoDB::Table}\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: flow.asl.json\n${substitutions}`;

test('places are right behind a byte order mark and CRLF, in the template and in the definition file', (t) => {
  const template = `\ufeff${sam('      DefinitionSubstitutions: {Fn: !Ref Visits}\n').replaceAll('\n', '\r\n')}`;
  const flow = `\ufeff${FLOW.replace(', "States"', ',\r\n"States"')}`;
  const { workflows, diagnostics } = readTemplates(workspaceFrom({ 'template.yaml': template, 'flow.asl.json': flow }));
  t.deepEqual(diagnostics, []);
  const [workflow] = workflows;
  t.is(workflow?.span.start.line, 3);
  const states = workflow?.definition?.entries.find((entry) => entry.key === 'States');
  t.deepEqual(
    [states?.keySpan.file, states?.keySpan.start.line, states?.keySpan.start.column],
    ['flow.asl.json', 2, 1],
  );
  t.is(workflow?.resolve('Fn').kind, 'resource');
});

test('a definition file gets only the substitutions, and a reference past them is reported and followed', (t) => {
  const texts = { 'template.yaml': sam(''), 'flow.asl.json': FLOW.replace('${Fn}', '${Visits}') };
  const { workflows, diagnostics } = readTemplates(workspaceFrom(texts));
  t.deepEqual(diagnostics.map(({ code, span }) => [code, span.file, span.start.column]), [['TPL009', 'flow.asl.json', 64]]); // prettier-ignore
  t.is(workflows[0]?.resolve('Visits').kind, 'resource');
});

test('a definition that a template refers to does not stand alone as well', (t) => {
  const texts = { 'a/template.yaml': sam(''), 'a/flow.asl.json': FLOW, 'b/flow.asl.json': FLOW };
  const { workflows, files } = readTemplates(workspaceFrom(texts));
  t.deepEqual(workflows.map(({ file, logicalId }) => `${file}#${logicalId}`), ['a/template.yaml#Flow', 'b/flow.asl.json#flow']); // prettier-ignore
  t.deepEqual(files, [
    { file: 'a/flow.asl.json', kind: 'definition', workflows: 0 },
    { file: 'a/template.yaml', kind: 'template', workflows: 1 },
    { file: 'b/flow.asl.json', kind: 'definition', workflows: 1 },
  ]);
});

test('a path does not leave the analysis root', (t) => {
  const texts = {
    'template.yaml': sam('').replace('flow.asl.json', '../../etc/flow.json'),
    '../../etc/flow.json': FLOW,
  };
  const { diagnostics } = readTemplates({
    ...workspaceFrom(texts),
    documents: workspaceFrom({ 'template.yaml': texts['template.yaml'] }).documents,
  });
  t.deepEqual(diagnostics.map(({ code }) => code), ['TPL006']); // prettier-ignore
});

test('anchors and merge keys make resources', (t) => {
  const template =
    'x-defaults: &fn {Type: AWS::Lambda::Function}\nResources:\n  A: {<<: *fn, Properties: {FunctionName: a}}\n  B: *fn\n';
  const { resources } = readTemplates(workspaceFrom({ 'template.yaml': template }));
  t.deepEqual(resources.map(({ logicalId, type, physicalName }) => [logicalId, type, physicalName]), [
    ['A', 'AWS::Lambda::Function', 'a'], ['B', 'AWS::Lambda::Function', null],
  ]); // prettier-ignore
});

test('a broken file is only reported when it was meant to be read', (t) => {
  const texts = { 'chart.yaml': '{{ if }}\nkind: Pod', 'flow.asl.json': '{"StartAt": ', 'data.json': '{"a": ' };
  const { diagnostics } = readTemplates(workspaceFrom(texts));
  t.deepEqual(diagnostics.map(({ code, span }) => `${code} ${span.file}`), ['SRC001 flow.asl.json']); // prettier-ignore
});

test('a secret is reported without its value', (t) => {
  const secret = 'kX9-tulip-77-very-long';
  const template = `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {DB_PASSWORD: ${secret}}}}\n`;
  const { literalSecrets, resources } = readTemplates(workspaceFrom({ 'template.yaml': template }));
  t.is(literalSecrets.length, 1);
  t.false(JSON.stringify(literalSecrets).includes(secret.slice(2, -2)));
  t.deepEqual(resources[0]?.environmentNames, ['DB_PASSWORD']);
});

test('a web token behind `Bearer` is one secret', (t) => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3YXJkLTcifQ.q3tZ9-1fNw_4bXc7Kd';
  const template = `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {HEADER: 'Bearer ${token}'}}}\n`;
  const { literalSecrets } = readTemplates(workspaceFrom({ 'template.yaml': template }));
  t.deepEqual(
    literalSecrets.map(({ kind, span }) => [kind, template.slice(span.start.offset, span.end.offset)]),
    [['JSON web token', token]],
  );
});

test('only documents that hold something are relevant', (t) => {
  const { documents } = workspaceFrom({
    'a.yaml': sam(''), 'b.json': FLOW, 'c.json': '{"States": {"open": 1}}', 'd.yaml': 'service: x\nimage: y', 'e.yml': 'service: x\nprovider: {name: aws}',
  }); // prettier-ignore
  t.deepEqual(documents.map((document) => [document.path, isRelevant(document)]), [
    ['a.yaml', true], ['b.json', true], ['c.json', false], ['d.yaml', false], ['e.yml', true],
  ]); // prettier-ignore
});
