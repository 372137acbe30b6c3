import test from 'ava';
import type { Expression, Segment } from '../../../model/ir.ts';
import { spanAtStart } from '../../../model/span.ts';
import { wordsOf } from '../../../analyzer/platforms/aws-step-functions/words.ts';
import { conditionText, plainWords } from '../../../analyzer/wording/index.ts';
import { CONDITION_LENGTH_MAX } from '../../../analyzer/wording/condition.ts';

const span = spanAtStart('flow.asl.json');
const spread: Segment = { kind: 'spread' };
const read = (root: string, ...way: readonly (string | Segment)[]): Expression => {
  const segments = way.map((each) => (typeof each === 'string' ? ({ kind: 'field', name: each } as const) : each));
  return { kind: 'path', path: { root, segments }, span };
};
const literal = (value: string | number | boolean): Expression => ({ kind: 'literal', value, span });
const apply = (operator: string, ...args: readonly Expression[]): Expression => ({
  kind: 'apply',
  operator,
  args,
  span,
});

const says = test.macro({
  exec(t, expected: string, guard: Expression) {
    t.is(conditionText(guard, wordsOf), expected);
  },
  title: (_, expected: string) => `a condition reads ${expected}`,
});

const score = read('data', 'credit', 'score');

test(says, '$.credit.score ≥ 600', apply('numericGreaterThanEquals', score, literal(600)));
test(says, '$.limit < $.credit.score', apply('numericLessThan', read('data', 'limit'), score));
test(says, '$.country = "CH"', apply('stringEquals', read('data', 'country'), literal('CH')));
test(says, '$.name matches "A*"', apply('stringMatches', read('data', 'name'), literal('A*')));
test(says, '$.credit.score is present', apply('isPresent', score, literal(true)));
test(says, '$.credit.score is not null', apply('isNull', score, literal(false)));
test(says, 'not ($vip or $.old)', apply('not', apply('or', read('var:vip'), read('data', 'old'))));
test(
  says,
  '$states.input.lead.score > 5 and ($states.result.ok or $vip)',
  apply(
    'and',
    apply('>', apply('sequence', read('data', spread, 'lead', spread, 'score')), literal(5)),
    apply('or', apply('sequence', read('result', spread, 'ok')), read('var:vip')),
  ),
);
test(
  says,
  '$$.Execution.Input["e-mail"] = "x"',
  apply('stringEquals', read('context', 'Execution', 'Input', 'e-mail'), literal('x')),
);
test(
  says,
  'contains($.lines[*].sku, "A-1")',
  apply('contains', read('data', 'lines', { kind: 'anyElement' }, 'sku'), literal('A-1')),
);

test('without words of a platform, variables keep their names', (t) => {
  t.is(conditionText(apply('>', read('order', 'total'), literal(1)), plainWords), 'order.total > 1');
});

test('a condition is cut between words, and one that is nested too deep is cut inside', (t) => {
  const many = Array.from({ length: 80 }, (_, at) => apply('stringEquals', read('data', 'country'), literal(`C${at}`)));
  const text = conditionText(apply('or', ...many), wordsOf);
  t.true(text.length <= CONDITION_LENGTH_MAX);
  t.regex(text, /^\$\.country = "C0" or .* …$/);
  t.notRegex(text, /"C\d*$/);
  let deep = literal(true);
  for (let at = 0; at < 1_000; at++) deep = apply('not', deep);
  t.regex(conditionText(deep, wordsOf), /^not not .*…$/);
});
