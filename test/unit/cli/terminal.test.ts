import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Repository } from './run.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../analyzer/cli/main.ts');

/** `script` of util-linux gives a program a terminal of its own; Debian and Ubuntu always have it (package bsdutils). Others of that name differ. */
const HAS_TERMINAL = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

const files = {
  'template.yaml': `Resources:
  NightFlow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ward.asl.json
      DefinitionSubstitutions: { Patients: !Ref Patients, Alerts: !Ref NightAlerts }
  Patients: { Type: AWS::DynamoDB::Table }
  NightAlerts: { Type: AWS::SNS::Topic }
`,
  'ward.asl.json': JSON.stringify({
    StartAt: 'Read',
    States: {
      Read: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:getItem',
        Parameters: { TableName: '${Patients}', Key: { bed: { 'S.$': '$.bed' } } },
        Next: 'Tell',
      },
      Tell: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Parameters: { TopicArn: '${Alerts}', 'Message.$': '$.Item' },
        End: true,
      },
    },
  }),
};

interface Turn {
  /** What has to be on the screen since the last turn. */
  readonly shown: RegExp;
  readonly keys: string;
}

const DOWN = '\u001b[B';
const ENTER = '\r';
const CONTROL_C = '\u0003';

/** Runs `weir init` at a terminal: each turn's keys are pressed once what it waits for is shown. @returns the screen and the exit code */
function atTerminal(
  t: ExecutionContext,
  repository: Repository,
  turns: readonly Turn[],
): Promise<{ readonly code: number | null; readonly screen: string; readonly open: number }> {
  t.timeout(60_000);
  // A new terminal has no size, and prompts would be broken into columns of one.
  const command = `stty cols 120 rows 40; exec "${process.execPath}" "${MAIN}" init`;
  const env: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm', NO_COLOR: '1' };
  // Prompts are not asked where a service says that nobody is there.
  Reflect.deleteProperty(env, 'CI');
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], { cwd: repository.folder, env });
  t.teardown(() => child.kill());
  const waiting = [...turns];
  let screen = '';
  let since = '';
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    since += chunk.toString();
    const [turn] = waiting;
    if (turn?.shown.test(since) !== true) return;
    waiting.shift();
    since = '';
    child.stdin.write(turn.keys);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve({ code, screen, open: waiting.length });
    });
  });
}

const terminal = HAS_TERMINAL ? test : test.skip;
if (!HAS_TERMINAL) {
  test('a terminal for the tests', (t) => {
    t.log('skipped: `script` of util-linux is not here, so nothing gives the program a terminal');
    t.pass();
  });
}

terminal('init asks at a terminal and writes what is answered', async (t) => {
  const repository = new Repository(t, { ...files, 'weir.yaml': 'sources: {}\n' });
  const { code, screen, open } = await atTerminal(t, repository, [
    { shown: /`topic:NightAlerts` looks like messages[^]*decide later/, keys: ENTER },
    { shown: /`table:Patients` looks like health data[^]*decide later/, keys: `${DOWN}${ENTER}` },
    { shown: /weir\.yaml exists\. Overwrite it\?[^]*No/, keys: `y` },
  ]);
  t.is(open, 0, screen);
  t.is(code, 0, screen);
  const text = repository.read('weir.yaml');
  t.regex(text, /sinks:\n {2}topic:NightAlerts: internal\n/);
  // From the proposed level, the last one, down to what stands below all levels.
  t.regex(text, /stores:\n {2}# The name looks like health data; .*\n {2}# table:Patients: secret\n/);
  t.regex(screen, /wrote weir\.yaml/);
  t.regex(screen, /next: weir check/);
});

terminal('init ends at Ctrl+C without having written anything', async (t) => {
  const repository = new Repository(t, { ...files, 'weir.yaml': 'sources: {}\n' });
  const { code, screen, open } = await atTerminal(t, repository, [
    { shown: /`topic:NightAlerts`[^]*decide later/, keys: CONTROL_C },
  ]);
  t.is(open, 0, screen);
  t.is(code, 2, screen);
  t.is(repository.read('weir.yaml'), 'sources: {}\n');
  t.notRegex(screen, /wrote/);
});
