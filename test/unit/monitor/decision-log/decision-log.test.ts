import { mkdtempSync, readdirSync, readFileSync, appendFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import type { JsonValue } from '../../../../model/json.ts';
import type { DecisionLogEvent } from '../../../../monitor/decision-log/event.ts';
import { httpSender } from '../../../../monitor/decision-log/http-service.ts';
import { DecisionLog, DECISIONS_QUEUED_MAX, type DecisionLogOptions } from '../../../../monitor/decision-log/log.ts';
import { maskEvent, readMaskRules } from '../../../../monitor/decision-log/mask.ts';
import { DecisionSpool } from '../../../../monitor/decision-log/spool.ts';
import { DecisionUploader } from '../../../../monitor/decision-log/upload.ts';
import { ActivePolicy } from '../../../../monitor/enforcement/core/active-policy.ts';
import type { DecisionRecord } from '../../../../monitor/enforcement/core/record.ts';
import { ALLOW, ARRIVAL, makeWorld, ScriptedEvaluator } from '../core/world.ts';

/** A real record of a call with a secret in header and body. */
async function aRecord(): Promise<DecisionRecord> {
  const { core, records } = makeWorld(ALLOW);
  await core.admit({
    ...ARRIVAL,
    attributes: {
      source: { address: { socketAddress: { address: '10.0.0.7' } } },
      request: { http: { method: 'POST', path: '/', headers: { authorization: 'Bearer s3cret', accept: '*/*' } } },
    },
    parsedBody: { patient: 'Mira', beds: [1, 2] },
  });
  const [record] = records;
  if (record === undefined) throw new Error('nothing was recorded');
  return record;
}

function aLog(changes: Partial<DecisionLogOptions> & { readonly mask?: ScriptedEvaluator['answer'] }): {
  readonly log: DecisionLog;
  readonly lines: string[];
} {
  const lines: string[] = [];
  const active = new ActivePolicy();
  const evaluator = new ScriptedEvaluator(
    'r7',
    (request) => changes.mask?.(request) ?? { kind: 'undefined', elapsedNs: 1 },
  );
  evaluator.entrypoints.push('system/log/mask', 'system/log/drop');
  active.activate({ evaluator, data: null, bundleName: 'photo', revision: 'r7' });
  const log = new DecisionLog({
    source: { labels: { id: 'edge-3', app: 'weir-monitor' }, boot: 'b1' },
    active,
    sinks: [{ write: (written) => void lines.push(...written) }],
    mustRecord: true,
    defer: setImmediate,
    onProblem: () => undefined,
    onEvent: () => undefined,
    ...changes,
  });
  return { log, lines };
}

const result = (value: JsonValue) => ({ kind: 'result', value, elapsedNs: 1 }) as const;

test("an event has OPA's fields", async (t) => {
  const { log, lines } = aLog({});
  log.record(await aRecord());
  await log.flush();
  const event = JSON.parse(lines[0] ?? '') as DecisionLogEvent;
  t.like(event, {
    labels: { id: 'edge-3', app: 'weir-monitor' },
    bundles: { photo: { revision: 'r7' } },
    path: 'weir/invocation/decision',
    requested_by: '10.0.0.7',
    timestamp: '2026-11-24T12:00:00.000Z',
    req_id: 1,
    result: ALLOW,
  });
  t.regex(event.decision_id, /^[0-9a-f-]{36}$/);
});

test('the mask of the bundle is carried out before anything is written', async (t) => {
  const { log, lines } = aLog({
    mask: ({ entrypoint }) =>
      entrypoint === 'system/log/drop'
        ? result(false)
        : result([
            '/input/attributes/request/http/headers/authorization',
            { op: 'upsert', path: '/input/parsed_body/patient', value: '**' },
            '/input/parsed_body/beds/0',
            '/input/not/there',
          ]),
  });
  log.record(await aRecord());
  await log.flush();
  t.notRegex(lines.join(''), /s3cret|Mira/);
  const event = JSON.parse(lines[0] ?? '') as DecisionLogEvent;
  t.deepEqual(event.erased, ['/input/attributes/request/http/headers/authorization', '/input/parsed_body/beds/0']);
  t.deepEqual(event.masked, ['/input/parsed_body/patient']);
  t.like(event.input, { parsed_body: { patient: '**', beds: [2] } });
});

for (const [name, answer] of [
  ['throws', () => ({ kind: 'thrown', detail: 'x', elapsedNs: 1 })],
  ['is no set of paths', () => result({ '/input': true })],
  ['names a place that may not be masked', () => result(['/labels/id'])],
  ['has an operation nobody knows', () => result([{ op: 'copy', path: '/input' }])],
] as const satisfies readonly (readonly [string, ScriptedEvaluator['answer']])[]) {
  test(`a mask that ${name} erases input and result, and keeps the event`, async (t) => {
    const { log, lines } = aLog({
      mask: ({ entrypoint }) => (entrypoint === 'system/log/drop' ? result(false) : answer()),
    });
    log.record(await aRecord());
    await log.flush();
    const event = JSON.parse(lines[0] ?? '') as DecisionLogEvent;
    t.is(event.input, undefined);
    t.deepEqual(event.erased, ['/input', '/result']);
    t.is(log.stats.maskFailures, 1);
  });
}

test('the drop decision leaves out and counts', async (t) => {
  const { log, lines } = aLog({ mask: () => result(true) });
  log.record(await aRecord());
  await log.flush();
  t.deepEqual(lines, []);
  t.is(log.stats.dropped, 1);
});

test('without a policy nothing of the request is kept', async (t) => {
  const { log, lines } = aLog({ active: new ActivePolicy() });
  log.record(await aRecord());
  await log.flush();
  t.notRegex(lines.join(''), /s3cret|Mira|thumbnail\//);
});

test('a full queue and a full disk are told, counted, and over when they are over', async (t) => {
  const record = await aRecord();
  const problems: (string | null)[] = [];
  let isFull = true;
  const { log } = aLog({
    onProblem: (message) => problems.push(message),
    sinks: [
      {
        write: () => {
          if (isFull) throw new Error('no space left on device');
        },
      },
    ],
  });
  for (let at = 0; at < DECISIONS_QUEUED_MAX; at++) log.record(record);
  t.false(log.record(record));
  t.is(log.stats.lost, 1);
  await log.flush();
  t.is(log.stats.lost, DECISIONS_QUEUED_MAX + 1);
  t.false(log.record(record), 'a call that goes on would have no record');
  isFull = false;
  t.true(log.record({ ...record, decision: { ...record.decision, effective: 'deny' } }));
  await log.flush();
  t.true(log.record(record));
  t.deepEqual(problems, ['no space left on device', null]);
});

test('mask rules are read as OPA reads them', (t) => {
  t.deepEqual(readMaskRules(['/input/a%2Fb']), [{ op: 'remove', path: ['input', 'a/b'] }]);
  t.is(readMaskRules(['input/a']), null);
  t.is(readMaskRules(['/input/%']), null);
  const event = { input: { 'a/b': 1, c: 2 } } as unknown as DecisionLogEvent;
  t.deepEqual(maskEvent(event, readMaskRules(['/input/a%2Fb']) ?? []), {
    input: { c: 2 },
    erased: ['/input/a%2Fb'],
  } as unknown as DecisionLogEvent);
  t.deepEqual(event.input, { 'a/b': 1, c: 2 }, 'the event itself is untouched');
});

function folder(t: ExecutionContext): string {
  const made = mkdtempSync(path.join(tmpdir(), 'weir-spool-'));
  t.teardown(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

test('the spool survives a restart, a torn line and a lost cursor', async (t) => {
  const at = folder(t);
  const first = new DecisionSpool(at, 1_000_000);
  first.append(['{"a":1}', '{"a":2}']);
  first.close();
  appendFileSync(path.join(at, readdirSync(at)[0] ?? ''), '{"a":3');
  const second = new DecisionSpool(at, 1_000_000);
  t.is(second.tornLines, 1);
  second.append(['{"a":4}']);
  const one = await second.read(1_000);
  t.deepEqual(one?.lines, ['{"a":1}', '{"a":2}']);
  if (one !== null) second.acknowledge(one.next);
  t.deepEqual((await second.read(1_000))?.lines, ['{"a":4}']);
  second.close();
  const third = new DecisionSpool(at, 1_000_000);
  t.deepEqual((await third.read(1_000))?.lines, ['{"a":4}']);
  third.close();
  rmSync(path.join(at, 'uploaded.json'));
  const fourth = new DecisionSpool(at, 1_000_000);
  t.deepEqual((await fourth.read(1_000))?.lines, ['{"a":1}', '{"a":2}']);
  fourth.close();
});

test('a full spool drops the oldest and counts only what nobody had taken', async (t) => {
  const spool = new DecisionSpool(folder(t), 10_000);
  const line = JSON.stringify({ filler: 'x'.repeat(88) });
  const appended = 300;
  for (let count = 0; count < appended / 2; count++) spool.append([line]);
  const early = await spool.read(500);
  if (early !== null) spool.acknowledge(early.next);
  for (let count = 0; count < appended / 2; count++) spool.append([line]);
  t.true(spool.bytes <= 10_000);
  let left = 0;
  for (let batch = await spool.read(4_000); batch !== null; batch = await spool.read(4_000)) {
    left += batch.lines.length;
    spool.acknowledge(batch.next);
  }
  t.is((early?.lines.length ?? 0) + left + spool.droppedEvents, appended);
  t.true(spool.droppedEvents > 0);
  spool.close();
});

/** A log service that refuses a number of times and keeps what it takes. */
async function aService(
  t: ExecutionContext,
  refusals: number,
): Promise<{ url: string; events: DecisionLogEvent[]; sizes: number[] }> {
  const events: DecisionLogEvent[] = [];
  const sizes: number[] = [];
  let left = refusals;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (left > 0) {
        left -= 1;
        response.writeHead(503).end();
        return;
      }
      const body = Buffer.concat(chunks);
      sizes.push(body.length);
      t.is(request.url, '/logs/edge');
      t.is(request.headers['content-encoding'], 'gzip');
      events.push(...(JSON.parse(gunzipSync(body).toString()) as DecisionLogEvent[]));
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events, sizes };
}

test('uploads arrive whole and in order within the limit, over refusals; what is too large goes without its input', async (t) => {
  const { url, events, sizes } = await aService(t, 2);
  const spool = new DecisionSpool(folder(t), 10_000_000);
  const noise = (length: number, seed: number): string =>
    Array.from({ length }, (_, at) => ((at * 7919 + seed * 104729) % 65521).toString(36)).join('');
  for (let id = 0; id < 200; id++)
    spool.append([JSON.stringify({ req_id: id, input: noise(id === 100 ? 30_000 : 40, id) })]);
  const waits: number[] = [];
  const uploader = new DecisionUploader({
    spool,
    send: httpSender({ url, partition: 'edge', bearerToken: () => null, timeoutMs: 5_000 }),
    uploadBytesMax: 4_096,
    delayMsMax: 10_000,
    random: () => 0.5,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  await uploader.drain(new AbortController().signal);
  t.deepEqual(
    events.map((event) => event.req_id),
    Array.from({ length: 200 }, (_, id) => id),
  );
  t.true(Math.max(...sizes) <= 4_096);
  t.deepEqual(events[100]?.erased, ['/input', '/result']);
  t.deepEqual(waits, [500, 1_000]);
  t.is(await spool.read(1_000), null);
  spool.close();
});

test('a service that is not there is a counted failure, not an exception', async (t) => {
  const send = httpSender({ url: 'http://127.0.0.1:9', partition: null, bearerToken: () => null, timeoutMs: 1_000 });
  t.regex((await send(Buffer.from('x'))) ?? '', /cannot be reached/);
});

test('segments are readable as they are', (t) => {
  const at = folder(t);
  const spool = new DecisionSpool(at, 1_000_000);
  spool.append(['{"a":1}']);
  spool.close();
  t.is(readFileSync(path.join(at, 'decisions-000000000001.jsonl'), 'utf8'), '{"a":1}\n');
});
