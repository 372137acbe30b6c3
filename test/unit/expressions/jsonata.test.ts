import test from 'ava';
import { lowerJsonata } from '../../../analyzer/expressions/index.ts';
import { scalar, SCOPE } from './nodes.ts';
import { show } from './show.ts';

const lowersTo = test.macro({
  title: (_, text: string) => `JSONata ${text}`,
  exec: (t, text: string, expected: string, features: readonly string[] = []) => {
    const { expression, notes, diagnostics } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
    t.is(show(expression), expected);
    t.deepEqual([...new Set(notes.map((note) => note.feature))], features);
    t.deepEqual(
      diagnostics.map((each) => each.message),
      [],
    );
  },
});

test(lowersTo, '$states.input', 'input');
test(lowersTo, '$states.input.patient.ssn', 'sequence(input[].patient[].ssn)');
test(lowersTo, '$states.result.Payload', 'sequence(result[].Payload)');
test(lowersTo, '$states.errorOutput.Cause', 'error.Cause');
test(lowersTo, '$states.context.Execution.Id', 'context.Execution.Id');
test(lowersTo, '$states.context.Execution.Input.id', 'sequence(context.Execution.Input[].id)');
test(lowersTo, '$v', 'v');
test(lowersTo, '"a" & 1', 'jsonata:&("a", 1)');
test(lowersTo, '{"id": $states.input.id, "ok": true}', '{id: sequence(input[].id), ok: true}');
test(lowersTo, '[1, {"a": $v}]', '[1, {a: v}]');
test(lowersTo, '[$v, 1]', 'list(v[], 1)');
test(
  lowersTo,
  '$states.input.orders[total > $v].id',
  'if jsonata:>(sequence(input[].orders[].total), v) then sequence(input[].orders[].id) else null',
);
test(lowersTo, '$states.input.orders[0].id', 'sequence(input[].orders[0][].id, input[].orders[].id)');
test(
  lowersTo,
  '$states.input.orders.{"id": id}',
  'if input[].orders.own then sequence({id: sequence(input[].orders[].id)}) else null',
);
test(
  lowersTo,
  '($x := $states.input.a; {"one": $x, "two": $x & "z"})',
  '{one: sequence(input[].a), two: jsonata:&(sequence(input[].a), "z")}',
);
test(lowersTo, '$v ? $states.input.a : 2', 'if jsonata:boolean(v) then sequence(input[].a) else 2');
test(lowersTo, '$count($states.input.rows)', 'jsonata:$count((sequence(input[].rows)).own)');
test(lowersTo, '$exists($v)', 'jsonata:$exists(v.own)');
test(lowersTo, '$uppercase($v)', 'jsonata:$uppercase(v)');
test(lowersTo, '$v ~> $uppercase() ~> $trim', 'jsonata:$trim(jsonata:$uppercase(v))');
test(lowersTo, '$map($v, function($e){ {"id": $e.id} })', 'if v.own then sequence({id: sequence(v[].id)}) else null');
test(lowersTo, '$filter($v, function($e){ $e.ok })', 'if sequence(v[].ok) then sequence(v[]) else null');
test(lowersTo, '$merge([$states.input, {"state": "ok"}])', '(input[] + {state: "ok"})');
test(lowersTo, '($f := function($a){ $a.x }; $f($v))', 'sequence(v[].x)');
test(lowersTo, '($f := $substring(?, 0, 4); $f($v))', 'jsonata:$substring(v, 0, 4)');
test(lowersTo, '$lookup($v, "id")', 'sequence(v[].id)');
test(lowersTo, '$lookup($v, $w)', 'if w then sequence(v[].*) else null', ['jsonata-dynamic-lookup']);
test(lowersTo, '{$w: $v}', '(jsonata:object(w, v) + {})', ['jsonata-computed-key']);
test(lowersTo, '$v.**', 'sequence(v[]..)', ['jsonata-descendants']);
test(lowersTo, '$v ~> |$|{}, ["ssn", "dob"]|', '(v + {ssn: null, dob: null})');
test(lowersTo, '$v ~> |$|{"ssn": "removed"}|', '(v + {ssn: "removed"})');
test(lowersTo, '$v ~> |$|{}, $w|', '(v + jsonata:transform(v[], {}, w))', ['jsonata-transform']);
test(lowersTo, '$v ~> |row|{"x": y}|', '(v + jsonata:transform(v[].row, {x: sequence(v[].row[].y)}))', [
  'jsonata-transform',
]);
test(lowersTo, '$partition($v, 2)', 'list(list(v[]))');
test(lowersTo, '$parse($v).id', 'sequence((jsonata:$parse(v))[].id)');
test(lowersTo, '$replace($v, /x+/i, "y")', 'jsonata:$replace(v, "x+", "y")');
test(lowersTo, '$v.rows^(>age).name', 'if sequence(v[].rows[].age) then sequence(v[].rows[].name) else null');

const isRefused = test.macro({
  title: (_, text: string) => `JSONata ${text} is refused`,
  exec: (t, text: string, code: string, span: readonly [number, number]) => {
    const { expression, diagnostics } = lowerJsonata(scalar(`{%${text}%}`), SCOPE);
    t.deepEqual(
      diagnostics.map((each) => [each.code, each.span.start.offset - 2, each.span.end.offset - 2]),
      [[code, ...span]],
    );
    t.regex(show(expression), /everything|null|jsonata:\$/);
  },
});

test(isRefused, '$states.input.', 'EXP060', [13, 14]);
test(isRefused, '(1 + ', 'EXP060', [4, 5]);
test(isRefused, 'orderId', 'EXP062', [0, 7]);
test(isRefused, '$ = 1', 'EXP062', [0, 1]);
test(isRefused, '1 + $$', 'EXP062', [4, 6]);
test(isRefused, '$unknown', 'EXP003', [0, 8]);
test(isRefused, '1 + $nothing(2)', 'EXP063', [4, 12]);
test(isRefused, 'uppercase("x")', 'EXP063', [0, 9]);
test(isRefused, '$uppercase()', 'EXP064', [0, 12]);
test(isRefused, '$eval("1")', 'EXP065', [0, 10]);
test(isRefused, '$states.output', 'EXP066', [8, 14]);

test('a part of `$states` that the place has not is reported', (t) => {
  const { diagnostics } = lowerJsonata(scalar('{% $states.errorOutput.Cause %}'), { ...SCOPE, errorOutput: null });
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['EXP066'],
  );
});

test('a recursive function is not followed for ever and reads everything in scope', (t) => {
  const text = '{% ($f := function($n){ $n > 0 ? $f($n - 1) : $v }; $f($states.input.depth)) %}';
  const { expression, notes } = lowerJsonata(scalar(text), SCOPE);
  t.deepEqual(
    notes.map((note) => note.feature),
    ['jsonata-recursion'],
  );
  t.regex(show(expression), /everything\(input, context, result, error, v\)/);
});

const survives = test.macro({
  title: (_, name: string) => `JSONata: ${name} is bounded`,
  exec: (t, _: string, text: string) => {
    const { expression } = lowerJsonata(scalar(`{% ${text} %}`), SCOPE);
    t.true(show(expression).length < 200_000);
    t.regex(show(expression), /v|everything/);
  },
});

const doubling = Array.from({ length: 60 }, (_, at) => `$l${at + 1} := {"p": $l${at}, "q": $l${at}}`).join('; ');
test(survives, 'doubling locals', `($l0 := $v; ${doubling}; $l60)`);
test(survives, 'deep nesting', `${'('.repeat(20_000)}$v${')'.repeat(20_000)}`);
test(survives, 'a long chain', Array.from({ length: 3_000 }, () => '$v').join(' & '));
test(survives, 'many calls', `($f := function($x){ [$x.a, $x.b] }; ${'$f('.repeat(60)}$v${')'.repeat(60)})`);
test(survives, 'a long path', `$v${'.a[b]'.repeat(300)}`);
