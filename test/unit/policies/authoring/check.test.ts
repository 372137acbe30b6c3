import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkPolicies } from '../../../../policies/authoring/check/check-policies.ts';
import { readProject } from '../../../../policies/authoring/project.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const OPA = opaOfTests();
const STATIC_IDS = new Set(['WEIR-FLOW-001', 'WEIR-FLOW-002']);

const HEAD = [
  '# METADATA',
  '# title: Orders',
  '# schemas:',
  '#   - input: schema.invocation',
  '# custom:',
  '#   id: ACME-ORDER-001',
  '#   severity: high',
  '#   cwe: [CWE-285]',
  '#   maturity: sandbox',
  '#   recommended_action: Ask the owner of the function.',
  'package acme.orders',
  '',
];

/** What is said about files, one line each: `<file>:<line>:<column> <severity> <code> <message>`. */
async function saidOf(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string[]> {
  const project = readProject(temporaryFolder(t, files));
  if (!project.ok) return [project.problem.code];
  const checked = await checkPolicies(OPA, project.value, { staticIds: STATIC_IDS });
  if (!checked.ok) return [checked.problem.code];
  return checked.diagnostics.map(
    ({ code, severity, message, span: { file, start } }) =>
      `${file}:${start.line}:${start.column} ${severity} ${code} ${message}`,
  );
}

const policy = (...lines: string[]): Record<string, string> => ({ 'p.rego': [...HEAD, ...lines, ''].join('\n') });

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly said: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'a policy that is right',
    files: policy('deny contains "x" if not data.weir.functions[input.weir.function.id].callers[input.weir.caller.id]'),
    said: [],
  },
  { title: 'no policies', files: { 'README.md': 'none' }, said: ['POL009'] },
  { title: 'a file that is too large', files: { 'p.rego': `package p\n${'#'.repeat(1024 * 1024)}` }, said: ['POL010'] },
  {
    title: 'no Rego',
    files: { 'p.rego': 'package p\n\nallow if {\n' },
    said: ['p.rego:4:1 error POL011 unexpected eof token'],
  },
  {
    title: 'an unsafe variable',
    files: policy('deny contains x if input.weir.function.id == "a"'),
    said: ['p.rego:13:15 error POL012 var x is unsafe'],
  },
  {
    title: 'a misspelt path',
    files: policy('deny contains "x" if input.weir.functoin.id == "a"'),
    said: ['p.rego:13:22 error POL013 undefined ref: input.weir.functoin.id'],
  },
  {
    title: 'a comparison with null',
    files: policy('deny contains "x" if input.weir.execution == null'),
    said: ['p.rego:13:22 error POL013 match error'],
  },
  {
    title: 'a builtin that the host lacks',
    files: policy('deny contains "x" if http.send({"url": "https://example.org"}).status_code == 200'),
    said: ['p.rego:13:22 error POL014 `http.send` is a builtin of OPA that enforcement points do not have'],
  },
  {
    title: 'tests may use all builtins',
    files: {
      ...policy('deny contains "x" if input.weir.function.id == "a"'),
      'p_test.rego': 'package acme.orders_test\n\ntest_a if rand.intn("x", 2) < 2\n',
    },
    said: [],
  },
  {
    title: 'misspelt paths below keys, through imports, variables and iteration',
    files: policy(
      'import data.weir.functions',
      'deny contains "1" if functions[input.weir.function.id].accpets.region == "all"',
      'deny contains "2" if {',
      '\tcontract := data.weir.functions[input.weir.function.id]',
      '\tlabel := contract.accepts',
      '\tlabel.confidentialty == "x"',
      '}',
      'deny contains "3" if data.weir.fonctions[input.weir.function.id]',
      'deny contains "4" if data.weir.compositions[input.weir.execution.composition].edges["^"][input.weir.function.id].stpe',
    ),
    said: [
      'p.rego:14:56 error POL015 there is no `accpets` here',
      'p.rego:18:8 error POL015 there is no `confidentialty` here',
      'p.rego:20:32 error POL015 there is no `fonctions` here',
      'p.rego:21:114 error POL015 there is no `stpe` here',
    ],
  },
  {
    title: 'regular expressions',
    files: policy(
      'pattern := "^a"',
      'deny contains "1" if regex.match(pattern, input.weir.function.id)',
      'deny contains "2" if regex.match(input.weir.node.id, input.weir.function.id)',
      'deny contains "3" if glob.match(data.acme.globs[input.weir.node.id], [], input.weir.function.id)',
      'deny contains "4" if glob.match("a*", [], input.weir.function.id)',
    ),
    said: [
      'p.rego:14:22 warning POL016 `regex.match` runs a regular expression on each decision',
      'p.rego:15:22 error POL017 the pattern of `regex.match` is not a constant',
      'p.rego:16:22 error POL017 the pattern of `glob.match` is not a constant',
    ],
  },
  {
    title: 'a table written as rules',
    files: policy(...Array.from({ length: 9 }, (_, at) => `deny contains "x" if input.weir.caller.id == "user-${at}"`)),
    said: [
      'p.rego:13:1 warning POL018 `deny` has 9 definitions that differ only in constants, and all are tried on each decision',
    ],
  },
  {
    title: 'a table written as a set',
    files: policy(
      `deny contains "x" if input.weir.caller.id in {${Array.from({ length: 65 }, (_, at) => `"user-${at}"`).join(', ')}}`,
    ),
    said: ['p.rego:13:46 warning POL018 a literal of 65 items is built on each decision'],
  },
  {
    title: 'tables that are searched, in each way to say it; what was looked up may be gone through',
    files: policy(
      'deny contains "1" if {',
      '\tsome id, contract in data.weir.functions',
      '\tcontract.tenant == id',
      '}',
      'deny contains "2" if data.weir.nodes[_].region == input.weir.node.region',
      'deny contains "3" if {',
      '\tevery node in data.weir.nodes {',
      '\t\tnode.region == "x"',
      '\t}',
      '}',
      'deny contains pointer if some pointer in data.weir.functions[input.weir.function.id].maskedFields',
      'deny contains mark if some mark in input.weir.data.label.marks',
    ),
    said: [
      'p.rego:14:23 warning POL019 `data.weir.functions` is searched on each decision',
      'p.rego:17:22 warning POL019 `data.weir.nodes` is searched on each decision',
      'p.rego:19:16 warning POL019 `data.weir.nodes` is searched on each decision',
    ],
  },
  {
    title: 'the input as a whole',
    files: policy(
      'deny contains "1" if helper(input)',
      'deny contains "2" if input[_] == "x"',
      'helper(document) if document.weir.node.region == "x"',
    ),
    said: [
      'p.rego:13:29 warning POL020 the input is used as a whole',
      'p.rego:14:22 warning POL020 the input is used as a whole',
    ],
  },
  {
    title: 'metadata that is missing',
    files: { 'p.rego': 'package acme.orders\n\ndeny contains "x" if input.weir.function.id == "a"\n' },
    said: [
      'p.rego:1:1 error POL021 the policy `acme.orders` has no metadata',
      'p.rego:1:1 warning POL025 the input has no schema',
    ],
  },
  {
    title: 'metadata that is incomplete, misspelt or wrong',
    files: {
      'p.rego': [
        ...HEAD.slice(0, 5),
        '#   id: orders',
        '#   severity: hgih',
        '#   cwe: CWE-285',
        '#   maturty: stable',
        '# entrypont: true',
      ]
        .concat('package acme.orders', '', 'deny contains "x" if input.weir.function.id == "a"', '')
        .join('\n'),
    },
    said: [
      'p.rego:5:3 error POL021 `custom` has no `maturity`',
      'p.rego:5:3 error POL021 `custom` has no `recommended_action`',
      'p.rego:6:5 error POL023 `id` cannot be `"orders"`',
      'p.rego:7:5 error POL023 `severity` cannot be `"hgih"`',
      'p.rego:8:5 error POL023 `cwe` cannot be `"CWE-285"`',
      'p.rego:9:5 error POL022 METADATA has no key `maturty` in `custom`',
      'p.rego:10:3 error POL022 METADATA has no key `entrypont`',
    ],
  },
  {
    title: 'ids of rules that exist and that do not',
    files: {
      'a.rego':
        policy('deny contains "x" if input.weir.node.id == "a"')['p.rego']?.replace(
          'ACME-ORDER-001',
          'WEIR-FLOW-002',
        ) ?? '',
      'b.rego':
        policy('deny contains "y" if input.weir.node.id == "a"')
          ['p.rego']?.replace('ACME-ORDER-001', 'WEIR-FLOW-099')
          .replace('acme.orders', 'acme.others') ?? '',
    },
    said: ['b.rego:6:5 error POL024 there is no rule `WEIR-FLOW-099`'],
  },
];

for (const { title, files, said } of CASES) {
  test(`check: ${title}`, async (t) => {
    t.deepEqual(await saidOf(t, files), said);
  });
}

test('a project with schemas of its own is checked with them, and told when they are old', async (t) => {
  const said = await saidOf(t, {
    ...policy('deny contains "x" if input.order == "a"', 'deny contains "y" if input.weir == "a"'),
    'schemas/invocation.json': '{"type": "object", "properties": {"order": {"type": "string"}}}',
  });
  t.deepEqual(said, [
    'p.rego:14:22 error POL013 undefined ref: input.weir',
    'schemas/invocation.json:1:1 warning POL026 this copy of a schema is not the one of this version of Weir',
  ]);
});

test('the default policies and the project of init are clean', async (t) => {
  const root = path.resolve(import.meta.dirname, '../../../../policies');
  for (const folder of ['rego', 'authoring/template']) {
    const project = readProject(path.join(root, folder));
    if (!project.ok) throw new Error(project.problem.message);
    const staticIds = new Set<string>();
    const checked = await checkPolicies(OPA, project.value, { staticIds });
    t.deepEqual(checked.ok ? checked.diagnostics : checked.problem, [], folder);
  }
});
