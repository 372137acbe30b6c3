import { execFileSync, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Result } from '../../../model/result.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../analyzer/cli/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A repository in a temporary folder, removed when the test ends, and the real program to run in it. */
export class Repository {
  readonly folder: string;

  constructor(t: ExecutionContext, files: Readonly<Record<string, string | Buffer>>) {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'weir-cli-')));
    t.teardown(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  write(file: string, text: string | Buffer): void {
    const absolute = path.join(this.folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  weir(
    args: readonly string[],
    more: {
      readonly input?: string | Buffer;
      readonly cwd?: string;
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ): Ended {
    const run = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: path.join(this.folder, more.cwd ?? '.'),
      input: more.input ?? '',
      encoding: 'utf8',
      env: this.#environment(more.env),
    });
    return { code: run.status, out: run.stdout, err: run.stderr };
  }

  /** Runs `weir check --format json` with further arguments. */
  result(
    args: readonly string[] = [],
    cwd = '.',
  ): { readonly code: number | null; readonly result: Result; readonly err: string } {
    const { code, out, err } = this.weir(['check', '--format', 'json', ...args], { cwd });
    if (out === '') throw new Error(`no result: ${err}`);
    return { code, result: JSON.parse(out) as Result, err };
  }

  start(args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [MAIN, ...args], { cwd: this.folder, env: this.#environment() });
  }

  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  commitAll(message: string): void {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', message);
  }

  /** What the tests run under must not change what the program prints. */
  #environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const inherited = { ...process.env };
    for (const name of ['FORCE_COLOR', 'NO_COLOR', 'CI']) Reflect.deleteProperty(inherited, name);
    return { ...inherited, ...more };
  }
}

/** A workflow that publishes the patient's name to a topic. `comment` becomes the `Comment` of the publishing state. */
export function workflow(options: { readonly message?: string; readonly comment?: string } = {}): string {
  return `${JSON.stringify(
    {
      StartAt: 'CallNurse',
      States: {
        CallNurse: {
          ...(options.comment === undefined ? {} : { Comment: options.comment }),
          Type: 'Task',
          Resource: 'arn:aws:states:::sns:publish',
          Parameters: {
            TopicArn: 'arn:aws:sns:eu-central-1:111122223333:NursePager',
            'Message.$': options.message ?? '$.patient.name',
          },
          End: true,
        },
      },
    },
    null,
    2,
  )}\n`;
}

/** The same in YAML, with room for comments above the state and behind its resource. */
export function yamlWorkflow(comments: { readonly above?: string; readonly behind?: string } = {}): string {
  return [
    'StartAt: CallNurse',
    'States:',
    ...(comments.above === undefined ? [] : [`  # ${comments.above}`]),
    '  CallNurse:',
    '    Type: Task',
    `    Resource: arn:aws:states:::sns:publish${comments.behind === undefined ? '' : ` # ${comments.behind}`}`,
    '    Parameters:',
    '      TopicArn: arn:aws:sns:eu-central-1:111122223333:NursePager',
    '      Message.$: $.patient.name',
    '    End: true',
    '',
  ].join('\n');
}

export const POLICY = `sources:
  input:page: { $.patient: secret }
sinks:
  topic:NursePager: internal
`;

/** The leak of {@link workflow} under {@link POLICY}. */
export const LEAK = 'WEIR-FLOW-001';
