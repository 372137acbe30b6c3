import test from 'ava';
import { Repository } from './run.ts';

const TEMPLATE = (patients: string): string => `Resources:
  WardFlow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ward.asl.yaml
      DefinitionSubstitutions: { Patients: !Ref Patients, Board: !Ref Board }
  Patients:
    Type: AWS::DynamoDB::Table
${patients}  Board:
    Type: AWS::SQS::Queue
`;
const WARD = (
  comment: string,
): string => `${comment.startsWith('top') ? `# ${comment.slice(4)}\n` : ''}StartAt: ReadPatient
States:
  ${comment !== '' && !comment.startsWith('top') ? `# ${comment}\n  ` : ''}ReadPatient:
    Type: Task
    Resource: arn:aws:states:::dynamodb:getItem
    Parameters: { TableName: '\${Patients}', Key: { bed: { S.$: $.bed } } }
    ResultPath: $.patient
    Next: ShowBoard
  ShowBoard:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage
    Parameters: { QueueUrl: '\${Board}', MessageBody.$: $ }
    End: true
`;
const SINK = 'sinks: { queue:Board: internal }\n';

const leaks = test.macro({
  exec: (t, files: Readonly<Record<string, string>>, expected: { origin: RegExp } | null) => {
    const { code, result } = new Repository(t, {
      'weir.yaml': SINK,
      'template.yaml': TEMPLATE(''),
      'ward.asl.yaml': WARD(''),
      ...files,
    }).result();
    t.is(code, expected === null ? 0 : 1, JSON.stringify(result.diagnostics));
    if (expected !== null) t.regex(result.findings[0]?.witnesses[0]?.source.origin.description ?? '', expected.origin);
  },
  title: (name) => `label beside: ${name ?? ''}`,
});

test('nothing', leaks, {}, null);
test('a state', leaks, { 'ward.asl.yaml': WARD('weir: label secret') }, { origin: /declared at ward\.asl\.yaml:3/ });
test(
  'the start of a definition',
  leaks,
  { 'ward.asl.yaml': WARD('top weir: label confidential') },
  { origin: /ward\.asl\.yaml:1/ },
);
test(
  'a resource, as a comment',
  leaks,
  { 'template.yaml': TEMPLATE('').replace('  Patients:', '  # weir: label secret\n  Patients:') },
  { origin: /template\.yaml:7/ },
);
test(
  'a resource, as metadata',
  leaks,
  { 'template.yaml': TEMPLATE('    Metadata: { weir: secret }\n') },
  { origin: /template\.yaml:9/ },
);
test(
  'a resource, as tags',
  leaks,
  {
    'template.yaml': TEMPLATE(
      '    Properties: { Tags: [{ Key: "weir:confidentiality", Value: secret }, { Key: team, Value: ward }] }\n',
    ),
  },
  { origin: /template\.yaml:9/ },
);
test(
  'the file wins, and both places are named',
  leaks,
  {
    'weir.yaml': `${SINK}sources: { table:Patients: confidential }\n`,
    'template.yaml': TEMPLATE('    Metadata: { weir: secret }\n'),
  },
  { origin: /declared at weir\.yaml:2 \(overrules the label at template\.yaml:9\)/ },
);

test('a label that cannot be read, or that stands beside nothing, ends with 2', (t) => {
  const repository = new Repository(t, {
    'weir.yaml': SINK,
    'template.yaml': TEMPLATE(''),
    'ward.asl.yaml': WARD('weir: label secrt'),
  });
  const wrong = repository.weir(['check']);
  t.is(wrong.code, 2);
  t.regex(wrong.err, /ward\.asl\.yaml:3:\d+ error CFG005 .*secrt.*\n {2}Did you mean `secret`\?/);
  repository.write('ward.asl.yaml', `${WARD('')}# weir: label secret\n`);
  t.regex(repository.weir(['check']).err, /CFG018/);
});
