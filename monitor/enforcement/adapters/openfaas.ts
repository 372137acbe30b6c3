/**
 * OpenFaaS: the gateway calls `http://<function>.<namespace>:8080/…`, where of-watchdog hands requests on to the function (modes `http` and
 * `streaming`); the queue worker does the same for asynchronous calls and posts the result to `X-Callback-Url`.
 * Sources: https://docs.openfaas.com/reference/async/, https://github.com/openfaas/of-watchdog (README), and
 * https://github.com/openfaas/nats-queue-worker (`main.go`: the callback carries `X-Call-Id`, `X-Function-Status`, `X-Duration-Seconds`).
 */
import { CLOUD_EVENT_CARRIER, describeEvent } from './cloud-events.ts';
import { canonicalHost, matchesHost } from './hosts.ts';
import { isStructuredEvent, needOfEvent } from './http.ts';
import {
  claim,
  PLAIN_CALL,
  refused,
  speakHttp,
  stateHeaders,
  type Adapter,
  type AdapterRequest,
  type Facts,
  type LifecycleFacts,
} from './types.ts';

/** What the watchdog answers by itself, without the function. */
const PROBES: ReadonlySet<string> = new Set(['/_/health', '/_/ready']);
const PROBE: LifecycleFacts = { kind: 'lifecycle', step: 'probe', code: null, answer: null };

/** Written by the queue worker when it hands a result over. */
const RESULT_HEADERS: ReadonlySet<string> = new Set(['x-function-status', 'x-duration-seconds', 'x-function-name']);

/** In front of the gateway the path names the function, and the gateway goes by it. */
const GATEWAY_PATH = /^\/(?:async-)?function\/([a-z0-9][a-z0-9.-]{0,252})(?:\/|$)/;

function describe(request: AdapterRequest): Facts {
  const { headers, path, method } = request;
  if (PROBES.has(path) && (method === 'GET' || method === 'HEAD')) return PROBE;
  const callback = headers['x-callback-url'];
  if (callback !== undefined && !isAllowedCallback(callback, request.route.callbackHosts)) {
    return refused(403, 'The result may not be posted to that address.');
  }
  const event = describeEvent(request);
  if (event !== null && event.kind !== 'invocation') return event;
  const named = request.route.functionName === null ? GATEWAY_PATH.exec(path)?.[1] : undefined;
  const isResult = headers['x-function-status'] !== undefined;
  return {
    ...(event ?? PLAIN_CALL),
    functionName: named ?? null,
    isNameBinding: named !== undefined,
    ...(isResult ? { trigger: 'callback' as const } : {}),
    claimedId: claim(headers['x-call-id']) ?? event?.claimedId ?? null,
    platformState: stateHeaders(headers, (name) => RESULT_HEADERS.has(name)),
  };
}

/** The queue worker requests whatever address it is given from inside of the cluster. */
function isAllowedCallback(text: string, hosts: readonly string[]): boolean {
  const host = canonicalHost(text);
  return host !== null && hosts.some((pattern) => matchesHost(pattern, host));
}

export const OPENFAAS: Adapter = {
  platform: 'openfaas',
  needsBody: needOfEvent,
  describe,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
