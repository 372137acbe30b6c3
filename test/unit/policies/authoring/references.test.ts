import test, { type ExecutionContext } from 'ava';
import { compileProject } from '../../../../policies/authoring/build/compile.ts';
import { referencesOf } from '../../../../policies/authoring/build/references.ts';
import { readProject } from '../../../../policies/authoring/project.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const OPA = opaOfTests();

/** The parts of the input that `data.p.r` reads, as dotted paths; `input` is the whole. */
async function readsOf(t: ExecutionContext, lines: readonly string[], library = 'package lib\n'): Promise<string[]> {
  const files = { 'p.rego': ['package p', '', ...lines, ''].join('\n'), 'lib.rego': library };
  const project = readProject(temporaryFolder(t, files));
  if (!project.ok) throw new Error(project.problem.message);
  const compiled = await compileProject(OPA, project.value, ['p/r']);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  t.deepEqual(compiled.value.entrypoints, ['p/r']);
  return (compiled.value.references?.['p/r'] ?? []).map((path) => path.join('.') || 'input');
}

/** A rule and what it reads. A name for a part that is passed on stands for everything below it. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['fields', ['r if input.a.b == input.c'], ['a.b', 'c']],
  ['existence alone', ['r if input.a.b'], ['a.b']],
  ['existence beside a field below', ['r if {', '\tx := input.a', '\tinput.a.b == 1', '\tis_object(x)', '}'], ['a']],
  ['negation', ['r if not input.a.b'], ['a.b']],
  ['a local variable', ['r if {', '\tx := input.a', '\tx.b == 1', '}'], ['a.b']],
  ['a rule that stands for a part', ['r if part.b == 1', 'part := input.a'], ['a']],
  ['a key of the input', ['r if input.a[input.k].c == 1'], ['a', 'k']],
  ['a key of the data', ['r if data.t[input.k]'], ['k']],
  ['iteration', ['r if {', '\tsome x in input.a.list', '\tx.y == 1', '}'], ['a.list']],
  ['an index', ['r if input.path[0] == "v1"'], ['path']],
  ['a comprehension', ['r := count({x | some x in input.a})'], ['a']],
  ['every', ['r if every x in input.a { x == input.b }'], ['a', 'b']],
  ['the whole input to a builtin', ['r := count(input)'], ['input']],
  ['the whole input to a function', ['r if f(input)', 'f(x) if x.a == 1'], ['input']],
  ['a part to a function', ['r if f(input.a)', 'f(x) if x.b == 1'], ['a']],
  ['the input inside a function', ['r if f(1)', 'f(x) if input.a == x'], ['a']],
  ['the whole input as a value', ['r := {"seen": input}'], ['input']],
  ['a default and else', ['default r := 1', 'r := 2 if input.a', 'else := 3 if input.b'], ['a', 'b']],
  [
    'siblings that use the same locals',
    ['r contains 1 if input.a.b.c == 1', 'r contains 2 if input.d.e.f == 1'],
    ['a.b.c', 'd.e.f'],
  ],
  ['with on the input', ['r if q with input as {"a": 1}', 'q if input.a'], ['a']],
  ['with on a part of the input', ['r if q with input.a as 1', 'q if input.a == input.b'], ['a', 'b']],
  ['with that moves a part of the input', ['r if q with input as input.outer', 'q if input.a == 1'], ['a', 'outer']],
  ['walk', ['r if {', '\twalk(input.tree, [_, value])', '\tvalue == 1', '}'], ['tree']],
  ['object.get', ['r if object.get(input.headers, "x", null) == 1'], ['headers']],
  ['nothing', ['r := 1'], []],
  ['rules that nobody asks for', ['r if input.a', 'unused if input.z'], ['a']],
  ['a rule named at run time', ['r if data.lib.parts[input.k].ok'], ['k', 'lib1', 'lib2']],
];

const LIBRARY = 'package lib.parts\n\none.ok if input.lib1 == 1\n\ntwo.ok if input.lib2 == 1\n';

for (const [title, lines, reads] of CASES) {
  test(`references: ${title}`, async (t) => {
    t.deepEqual(await readsOf(t, lines, LIBRARY), reads);
  });
}

test('a plan in another form gives nothing, so that all is handed over', (t) => {
  for (const plan of [null, [], {}, { static: { strings: [] }, plans: { plans: [{ name: 1 }] }, funcs: {} }]) {
    t.is(referencesOf(plan), null);
  }
});
