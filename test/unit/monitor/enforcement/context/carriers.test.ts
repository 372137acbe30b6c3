import test from 'ava';
import {
  openEnvelope,
  putCloudEvent,
  putEnvelope,
  putHeaders,
  putMessage,
  readCloudEvent,
  readHeaders,
  readMessage,
  stripHeaders,
  stripMessage,
} from '../../../../../monitor/enforcement/context/carriers.ts';
import {
  putInvokeClientContext,
  putRuntimeClientContext,
  readInvokeClientContext,
  readRuntimeClientContext,
} from '../../../../../monitor/enforcement/context/client-context.ts';
import { editJson } from '../../../../../monitor/enforcement/context/json-edit.ts';
import { AUDIENCE, makeAuthority, makeClaims, NOW_MS } from './support.ts';

const TOKEN = makeAuthority().issue(makeClaims(), NOW_MS);
const FORGED = 'Zm9yZ2Vk';
const isRefused = (token: string | null): boolean =>
  token !== null && !makeAuthority().verify(token, { audience: AUDIENCE, nowMs: NOW_MS }).ok;

test('headers: read in any case, put once, stripped in every spelling', (t) => {
  t.is(readHeaders({ accept: '*/*' }), null);
  t.is(readHeaders({ 'Weir-Context': TOKEN }), TOKEN);
  t.is(readHeaders({ 'ce-weircontext': TOKEN, 'ce-id': '7' }), TOKEN);
  const put = putHeaders({ 'WEIR-context': FORGED, weir_context: FORGED, 'Ce-WeirContext': FORGED, host: 'a' }, TOKEN);
  t.deepEqual(put, { host: 'a', 'weir-context': TOKEN });
  t.deepEqual(putHeaders({ 'weir-context': FORGED, host: 'a' }, null), { host: 'a' });
  t.deepEqual(stripHeaders({ 'weir-context': [FORGED], via: ['x'] }), { via: ['x'] });
});

test('a header that is said twice or is empty is no context, and is not taken for none', (t) => {
  t.true(isRefused(readHeaders({ 'weir-context': [TOKEN, TOKEN] })));
  t.true(isRefused(readHeaders({ 'weir-context': TOKEN, 'Weir-Context': TOKEN })));
  t.true(isRefused(readHeaders({ 'weir-context': `${TOKEN}, ${TOKEN}` })));
  t.true(isRefused(readHeaders({ 'weir-context': '' })));
});

test('CloudEvents: an extension attribute', (t) => {
  const event = { specversion: '1.0', id: 'c-118', source: '/quay/4', type: 'is.harbour.landed', data: { crates: 3 } };
  t.is(readCloudEvent(event), null);
  t.is(readCloudEvent({ ...event, weircontext: TOKEN }), TOKEN);
  t.true(isRefused(readCloudEvent({ ...event, weircontext: [TOKEN] })));
  const put = putCloudEvent({ ...event, weircontext: FORGED, weirContext: FORGED }, TOKEN);
  t.deepEqual(put, { ...event, weircontext: TOKEN });
  t.deepEqual(putCloudEvent(put, null), event);
  t.is(putCloudEvent('text', TOKEN), 'text');
});

test('an envelope is put around a payload and taken off, however often a caller put one', (t) => {
  const payload = { crate: 'C-118', weight: 18.4 };
  const put = putEnvelope(payload, TOKEN);
  t.deepEqual(put, { $weir: { context: TOKEN }, payload });
  t.deepEqual(openEnvelope(put), { token: TOKEN, payload });
  t.deepEqual(openEnvelope(payload), { token: null, payload });
  t.deepEqual(openEnvelope(null), { token: null, payload: null });
  const twice = { $weir: { context: TOKEN }, payload: { $weir: { context: FORGED }, payload } };
  t.deepEqual(openEnvelope(twice), { token: TOKEN, payload });
  t.deepEqual(putEnvelope(twice, null), payload);
});

test('the reserved member in anything else is left out and is no context', (t) => {
  for (const value of [
    { $weir: { context: TOKEN }, crate: 'C-118' },
    { $weir: { context: TOKEN }, payload: 1, crate: 'C-118' },
    { $weir: TOKEN },
    { $weir: { context: 7 }, payload: null },
    { $weir: null, payload: null },
  ]) {
    const { token, payload } = openEnvelope(value);
    t.true(isRefused(token), JSON.stringify(value));
    t.false(JSON.stringify(payload).includes('$weir'));
  }
});

test('messages of SQS and SNS: an attribute', (t) => {
  const sent = {
    QueueUrl: 'q',
    MessageBody: '{}',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
  };
  const put = putMessage(sent, TOKEN);
  t.is(readMessage(put), TOKEN);
  t.is(readMessage(sent), null);
  t.deepEqual(put === null ? null : stripMessage(put), sent);
  t.is(readMessage({ messageAttributes: { 'weir-context': { dataType: 'String', stringValue: TOKEN } } }), TOKEN);
  t.is(readMessage({ MessageAttributes: { 'weir-context': { Type: 'String', Value: TOKEN } } }), TOKEN);
  t.true(isRefused(readMessage({ MessageAttributes: { 'weir-context': { Type: 'Binary', BinaryValue: 'AA==' } } })));
  t.deepEqual(stripMessage({ messageAttributes: { Weir_Context: { stringValue: FORGED } } }), {
    messageAttributes: {},
  });
  const other = putMessage(
    { MessageAttributes: { 'Weir-Context': { DataType: 'String', StringValue: FORGED } } },
    TOKEN,
  );
  t.deepEqual(other, { MessageAttributes: { 'weir-context': { DataType: 'String', StringValue: TOKEN } } });
  const full = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`a${at}`, { DataType: 'String' }]));
  t.is(putMessage({ MessageAttributes: full }, TOKEN), null);
});

test('client context at the Runtime API: JSON, what else is in it stays', (t) => {
  const given = JSON.stringify({ client: { app_title: 'Löndun' }, custom: { locale: 'is', weirContext: FORGED } });
  const put = putRuntimeClientContext(given, TOKEN) ?? '';
  t.is(readRuntimeClientContext(put), TOKEN);
  // Header values are bytes; what is beyond ASCII is escaped.
  t.regex(put, /^[ -~]*$/);
  t.deepEqual(JSON.parse(put), { client: { app_title: 'Löndun' }, custom: { locale: 'is', weirContext: TOKEN } });
  t.deepEqual(JSON.parse(putRuntimeClientContext(given, null) ?? ''), {
    client: { app_title: 'Löndun' },
    custom: { locale: 'is' },
  });
  t.is(readRuntimeClientContext(null), null);
  t.is(putRuntimeClientContext(null, null), null);
  t.is(putRuntimeClientContext('no JSON', null), null, 'what cannot be read is not passed on');
  t.true(isRefused(readRuntimeClientContext('{"Custom":{"weirContext":1}}')));
  t.false((putRuntimeClientContext(`{"Custom":{"weircontext":"${FORGED}"}}`, TOKEN) ?? '').includes(FORGED));
  const repeated = `{"custom":{"weirContext":"${FORGED}"},"custom":{}}`;
  t.is(readRuntimeClientContext(repeated), null, 'the last of repeated names counts');
  t.is(putRuntimeClientContext(repeated, null), '{"custom":{}}');
});

test('client context of an invocation: the same in base64, within its limit', (t) => {
  const put = putInvokeClientContext(null, TOKEN);
  t.is(put.kind, 'put');
  t.is(readInvokeClientContext(put.kind === 'put' ? put.header : null), TOKEN);
  const large = Buffer.from(JSON.stringify({ custom: { note: 'n'.repeat(2_200) } })).toString('base64');
  t.is(putInvokeClientContext(large, TOKEN).kind, 'too-large');
  t.true(isRefused(readInvokeClientContext('A'.repeat(3_584))));
  t.deepEqual(putInvokeClientContext(null, null), { kind: 'put', header: null });
});

test('a text that is changed keeps its numbers', (t) => {
  const text = '{"id":12345678901234567890,"weight":18.40,"small":1e-400,"$weir":{"context":"x"},"__proto__":{"a":1}}';
  const edited = editJson(text, (value) => openEnvelope(value).payload);
  t.is(edited, '{"id":12345678901234567890,"weight":18.40,"small":1e-400,"__proto__":{"a":1}}');
  t.is(
    editJson('{"a":', (value) => value),
    null,
  );
  t.is(
    editJson('['.repeat(200_000) + ']'.repeat(200_000), (value) => value),
    null,
  );
});
