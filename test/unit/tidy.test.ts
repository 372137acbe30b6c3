import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const RULE_LINES_MAX = 120;
const PARAMETERS_MAX = 4;
/** Builders of test programs read better with one more. */
const TEST_PARAMETERS_MAX = 5;
const ARCHITECTURE_LINES_MAX = 150;
const TRACKED_BYTES_MAX = 1024 * 1024;

function tracked(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((file) => file !== '')
    .sort();
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const sources = tracked().filter(
  (file) => file.endsWith('.ts') && !file.startsWith('test/fixtures/') && !file.includes('/cases/'),
);

function functionsOf(file: string): { name: string; lines: number; parameters: number; line: number }[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: { name: string; lines: number; parameters: number; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = lineOf(node.getStart(source));
      const name = node.name?.getText(source) ?? 'anonymous function';
      found.push({ name, lines: lineOf(node.end) - first + 1, parameters: node.parameters.length, line: first });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('files keep their size', (t) => {
  const long = sources.filter((file) => read(file).split('\n').length - 1 > FILE_LINES_MAX);
  t.deepEqual(long, []);
  const longRules = sources.filter(
    (file) => /^rules\/.*\/rule\.ts$/.test(file) && read(file).split('\n').length - 1 > RULE_LINES_MAX,
  );
  t.deepEqual(longRules, []);
});

test('functions keep their size', (t) => {
  const problems = sources.flatMap((file) =>
    functionsOf(file)
      .filter(
        (found) =>
          found.lines > FUNCTION_LINES_MAX ||
          found.parameters > (file.startsWith('test/') ? TEST_PARAMETERS_MAX : PARAMETERS_MAX),
      )
      .map((found) => `${file}:${found.line} ${found.name}: ${found.lines} lines, ${found.parameters} parameters`),
  );
  t.deepEqual(problems, []);
});

test('the architecture stays readable in one sitting', (t) => {
  t.true(read('ARCHITECTURE.md').split('\n').length <= ARCHITECTURE_LINES_MAX);
});

test('no escape hatches', (t) => {
  const pattern = /@ts-ignore|@ts-nocheck|eslint-disable|\bTODO\b|\bFIXME\b|\.only\(|test\.failing|test\.todo/;
  const own = 'test/unit/tidy.test.ts';
  const problems = sources.flatMap((file) =>
    file === own
      ? []
      : read(file)
          .split('\n')
          .flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
  );
  t.deepEqual(problems, []);
});

test('nothing is of type any', (t) => {
  const problems = sources.flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.AnyKeyword)
        found.push(`${file}:${source.getLineAndCharacterOfPosition(node.pos).line + 1}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  t.deepEqual(problems, []);
});

test('no path of a machine and no registry host is tracked', (t) => {
  const pattern =
    /\/(work|farm|home|root|Users)\/[a-z]|\/tmp\/bash_jobs|registry\.npmjs\.org|deb\.debian\.org|proxy\.golang\.org|pypi\.org\/simple/;
  const skipped = /^(test\/fixtures\/|rules\/.*\/cases\/)/;
  const problems = tracked().filter(
    (file) => !skipped.test(file) && file !== 'test/unit/tidy.test.ts' && pattern.test(read(file)),
  );
  t.deepEqual(problems, []);
});

test('what is tracked is source', (t) => {
  const large = tracked().filter((file) => Buffer.byteLength(read(file)) > TRACKED_BYTES_MAX);
  t.deepEqual(large, []);
});

test('dependencies are exact, and each has a reason', (t) => {
  const manifest = JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const listed = { ...manifest.dependencies, ...manifest.devDependencies };
  const loose = Object.entries(listed).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  t.deepEqual(loose, []);
  const architecture = read('ARCHITECTURE.md');
  const unexplained = Object.keys(listed).filter((name) => !architecture.includes(`\`${name}\``));
  t.deepEqual(unexplained, []);
});
