import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import test from 'ava';
import { Logger } from '../../../../monitor/telemetry/logger.ts';
import { serveTelemetry } from '../../../../monitor/telemetry/http.ts';
import { DENIAL_SERIES_MAX, EnforcementMetrics } from '../../../../monitor/telemetry/metrics.ts';
import { InvocationSpans } from '../../../../monitor/telemetry/spans.ts';
import { readTraceparent } from '../../../../monitor/telemetry/traceparent.ts';
import { ALLOW, ARRIVAL, makeWorld } from '../core/world.ts';

const SOURCES = {
  inFlight: () => 3,
  bundle: () => ({ revision: 'r7', ageMs: 61_000, isStale: false }),
  decisionLog: () => ({ recorded: 5, written: 4, dropped: 0, maskFailures: 0, lost: 1 }),
  spool: () => ({ bytes: 17, droppedEvents: 0 }),
};

test('metrics tell decisions by verdict, cause and policy, latency and the bundle', async (t) => {
  const metrics = new EnforcementMetrics(SOURCES);
  const denial = { severity: 'low', message: 'm', action: 'a', evidence: {}, undecided: false };
  const { core } = makeWorld(
    { allow: false, deny: [{ id: 'WEIR-RUN-003', ...denial }], obligations: [], alerts: [] },
    { options: { observers: [metrics] } },
  );
  await core.admit(ARRIVAL);
  const { text } = await metrics.render();
  t.regex(text, /weir_decisions_total\{verdict="deny",effective="deny",cause="policy",route="thumbnails"\} 1/);
  t.regex(text, /weir_denials_total\{policy="WEIR-RUN-003"\} 1/);
  t.regex(text, /weir_decision_seconds_count 1/);
  t.regex(text, /weir_bundle_info\{revision="r7"\} 1/);
  t.regex(text, /weir_bundle_age_seconds 61/);
  t.regex(text, /weir_decision_log_lost 1/);
});

test('ids that a policy makes up do not make series without end', async (t) => {
  const metrics = new EnforcementMetrics(SOURCES);
  const denial = { severity: 'low', message: 'm', action: 'a', evidence: {}, undecided: false };
  let count = 0;
  const { core } = makeWorld(
    () => {
      count += 1;
      const value = { allow: false, deny: [{ id: `X-${count}`, ...denial }], obligations: [], alerts: [] };
      return { kind: 'result', value, elapsedNs: 1 };
    },
    { options: { observers: [metrics] } },
  );
  for (let at = 0; at < DENIAL_SERIES_MAX + 5; at++) await core.admit(ARRIVAL);
  const { text } = await metrics.render();
  t.is(text.match(/^weir_denials_total\{/gm)?.length, DENIAL_SERIES_MAX + 1);
  t.regex(text, /weir_denials_total\{policy="other"\} 5/);
});

test('health and metrics are served, readiness with its reasons', async (t) => {
  let isReady = false;
  const server = await serveTelemetry({
    host: '127.0.0.1',
    port: 0,
    readiness: () => ({ isReady, reasons: isReady ? [] : ['no bundle is active'] }),
    metrics: () => Promise.resolve({ contentType: 'text/plain', text: 'x 1\n' }),
  });
  t.teardown(() => server.close());
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);
  t.is((await ask('/health/live')).status, 200);
  const before = await ask('/health/ready');
  t.is(before.status, 503);
  t.deepEqual(await before.json(), { ready: false, reasons: ['no bundle is active'] });
  isReady = true;
  t.is((await ask('/health/ready')).status, 200);
  t.is(await (await ask('/metrics')).text(), 'x 1\n');
  t.is((await ask('/etc/passwd')).status, 404);
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

test('an invocation is one span with faas attributes below the caller, without payload', async (t) => {
  const exporter = new InMemorySpanExporter();
  const spans = new InvocationSpans({ exporter, node: { id: 'edge-3', region: 'eu-1' }, version: '0.1.0' });
  const { core } = makeWorld(ALLOW, { options: { observers: [spans] } });
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, authorization: 'Bearer s3cret' };
  const attributes = { request: { http: { method: 'POST', path: '/', headers } } };
  const admission = await core.admit({ ...ARRIVAL, attributes, parsedBody: { patient: 'Mira' } });
  admission.complete({ outcome: 'error', status: 500, sizeBytes: 3 });
  // The in-memory exporter forgets on shutdown: ask for the export first.
  await spans.flush();
  const [span] = exporter.getFinishedSpans();
  t.is(span?.spanContext().traceId, TRACE);
  t.is(span?.parentSpanContext?.spanId, '00f067aa0ba902b7');
  t.like(span?.attributes, {
    'faas.name': 'make-thumbnail',
    'faas.invocation_id': admission.invocationId,
    'faas.trigger': 'http',
    'http.response.status_code': 500,
  });
  t.notRegex(JSON.stringify(span?.attributes), /Mira|s3cret/);
  await spans.close();
});

test('traceparent is read strictly', (t) => {
  t.deepEqual(readTraceparent(`00-${TRACE}-00f067aa0ba902b7-01`), {
    traceId: TRACE,
    spanId: '00f067aa0ba902b7',
    flags: 1,
  });
  for (const header of [
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
  ]) {
    t.is(readTraceparent(header), null, header);
  }
});

test('the log is JSON lines from its level on', (t) => {
  const lines: string[] = [];
  const logger = new Logger({ write: (line) => lines.push(line), now: () => 0, level: 'warn' });
  logger.info('quiet');
  logger.warn('loud\n', { route: 'a' });
  logger.level = 'debug';
  logger.debug('fine');
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [
      { time: '1970-01-01T00:00:00.000Z', level: 'warn', msg: 'loud\n', route: 'a' },
      { time: '1970-01-01T00:00:00.000Z', level: 'debug', msg: 'fine' },
    ],
  );
});
