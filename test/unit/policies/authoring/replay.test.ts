import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { openCandidate, type Candidate } from '../../../../policies/authoring/replay/candidate.ts';
import { replayLog, type ReplayReport } from '../../../../policies/authoring/replay/replay.ts';
import type { JsonObject } from '../../../../policies/authoring/runs/json.ts';
import { opaOfTests, temporaryFolder } from './temporary.ts';

const POLICY = `package door

# METADATA
# entrypoint: true
decision := {"allow": count(deny) == 0, "deny": deny, "obligations": [], "alerts": []}

deny contains {"id": "CLUB-001"} if not data.club.members[input.guest]

deny contains {"id": "CLUB-002"} if input.age < 18

# METADATA
# entrypoint: true
open if time.now_ns() < input.closesMs * 1000000

# METADATA
# entrypoint: true
exact := input.number
`;

const allowed = { allow: true, deny: [], obligations: [], alerts: [] };
const denied = (...ids: readonly string[]): object => ({ ...allowed, allow: false, deny: ids.map((id) => ({ id })) });

let count = 0;
function event(input: unknown, result: unknown, more: object = {}): string {
  const id = `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
  return JSON.stringify({
    decision_id: id,
    path: 'door/decision',
    input,
    result,
    timestamp: '2026-11-24T22:00:00.000Z',
    labels: { app: 'weir' },
    ...more,
  });
}

async function candidateOf(t: ExecutionContext, policy = POLICY, data: JsonObject | null = null): Promise<Candidate> {
  const cwd = temporaryFolder(t, {
    'door.rego': policy,
    'data.json': '{"club": {"members": {"nadja": true, "kim": true}}}',
  });
  const outcome = await openCandidate({
    cwd,
    target: '.',
    entrypoints: [],
    data,
    opa: () => ({ ok: true, value: opaOfTests() }),
  });
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

async function* bytes(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

async function replay(candidate: Candidate, log: string | Uint8Array, listedMax = 100): Promise<ReplayReport> {
  return replayLog(candidate, bytes(log), { listedMax });
}

const kindsOf = ({ changes }: ReplayReport): readonly unknown[] =>
  changes.map(({ line, kind, details }) => [line, kind, ...details]);

test('changed verdicts and reasons are told apart from what stays the same', async (t) => {
  const log = [
    event({ guest: 'nadja', age: 30 }, allowed),
    event({ guest: 'kim', age: 12 }, allowed),
    event({ guest: 'nadja', age: 31 }, denied('CLUB-001')),
    event({ guest: 'omar', age: 9 }, denied('CLUB-001')),
    event({ guest: 'omar', age: 40 }, denied('CLUB-001')),
    event({ guest: 'omar', age: 40 }, undefined),
    event({ guest: 'kim', age: 41 }, true),
    event({ guest: 'kim', age: 42 }, { allowed: false }),
    event({ guest: 'kim', age: 43 }, 'yes'),
  ].join('\n');
  const report = await replay(await candidateOf(t), log);
  t.deepEqual(kindsOf(report), [
    [2, 'newly-denied', '+CLUB-002'],
    [3, 'newly-allowed', '-CLUB-001'],
    [4, 'reasons', '+CLUB-002'],
    [6, 'reasons', 'undefined → answered', '+CLUB-001'],
    [7, 'reasons', 'the answer differs at the top'],
    [8, 'newly-allowed'],
    [9, 'value', 'the answer has another form'],
  ]);
  t.deepEqual(report.counts, {
    ...{ unchanged: 2, newlyAllowed: 2, newlyDenied: 1, reasons: 3, value: 1 },
    ...{ notReplayable: 0, bad: 0, other: 0 },
  });
  t.deepEqual(report.changes[0]?.before, { verdict: 'allow', failure: '', reasons: [] });
  t.deepEqual(report.changes[0]?.after, { verdict: 'deny', failure: '', reasons: ['CLUB-002'] });
});

test('the clock is that of the decision', async (t) => {
  const open = { path: '/door/open/' };
  const log = [
    event({ closesMs: 6, time: { unixMs: 5 } }, true, open),
    event({ closesMs: 6, time: { unixMs: 7 } }, undefined, open),
    event({ closesMs: 6 }, true, { ...open, nd_builtin_cache: { 'time.now_ns': { '[]': 5_000_000 } } }),
    event({ closesMs: 6, time: { unixMs: 5 } }, undefined, {
      ...open,
      nd_builtin_cache: { 'time.now_ns': { '[]': 7_000_000 } },
    }),
    event({ closesMs: Date.UTC(2026, 10, 24, 22) + 1 }, true, open),
    event({ closesMs: Date.UTC(2026, 10, 24, 22) }, undefined, open),
  ].join('\n');
  const report = await replay(await candidateOf(t), log);
  t.deepEqual(kindsOf(report), []);
  t.is(report.counts.unchanged, 6);
});

test('numbers keep their digits', async (t) => {
  const log =
    '{"decision_id":"a","path":"door/exact","input":{"number":9007199254740993},"result":9007199254740993}\n{"decision_id":"b","path":"door/exact","input":{"number":9007199254740993},"result":9007199254740992}\n';
  t.deepEqual(kindsOf(await replay(await candidateOf(t), log)), [[2, 'value', 'the answer differs at the top']]);
});

test('what cannot be replayed is counted and has its place and reason', async (t) => {
  const guest = { guest: 'nadja', age: 30 };
  const log = [
    event(undefined, allowed),
    event(undefined, allowed, { erased: ['/input'] }),
    event({ age: 30 }, denied('CLUB-001'), { erased: ['/input/guest'] }),
    event({ ...guest, note: '**' }, allowed, { masked: ['/input/note'] }),
    event(guest, undefined, { erased: ['/result'] }),
    event(guest, { ...allowed, deny: [{}] }, { erased: ['/result/deny/0/id'] }),
    event(guest, allowed, { path: 'door/closed' }),
    event(guest, undefined, { path: undefined, query: 'x := 1' }),
    event(guest, undefined, { custom: { weir: { cause: 'overload' } } }),
    event(guest, undefined, { error: { code: 'internal_error' } }),
    event([1], allowed),
    '{"decision_id": "x", "input": {"guest": "secret-name"',
    '{"level":"info","msg":"Received request."}',
    'starting',
  ].join('\n');
  const report = await replay(await candidateOf(t), log);
  t.deepEqual(report.counts, {
    ...{ unchanged: 2, newlyAllowed: 0, newlyDenied: 0, reasons: 0, value: 0 },
    ...{ notReplayable: 9, bad: 2, other: 1 },
  });
  t.deepEqual(
    report.unreplayed.map(({ line, reason }) => `${line} ${reason}`),
    [
      '1 it has no input',
      '2 its input was erased',
      '3 the log masks what the policy reads: /input/guest',
      '5 the log masks the verdict',
      '7 the candidate has no entry point `door/closed`',
      '8 it is an ad-hoc query',
      '9 no policy decided it (overload)',
      '10 its evaluation had failed',
      '11 its input is no object',
      '12 this is no JSON at character 54',
      '14 this is no object',
    ],
  );
  t.false(JSON.stringify(report).includes('secret-name'));
});

test('lists are bounded and counts are not; changes are grouped', async (t) => {
  const lines = Array.from({ length: 50 }, () => event({ guest: 'kim', age: 12 }, allowed));
  const report = await replay(await candidateOf(t), gzipSync(`[${lines.join(',\n')}]`), 3);
  t.is(report.changes.length, 3);
  t.is(report.changesNotListed, 47);
  t.deepEqual(report.groups, [
    { kind: 'newly-denied', entrypoint: 'door/decision', details: ['+CLUB-002'], count: 50, firstLine: 1 },
  ]);
});

test('documents can be laid over those of the candidate', async (t) => {
  const log = event({ guest: 'omar', age: 40 }, allowed);
  const data = { club: { members: { omar: true } } };
  t.is((await replay(await candidateOf(t, POLICY, data), log)).counts.unchanged, 1);
});

test('a candidate without entry points is refused', async (t) => {
  const cwd = temporaryFolder(t, { 'a.rego': 'package a\n\nb := 1\n' });
  const options = { cwd, target: '.', data: null, opa: () => ({ ok: true, value: opaOfTests() }) as const };
  const none = await openCandidate({ ...options, entrypoints: [] });
  t.is(none.ok ? '' : none.problem.code, 'POL106');
  const unknown = await openCandidate({ ...options, entrypoints: ['a/c'] });
  t.is(unknown.ok ? '' : unknown.problem.code, 'POL105');
  const named = await openCandidate({ ...options, entrypoints: ['a/b'] });
  t.deepEqual(named.ok ? named.value.evaluator.entrypoints : [], ['a/b']);
});

test('a bundle that is none is refused', async (t) => {
  const cwd = temporaryFolder(t, { 'bundle.tar.gz': 'no archive' });
  const options = {
    cwd,
    target: 'bundle.tar.gz',
    entrypoints: [],
    data: null,
    opa: () => ({ ok: true, value: opaOfTests() }) as const,
  };
  const outcome = await openCandidate(options);
  t.is(outcome.ok ? '' : outcome.problem.code, 'POL110');
});
