import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';

const MAIN = path.resolve(import.meta.dirname, '../../../analyzer/cli/main.ts');
/** Made up for this test. */
const SECRET = 'Hunter2SuperSecretValue!';
const WORKFLOW = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::http:invoke',
      Parameters: {
        ApiEndpoint: `https://user:${SECRET.slice(0, -1)}@example.org/orders`,
        RequestBody: { password: SECRET },
      },
      Next: 'Choose',
    },
    Choose: { Type: 'Choice', Choices: [{ Variable: '$.password', StringEquals: 'x', Next: 'End' }], Default: 'End' },
    End: { Type: 'Succeed' },
  },
};

test('no report and no graph holds a literal secret', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weir-secret-'));
  try {
    writeFileSync(path.join(folder, 'orders.asl.json'), JSON.stringify(WORKFLOW, null, 2));
    const run = (...args: readonly string[]): string => {
      const ran = spawnSync(process.execPath, [MAIN, ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1' },
      });
      return ran.stdout + ran.stderr;
    };
    const commands = [
      ...['pretty', 'json', 'jsonl', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'].map((format) => [
        'check',
        '--format',
        format,
      ]),
      ...['svg', 'mermaid', 'dot', 'ir'].map((format) => ['graph', '--format', format]),
    ];
    for (const command of commands) {
      const output = run(...command);
      t.true(output.length > 20, command.join(' '));
      t.false(output.includes(SECRET.slice(0, -1)), command.join(' '));
    }
    t.regex(run('check'), /WEIR-SECRET-001/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
