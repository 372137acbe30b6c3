import test, { type ExecutionContext } from 'ava';
import { runPolicyTests, type TestReport } from '../../../../policies/authoring/testing/run-policy-tests.ts';
import type { RunOutcome } from '../../../../policies/authoring/runs/outcome.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const NOW_MS = Date.UTC(2026, 10, 24);

const POLICY = `package door

# METADATA
# entrypoint: true
decision := {"allow": count(deny) == 0, "deny": deny}

deny contains reason if {
	some guest in input.guests
	not data.club.members[guest]
	reason := {"guest": guest, "told": sprintf("%v is no member", [guest])}
}

open if time.now_ns() < input.closesMs * 1000000
`;

const TEST = `package door_test

import data.door

test_stranger_is_refused if {
	actual := door.deny with input as {"guests": ["nadja", "omar"]} with data.club.members as {"nadja": true}
	actual == {{"guest": "omar", "told": "omar is no member"}}
}

test_nobody if {
	door.decision.allow with input as {"guests": []}
}
`;

const EXAMPLES = `- name: A member
  input: { guests: [nadja] }
  data: { club: { members: { nadja: true } } }
  expect: { allow: true, deny: [] }
`;

async function run(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  coverageThreshold: number | null = null,
): Promise<RunOutcome<TestReport>> {
  const cwd = temporaryFolder(t, files);
  return runPolicyTests(opaOfTests(), { cwd, paths: ['.'], coverageThreshold, nowMs: NOW_MS });
}

async function report(...args: Parameters<typeof run>): Promise<TestReport> {
  const outcome = await run(...args);
  if (!outcome.ok) throw new Error(`${outcome.problem.code} ${outcome.problem.message}`);
  return outcome.value;
}

test('tests and what they look at are the same with opa and in Wasm', async (t) => {
  const { tests, isPassed } = await report(t, { 'door/policy.rego': POLICY, 'door/policy_test.rego': TEST });
  t.true(isPassed);
  t.deepEqual(
    tests.map(({ name, file, line, outcome, comparison }) => ({ name, file, line, outcome, comparison })),
    [
      {
        ...{ name: 'test_stranger_is_refused', file: 'door/policy_test.rego', line: 5, outcome: 'passed' },
        comparison: { kind: 'same', values: 2 },
      },
      {
        ...{ name: 'test_nobody', file: 'door/policy_test.rego', line: 10, outcome: 'passed' },
        comparison: { kind: 'same', values: 2 },
      },
    ],
  );
});

test('a test that holds with both, and looks at something that differs, is a difference', async (t) => {
  // Wasm goes through objects in the order of their hashes, `opa` in that of their keys.
  const keys = ['delta', 'alpha', 'golf', 'bravo', 'echo', 'charlie', 'foxtrot', 'hotel'];
  const table = `{${keys.map((key) => `"${key}": 1`).join(', ')}}`;
  const policy = `package order\n\nnames := [name | some name, _ in input.table]\n`;
  const tests = `package order_test\n\nimport data.order\n\ntest_names if {\n\tnames := order.names with input as {"table": ${table}}\n\tcount(names) == ${keys.length}\n}\n`;
  const { tests: results, isPassed } = await report(t, { 'order.rego': policy, 'order_test.rego': tests });
  t.false(isPassed);
  t.is(results[0]?.outcome, 'passed');
  t.is(results[0]?.comparison?.kind, 'different');
});

test('what cannot be compared is told with the reason, and the others still are', async (t) => {
  const tests = `package net_test

test_far if {
	http.send({"url": "http://127.0.0.1:1", "method": "get", "raise_error": false}).status_code == 0
}

test_near if {
	1 + 1 == 2
}

test_absent if {
	not input
}

todo_test_later if {
	false
}
`;
  const { tests: results, isPassed } = await report(t, { 'net_test.rego': tests });
  t.true(isPassed);
  const kinds = results.map(({ name, outcome, comparison }) => [name, outcome, comparison?.kind ?? null]);
  t.deepEqual(kinds, [
    ['test_far', 'passed', 'not-comparable'],
    ['test_near', 'passed', 'same'],
    ['test_absent', 'passed', 'not-comparable'],
    ['todo_test_later', 'skipped', null],
  ]);
  const [far, , absent] = results.map(({ comparison }) =>
    comparison?.kind === 'not-comparable' ? comparison.reason : '',
  );
  t.regex(far ?? '', /http\.send/);
  t.regex(absent ?? '', /input being absent/);
});

test('failing tests are told with what they printed and the failing cases', async (t) => {
  const tests = `package sum_test

test_wrong if {
	print("two and two", 2 + 2)
	2 + 2 == 5
}

test_cases[name] if {
	some name, pair in {"right": [1, 1], "wrong": [1, 2]}
	pair[0] == pair[1]
}
`;
  const { tests: results, isPassed } = await report(t, { 'sum_test.rego': tests }, 50);
  t.false(isPassed);
  t.deepEqual(
    results.map(({ name, outcome, detail, comparison }) => [name, outcome, detail, comparison?.kind]),
    [
      ['test_wrong', 'failed', 'two and two 4', 'same'],
      ['test_cases', 'failed', 'cases: wrong', 'same'],
    ],
  );
});

test('coverage is that of the policies, without the tests', async (t) => {
  const files = { 'door.rego': POLICY, 'door_test.rego': TEST };
  const { coverage, isPassed } = await report(t, files, 95);
  t.deepEqual(
    coverage?.files.map(({ file, uncovered }) => ({ file, uncovered })),
    [{ file: 'door.rego', uncovered: [[13, 13]] }],
  );
  t.true(coverage !== null && coverage.percent > 50 && coverage.percent < 95);
  t.false(isPassed);
  t.true((await report(t, files, 50)).isPassed);
});

test('examples are evaluated with both and compared with what is expected', async (t) => {
  const examples = `${EXAMPLES}- name: A stranger
  entrypoint: door/decision
  inputFrom: guests.json
  input: { note: laid over }
  expect: { allow: true, deny: [] }
- name: Not decided
  entrypoint: door/open
  input: { closesMs: 5, time: { unixMs: 7 } }
  isUndefined: true
- name: Decided by the clock of the input
  entrypoint: door/open
  input: { closesMs: 8, time: { unixMs: 7 } }
  expect: true
`;
  const files = {
    'door/policy.rego': POLICY,
    'door/examples.yaml': examples,
    'door/guests.json': '{"guests": ["omar"]}',
  };
  const { examples: results, isPassed } = await report(t, files);
  t.false(isPassed);
  t.deepEqual(
    results.map(({ example, entrypoint, unexpected, comparison }) => [
      example.line,
      entrypoint,
      unexpected,
      comparison.kind,
    ]),
    [
      [1, 'door/decision', [], 'same'],
      [
        5,
        'door/decision',
        [
          'at /allow: expected true, got false',
          'at /deny/-: expected nothing, got {"guest":"omar","told":"omar is no member"}',
        ],
        'same',
      ],
      [10, 'door/open', [], 'same'],
      [14, 'door/open', [], 'same'],
    ],
  );
});

test('documents of examples are laid over those of the policies', async (t) => {
  const policy = `package club.door\n\n# METADATA\n# entrypoint: true\nmembers := [object.keys(data.club.members), data.club.name]\n`;
  const examples = `- name: One more\n  input: {}\n  data: { club: { members: { omar: true } } }\n  expect: [[nadja, omar], Blue]\n- name: As it is\n  input: {}\n  expect: [[nadja], Blue]\n`;
  const { examples: results, isPassed } = await report(t, {
    'door.rego': policy,
    'club/data.json': '{"members": {"nadja": true}}',
    'club/name/data.yaml': 'Blue\n',
    'examples.yaml': examples,
  });
  t.deepEqual(
    results.map(({ unexpected }) => unexpected),
    [[], []],
  );
  t.true(isPassed);
});

const refusedWith = test.macro({
  exec: async (t, files: Readonly<Record<string, string>>, code: string, message: RegExp) => {
    const outcome = await run(t, files);
    t.is(outcome.ok ? '' : outcome.problem.code, code);
    if (!outcome.ok) t.regex(outcome.problem.message, message);
  },
  title: (title) => `refused: ${title ?? ''}`,
});

const policy = { 'door.rego': POLICY };
test('no Rego', refusedWith, { 'notes.txt': '' }, 'POL101', /no Rego/);
test(
  'data that conflicts',
  refusedWith,
  { ...policy, 'data.json': '{"a": {"b": 1}}', 'a/data.yaml': 'b: 2' },
  'POL102',
  /data\.a\.b/,
);
test('data that is no JSON', refusedWith, { ...policy, 'data.json': '{"a": }' }, 'POL102', /data\.json/);
test(
  'policies that do not compile',
  refusedWith,
  { 'door.rego': 'package door\n\na if b\n' },
  'POL103',
  /door\.rego:3: rego_unsafe_var_error|door\.rego/,
);
test(
  'examples that are no YAML',
  refusedWith,
  { ...policy, 'examples.yaml': '- name: [\n' },
  'POL104',
  /examples\.yaml:\d+/,
);
test('examples that are no list', refusedWith, { ...policy, 'examples.yaml': 'name: a\n' }, 'POL104', /no list/);
test(
  'an example with a misspelt key',
  refusedWith,
  { ...policy, 'examples.yaml': '- name: a\n  inputs: {}\n  expect: 1\n' },
  'POL104',
  /examples\.yaml:1: `inputs`/,
);
test(
  'an example that expects nothing',
  refusedWith,
  { ...policy, 'examples.yaml': `${EXAMPLES}- name: b\n  input: {}\n` },
  'POL104',
  /examples\.yaml:5: give either/,
);
test(
  'two examples of one name',
  refusedWith,
  { ...policy, 'examples.yaml': EXAMPLES + EXAMPLES },
  'POL104',
  /two examples/,
);
test(
  'an input from outside',
  refusedWith,
  { ...policy, 'examples.yaml': '- name: a\n  inputFrom: /etc/hostname\n  expect: 1\n' },
  'POL104',
  /working folder/,
);
test(
  'an example for nothing',
  refusedWith,
  { 'a.rego': 'package a\n\nb := 1\n', 'examples.yaml': EXAMPLES },
  'POL104',
  /not clear which entry point/,
);
