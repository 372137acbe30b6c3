import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { CommanderError } from 'commander';
import { explainFailure } from '../../../analyzer/cli/start.ts';
import { UsageError, type Machine } from '../../../analyzer/cli/machine.ts';
import { InvariantError } from '../../../model/diagnostic.ts';
import { Repository, workflow } from './run.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../analyzer/cli/main.ts');

/** Runs the program with something of the run time broken beforehand. */
function sabotaged(t: ExecutionContext, script: string): { readonly code: number | null; readonly err: string } {
  const { folder } = new Repository(t, { 'page.asl.json': workflow() });
  const run = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(script)}`, MAIN, 'check'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  return { code: run.status, err: run.stderr };
}

test('an exception of ours ends with 3 and says that it is ours', (t) => {
  const { code, err } = sabotaged(t, 'Map.prototype.values = () => { throw new Error("worn out"); };');
  t.is(code, 3);
  t.regex(err, /internal error, this is a defect of weir[^]*worn out/);
});

test('a process that ends by itself before the command has returned ends with 3', (t) => {
  const { code } = sabotaged(
    t,
    'globalThis.queueMicrotask(() => undefined); process.nextTick(() => undefined); import("node:fs").then((fs) => { fs.default.readdirSync = () => process.exit(); import("node:module").then((m) => m.syncBuiltinESMExports()); });',
  );
  t.is(code, 3);
});

test('what is thrown decides the exit code, and it is never 0', (t) => {
  const stderr = new PassThrough();
  const stdin = new PassThrough();
  const machine: Machine = { cwd: '/', env: {}, stdin, stdout: new PassThrough(), stderr, today: () => '2026-01-01' };
  t.is(explainFailure(machine, new UsageError('CLI005', 'wrong', 'Do it right.')), 2);
  t.is(explainFailure(machine, new CommanderError(1, 'commander.unknownOption', 'wrong')), 2);
  t.is(explainFailure(machine, new InvariantError('labels: of one space')), 3);
  t.is(explainFailure(machine, 'thrown text'), 3);
});
