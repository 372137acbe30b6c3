import test from 'ava';
import { compositionId, stepId } from '../../../model/brand.ts';
import type { Expression, Path, Step } from '../../../model/ir.ts';
import type { LabelDescription } from '../../../model/label.ts';
import { spanAtStart, type Span } from '../../../model/span.ts';
import type { Hop, Witness } from '../../../model/verdict.ts';
import { wordsOf } from '../../../analyzer/platforms/aws-step-functions/words.ts';
import { wordWitness } from '../../../analyzer/wording/index.ts';

const onLine = (line: number): Span => {
  const place = { line, column: 1, offset: line };
  return { ...spanAtStart('order.asl.json'), start: place, end: place };
};
const path = (root: string, ...names: readonly string[]): Path => ({
  root,
  segments: names.map((name) => ({ kind: 'field', name })),
});
const read = (...way: readonly [string, ...string[]]): Expression => ({
  kind: 'path',
  path: path(...way),
  span: onLine(1),
});
const apply = (operator: string, ...args: readonly Expression[]): Expression => ({
  kind: 'apply',
  operator,
  args,
  span: onLine(1),
});

const PERSONAL: LabelDescription = {
  confidentiality: 'personal',
  integrity: 'trusted',
  region: 'all',
  tenant: 'all',
  marks: [],
};

function hop(step: Step | null, more: Partial<Hop>): Hop {
  return {
    span: step?.span ?? onLine(1),
    composition: compositionId('order'),
    step: step?.id ?? null,
    name: 'Rate',
    construct: 'assign',
    by: 'data',
    labelBefore: PERSONAL,
    labelAfter: PERSONAL,
    why: 'as it was',
    ...more,
  };
}

const assign = (id: string, line: number, [target, value]: readonly [Path, Expression]): Step => ({
  kind: 'assign',
  id: stepId(id),
  name: 'Rate',
  span: onLine(line),
  target,
  value,
  next: null,
});

function tell(hops: readonly Hop[], steps: readonly Step[]): readonly Hop[] {
  const source = { description: 'input', origin: { description: 'declared', span: null }, span: onLine(1) };
  const witness: Witness = { source, hops, flow: 'explicit', isDefinite: true };
  const told = wordWitness(witness, {
    stepOf: (each) => steps.find(({ id }) => id === each.step),
    wordsOf: () => wordsOf,
  });
  return told.hops;
}

const move = test.macro({
  exec(t, expected: string, target: Path, value: Expression) {
    const step = assign('s', 3, [target, value]);
    t.deepEqual(
      tell([hop(step, {})], [step]).map(({ why }) => why),
      [expected],
    );
  },
  title: (_, expected: string) => `an assignment is told as: ${expected}`,
});

test(move, "the state's result goes to `$.credit`", path('data', 'credit'), read('result'));
test(move, "the state's result goes to the next state", path('data'), read('result'));
test(
  move,
  '`$.Payload.score` of the result goes to the selection',
  path('selected'),
  read('result', 'Payload', 'score'),
);
test(move, '`$.customer` goes to `$client`', path('var:client'), read('data', 'customer'));
test(move, "the execution's input goes to the next state", path('data'), read('execution'));
test(
  move,
  '`$$.Execution.Input.b` and `$.a` go to the next state',
  path('data'),
  apply('f', read('data', 'a'), read('context', 'Execution', 'Input', 'b')),
);
test(
  move,
  '`$.a`, `$.b`, `$.c` and 2 more go to the next state',
  path('data'),
  apply('f', ...['e', 'd', 'c', 'b', 'a'].map((name) => read('data', name))),
);
test(move, 'it goes to `$$.Task.Token`', path('context', 'Task', 'Token'), {
  kind: 'literal',
  value: null,
  span: onLine(1),
});

test('what the front end does at one place is one hop; a change of the label is told', (t) => {
  const [first, second] = [
    assign('a', 7, [path('result', 'Payload'), read('result')]),
    assign('b', 7, [path('data'), read('result')]),
  ];
  const secret = { ...PERSONAL, confidentiality: 'secret' };
  const call = hop(null, { construct: 'call', span: onLine(7) });
  t.is(tell([call, hop(first, {}), hop(second, {})], [first, second]).length, 1);
  t.is(tell([call, hop(first, {}), hop(second, { labelAfter: secret })], [first, second]).length, 2);
  t.is(tell([call, hop(first, { by: 'control' })], [first]).length, 2);
  t.is(tell([call, hop(first, { name: 'Other' })], [first]).length, 2);
});

test('the one condition of a branch is told, several are not', (t) => {
  const arm = (name: string): { guard: Expression; next: Step['id']; span: Span } => ({
    guard: read('data', name),
    next: stepId('x'),
    span: onLine(1),
  });
  const branch = (...names: readonly string[]): Step => ({
    kind: 'branch',
    id: stepId('c'),
    name: 'Choose',
    span: onLine(1),
    arms: names.map(arm),
    otherwise: null,
  });
  const guard = { construct: 'guard', by: 'control' } as const;
  t.is(tell([hop(branch('vip'), guard)], [branch('vip')])[0]?.why, '`$.vip` decides what runs');
  t.is(tell([hop(branch('vip', 'old'), guard)], [branch('vip', 'old')])[0]?.why, 'as it was');
});
