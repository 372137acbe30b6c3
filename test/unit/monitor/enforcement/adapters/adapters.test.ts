import test from 'ava';
import type { JsonValue } from '../../../../../model/json.ts';
import type { PlatformName } from '../../../../../model/platform.ts';
import { adapterOf } from '../../../../../monitor/enforcement/adapters/index.ts';
import type { AdapterRequest, Facts, InvocationFacts } from '../../../../../monitor/enforcement/adapters/types.ts';

interface Given {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: JsonValue;
  readonly functionName?: string | null;
  readonly callbackHosts?: readonly string[];
}

function requestOf(given: Given): AdapterRequest {
  return {
    method: given.method ?? 'POST',
    path: given.path ?? '/',
    headers: given.headers ?? {},
    body: given.json === undefined ? { kind: 'none' } : { kind: 'json', value: given.json },
    isFromPlatform: false,
    route: { functionName: given.functionName ?? null, callbackHosts: given.callbackHosts ?? [] },
  };
}

const describe = (platform: PlatformName, given: Given): Facts => adapterOf(platform).describe(requestOf(given));

const CALL: InvocationFacts = {
  kind: 'invocation',
  functionName: null,
  isNameBinding: false,
  functionVersion: null,
  trigger: 'http',
  claimedId: null,
  attempt: 1,
  deadlineAtMs: null,
  contextToken: null,
  platformState: [],
};

/** Headers of the example of the CloudEvents HTTP binding, 3.1.4. */
const BINARY = {
  'ce-specversion': '1.0',
  'ce-type': 'com.example.someevent',
  'ce-time': '2018-04-05T03:56:24Z',
  'ce-id': '1234-1234-1234',
  'ce-source': '/mycontext/subcontext',
  'content-type': 'application/json; charset=utf-8',
};
/** The example of 3.2.4. */
const STRUCTURED = {
  specversion: '1.0',
  type: 'com.example.someevent',
  id: '1234-1234-1234',
  source: '/mycontext/subcontext',
  weircontext: 'token',
};
const STRUCTURED_HEADERS = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };

/** `/run` as the invoker sends it (actions-new.md, Activation). */
const RUN = {
  value: { name: 'x', __ow_user: 'guest', $composer: { state: 1 }, __weir_context: 'token' },
  namespace: 'guest',
  action_name: '/guest/pkg/resize',
  action_version: '0.0.3',
  api_key: 'secret',
  activation_id: 'fd89b99a90a1462a89b99a90a1d62a8e',
  transaction_id: 't1',
  deadline: '1516379707803',
};

const ROWS: readonly (readonly [string, PlatformName, Given, Facts])[] = [
  ['plain HTTP', 'http', {}, CALL],
  ['a binary event', 'http', { headers: BINARY }, { ...CALL, trigger: 'event', claimedId: '1234-1234-1234' }],
  [
    'a structured event',
    'http',
    { headers: STRUCTURED_HEADERS, json: STRUCTURED },
    { ...CALL, trigger: 'event', claimedId: '1234-1234-1234', contextToken: 'token' },
  ],
  [
    'a batch',
    'http',
    { headers: { 'content-type': 'application/cloudevents-batch+json' }, json: [STRUCTURED] },
    {
      kind: 'refused',
      status: 415,
      reason: 'Batches of events are not accepted: send each event in a request of its own.',
    },
  ],
  [
    'an event in another format',
    'http',
    { headers: { 'content-type': 'application/cloudevents+avro' } },
    { kind: 'refused', status: 415, reason: 'Events in the structured mode are accepted as JSON only.' },
  ],
  [
    'an event without an id',
    'http',
    { headers: { 'ce-specversion': '1.0', 'ce-source': 's', 'ce-type': 't' } },
    { kind: 'refused', status: 400, reason: 'The event lacks one of id, source, type and specversion 1.x.' },
  ],
  [
    'an event of another version',
    'http',
    { headers: { ...BINARY, 'ce-specversion': '0.3' } },
    { kind: 'refused', status: 400, reason: 'The event lacks one of id, source, type and specversion 1.x.' },
  ],
  [
    'OpenFaaS: a call through the gateway',
    'openfaas',
    { path: '/function/resize.openfaas-fn/a', headers: { 'x-call-id': 'c-1' } },
    { ...CALL, functionName: 'resize.openfaas-fn', isNameBinding: true, claimedId: 'c-1' },
  ],
  [
    'OpenFaaS: an asynchronous call with a callback that is allowed',
    'openfaas',
    {
      path: '/async-function/resize',
      headers: { 'x-callback-url': 'http://gateway.openfaas:8080/function/store' },
      callbackHosts: ['gateway.openfaas:8080'],
    },
    { ...CALL, functionName: 'resize', isNameBinding: true },
  ],
  [
    'OpenFaaS: a callback to the cloud metadata service',
    'openfaas',
    {
      headers: { 'x-callback-url': 'http://169.254.169.254/latest/meta-data/' },
      callbackHosts: ['gateway.openfaas:8080', '*.example.org'],
    },
    { kind: 'refused', status: 403, reason: 'The result may not be posted to that address.' },
  ],
  [
    'OpenFaaS: a callback that hides its host behind user information',
    'openfaas',
    { headers: { 'x-callback-url': 'http://a.example.org@169.254.169.254/' }, callbackHosts: ['*.example.org'] },
    { kind: 'refused', status: 403, reason: 'The result may not be posted to that address.' },
  ],
  [
    'OpenFaaS: a result that the queue worker hands over',
    'openfaas',
    { headers: { 'x-call-id': 'c-1', 'x-function-status': '200', 'x-duration-seconds': '0.1' } },
    {
      ...CALL,
      trigger: 'callback',
      claimedId: 'c-1',
      platformState: ['x-duration-seconds', 'x-function-status'],
    },
  ],
  [
    'OpenFaaS: a probe of the watchdog',
    'openfaas',
    { method: 'GET', path: '/_/health' },
    { kind: 'lifecycle', step: 'probe', code: null, answer: null },
  ],
  [
    'OpenWhisk: code is loaded',
    'openwhisk',
    { path: '/init', json: { value: { name: 'resize', main: 'main', code: 'function main() {}', binary: false } } },
    { kind: 'lifecycle', step: 'load', code: 'function main() {}', answer: null },
  ],
  [
    'OpenWhisk: an activation',
    'openwhisk',
    { path: '/run', json: RUN },
    {
      ...CALL,
      trigger: 'action',
      functionName: 'pkg/resize',
      functionVersion: '0.0.3',
      claimedId: 'fd89b99a90a1462a89b99a90a1d62a8e',
      deadlineAtMs: 1516379707803,
      contextToken: 'token',
      platformState: ['$composer', '__ow_user'],
    },
  ],
  [
    'IBM Cloud Functions: an activation without anything',
    'ibm-cloud-functions',
    { path: '/run', json: {} },
    { ...CALL, trigger: 'action' },
  ],
  [
    'OpenWhisk: a composition that is resumed from outside',
    'lean-openwhisk',
    { path: '/api/v1/namespaces/guest/actions/pkg/flow', json: { $composer: { state: 3 } } },
    { ...CALL, trigger: 'action', functionName: 'pkg/flow', isNameBinding: true, platformState: ['$composer'] },
  ],
  [
    'OpenWhisk: a web action with reserved parameters',
    'openwhisk',
    { path: '/api/v1/web/guest/default/hello.json', json: { __ow_user: 'admin' } },
    { ...CALL, trigger: 'action', functionName: 'default/hello', isNameBinding: true, platformState: ['__ow_user'] },
  ],
  [
    'OpenWhisk: another path',
    'openwhisk',
    { path: '/admin' },
    { kind: 'refused', status: 404, reason: 'A runtime has /init and /run only.' },
  ],
  [
    'OpenWhisk: another method',
    'openwhisk',
    { method: 'GET', path: '/run' },
    { kind: 'refused', status: 405, reason: 'A runtime takes POST only.' },
  ],
  [
    'OpenWhisk: an activation that is no object',
    'openwhisk',
    { path: '/run', json: [] },
    { kind: 'refused', status: 400, reason: 'The body is no JSON object.' },
  ],
  [
    'OpenWhisk: a context that is no text',
    'openwhisk',
    { path: '/run', json: { value: { __weir_context: 1 } } },
    { ...CALL, trigger: 'action', contextToken: '' },
  ],
  [
    'Fission: the router calls',
    'fission',
    {
      headers: {
        'x-fission-function-name': 'reqpayload',
        'x-fission-function-namespace': 'default',
        'x-fission-function-resourceversion': '480652',
        'x-fission-params-name': 'Alice',
      },
    },
    {
      ...CALL,
      functionName: 'reqpayload',
      functionVersion: '480652',
      platformState: [
        'x-fission-function-name',
        'x-fission-function-namespace',
        'x-fission-function-resourceversion',
        'x-fission-params-name',
      ],
    },
  ],
  [
    'Fission: a timer',
    'fission',
    { headers: { 'x-fission-timer-name': 'nightly' } },
    { ...CALL, trigger: 'event', platformState: ['x-fission-timer-name'] },
  ],
  [
    'Fission: an instance is made the function’s',
    'fission',
    { path: '/v2/specialize', json: { filepath: '/userfunc', functionName: 'main' } },
    { kind: 'lifecycle', step: 'load', code: null, answer: null },
  ],
  [
    'Fission: a probe',
    'fission',
    { method: 'GET', path: '/healthz' },
    { kind: 'lifecycle', step: 'probe', code: null, answer: null },
  ],
  [
    'Kubeless: a trigger',
    'kubeless',
    { headers: { 'event-id': 'e-1', 'event-type': 'text/plain', 'event-namespace': 'kafkatriggers.kubeless.io' } },
    { ...CALL, trigger: 'event', claimedId: 'e-1', platformState: ['event-namespace'] },
  ],
  [
    'Kubeless: the command line',
    'kubeless',
    { headers: { 'event-id': 'e-1', 'event-namespace': 'cli.kubeless.io' } },
    { ...CALL, claimedId: 'e-1' },
  ],
  [
    'Nuclio: arguments for a shell',
    'nuclio',
    { headers: { 'x-nuclio-target': 'resize', 'x-nuclio-arguments': '; rm -rf /', 'x-nuclio-log-level': 'info' } },
    { ...CALL, functionName: 'resize', platformState: ['x-nuclio-arguments'] },
  ],
  [
    'Knative: an event through the activator',
    'knative',
    { headers: { ...BINARY, 'k-proxy-request': 'activator' } },
    { ...CALL, trigger: 'event', claimedId: '1234-1234-1234', platformState: ['k-proxy-request'] },
  ],
  [
    'Knative: a probe of the queue proxy',
    'knative',
    { method: 'GET', headers: { 'k-network-probe': 'queue' } },
    {
      kind: 'lifecycle',
      step: 'probe',
      code: null,
      answer: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'queue' },
    },
  ],
  [
    'Azure Functions: a queue message',
    'azure-functions',
    {
      path: '/QueueTrigger',
      headers: { 'x-azure-functions-invocationid': 'a-1', 'content-type': 'application/json' },
      json: {
        Data: { myQueueItem: '{"message":"Message sent"}' },
        Metadata: { DequeueCount: '"2"', sys: { MethodName: 'QueueTrigger', UtcNow: '2019-10-16T05:09:49.1106905Z' } },
      },
    },
    {
      ...CALL,
      functionName: 'QueueTrigger',
      isNameBinding: true,
      trigger: 'event',
      claimedId: 'a-1',
      attempt: 2,
      platformState: ['x-azure-functions-invocationid'],
    },
  ],
  [
    'Azure Functions: path and metadata differ',
    'azure-functions',
    {
      path: '/Orders',
      headers: { 'x-azure-functions-invocationid': 'a-1', 'content-type': 'application/json' },
      json: { Data: {}, Metadata: { sys: { MethodName: 'Refunds' } } },
    },
    { kind: 'refused', status: 400, reason: 'Path and metadata name different functions.' },
  ],
  ['Azure Functions: a forwarded request', 'azure-functions', { path: '/api/orders' }, CALL],
  [
    'Google: an event of the first generation',
    'google-cloud-functions',
    { json: { context: { eventId: '1144231683168617', eventType: 'google.pubsub.topic.publish' }, data: {} } },
    { ...CALL, trigger: 'event', claimedId: '1144231683168617' },
  ],
  [
    'Google: a message that is pushed',
    'google-cloud-functions',
    {
      json: {
        message: { data: 'aGVsbG8=', messageId: '136969346945' },
        subscription: 'projects/p/subscriptions/s',
        deliveryAttempt: 5,
      },
    },
    { ...CALL, trigger: 'event', claimedId: '136969346945', attempt: 5 },
  ],
  ['Lambda by HTTP', 'aws-lambda', {}, CALL],
];

for (const [name, platform, given, expected] of ROWS) {
  test(name, (t) => {
    t.deepEqual(describe(platform, given), expected);
  });
}

test('a function whose route names it is not renamed by a path', (t) => {
  const facts = describe('openfaas', { path: '/function/other', functionName: 'resize' });
  t.is(facts.kind === 'invocation' ? facts.functionName : '', null);
});

test('what is claimed is short and printable', (t) => {
  const ids = ['a'.repeat(257), 'a b', 'a\r\nb', 'ä', ''];
  for (const id of ids) {
    const facts = describe('openfaas', { headers: { 'x-call-id': id } });
    t.is(facts.kind === 'invocation' ? facts.claimedId : '', null, id);
  }
});

test('refusals are spoken as the platform understands them', (t) => {
  const refusal = { status: 403, headers: { 'x-weir-decision': 'd-1' }, body: '{"error":"denied"}' };
  const openWhisk = adapterOf('openwhisk').speak(refusal, requestOf({ path: '/run' }));
  t.is(openWhisk.status, 502);
  t.deepEqual(Object.keys(JSON.parse(openWhisk.body) as object), ['error']);
  t.is(adapterOf('openwhisk').speak(refusal, requestOf({ path: '/api/v1/namespaces/_/actions/a' })).status, 403);
  t.deepEqual(adapterOf('openfaas').speak(refusal, requestOf({})), refusal);
});

test('which bodies are needed', (t) => {
  const need = (platform: PlatformName, given: Given): string => adapterOf(platform).needsBody(requestOf(given));
  t.is(need('openwhisk', { path: '/init' }), 'load');
  t.is(need('openwhisk', { path: '/run' }), 'call');
  t.is(need('openwhisk', { path: '/api/v1/web/g/p/a', headers: { 'content-type': 'text/plain' } }), 'no');
  t.is(need('http', { headers: STRUCTURED_HEADERS }), 'call');
  t.is(need('http', { headers: BINARY }), 'no');
});

test('the context of OpenWhisk is a parameter, and never stays in a result', (t) => {
  const request = requestOf({ path: '/run', json: RUN });
  const carrier = adapterOf('openwhisk').carrier(request);
  t.deepEqual(carrier?.put({ value: { a: 1, __weir_context: 'old' } }, 'new'), {
    value: { a: 1, __weir_context: 'new' },
  });
  t.deepEqual(carrier?.put({ value: { a: 1, __weir_context: 'old' } }, null), { value: { a: 1 } });
  t.deepEqual(carrier?.strip({ a: 1, __weir_context: 'x' }), { a: 1 });
  t.deepEqual(
    carrier?.continuation?.({ action: 'next', params: { b: 2 }, state: { $step: 1, __weir_context: 'x' } }, 'mine'),
    { action: 'next', params: { b: 2, __weir_context: 'mine' }, state: { $step: 1 } },
  );
  t.is(carrier?.continuation?.({ params: {} }, 'mine'), null);
});
