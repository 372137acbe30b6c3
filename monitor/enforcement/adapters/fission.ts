/**
 * Fission: the router calls an environment's pod on port 8888; a pod of the pool is made the function's by `POST /specialize` or `/v2/specialize`.
 * Sources: https://fission.io/docs/usage/function/access-url-params-in-function/ (headers), https://github.com/fission/environments
 * (`go/server.go`: `/healthz`, `/specialize`, `/v2/specialize` and everything else for the function), message queue triggers
 * (`X-Fission-MQTrigger-*`) and timers (`X-Fission-Timer-Name`) of https://github.com/fission/fission.
 */
import { CLOUD_EVENT_CARRIER, describeEvent } from './cloud-events.ts';
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
} from './types.ts';

const SPECIALIZE: ReadonlySet<string> = new Set(['/specialize', '/v2/specialize']);
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readiness-healthz']);

function describe(request: AdapterRequest): Facts {
  const { headers, method, path } = request;
  if (SPECIALIZE.has(path)) {
    // The code is on a volume by then: the request names it and has none.
    return method === 'POST'
      ? { kind: 'lifecycle', step: 'load', code: null, answer: null }
      : refused(405, 'An instance is specialized by POST only.');
  }
  if (PROBES.has(path) && method === 'GET') return { kind: 'lifecycle', step: 'probe', code: null, answer: null };
  const event = describeEvent(request);
  if (event !== null && event.kind !== 'invocation') return event;
  const isTriggered =
    headers['x-fission-mqtrigger-topic'] !== undefined || headers['x-fission-timer-name'] !== undefined;
  return {
    ...(event ?? PLAIN_CALL),
    functionName: claim(headers['x-fission-function-name']),
    functionVersion: claim(headers['x-fission-function-resourceversion']),
    ...(isTriggered ? { trigger: 'event' as const } : {}),
    platformState: stateHeaders(headers, (name) => name.startsWith('x-fission-')),
  };
}

export const FISSION: Adapter = {
  platform: 'fission',
  needsBody: needOfEvent,
  describe,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
