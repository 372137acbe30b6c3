// What is compared here was read and written by the stubs that are generated from Envoy's API (test/tools/envoy-client).
import test from 'ava';
import type { Arrival } from '../../../../monitor/enforcement/types.ts';
import { askAsEnvoy, askOnce, headerOf, type GivenHeader, type Question } from './envoy-client.ts';
import { ADMITTED, DECISION, ENVOY_ANSWER, REFUSED, startWorld } from './world.ts';

/** Every field of the request's attributes. */
const FULL = {
  attributes: {
    source: {
      address: { socketAddress: { address: '10.1.2.3', portValue: 40123, protocol: 'UDP' } },
      service: 'web',
      labels: { app: 'web', 'app.kubernetes.io/version': 'ü-7' },
      principal: 'spiffe://cluster.local/ns/shop/sa/web',
      certificate: '-----BEGIN%20CERTIFICATE-----',
    },
    destination: { address: { socketAddress: { address: 'fd00::8', portValue: 8080 } }, service: 'thumbnails' },
    request: {
      time: '2026-11-24T21:48:48.120Z',
      http: {
        id: '1234567890123456789',
        method: 'POST',
        headers: {
          ':authority': 'shop.example',
          'content-type': 'application/json',
          'content-length': '31',
          'x-request-id': '6f3c0d1e',
          'x-envoy-attempt-count': '3',
          authorization: 'Bearer abc.def.ghi',
          'weir-context': 'incoming',
          'weir-break-glass': 'bg-17',
        },
        path: '/function/make-thumbnail/a%20b?size=10&size=20&name=J%C3%BCrgen+K',
        host: 'shop.example',
        scheme: 'https',
        query: 'size=10',
        fragment: 'top',
        size: '9007199254740993',
        protocol: 'HTTP/2',
        body: '{"order":"o-1","pixels":[64,1]}',
      },
    },
    contextExtensions: { 'weir-route': 'thumbnails', 'weir-function': 'make-thumbnail' },
    metadataContext: {
      filterMetadata: {
        'envoy.filters.http.jwt_authn': {
          claims: { sub: 'ines', groups: ['a', 'b'], admin: false, age: 1.5, none: null },
        },
      },
    },
    routeMetadataContext: { filterMetadata: { weir: { tier: 'gold' } } },
    tlsSession: { sni: 'shop.example' },
  },
};

test('every field arrives as protobuf JSON shows it', async (t) => {
  const { core, address } = await startWorld(t, {
    principals: {
      trustDomains: ['cluster.local'],
      callers: { 'spiffe://cluster.local/ns/shop/sa/web': { kind: 'function', id: 'http:web', tenant: 'shop' } },
    },
  });
  await askOnce({ address, request: FULL });
  const [arrival] = core.arrivals;
  if (arrival === undefined) throw new Error('nothing arrived');
  t.deepEqual(JSON.parse(JSON.stringify(arrival.attributes)), FULL.attributes);
  t.deepEqual(arrival, {
    attributes: arrival.attributes,
    signal: arrival.signal,
    door: 'ext-authz',
    platform: 'openfaas',
    route: 'thumbnails',
    functionName: 'make-thumbnail',
    functionVersion: '3',
    functionDigest: 'sha256:77aa',
    memoryLimitBytes: 268_435_456,
    timeoutMs: 30_000,
    instanceId: 'thumbnail-7',
    trigger: 'http',
    claimedId: '6f3c0d1e',
    attempt: 3,
    parsedPath: ['function', 'make-thumbnail', 'a b'],
    parsedQuery: { size: ['10', '20'], name: ['Jürgen K'] },
    parsedBody: { order: 'o-1', pixels: [64, 1] },
    isBodyTruncated: false,
    // More than a double holds is no size that anything is compared with.
    sizeBytes: null,
    contextToken: 'incoming',
    transportCaller: { kind: 'function', id: 'http:web', tenant: 'shop', provedBy: 'mtls', provedAtMs: null },
    bearerToken: 'abc.def.ghi',
    platformState: [],
    isFromPlatform: false,
    breakGlassGrant: 'bg-17',
  });
});

const http = (changes: object): { attributes: { request: { http: object } } } => ({
  attributes: { request: { http: { method: 'GET', path: '/function/make-thumbnail', ...changes } } },
});

test('what is not set is absent, and what is set to zero shows as protobuf JSON has it', async (t) => {
  const { core, address } = await startWorld(t);
  const timeless = { ...http({ size: '-1', headers: { 'x-empty': '' } }) };
  const timed = {
    attributes: {
      source: { address: { socketAddress: { address: '10.0.0.1', portValue: 0 } } },
      request: {
        time: '2026-11-24T21:48:48.000001Z',
        http: { method: 'GET', path: '/function/make-thumbnail', headers: {} },
      },
    },
  };
  await askAsEnvoy([
    { address, request: timeless },
    { address, request: timed },
  ]);
  t.deepEqual(core.arrivals[0]?.attributes, timeless.attributes as Arrival['attributes']);
  t.deepEqual(core.arrivals[1]?.attributes, timed.attributes as Arrival['attributes']);
});

test('raw bodies and raw headers are read', async (t) => {
  const { core, address } = await startWorld(t);
  const body = Buffer.from('{"größe":12345678901234567890}');
  const headerMap = {
    headers: [
      { key: 'content-type', value: 'application/json' },
      { key: 'X-Twice', rawValue: Buffer.from('1').toString('base64') },
      { key: 'x-twice', rawValue: Buffer.from('2').toString('base64') },
    ],
  };
  await askOnce({ address, request: http({ headerMap, rawBody: body.toString('base64') }) });
  const [arrival] = core.arrivals;
  t.is(arrival?.attributes.request.http.rawBody, body.toString('base64'));
  t.is(arrival?.attributes.request.http.body, undefined);
  t.deepEqual(arrival?.attributes.request.http.headers, { 'content-type': 'application/json', 'x-twice': '1,2' });
  t.deepEqual(arrival?.parsedBody, { größe: '12345678901234567890' });
});

test('an admitted call gets its context and loses what callers may not say', async (t) => {
  const { core, address, door } = await startWorld(t);
  const headers = {
    'weir-context': 'mine',
    'weir-invocation-id': 'mine',
    'weir-caller': 'admin',
    weir_context: 'mine',
    'ce-weircontext': 'mine',
    'ce-id': '7',
  };
  const { response } = await askOnce({ address, request: http({ headers }) });
  t.is(response?.status?.code ?? 0, 0);
  t.deepEqual(response?.okResponse?.headers, [
    { header: { key: 'weir-invocation-id', value: 'i-41' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    { header: { key: 'weir-context', value: 'signed.context' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
  ]);
  t.deepEqual([...(response?.okResponse?.headersToRemove ?? [])].sort(), [
    'ce-weircontext',
    'weir-caller',
    'weir_context',
  ]);
  t.deepEqual(response?.dynamicMetadata, OWN_METADATA);
  t.deepEqual(core.outcomes, [{ outcome: 'ok', status: null, sizeBytes: null }]);
  t.is(door.counters().passed, 1);
});

test('without a context of its own the incoming one is removed', async (t) => {
  const { core, address } = await startWorld(t);
  core.decide = () => ({ ...ADMITTED, contextToken: null });
  const { response } = await askOnce({ address, request: http({ headers: { 'weir-context': 'mine' } }) });
  t.deepEqual(response?.okResponse?.headersToRemove, ['weir-context']);
});

test('a refusal is answered as the core says it', async (t) => {
  const { core, address, door } = await startWorld(t);
  core.decide = () => REFUSED;
  const { response } = await askOnce({ address, request: http({}) });
  t.is(response?.status?.code, 7);
  t.is(response?.deniedResponse?.status?.code, 'Forbidden');
  t.is(response?.deniedResponse?.body, REFUSED.refusal?.body);
  t.is(headerOf(response?.deniedResponse?.headers, 'x-weir-cause'), 'policy');
  t.deepEqual(core.outcomes, []);
  t.is(door.counters().denied, 1);
});

const set = (key: string, value: string): GivenHeader => ({
  header: { key, value },
  appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
});

const OWN_METADATA = { decision_id: 'd-41', weir_invocation_id: 'i-41', weir_cause: 'policy' };

test("OPA-Envoy's answers are carried out", async (t) => {
  const { core, address } = await startWorld(t);
  const allowed = {
    ...ENVOY_ANSWER,
    headers: { 'X-User': 'ines', 'x-role': ['reader', 'writer'] },
    requestHeadersToRemove: ['Cookie', 'weir-context'],
    responseHeadersToAdd: { 'x-served-by': 'edge-3' },
    queryParametersToSet: { page: '1', tag: ['a', 'b'] },
    queryParametersToRemove: ['debug'],
    dynamicMetadata: { user: { id: 7, groups: ['x', true, null], nested: {} } },
  };
  const denied = {
    ...ENVOY_ANSWER,
    allowed: false,
    headers: { location: 'https://login.example/' },
    httpStatus: 302,
    body: 'sign in',
    dynamicMetadata: { why: 'no session' },
  };
  core.decide = ({ attributes }) =>
    attributes.request.http.method === 'GET'
      ? { ...ADMITTED, decision: { ...DECISION, envoy: allowed } }
      : { ...REFUSED, decision: { ...REFUSED.decision, envoy: denied } };
  const [ok, no] = await askAsEnvoy([
    { address, request: http({ headers: { cookie: 'a=1' } }) },
    { address, request: http({ method: 'DELETE' }) },
  ]);
  t.deepEqual(ok?.response, {
    status: {},
    okResponse: {
      headers: [
        set('weir-invocation-id', 'i-41'),
        set('weir-context', 'signed.context'),
        set('x-user', 'ines'),
        set('x-role', 'reader'),
        { header: { key: 'x-role', value: 'writer' } },
      ],
      headersToRemove: ['cookie'],
      responseHeadersToAdd: [{ header: { key: 'x-served-by', value: 'edge-3' } }],
      queryParametersToSet: [
        { key: 'page', value: '1' },
        { key: 'tag', value: 'a' },
        { key: 'tag', value: 'b' },
      ],
      queryParametersToRemove: ['debug'],
    },
    dynamicMetadata: { user: { id: 7, groups: ['x', true, null], nested: {} }, ...OWN_METADATA },
  });
  t.deepEqual(no?.response, {
    status: { code: 7 },
    deniedResponse: {
      status: { code: 'Found' },
      headers: [
        set('location', 'https://login.example/'),
        set('x-weir-cause', 'policy'),
        set('x-weir-decision', 'd-41'),
      ],
      body: 'sign in',
    },
    dynamicMetadata: { why: 'no session', ...OWN_METADATA },
  });
});

/** Answers of policies that Envoy could not carry out, or that would undo what the point does. */
const IMPOSSIBLE: Readonly<Record<string, object>> = {
  'a reserved header': { headers: { 'weir-context': 'forged' } },
  'a reserved header in disguise': { headers: { Weir_Context: 'forged' } },
  'a header with a line break': { headers: { 'x-user': 'a\r\nx-admin: 1' } },
  'a header without a name': { headers: { '': 'a' } },
  'a pseudo header': { headers: { ':path': '/admin' } },
  'the host': { headers: { Host: 'other.example' } },
  'removal of a pseudo header': { requestHeadersToRemove: [':path'] },
  'metadata that is no object': { dynamicMetadata: ['a'] },
};

for (const [name, change] of Object.entries(IMPOSSIBLE)) {
  test(`an answer that cannot be carried out refuses: ${name}`, async (t) => {
    const { core, address, door } = await startWorld(t);
    core.decide = () => ({ ...ADMITTED, decision: { ...DECISION, envoy: { ...ENVOY_ANSWER, ...change } } });
    const { response } = await askOnce({ address, request: http({}) });
    t.is(headerOf(response?.deniedResponse?.headers, 'x-weir-cause'), 'unmet-obligation');
    t.deepEqual(core.outcomes, [{ outcome: 'aborted', status: null, sizeBytes: null }]);
    t.is(door.counters().unmet, 1);
  });
}

test('obligations: headers are added, bodies cannot be masked', async (t) => {
  const { core, address } = await startWorld(t);
  core.decide = ({ attributes }) => ({
    ...ADMITTED,
    obligations:
      attributes.request.http.method === 'GET'
        ? [{ kind: 'add-header', name: 'X-Purpose', value: 'billing' }]
        : [{ kind: 'mask-fields', paths: ['/card'] }],
  });
  const questions: Question[] = ['GET', 'PUT'].map((method) => ({ address, request: http({ method }) }));
  const [added, masked] = await askAsEnvoy(questions);
  t.is(headerOf(added?.response?.okResponse?.headers, 'x-purpose'), 'billing');
  t.is(masked?.response?.deniedResponse?.status?.code, 'Forbidden');
  t.regex(masked?.response?.deniedResponse?.body ?? '', /HTTP proxy/);
});
