import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Which folder may import which, with the reason. The most specific row that covers a file applies; a file may always import from its own row.
 * A new edge is a new entry here, in the same commit, with its reason.
 */
const IMPORTS: readonly { readonly folder: string; readonly mayImport: readonly string[]; readonly reason: string }[] =
  [
    {
      folder: 'model',
      mayImport: [],
      reason: 'the vocabulary stands alone, so that the monitor can carry it without the analyzer',
    },
    { folder: 'analyzer/source', mayImport: ['model'], reason: 'text to positioned data, whatever it means' },
    {
      folder: 'analyzer/expressions',
      mayImport: ['model', 'analyzer/source'],
      reason: 'selection languages are shared by platforms; positions come from source nodes',
    },
    {
      folder: 'analyzer/templates',
      mayImport: ['model', 'analyzer/source'],
      reason: 'infrastructure templates are shared by all platforms of a provider',
    },
    {
      folder: 'analyzer/wording',
      mayImport: ['model'],
      reason: 'parts of the IR in words; which words is told by the platforms',
    },
    {
      folder: 'analyzer/platforms',
      mayImport: ['model', 'analyzer/source', 'analyzer/expressions', 'analyzer/templates', 'analyzer/wording'],
      reason: 'a front end lowers to the IR and knows no label and no other platform',
    },
    { folder: 'analyzer/flow', mayImport: ['model'], reason: 'the type checker is blind to platforms' },
    { folder: 'analyzer/graph', mayImport: ['model', 'analyzer/wording'], reason: 'drawings are made from the IR' },
    {
      folder: 'analyzer/config',
      mayImport: ['model', 'analyzer/source'],
      reason: 'configuration becomes labels by names only',
    },
    {
      folder: 'analyzer/query',
      mayImport: ['model', 'analyzer/flow'],
      reason: 'rules ask questions of verdicts and of the IR',
    },
    {
      folder: 'analyzer/cli',
      mayImport: ['model', 'analyzer', 'rules', 'reports', 'policies'],
      reason: 'the only impure edge puts the stages together, and `weir policy` is part of it',
    },
    {
      folder: 'rules',
      mayImport: ['model', 'analyzer/query'],
      reason: 'a rule sees verdicts, never text, files or a platform',
    },
    { folder: 'reports', mayImport: ['model'], reason: 'every report is rendered from the result document alone' },
    {
      folder: 'policies/engine',
      mayImport: ['model'],
      reason: 'evaluation of compiled policies is carried by the monitor and knows neither files nor the compiler',
    },
    {
      folder: 'policies/bundle',
      mayImport: ['model'],
      reason: 'the format of bundles is shared by who builds and who loads them; bytes come from elsewhere',
    },
    {
      folder: 'policies/authoring',
      mayImport: ['model', 'policies'],
      reason: 'drives the `opa` program; only the command line uses it, never the monitor',
    },
    {
      folder: 'monitor',
      mayImport: ['model', 'policies/engine', 'policies/bundle'],
      reason: 'the image on a node has no analyzer, no rules and no compiler',
    },
  ];

/** Packages only these folders may use; everything else is free to use what `package.json` lists. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  commander: ['analyzer/cli', 'monitor/cli'],
  '@clack/prompts': ['analyzer/cli'],
  ignore: ['analyzer/cli'],
  jsonata: ['analyzer/expressions'],
  yaml: ['analyzer/source', 'analyzer/cli', 'monitor/configuration', 'policies/authoring', 'policies/bundle'],
  '@dagrejs/dagre': ['reports'],
  typescript: [],
  'ts-morph': [],
  '@open-policy-agent/opa-wasm': ['policies/engine'],
  '@grpc/grpc-js': ['monitor'],
  '@grpc/proto-loader': ['monitor'],
  'prom-client': ['monitor'],
  '@opentelemetry/api': ['monitor'],
  '@opentelemetry/sdk-trace': ['monitor'],
  '@opentelemetry/resources': ['monitor'],
  '@opentelemetry/exporter-trace-otlp-http': ['monitor'],
  'tar-stream': ['policies/bundle'],
};

/** Node modules that only the impure edge may use: files, network, processes, clock. */
const IMPURE = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:net',
  'node:http',
  'node:https',
  'node:os',
  'node:process',
  'node:worker_threads',
];

/** Where they may be used. */
const IMPURE_FOLDERS = ['analyzer/cli', 'policies/authoring', 'monitor'];

/** Exceptions for single modules. Tenants' policies are evaluated in workers that can be killed. */
const MACHINE_EDGES: Readonly<Record<string, readonly string[]>> = {
  'node:worker_threads': [...IMPURE_FOLDERS, 'policies/engine'],
};

const SOURCE_FOLDERS = ['model', 'analyzer', 'rules', 'reports', 'policies', 'monitor'];

function sourcesBelow(folder: string): string[] {
  // The run-time folders come later; a folder without files is not in a clone.
  if (!existsSync(path.join(ROOT, folder))) return [];
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort();
}

function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isBelow = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

function rowOf(file: string): (typeof IMPORTS)[number] | undefined {
  return IMPORTS.filter((row) => isBelow(file, row.folder)).sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** What is wrong with one import; null when it is allowed. Exported rules are tested on made-up imports below. */
function judgeImport(file: string, specifier: string): string | null {
  const row = rowOf(file);
  if (row === undefined) return `${file} is in no row of the import table`;
  if (specifier.startsWith('node:')) {
    const isImpure =
      IMPURE.includes(specifier) &&
      !(MACHINE_EDGES[specifier] ?? IMPURE_FOLDERS).some((folder) => isBelow(file, folder));
    return isImpure ? `${file} uses ${specifier}: only the command line touches the machine` : null;
  }
  if (!specifier.startsWith('.')) {
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] ?? '');
    const owners = PACKAGE_OWNERS[name];
    const isFree = owners === undefined || owners.some((owner) => isBelow(file, owner));
    return isFree ? null : `${file} uses ${name}, which belongs to ${owners.join(', ') || 'tests'}`;
  }
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  const ownPlatform = /^analyzer\/platforms\/[^/]+\//.exec(file)?.[0];
  const otherPlatform = /^analyzer\/platforms\/[^/]+\//.exec(target)?.[0];
  if (ownPlatform !== undefined && otherPlatform !== undefined && ownPlatform !== otherPlatform) {
    return `${file} imports ${target}: platforms do not know one another`;
  }
  if (isBelow(target, row.folder) || row.mayImport.some((folder) => isBelow(target, folder))) return null;
  return `${file} imports ${target}: ${row.reason}`;
}

test('every import is in the import table', (t) => {
  const problems = SOURCE_FOLDERS.flatMap(sourcesBelow).flatMap((file) =>
    importsOf(file).flatMap((specifier) => judgeImport(file, specifier) ?? []),
  );
  t.deepEqual(problems, []);
});

test('the table refuses what it should refuse', (t) => {
  t.regex(judgeImport('monitor/tetragon/client.ts', '../../analyzer/flow/check.ts') ?? '', /no analyzer/);
  t.regex(judgeImport('monitor/cli/main.ts', '../../policies/authoring/opa.ts') ?? '', /no compiler/);
  t.regex(judgeImport('policies/bundle/read.ts', 'node:fs') ?? '', /command line/);
  t.regex(judgeImport('rules/flow/no-x/rule.ts', '../../../analyzer/platforms/platform.ts') ?? '', /verdicts/);
  t.regex(judgeImport('model/label.ts', '../analyzer/flow/check.ts') ?? '', /stands alone/);
  t.regex(judgeImport('reports/json/render.ts', 'node:fs') ?? '', /command line/);
  t.regex(judgeImport('analyzer/flow/check.ts', 'typescript') ?? '', /tests/);
  t.regex(judgeImport('analyzer/platforms/a/lower.ts', '../b/lower.ts') ?? '', /one another/);
  t.is(judgeImport('reports/json/render.ts', '../../model/result.ts'), null);
});

test('nothing imports tests', (t) => {
  const problems = SOURCE_FOLDERS.flatMap(sourcesBelow).filter((file) =>
    importsOf(file).some((name) => /(^|\/)test\//.test(name)),
  );
  t.deepEqual(problems, []);
});
