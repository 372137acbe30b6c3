import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LEAK, POLICY, Repository, workflow } from './run.ts';

const files = { 'page.asl.json': workflow({ message: '$.bed' }), 'weir.yaml': POLICY };

test('--stdin stands in for the named file, and only its findings are reported', (t) => {
  const repository = new Repository(t, {
    ...files,
    'other.asl.json': workflow(),
    'weir.yaml': POLICY.replace('input:page', '"input:*"'),
  });
  const { code, out } = repository.weir(['check', '--stdin', '--stdin-filename', 'page.asl.json', '-f', 'jsonl'], {
    input: workflow(),
  });
  t.is(code, 1);
  const found = out.split('\n').filter((line) => line.includes(LEAK) && line.includes('CallNurse'));
  t.true(found.length > 0);
  t.true(found.every((line) => line.includes('page.asl.json') && !line.includes('other.asl.json')));
  t.is(repository.read('page.asl.json'), files['page.asl.json']);
});

test('--stdin without a name is a definition of its own', (t) => {
  const { code, out } = new Repository(t, {}).weir(['check', '--stdin', '-f', 'json'], { input: workflow() });
  t.is(code, 0);
  t.regex(out, /"name": "stdin"/);
});

test('--stdin-filename outside of the root is refused', (t) => {
  const { code, err } = new Repository(t, files).weir(['check', '--stdin', '--stdin-filename', '../x.asl.json'], {
    input: '{}',
  });
  t.is(code, 2);
  t.regex(err, /CLI005/);
});

test('--cache gives the same result, sees every change, and survives damage', (t) => {
  const repository = new Repository(t, files);
  const plain = repository.weir(['check', '-f', 'json']).out;
  t.is(repository.weir(['check', '--cache', '-f', 'json']).out, plain);
  const entries = (): string[] =>
    readdirSync(path.join(repository.folder, '.weir-cache')).filter((name) => name.endsWith('.json'));
  t.is(entries().length, 1);
  t.is(repository.weir(['check', '--cache', '-f', 'json']).out, plain);
  t.is(entries().length, 1);
  repository.write('page.asl.json', workflow());
  t.is(repository.weir(['check', '--cache']).code, 1);
  repository.write('weir.yaml', `${POLICY}# changed\n`);
  t.is(repository.weir(['check', '--cache']).code, 1);
  for (const name of entries()) writeFileSync(path.join(repository.folder, '.weir-cache', name), '{ damaged');
  t.is(repository.weir(['check', '--cache']).code, 1);
});

test('--cache is not fooled by a file that a template refers to', (t) => {
  const template =
    'Resources:\n  Page:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: page.txt\n';
  const repository = new Repository(t, {
    'template.yaml': template,
    'page.txt': workflow({ message: '$.bed' }),
    'weir.yaml': POLICY.replace('input:page', 'input:Page'),
  });
  t.is(repository.weir(['check', '--cache']).code, 0);
  repository.write('page.txt', workflow());
  t.is(repository.weir(['check', '--cache']).code, 1);
});

/** Resolves when the output has come so far; the test's own timeout is the bound. */
function seen(t: ExecutionContext, stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!pattern.test(text)) return;
      t.log(`seen ${String(pattern)}`);
      resolve(text);
    });
  });
}

test('--watch checks again after a change and ends when it is interrupted', async (t) => {
  t.timeout(60_000);
  const repository = new Repository(t, files);
  const child = repository.start(['check', '--watch', '-f', 'jsonl']);
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      resolve(code);
    }),
  );
  await seen(t, child.stderr, /watching for changes/);
  const again = seen(t, child.stdout, new RegExp(LEAK));
  repository.write('page.asl.json', workflow());
  await again;
  child.kill('SIGINT');
  t.is(await ended, 1);
});

test('--watch and standard input exclude each other', (t) => {
  t.is(new Repository(t, files).weir(['check', '--watch', '--stdin']).code, 2);
});
