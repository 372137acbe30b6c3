import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { runInit } from '../../../analyzer/cli/commands/init.ts';
import type { Asker } from '../../../analyzer/cli/init/ask.ts';
import { proposeLabels } from '../../../analyzer/cli/init/propose.ts';
import type { Machine } from '../../../analyzer/cli/machine.ts';
import { loadConfiguration } from '../../../analyzer/config/index.ts';
import { parseDocument } from '../../../analyzer/source/index.ts';
import { APPLICATION, store } from '../config/application.ts';
import { Repository } from './run.ts';

const TEMPLATE = `Resources:
  WardFlow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ward.asl.json
      DefinitionSubstitutions: { Patients: !Ref Patients, Board: !Ref PublicBoard, Blur: !GetAtt Blur.Arn }
      Events:
        Call: { Type: Api, Properties: { Path: /falls, Method: post } }
  Patients: { Type: AWS::DynamoDB::Table }
  PublicBoard: { Type: AWS::SQS::Queue }
  Blur: { Type: AWS::Serverless::Function }
`;
const WARD = JSON.stringify({
  StartAt: 'Read',
  States: {
    Read: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:getItem',
      Parameters: { TableName: '\${Patients}', Key: { bed: { 'S.$': '$.bed' } } },
      Next: 'Blur',
    },
    Blur: { Type: 'Task', Resource: '\${Blur}', Next: 'Show' },
    Show: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: '\${Board}', 'MessageBody.$': '$' },
      End: true,
    },
  },
});
const files = { 'template.yaml': TEMPLATE, 'ward.asl.json': WARD };

test('--yes decides nothing: what names suggest is written as comments', (t) => {
  const repository = new Repository(t, files);
  const { code, err } = repository.weir(['init', '--yes']);
  t.is(code, 0, err);
  const text = repository.read('weir.yaml');
  t.regex(text, /stores:\n {2}# The name looks like health data; .*\n {2}# table:Patients: secret\n/);
  t.regex(text, /sinks:\n {2}# The name looks like something that others read; .*\n {2}# queue:PublicBoard: public\n/);
  t.regex(text, /# {3}WardFlow: http, anyone can call it/);
  t.regex(err, /3 questions left as comments in weir\.yaml: a name proves nothing, you decide/);
  t.deepEqual(loadConfiguration(parseDocument({ path: 'weir.yaml', text })).diagnostics, []);
  t.regex(repository.read('.github/workflows/weir.yml'), /weir check --format github --format sarif=weir\.sarif/);
  t.regex(repository.read('.pre-commit-config.yaml'), /id: weir/);
});

test('what init writes is a configuration that check takes, and uncommenting a proposal works', (t) => {
  const repository = new Repository(t, files);
  repository.weir(['init', '--yes']);
  t.is(repository.result(['--fail-on', 'none']).code, 0);
  const text = repository.read('weir.yaml');
  // Nothing but the sign of the comment is taken away, from every proposal.
  const accepted = text.replaceAll(/^ {2}# (\S+:\S*: (?:secret|public|pass-through)|Blur: pass-through)$/gm, '  $1');
  t.is(accepted.length, text.length - 8);
  repository.write('weir.yaml', accepted);
  const { code, result } = repository.result();
  t.is(code, 1);
  t.true(result.findings.some(({ ruleId, place }) => ruleId === 'WEIR-FLOW-001' && place === 'Show'));
});

test('--yes overwrites nothing', (t) => {
  const kept = {
    'weir.yaml': 'sources: {}\n',
    '.pre-commit-config.yaml': 'repos: []\n',
    '.gitlab-ci.yml': 'test: {}\n',
  };
  const repository = new Repository(t, { ...files, ...kept });
  const { code, err } = repository.weir(['init', '--yes']);
  t.is(code, 0);
  for (const [file, text] of Object.entries(kept)) t.is(repository.read(file), text);
  t.regex(err, /kept weir\.yaml\n/);
  t.regex(err, /kept \.gitlab-ci\.yml; add this to it:\n\nweir:\n {2}image: node/);
  t.notRegex(err, /left as comments/);
  t.regex(err, /there is no package\.json here/);
  t.regex(err, /kept \.pre-commit-config\.yaml; add this to it:\n\n {2}- repo: local/);
});

test('without terminal and without --yes there is nobody to ask', (t) => {
  const { code, err } = new Repository(t, files).weir(['init']);
  t.is(code, 2);
  t.regex(err, /CLI017 .*\n {2}Run it with --yes/);
});

function machineIn(t: ExecutionContext, folder: string): Machine & { said(): string } {
  const stderr = new PassThrough();
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  t.teardown(() => stderr.destroy());
  return {
    cwd: folder,
    env: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    today: () => '2026-01-01',
    said: () => text,
  };
}

const asker = (
  answers: Readonly<Record<string, 'secret' | 'internal' | 'later'>>,
  overwrite: boolean | null = false,
): Asker => ({
  level: ({ pattern }) => Promise.resolve(answers[pattern] ?? 'later'),
  confirm: () => Promise.resolve(overwrite),
});

test('answers become labels', async (t) => {
  const repository = new Repository(t, files);
  const machine = machineIn(t, repository.folder);
  t.is(
    await runInit(machine, '.', {
      yes: false,
      asker: asker({ 'table:Patients': 'secret', 'queue:PublicBoard': 'internal' }),
    }),
    0,
  );
  const text = repository.read('weir.yaml');
  t.regex(text, /stores:\n {2}table:Patients: secret\n/);
  t.regex(text, /sinks:\n {2}queue:PublicBoard: internal\n/);
});

test('a file is overwritten only after a yes, and the command can be ended at a question', async (t) => {
  const repository = new Repository(t, { ...files, 'weir.yaml': 'sources: {}\n' });
  const machine = machineIn(t, repository.folder);
  await runInit(machine, '.', { yes: false, asker: asker({}, false) });
  t.is(repository.read('weir.yaml'), 'sources: {}\n');
  t.is(await runInit(machine, '.', { yes: false, asker: asker({}, null) }), 2);
  t.is(repository.read('weir.yaml'), 'sources: {}\n');
  t.is(await runInit(machine, '.', { yes: false, asker: asker({}, true) }), 0);
  t.regex(repository.read('weir.yaml'), /# What is confidential/);
  t.regex(machine.said(), /wrote weir\.yaml/);
});

test('every topic is a question, and its name says what to propose', (t) => {
  const names = ['PhotographersTopic', 'night-alerts', 'Rounds', 'PatientNews'];
  const stores = [
    ...names.map((name) => store('topic', name)),
    store('queue', 'Rounds'),
    store('queue', 'night-alerts'),
  ];
  const proposals = proposeLabels({ ...APPLICATION, compositions: [], stores });
  t.deepEqual(
    proposals.map(({ pattern, level, looksLike }) => `${pattern} ${level}: ${looksLike}`),
    [
      'topic:PatientNews secret: health data',
      'topic:PhotographersTopic public: something that people outside read',
      'topic:Rounds internal: something that every subscriber reads',
      'topic:night-alerts internal: messages that are sent to people',
    ],
  );
});

test('proposals come from whole words of names', (t) => {
  const stores = [
    store('table', 'WardPatients'),
    store('table', 'Cardinals'),
    store('topic', 'customer-news'),
    store('log', 'patients'),
  ];
  const proposals = proposeLabels({ ...APPLICATION, compositions: [], stores });
  t.deepEqual(
    proposals.map(({ section, pattern, level }) => `${section} ${pattern} ${level}`),
    ['sinks topic:customer-news confidential', 'stores table:WardPatients secret'],
  );
});
