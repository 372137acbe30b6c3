import test from 'ava';
import type { EngineLimits } from '../../../../policies/engine/options.ts';
import type { Evaluation } from '../../../../policies/engine/types.ts';
import type { CountingEvaluator } from '../../../../policies/engine/create-evaluator.ts';
import { compileRego, evaluatorOf, sourceOf } from './compiled.ts';

const POLICY = `package tenant

allow if input.user == data.owner

slow := n if {
	input.product > 0
	n := count([1 | some i in numbers.range(1, 3000); some j in numbers.range(1, 3000); i * j == input.product])
}

large := count(numbers.range(1, input.count))

bomb if regex.match("^(([a-z])+.)+[A-Z]([a-z])+$", input.text)

split_bomb := count(regex.split("(a*)*b", input.text))

clock := time.now_ns()
`;

const NAMES = ['allow', 'slow', 'large', 'bomb', 'split_bomb', 'clock'];
const WASM = compileRego(
  { 'tenant.rego': POLICY },
  NAMES.map((name) => `tenant/${name}`),
);

/** Long enough for a good evaluation on a machine that is busy with other tests, short enough for a test. */
const DEADLINE_MS = 400;

const start = async (limits: Partial<EngineLimits> = {}): Promise<CountingEvaluator> =>
  evaluatorOf(sourceOf(await WASM, { data: '{"owner":"alice"}', trust: 'tenant' }), {
    limits: { deadlineMs: DEADLINE_MS, queueWaitMsMax: 10_000, ...limits },
  });

const evaluate = (evaluator: CountingEvaluator, name: string, input: object): Promise<Evaluation> =>
  Promise.resolve(evaluator.evaluate({ entrypoint: `tenant/${name}`, input, nowMs: 1000, tenant: 'acme' }));

/** Multiplies nine million pairs, which takes seconds. */
const SLOW = { product: 8_999_999 };

test('a policy of a tenant answers as any other', async (t) => {
  const evaluator = await start();
  t.like(await evaluate(evaluator, 'allow', { user: 'alice' }), { kind: 'result', value: true });
  t.like(await evaluate(evaluator, 'allow', { user: 'bob' }), { kind: 'undefined' });
  t.like(await evaluate(evaluator, 'clock', {}), { kind: 'result', value: 1_000_000_000 });
  t.like(await evaluate(evaluator, 'nothing', {}), { kind: 'thrown' });
  const nothing: unknown = null;
  t.like(await evaluate(evaluator, 'allow', nothing as object), { kind: 'thrown' });
  t.like(evaluator.stats, { evaluations: { result: 2, undefined: 1, thrown: 2 }, inputsRefused: 1 });
  await evaluator.close();
});

test('an evaluation that takes too long is killed; others go on and the next ones too', async (t) => {
  const evaluator = await start();
  const slow = evaluate(evaluator, 'slow', SLOW);
  const others = await Promise.all(Array.from({ length: 20 }, () => evaluate(evaluator, 'allow', { user: 'alice' })));
  t.true(others.every(({ kind }) => kind === 'result'));
  const late = await slow;
  t.like(late, { kind: 'late', detail: `the evaluation took longer than ${DEADLINE_MS} ms and was killed` });
  t.like(await evaluate(evaluator, 'allow', { user: 'alice' }), { kind: 'result' });
  // The main thread is not blocked meanwhile: both workers are busy, and timers run.
  const [first, second] = [evaluate(evaluator, 'slow', SLOW), evaluate(evaluator, 'slow', SLOW)];
  t.is((await first).kind, 'late');
  t.is((await second).kind, 'late');
  t.like(await evaluate(evaluator, 'allow', { user: 'alice' }), { kind: 'result' });
  t.is(evaluator.stats.workersKilled, 3);
  await evaluator.close();
});

test('more evaluations than may wait are refused at once', async (t) => {
  const evaluator = await start({ workersMax: 1, queueLengthMax: 2 });
  const running = evaluate(evaluator, 'slow', SLOW);
  const waiting = [1, 2].map(() => evaluate(evaluator, 'allow', { user: 'alice' }));
  const refused = await evaluate(evaluator, 'allow', { user: 'alice' });
  t.like(refused, { kind: 'unready', detail: 'more than 2 evaluations wait' });
  t.is((await running).kind, 'late');
  for (const evaluation of waiting) t.is((await evaluation).kind, 'result');
  t.is(evaluator.stats.queueRefused, 1);
  await evaluator.close();
});

test('an evaluation waits only so long for a worker', async (t) => {
  const evaluator = await start({ workersMax: 1, queueWaitMsMax: 5 });
  const running = evaluate(evaluator, 'slow', SLOW);
  t.like(await evaluate(evaluator, 'allow', { user: 'alice' }), {
    kind: 'unready',
    detail: 'no worker was free within 5 ms',
  });
  t.is((await running).kind, 'late');
  await evaluator.close();
});

test('a policy that takes all memory it may have is trapped', async (t) => {
  const evaluator = await start({ instanceBytesMax: 16 * 1024 * 1024, deadlineMs: 10_000 });
  const found = await evaluate(evaluator, 'large', { count: 10_000_000 });
  t.like(found, { kind: 'trapped' });
  t.like(await evaluate(evaluator, 'large', { count: 10 }), { kind: 'result', value: 10 });
  await evaluator.close();
});

test('regular expressions take linear time: a bomb is no bomb', async (t) => {
  const evaluator = await start({ deadlineMs: 10_000 });
  const text = 'a'.repeat(20_000);
  t.like(await evaluate(evaluator, 'bomb', { text }), { kind: 'undefined' });
  t.like(await evaluate(evaluator, 'split_bomb', { text }), { kind: 'result', value: 1 });
  await evaluator.close();
});

test('closing ends what runs and what waits', async (t) => {
  const evaluator = await start({ workersMax: 1, deadlineMs: 60_000 });
  const running = evaluate(evaluator, 'slow', SLOW);
  const waiting = evaluate(evaluator, 'allow', { user: 'alice' });
  await evaluator.close();
  t.like(await running, { kind: 'trapped', detail: 'the policy was closed' });
  t.like(await waiting, { kind: 'unready', detail: 'the policy was closed' });
  t.like(await evaluate(evaluator, 'allow', {}), { kind: 'unready', detail: 'the policy was closed' });
});
