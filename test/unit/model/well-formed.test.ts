import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { Application } from '../../../model/application.ts';
import { stepId } from '../../../model/brand.ts';
import { IR_EXPRESSION_DEPTH_MAX, IR_REGION_DEPTH_MAX } from '../../../model/ir-limits.ts';
import type { Composition, Expression, Region, Step } from '../../../model/ir.ts';
import { parseApplication } from '../../../model/ir-text/index.ts';
import { spanAtStart } from '../../../model/span.ts';
import { findIllFormed, findIllFormedApplication } from '../../../model/well-formed.ts';

function read(text: string): Application {
  const outcome = parseApplication(text, 'a.weir-ir');
  if (!outcome.ok || outcome.diagnostics.length > 0) throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.value;
}

const DECLARED = 'function redact user on aws\nstore patients table on aws\n';
const composed = (steps: string): string => `${DECLARED}composition c on aws {\n units 1\n body {\n${steps}\n }\n}\n`;

test('a realistic application is well-formed', (t) => {
  const file = path.resolve(import.meta.dirname, '../../fixtures/ir-text/ward-cameras.weir-ir');
  t.deepEqual(findIllFormedApplication(read(readFileSync(file, 'utf8'))), []);
});

const verdict = test.macro({
  title: (given = '') => given,
  exec: (t, steps: string, expected: readonly string[]) => {
    t.deepEqual(
      findIllFormedApplication(read(composed(steps))),
      expected.map((problem) => `composition c${problem}`),
    );
  },
});

test(
  'jumps to all places of the own region are fine',
  verdict,
  'A: branch {\n when x -> B\n otherwise -> C\n}\nB: x := 1 -> A\nC: try {\n do {\n D: x := 2 -> end\n }\n catch any -> A\n}',
  [],
);
test('a step jumps to nowhere', verdict, 'A: x := 1 -> B', [', step A: jumps to B, which is not in its region']);
test('a step jumps out of its block', verdict, 'A: while x {\n B: x := 1 -> C\n}\nC: return x', [
  ', step B: jumps to C, which is not in its region',
]);
test('a step jumps into a frame', verdict, 'A: parallel {\n arm {\n B: return x\n }\n}\nC: x := 1 -> B', [
  ', step C: jumps to B, which is not in its region',
]);
test('arms and otherwise lead nowhere', verdict, 'A: branch {\n when x -> B\n otherwise -> C\n}', [
  ', step A: jumps to B, which is not in its region',
  ', step A: jumps to C, which is not in its region',
]);
test('a handler leads into the body', verdict, 'A: try {\n do {\n B: x := 1\n }\n catch any -> B\n}', [
  ', step A: jumps to B, which is not in its region',
]);
test('a region enters elsewhere', verdict, 'A: race {\n arm {\n entry A\n B: return x\n }\n}', [
  ', step A: a region enters at A, which is not in it',
]);
test('the body enters elsewhere', verdict, 'entry B\nA: return x', [
  ', body: a region enters at B, which is not in it',
]);
test('two steps of different regions share an id', verdict, 'A: while x {\n A: x := 1\n}', [
  ', step A: the id is used before',
]);
test('a target has an element of any index', verdict, 'A: x[*].a := 1', [
  ', step A: assigns to more than one place below x',
]);
test('a target is counted from the end', verdict, 'A: x[-1] <- await event patients', [
  ', step A: assigns to more than one place below x',
]);
test('a handler binds a dynamic place', verdict, 'A: try {\n do {\n B: x := 1\n }\n catch any into y..* -> end\n}', [
  ', step A: assigns to more than one place below y',
]);
test('what an opaque step writes is a target', verdict, 'A: opaque "r" writes x.a, y?', [
  ', step A: assigns to more than one place below y',
]);
test('item and index are the same', verdict, 'A: for each i, i in x {\n B: return i\n}', [
  ', step A: item and index are one variable',
]);
test(
  'ids are not declared',
  verdict,
  'A: call function f with x\nB: read store s key x\nC: call composition d with x\nD: await callback ch\nE: declassify x by g under o from secret to public',
  [
    ': the composition d is not declared',
    ': the function f is not declared',
    ': the function g is not declared',
    ': the store ch is not declared',
    ': the store s is not declared',
  ],
);
test(
  'ids are declared',
  verdict,
  'A: call function redact with x\nB: write store patients key x value x\nC: call composition c with x',
  [],
);
test('a source sets a mark of the checker', verdict, 'A: return [source(x, +token +assumed +bypass:redact, "d")]', [
  ', step A: a source sets the mark assumed',
  ', step A: a source sets the mark bypass:redact',
]);
test('an object lists a field twice', verdict, 'A: return {a: 1, b: 2, a: 3}', [
  ', step A: an object lists a field twice',
]);
test('a declassifier lowers integrity', verdict, 'A: declassify x by redact under o from secret untrusted to public', [
  ', step A: declassify does not lower integrity',
]);
test(
  'an endorser lowers confidentiality',
  verdict,
  'A: endorse x by redact under o from _ untrusted to public trusted',
  [', step A: endorse does not lower confidentiality'],
);
test('a release lowers nothing', verdict, 'A: endorse x by redact under o from _ untrusted to _', [
  ', step A: the release names no axis',
]);
test('a release names marks', verdict, 'A: declassify x by redact under o from secret +token to public', [
  ', step A: a release names no marks',
]);

const SPAN = spanAtStart('a.json');

function withSteps(change: (composition: Composition) => Partial<Composition>): string[] {
  const application = read(composed('A: x := input.a'));
  const [composition] = application.compositions;
  if (composition === undefined) throw new Error('there is no composition');
  return findIllFormed({ ...composition, ...change(composition) }, application);
}

const withValue = (value: Expression): string[] =>
  withSteps(({ body }) => ({
    body: { ...body, steps: body.steps.map((step): Step => (step.kind === 'assign' ? { ...step, value } : step)) },
  }));

test('numbers are finite and units whole', (t) => {
  t.deepEqual(
    withSteps(() => ({ timeoutSeconds: { kind: 'set', value: Number.POSITIVE_INFINITY } })),
    ['composition c: a limit is Infinity'],
  );
  t.deepEqual(
    withSteps(() => ({ timeoutSeconds: { kind: 'default', value: -1 } })),
    [],
  );
  t.deepEqual(
    withSteps(() => ({ unitCount: 1.5 })),
    ['composition c: the number of units is 1.5'],
  );
});

test('places are in a file and do not end before they begin', (t) => {
  const problem = 'a place has no file, begins before the text or ends before it begins';
  const at = (line: number, offset: number): typeof SPAN.start => ({ line, column: 1, offset });
  t.deepEqual(
    withSteps(() => ({ span: { ...SPAN, file: '' } })),
    [`composition c: ${problem}`],
  );
  t.deepEqual(withValue({ kind: 'literal', value: 1, span: { ...SPAN, start: at(0, 0) } }), [
    `composition c, step A: ${problem}`,
  ]);
  t.deepEqual(withValue({ kind: 'literal', value: 1, span: { file: 'a', start: at(1, 5), end: at(1, 4) } }), [
    `composition c, step A: ${problem}`,
  ]);
  t.deepEqual(withValue({ kind: 'literal', value: 1, span: SPAN }), []);
});

test('expressions nest up to the limit', (t) => {
  const nested = (depth: number): Expression => {
    let value: Expression = { kind: 'literal', value: 1, span: SPAN };
    for (let at = 1; at < depth; at++) value = { kind: 'array', items: [value], span: SPAN };
    return value;
  };
  t.deepEqual(withValue(nested(IR_EXPRESSION_DEPTH_MAX)), []);
  t.deepEqual(withValue(nested(IR_EXPRESSION_DEPTH_MAX + 1)), [
    `composition c, step A: expressions nest deeper than ${IR_EXPRESSION_DEPTH_MAX} levels`,
  ]);
  t.is(withValue(nested(200_000)).length, 1);
});

test('regions nest up to the limit', (t) => {
  const [template] = read(composed('A: while x {\n B: x := 1\n}')).compositions[0]?.body.steps ?? [];
  if (template?.kind !== 'loop') throw new Error('not a loop');
  const nested = (depth: number): Region => {
    let region = template.body;
    for (let at = 1; at < depth; at++) {
      const step: Step = { ...template, id: stepId(`${template.id}${at}`), body: region };
      region = { entry: step.id, steps: [step] };
    }
    return region;
  };
  t.deepEqual(
    withSteps(() => ({ body: nested(IR_REGION_DEPTH_MAX) })),
    [],
  );
  t.deepEqual(withSteps(() => ({ body: nested(IR_REGION_DEPTH_MAX + 1) })).length, 1);
});

test('ids are declared once, and those of triggers are declared', (t) => {
  const text = `${DECLARED}${DECLARED}trigger http none -> function gone\ntrigger http none -> composition gone\ntrigger queue internal -> function redact from gone\n`;
  t.deepEqual(findIllFormedApplication(read(text)), [
    'function redact: the id is declared more than once',
    'store patients: the id is declared more than once',
    'trigger: the function gone is not declared',
    'trigger: the store gone is not declared',
  ]);
});
