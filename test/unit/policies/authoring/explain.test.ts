import test, { type ExecutionContext } from 'ava';
import { explainDecision, readInput, type Explanation } from '../../../../policies/authoring/explain/explain.ts';
import { findDecision } from '../../../../policies/authoring/explain/find-decision.ts';
import type { JsonObject } from '../../../../policies/authoring/runs/json.ts';
import { readPolicies } from '../../../../policies/authoring/runs/policy-set.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const POLICY = `package club.door

# METADATA
# entrypoint: true
decision := {"allow": count(deny) == 0, "deny": deny}

deny contains {"id": "CLUB-001", "guest": input.weir.guest} if {
	input.weir.guest != "owner"
	not is_member
}

deny contains {"id": "CLUB-002"} if {
	age := input.weir.age
	age < 18
}

deny contains {"id": "CLUB-003"} if {
	name := lower(input.parsed_body.card)
	starts_well(name)
}

starts_well(text) if {
	prefix := substring(text, 0, 9)
	startswith(prefix, "forged")
}

deny contains {"id": "CLUB-004"} if {
	bearer := input.attributes.request.http.headers.authorization
	bearer == data.club.revoked
}

is_member if data.club.members[input.weir.guest].until > 5

open if time.now_ns() < input.weir.closesMs * 1000000
`;

const DATA = '{"club": {"members": {"nadja": {"until": 3}, "kim": {"until": 9}}, "revoked": "none"}}';

const INPUT = {
  weir: { guest: 'nadja', age: 30 },
  parsed_body: { card: 'Pin-4711-Secret', nested: [{ amount: 987654 }] },
  attributes: {
    request: { http: { path: '/in?code=hunter2', headers: { authorization: 'Bearer abcdef', host: 'club.test' } } },
  },
};

async function explain(t: ExecutionContext, input: JsonObject, entrypoint: string | null = null): Promise<Explanation> {
  const cwd = temporaryFolder(t, { 'door/policy.rego': POLICY, 'data.json': DATA });
  const set = readPolicies(cwd, ['.']);
  if (!set.ok) throw new Error(set.problem.message);
  const outcome = await explainDecision(opaOfTests(), set.value, { input, entrypoint, nowMs: null });
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

test('rules that held, rules that nearly held, and the rows of data', async (t) => {
  const { answer, held, nearly, lookups, entrypoint } = await explain(t, INPUT);
  t.is(entrypoint, 'club/door/decision');
  t.deepEqual(answer, { allow: false, deny: [{ guest: 'nadja', id: 'CLUB-001' }] });
  t.deepEqual(
    held.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
    ['data.club.door.decision door/policy.rego:5', 'data.club.door.deny door/policy.rego:7'],
  );
  const young = nearly.find(({ line }) => line === 12);
  t.deepEqual([young?.failedLine, young?.text, young?.values], [14, 'age < 18', { age: 30 }]);
  const member = nearly.find(({ rule }) => rule === 'data.club.door.is_member');
  t.is(member?.failedLine, 32);
  t.deepEqual(lookups, [{ path: 'data.club.members.nadja.until', isFound: true }]);
});

test('nothing of the body, of credentials or of the query is shown', async (t) => {
  const explanation = await explain(t, INPUT);
  const text = JSON.stringify(explanation);
  for (const secret of ['4711', 'Secret', 'secret', '987654', 'abcdef', 'hunter2', 'pin-'])
    t.false(text.includes(secret), secret);
  const card = explanation.nearly.find(({ rule }) => rule === 'data.club.door.starts_well');
  t.deepEqual(card?.values, { prefix: '(masked)' });
  const bearer = explanation.nearly.find(({ line }) => line === 27);
  t.deepEqual(bearer?.values, { 'data.club.revoked': 'none', bearer: '(masked)' });
});

test('an answer that repeats the body is masked', async (t) => {
  const cwd = temporaryFolder(t, {
    'echo.rego':
      'package echo\n\n# METADATA\n# entrypoint: true\nanswer := {"told": sprintf("card %s", [input.parsed_body.card]), "twice": input.parsed_body.nested, "ok": true}\n',
  });
  const set = readPolicies(cwd, ['.']);
  if (!set.ok) throw new Error(set.problem.message);
  const outcome = await explainDecision(opaOfTests(), set.value, { input: INPUT, entrypoint: null, nowMs: null });
  t.deepEqual(outcome.ok ? outcome.value.answer : null, {
    told: '(masked)',
    twice: [{ '(masked)': '(masked)' }],
    ok: true,
  });
});

test('the clock is that of the input; without a value the answer is undefined', async (t) => {
  const open = await explain(t, { weir: { closesMs: 8 }, time: { unixMs: 7 } }, 'club/door/open');
  t.is(open.answer, true);
  const closed = await explain(t, { weir: { closesMs: 8 }, time: { unixMs: 9 } }, '/club/door/open');
  t.is(closed.answer, undefined);
});

test('which entry point is meant has to be clear', async (t) => {
  const cwd = temporaryFolder(t, { 'a.rego': 'package a\n\nb := 1\n' });
  const set = readPolicies(cwd, ['.']);
  if (!set.ok) throw new Error(set.problem.message);
  const outcome = await explainDecision(opaOfTests(), set.value, { input: {}, entrypoint: null, nowMs: null });
  t.is(outcome.ok ? '' : outcome.problem.code, 'POL106');
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

test('a decision is found in a log by its id', async (t) => {
  const log = [
    '{"decision_id":"a","path":"x/y","input":{"n":1},"result":true,"timestamp":"2026-11-24T22:00:00Z"}',
    'junk',
    '{"decision_id":"b","path":"/x/y","input":{"n":2},"result":true,"erased":["/input/m"],"timestamp":"2026-11-24T22:00:00Z"}',
    '{"decision_id":"c","path":"x/y","result":true}',
  ].join('\n');
  const found = await findDecision(bytes(log), 'b');
  t.deepEqual(found.ok ? found.value : null, {
    ...{ entrypoint: 'x/y', line: 3, input: { n: 2 }, altered: ['/input/m'] },
    nowMs: Date.UTC(2026, 10, 24, 22),
  });
  const absent = await findDecision(bytes(log), 'd');
  t.is(absent.ok ? '' : absent.problem.code, 'POL112');
  t.regex(absent.ok ? '' : absent.problem.message, /1 places? of the log/);
  const erased = await findDecision(bytes(log), 'c');
  t.is(erased.ok ? '' : erased.problem.code, 'POL113');
});

test('an input has to be an object', (t) => {
  t.true(readInput('a.json', '{"a": 1}').ok);
  for (const text of ['[1]', '{"a":', 'null']) {
    const read = readInput('a.json', text);
    t.is(read.ok ? '' : read.problem.code, 'POL111');
  }
});
