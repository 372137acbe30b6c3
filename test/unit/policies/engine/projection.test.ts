import test from 'ava';
import { compileProjection, InputError, isDeeperThan } from '../../../../policies/engine/projection.ts';

const INPUT = {
  time: { unixMs: 5, rfc3339: 'x' },
  weir: { caller: { id: 'alice', roles: ['a', 'b'] }, node: null, data: [{ label: 1 }] },
  body: { card: '4711' },
};

const project = (paths: readonly (readonly string[])[] | null, input: object = INPUT): unknown =>
  JSON.parse(compileProjection(paths)(input));

test('only what is referred to is written', (t) => {
  t.deepEqual(project([['time', 'unixMs']]), { time: { unixMs: 5 } });
  t.deepEqual(project([['weir', 'caller', 'id'], ['time']]), { time: INPUT.time, weir: { caller: { id: 'alice' } } });
  t.deepEqual(
    project([
      ['weir', 'caller', 'id'],
      ['weir', 'caller'],
    ]),
    { weir: { caller: INPUT.weir.caller } },
  );
  t.deepEqual(project([['missing'], ['weir', 'missing', 'deep']]), { weir: {} });
  t.deepEqual(project([]), {});
});

test('a path through a list, a scalar or nothing keeps what is there', (t) => {
  t.deepEqual(project([['weir', 'data', 'label']]), { weir: { data: [{ label: 1 }] } });
  t.deepEqual(project([['weir', 'node', 'region']]), { weir: { node: null } });
  t.deepEqual(project([['time', 'unixMs', 'x']]), { time: { unixMs: 5 } });
});

test('no references, or one to the input itself, keep everything', (t) => {
  t.deepEqual(project(null), INPUT);
  t.deepEqual(project([[], ['time']]), INPUT);
});

test('names of prototypes are names like others', (t) => {
  const input = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as object;
  t.is(
    compileProjection([['__proto__', 'a'], ['constructor'], ['toString']])(input),
    '{"__proto__":{"a":1},"constructor":2}',
  );
});

test('a very deep reference keeps what is below its first names', (t) => {
  const path = Array.from({ length: 40 }, () => 'a');
  let input: object = { b: 1 };
  for (let at = 0; at < 40; at++) input = { a: input };
  t.deepEqual(project([path], input), input);
});

test('what is no JSON is an InputError, not another', (t) => {
  const cycle: Record<string, unknown> = {};
  cycle['a'] = cycle;
  t.throws(() => compileProjection([['a']])(cycle), { instanceOf: InputError });
  t.throws(() => compileProjection(null)({ toJSON: () => undefined }), { instanceOf: InputError });
});

test('depth is counted outside of strings', (t) => {
  t.true(isDeeperThan('[[[[]]]]', 3));
  t.false(isDeeperThan('[[[[]]]]', 4));
  t.false(isDeeperThan('[[],[],[],[],[],[]]', 2));
  t.false(isDeeperThan('{"[[[[\\"[[[":"\\\\"}', 1));
  t.true(isDeeperThan('{"a\\\\":[[1]]}', 2));
});
