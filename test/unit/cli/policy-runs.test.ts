import { truncateSync } from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { start } from '../../../analyzer/cli/start.ts';
import { Repository, type Ended } from './run.ts';

const POLICY = `package door

# METADATA
# entrypoint: true
decision := {"allow": count(deny) == 0, "deny": deny, "obligations": [], "alerts": []}

deny contains {"id": "CLUB-001"} if not data.club.members[input.guest]
`;

const TESTS = `package door_test

import data.door

test_member if {
	door.decision.allow with input as {"guest": "kim"} with data.club.members as {"kim": true}
}
`;

const EXAMPLES = `- name: A stranger is refused
  input: { guest: omar }
  expect: { alerts: [], allow: false, deny: [{ id: CLUB-001 }], obligations: [] }
`;

const FILES = {
  'club/door.rego': POLICY,
  'club/door_test.rego': TESTS,
  'club/data.json': '{"club": {"members": {"nadja": true}}}',
  'club/examples.yaml': EXAMPLES,
};

const allowed = '{"alerts":[],"allow":true,"deny":[],"obligations":[]}';
const denied = '{"alerts":[],"allow":false,"deny":[{"id":"CLUB-001"}],"obligations":[]}';
const event = (id: string, guest: string, result: string): string =>
  `{"decision_id":"${id}","path":"door/decision","input":{"guest":"${guest}","parsed_body":"hush-hush"},"result":${result},"timestamp":"2026-11-24T22:00:00Z"}\n`;

const repository = (t: ExecutionContext, more: Readonly<Record<string, string | Buffer>> = {}): Repository =>
  new Repository(t, { ...FILES, ...more });

/** Keeps what is written to it. */
class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** The command in this process, with everything of the machine handed in. */
async function weir(files: Repository, args: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const machine = { cwd: files.folder, env: process.env, stdin: Readable.from([Buffer.from(input)]), stdout, stderr };
  const code = await start({ ...machine, today: () => '2026-11-24' }, ['policy', ...args]);
  return { code, out: stdout.text, err: stderr.text };
}

test('test: what is well is counted, in three forms', async (t) => {
  const files = repository(t);
  const { code, out, err } = await weir(files, ['test', 'club', '--coverage-threshold', '60']);
  t.is(err, '');
  t.is(
    out,
    'tests     1 passed, 0 failed\nin Wasm   1 the same as in opa (2 values), 0 different, 0 not comparable\nexamples  1 as expected, 0 not\nin Wasm   1 the same as in opa (1 values), 0 different, 0 not comparable\ncoverage  66.66 % (threshold 60 %)\n',
  );
  t.is(code, 0);
  const json: unknown = JSON.parse((await weir(files, ['test', 'club', '-f', 'json'])).out);
  t.like(json, { version: '1', isPassed: true, coverage: null });
  const junit = (await weir(files, ['test', 'club', '-f', 'junit'])).out;
  t.regex(junit, /<testsuites name="weir policy test" tests="4" failures="0" errors="0" skipped="0">/);
  t.regex(junit, /<testcase classname="club\/door_test.rego" name="test_member in Wasm"\/>/);
});

test('test: what fails is told and ends with 1', async (t) => {
  const files = repository(t, {
    'club/examples.yaml': EXAMPLES.replace('allow: false', 'allow: true'),
    'club/more_test.rego':
      'package more_test\n\ntest_wrong if {\n\tprint("one", 1)\n\t1 == 2\n}\n\ntest_far if {\n\thttp.send({"url": "http://127.0.0.1:1", "method": "get"})\n}\n',
  });
  const { code, out } = await weir(files, ['test', 'club', '--coverage-threshold', '100']);
  t.is(code, 1);
  t.regex(out, /FAIL club\/more_test\.rego:3 test_wrong\n {2}one 1\n/);
  t.regex(out, /NOT COMPARABLE club\/more_test\.rego:8 test_far\n {2}.*http\.send/);
  t.regex(
    out,
    /FAIL club\/examples\.yaml:1 A stranger is refused \(door\/decision\)\n {2}at \/allow: expected true, got false/,
  );
  t.regex(out, /coverage {2}not measured: tests fail\n$/);
  const junit = (await weir(files, ['test', 'club', '-f', 'junit'])).out;
  t.regex(junit, /<failure message="fails at line 3">one 1<\/failure>/);
  t.regex(junit, /<skipped message="not comparable: [^"]*http\.send/);
});

test('replay: changes, each form, and the exit codes', async (t) => {
  const log = event('d-1', 'nadja', allowed) + event('d-2', 'omar', allowed) + event('d-3', 'nadja', denied) + 'junk\n';
  const files = repository(t, { 'log.jsonl': log, 'log.json.gz': gzipSync(log) });
  const { code, out } = await weir(files, ['replay', 'log.jsonl', 'club']);
  t.is(code, 1);
  t.regex(out, /2 {5}d-2 {7}newly denied {3}door\/decision {2}\+CLUB-001/);
  t.regex(out, /3 {5}d-3 {7}newly allowed {2}door\/decision {2}-CLUB-001/);
  t.regex(out, /log\.jsonl:4 not readable: this is no object/);
  t.regex(
    out,
    /replayed {3}3 decisions: 1 unchanged, 2 changed \(1 newly allowed, 1 newly denied\)\nleft out {3}1 places not readable\n$/,
  );
  t.is((await weir(files, ['replay', 'log.json.gz', 'club', '--fail-on', 'newly-denied'])).code, 1);
  t.is(
    (await weir(files, ['replay', '-', 'club', '--fail-on', 'newly-allowed'], event('d-4', 'omar', allowed))).code,
    0,
  );
  t.is((await weir(files, ['replay', 'log.jsonl', 'club', '--fail-on', 'none'])).code, 0);
  t.is((await weir(files, ['replay', 'log.jsonl', 'club', '--fail-on', 'none', '--fail-on-incomplete'])).code, 3);
  t.like(JSON.parse((await weir(files, ['replay', 'log.jsonl', 'club', '-f', 'json', '--limit', '1'])).out), {
    changesNotListed: 1,
    counts: { bad: 1, newlyDenied: 1 },
  });
  const junit = (await weir(files, ['replay', 'log.jsonl', 'club', '-f', 'junit'])).out;
  t.regex(junit, /tests="4" failures="2" errors="0" skipped="1"/);
  const sarif: unknown = JSON.parse((await weir(files, ['replay', 'log.jsonl', 'club', '-f', 'sarif'])).out);
  t.like(sarif, { version: '2.1.0', runs: [{ results: [{ ruleId: 'newly-denied' }, { ruleId: 'newly-allowed' }] }] });
  t.false(`${out}${junit}${JSON.stringify(sarif)}`.includes('hush'));
});

test('replay: a log of which nothing can be replayed never ends well', async (t) => {
  const files = repository(t, { 'log.jsonl': '{"level":"info"}\n' });
  const { code, err } = await weir(files, ['replay', 'log.jsonl', 'club']);
  t.is(code, 3);
  t.regex(err, /POL109/);
});

test('explain: of an input, and of a logged decision without its payload', async (t) => {
  const files = repository(t, { 'input.json': '{"guest": "omar"}', 'log.jsonl': event('d-1', 'omar', denied) });
  const { code, out } = await weir(files, ['explain', 'club', '-i', 'input.json']);
  t.is(code, 0);
  t.regex(out, /^door\/decision answers\n {2}\{\n {4}"alerts": \[\],\n {4}"allow": false/);
  t.regex(out, /Rules that held\n {2}data\.door\.deny {2}club\/door\.rego:7\n/);
  t.regex(out, /Data that was looked up\n {2}data\.club\.members\.omar {2}\(no such row\)/);
  const logged = await weir(files, ['explain', 'club', '--decision', 'd-1', '--log', 'log.jsonl', '-f', 'json']);
  t.like(JSON.parse(logged.out), { entrypoint: 'door/decision', isUndefined: false, answer: { allow: false } });
  t.false(logged.out.includes('hush'));
});

test('bench: every entry point over the examples', async (t) => {
  const { code, out } = await weir(repository(t), ['bench', 'club', '-n', '20', '--no-opa', '-f', 'json']);
  t.is(code, 0);
  t.like(JSON.parse(out), {
    entrypoints: [{ entrypoint: 'door/decision', examples: 1, unanswered: 0, wasm: { evaluations: 20 }, opa: null }],
  });
});

test('bench: beside opa', async (t) => {
  const { code, out } = await weir(repository(t), ['bench', 'club', '-n', '20']);
  t.is(code, 0);
  t.regex(
    out,
    /^entry point {4}examples {2}median µs .* opa allocations\ndoor\/decision {2}1 +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+\n/,
  );
});

test('a bundle is replayed without opa, and explained', async (t) => {
  const log = event('d-1', 'nadja', denied);
  const files = repository(t, { 'log.jsonl': log, 'input.json': '{"guest": "omar"}' });
  t.is((await weir(files, ['build', 'club', '-o', 'club.tar.gz', '--revision', 'r7'])).code, 0);
  const [stdout, stderr] = [new Kept(), new Kept()];
  const env = { PATH: '', XDG_CACHE_HOME: path.join(files.folder, 'empty') };
  const machine = { cwd: files.folder, env, stdin: Readable.from([]), stdout, stderr, today: () => '2026-11-24' };
  t.is(await start(machine, ['policy', 'replay', 'log.jsonl', 'club.tar.gz', '-f', 'json']), 1);
  t.like(JSON.parse(stdout.text), { revision: 'r7', counts: { newlyAllowed: 1 } });
  t.is(await start(machine, ['policy', 'explain', 'club.tar.gz', '-i', 'input.json']), 2);
  t.regex(stderr.text, /POL001/);
  t.regex((await weir(files, ['explain', 'club.tar.gz', '-i', 'input.json'])).out, /data\.door\.deny {2}door\.rego:7/);
});

const refuses = test.macro({
  exec: async (t, args: readonly string[], code: string, more: Readonly<Record<string, string>> = {}) => {
    const ended = await weir(repository(t, more), args);
    t.is(ended.code, 2);
    t.true(ended.err.startsWith(`weir: ${code} `), ended.err);
  },
  title: (_, args: readonly string[], code) => `refused with ${String(code)}: ${args.join(' ')}`,
});

test(refuses, ['test', 'nowhere'], 'POL101');
test(refuses, ['test', 'club', '--coverage-threshold', '101'], 'CLI005');
test(refuses, ['test', 'club', '-f', 'yaml'], 'CLI005');
test(refuses, ['replay', 'nowhere.jsonl', 'club'], 'POL108');
test(refuses, ['replay', 'club/data.json', 'club', '--fail-on', 'denied'], 'CLI005');
test(refuses, ['replay', 'club/data.json', 'club', '--limit', 'all'], 'CLI005');
test(refuses, ['replay', 'club/data.json', 'club', '-d', 'nowhere.json'], 'POL102');
test(refuses, ['replay', 'club/data.json', 'club/data.json'], 'POL110');
test(refuses, ['replay', 'club/data.json', 'far'], 'POL107', {
  'far/far.rego':
    'package far\n\n# METADATA\n# entrypoint: true\nx := http.send({"url": input.url, "method": "get"})\n',
});
test(refuses, ['explain', 'club'], 'CLI005');
test(refuses, ['explain', 'club', '--decision', 'd'], 'CLI005');
test(refuses, ['explain', 'club', '-i', 'nowhere.json'], 'POL111');
test(refuses, ['explain', 'club', '--decision', 'd', '--log', 'nowhere.jsonl'], 'POL108');
test(refuses, ['explain', 'club', '--decision', 'd', '--log', 'club/data.json'], 'POL112');
test(refuses, ['bench', 'alone'], 'POL114', { 'alone/door.rego': POLICY });
test(refuses, ['bench', 'club', '-n', '0'], 'CLI005');

test('a file that is too large is refused without reading it', async (t) => {
  const files = repository(t, { 'club/large.rego': 'package large\n' });
  truncateSync(path.join(files.folder, 'club/large.rego'), 64 * 1024 * 1024 + 1);
  const { code, err } = await weir(files, ['test', 'club']);
  t.is(code, 2);
  t.regex(err, /^weir: POL115 `club\/large\.rego` has 67108865 bytes/);
});
