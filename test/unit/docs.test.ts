import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { parseDocument } from '../../analyzer/source/index.ts';

/**
 * Runs what the documentation shows. In `console` fences, a line that starts with `$ ` is run and the lines after it must be its output; a line
 * `…` stands for any number of lines. `<!-- in: folder -->` before a fence gives the folder, which is copied first. `json` and `yaml` fences must parse;
 * a `yaml` fence with a folder is a configuration of it.
 * Links to files of the repository must lead somewhere.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'analyzer/cli/main.ts');

interface Fence {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly folder: string | null;
  readonly text: string;
}

function pages(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((file) => file !== '' && !file.startsWith('test/fixtures/') && !file.startsWith('test/golden/'))
    .sort();
}

function fencesOf(file: string): Fence[] {
  const fences: Fence[] = [];
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
  let folder: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    folder =
      /^<!-- in: (\S+) -->$/.exec(line)?.[1] ?? (line.trim() === '' ? folder : line.startsWith('```') ? folder : null);
    const language = /^```(\w*)/.exec(line)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    fences.push({ file, line: at + 1, language, folder, text: lines.slice(at + 1, end).join('\n') });
    at = end;
    folder = null;
  }
  return fences;
}

/** Compares output with what is shown; `…` matches any lines. */
function matches(actual: readonly string[], shown: readonly string[]): boolean {
  const [line, ...rest] = shown;
  if (line === undefined) return actual.length === 0;
  if (line.trim() === '…')
    return Array.from({ length: actual.length + 1 }, (_, at) => at).some((at) => matches(actual.slice(at), rest));
  return actual.length > 0 && actual[0]?.trimEnd() === line.trimEnd() && matches(actual.slice(1), rest);
}

function runWeir(command: string, cwd: string): string {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '').slice(1);
  const ran = spawnSync(process.execPath, [MAIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  });
  return ran.stdout + ran.stderr;
}

/** Pages that are followed as a whole are run by `tutorial.test.ts`. */
const isTutorial = (file: string): boolean => readFileSync(path.join(ROOT, file), 'utf8').includes('<!-- tutorial -->');

const fences = pages()
  .filter((file) => !isTutorial(file))
  .flatMap(fencesOf);

test('pages have fences to run', (t) => {
  t.true(fences.some((fence) => fence.language === 'console'));
});

for (const fence of fences.filter((each) => each.language === 'console')) {
  test(`${fence.file}:${fence.line} shows what happens`, (t) => {
    const work = mkdtempSync(path.join(tmpdir(), 'weir-docs-'));
    try {
      if (fence.folder !== null) cpSync(path.join(ROOT, fence.folder), work, { recursive: true });
      for (const part of fence.text.split(/^(?=\$ )/m)) {
        const [command = '', ...shown] = part.trimEnd().split('\n');
        t.regex(command, /^\$ weir /, 'only weir is run');
        const actual = runWeir(command.slice(2), work).trimEnd().split('\n');
        t.true(matches(actual, shown), `${command}\n${actual.join('\n')}`);
      }
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

test('data fences parse', (t) => {
  const data = fences.filter((fence) => ['json', 'json5', 'yaml'].includes(fence.language));
  const problems = data.flatMap((fence) =>
    parseDocument({ path: `fence.${fence.language}`, text: fence.text })
      .diagnostics.filter((found) => found.severity === 'error')
      .map((found) => `${fence.file}:${fence.line + found.span.start.line} ${found.message}`),
  );
  t.deepEqual(problems, []);
});

for (const fence of fences.filter((each) => each.language === 'yaml' && each.folder !== null)) {
  test(`${fence.file}:${fence.line} is a configuration of its folder`, (t) => {
    const work = mkdtempSync(path.join(tmpdir(), 'weir-docs-'));
    try {
      cpSync(path.join(ROOT, fence.folder ?? ''), work, { recursive: true });
      writeFileSync(path.join(work, 'weir.yaml'), fence.text);
      const said = runWeir('weir check', work);
      t.notRegex(said, /CFG\d|CLI\d/, said);
      t.regex(said, /WEIR-FLOW-001/);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

test('links lead somewhere', (t) => {
  const problems = pages().flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(path.resolve(ROOT, path.dirname(file), target)))
      .map((target) => `${file} -> ${target}`);
  });
  t.deepEqual(problems, []);
});
