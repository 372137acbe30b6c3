import test from 'ava';
import type { Evaluation, EvaluationRequest } from '../../../../policies/engine/types.ts';
import { compileRego, evaluatorOf, sourceOf } from './compiled.ts';

const POLICY = `package shop

import data.orders

decision := {"allow": allow, "reasons": reasons}

default allow := false

allow if count(reasons) == 0

reasons contains $"amount {input.amount} is above {limit}" if {
	limit := orders.limits[input.customer]
	input.amount > limit
}

reasons contains "unknown customer" if not orders.limits[input.customer]

only_alice := input.order if input.customer == "alice"

conflict := 1 if input.amount

conflict := 2 if input.customer

clock := time.now_ns()

weekday := time.weekday(time.now_ns())

zone := time.clock([time.now_ns(), "Local"])

large := count(numbers.range(1, input.amount))

sets := {{"b", "a"}, {3, 1, 2}, {[2], [1]}}

big := {"sum": input.big + 1, "data": orders.serial}
`;

const NAMES = ['decision', 'only_alice', 'conflict', 'clock', 'weekday', 'zone', 'large', 'sets', 'big'];
const WASM = compileRego(
  { 'shop.rego': POLICY },
  NAMES.map((name) => `shop/${name}`),
);
const DATA = '{"orders":{"limits":{"alice":100,"bob":50},"serial":12345678901234567891}}';

const request = (name: string, input: object, more: Partial<EvaluationRequest> = {}): EvaluationRequest => ({
  entrypoint: `shop/${name}`,
  input,
  nowMs: Date.UTC(2024, 1, 29, 12, 0, 0, 250),
  tenant: 'acme',
  ...more,
});

const valueOf = (evaluation: Evaluation): unknown =>
  evaluation.kind === 'result' ? evaluation.value : evaluation.kind;

test('an evaluation gives a value, or says that there is none', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  t.is(evaluator.revision, 'revision-7');
  t.deepEqual(evaluator.entrypoints, NAMES.map((name) => `shop/${name}`).sort());
  const evaluate = async (name: string, input: object): Promise<unknown> =>
    valueOf(await evaluator.evaluate(request(name, input)));
  t.deepEqual(await evaluate('decision', { customer: 'alice', amount: 99 }), { allow: true, reasons: [] });
  t.deepEqual(await evaluate('decision', { customer: 'bob', amount: 99 }), {
    allow: false,
    reasons: ['amount 99 is above 50'],
  });
  t.deepEqual(await evaluate('only_alice', { customer: 'alice', order: { id: 7 } }), { id: 7 });
  t.is(await evaluate('only_alice', { customer: 'bob', order: { id: 7 } }), 'undefined');
  t.deepEqual(await evaluate('sets', {}), [
    [1, 2, 3],
    ['a', 'b'],
    [[1], [2]],
  ]);
  t.like(evaluator.stats, { evaluations: { result: 4, undefined: 1, thrown: 0 }, instancesMade: 1 });
  await evaluator.close();
});

test('whole numbers keep their digits in input, data and result', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  const found = await evaluator.evaluate(request('big', { big: 9007199254740993n }));
  t.deepEqual(valueOf(found), { sum: '9007199254740994', data: '12345678901234567891' });
});

test('the clock is that of the request', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  t.is(valueOf(await evaluator.evaluate(request('clock', {}))), '1709208000250000000');
  t.is(valueOf(await evaluator.evaluate(request('clock', {}, { nowMs: 0 }))), 0);
  t.is(valueOf(await evaluator.evaluate(request('clock', {}, { nowMs: 1.5 }))), 1_500_000);
  t.is(valueOf(await evaluator.evaluate(request('weekday', {}))), 'Thursday');
});

test('what a builtin cannot answer as opa does ends the evaluation', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  const found = await evaluator.evaluate(request('zone', {}));
  t.like(found, { kind: 'thrown', detail: 'the zone `Local` depends on the machine' });
});

test('conflicts, unknown entry points and clocks that are none end as thrown, and the next evaluation is as good as ever', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  const good = request('decision', { customer: 'alice', amount: 1 });
  for (const bad of [
    request('conflict', { customer: 'alice', amount: 1 }),
    request('nothing', {}),
    request('clock', {}, { nowMs: Number.NaN }),
    request('clock', {}, { nowMs: Number.POSITIVE_INFINITY }),
  ]) {
    t.is((await evaluator.evaluate(bad)).kind, 'thrown');
    t.deepEqual(valueOf(await evaluator.evaluate(good)), { allow: true, reasons: [] });
  }
  t.is(evaluator.stats.evaluations.thrown, 4);
  t.true(evaluator.stats.instancesBroken > 0);
});

test('a policy that runs out of memory is trapped, and its instance replaced', async (t) => {
  const limits = { instanceBytesMax: 16 * 1024 * 1024 };
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }), { limits });
  const found = await evaluator.evaluate(request('large', { amount: 10_000_000 }));
  t.is(found.kind, 'trapped');
  t.is(valueOf(await evaluator.evaluate(request('large', { amount: 10 }))), 10);
  t.like(evaluator.stats, { evaluations: { trapped: 1 }, instancesBroken: 1, instancesMade: 2 });
});

test('an instance that holds too much is replaced', async (t) => {
  const limits = { evaluationBytesKeptMax: 1024 * 1024 };
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }), { limits });
  t.is(valueOf(await evaluator.evaluate(request('large', { amount: 100_000 }))), 100_000);
  t.is(valueOf(await evaluator.evaluate(request('large', { amount: 10 }))), 10);
  t.like(evaluator.stats, { instancesOutgrown: 1, instancesMade: 2, instancesBroken: 0 });
});

test('tenants have instances of their own, bounded in number and memory', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }), { limits: { instancesMax: 2 } });
  for (const tenant of ['a', 'b', 'a', 'c', 'a', 'b']) {
    const found = await evaluator.evaluate(request('decision', { customer: 'alice', amount: 1 }, { tenant }));
    t.deepEqual(valueOf(found), { allow: true, reasons: [] });
  }
  // `b` goes for `c`, and comes back for `c`, which was used longest ago then.
  t.like(evaluator.stats, { instancesMade: 2, instancesEvicted: 2 });
  const small = await evaluatorOf(sourceOf(await WASM, { data: DATA }), { limits: { instancesBytesMax: 1 } });
  for (const tenant of ['a', 'b']) await small.evaluate(request('decision', {}, { tenant }));
  t.like(small.stats, { instancesMade: 1, instancesEvicted: 1 });
});

test('a closed policy decides nothing', async (t) => {
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }));
  await evaluator.close();
  t.like(await evaluator.evaluate(request('decision', {})), { kind: 'unready' });
  t.is(evaluator.stats.evaluations.unready, 1);
});

test('elapsed time is that of the clock that was passed in', async (t) => {
  let now = 1000;
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA }), { monotonicMs: () => (now += 0.25) });
  t.is((await evaluator.evaluate(request('sets', {}))).elapsedNs, 250_000);
});

test('large data fits: memory is sized by it', async (t) => {
  const limits = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`customer-${at}`, at]));
  const data = JSON.stringify({ orders: { limits, serial: 1 } });
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data }));
  const found = await evaluator.evaluate(request('decision', { customer: 'customer-777', amount: 778 }));
  t.deepEqual(valueOf(found), { allow: false, reasons: ['amount 778 is above 777'] });
});

test('only what the policy refers to is handed over', async (t) => {
  const references = { 'shop/decision': [['amount'], ['customer']], 'shop/only_alice': [['customer']] };
  const evaluator = await evaluatorOf(sourceOf(await WASM, { data: DATA, references }));
  const input = { customer: 'alice', amount: 5, order: { id: 1 }, body: { card: 'x'.repeat(1000) } };
  t.deepEqual(valueOf(await evaluator.evaluate(request('decision', input))), { allow: true, reasons: [] });
  // `order` is left out although the policy reads it: the references are what counts.
  t.is(valueOf(await evaluator.evaluate(request('only_alice', input))), 'undefined');
});
