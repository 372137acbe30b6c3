/**
 * Knative Serving and Eventing: plain HTTP and CloudEvents. Requests that probe the network never reach the function's container.
 * Source: https://github.com/knative/networking/blob/main/pkg/http/header/header.go (`K-Network-Probe`, `K-Network-Hash`, `K-Proxy-Request`,
 * `K-Passthrough-Lb`), and the Knative Eventing delivery spec for `Knative-Error-*`.
 */
import { CLOUD_EVENT_CARRIER } from './cloud-events.ts';
import { describeHttp, isStructuredEvent, needOfEvent } from './http.ts';
import { claim, speakHttp, stateHeaders, type Adapter, type AdapterRequest, type Facts } from './types.ts';

const INTERNAL: ReadonlySet<string> = new Set([
  'k-proxy-request',
  'k-network-hash',
  'k-passthrough-lb',
  'k-kubelet-probe',
]);

function describe(request: AdapterRequest): Facts {
  const { headers } = request;
  const probe = headers['k-network-probe'];
  if (probe !== undefined) {
    // Answered here: whatever is behind might take the request for a call.
    const hash = claim(headers['k-network-hash']);
    return {
      kind: 'lifecycle',
      step: 'probe',
      code: null,
      answer: {
        status: 200,
        headers: { 'content-type': 'text/plain', ...(hash === null ? {} : { 'k-network-hash': hash }) },
        body: probe === 'queue' ? 'queue' : '',
      },
    };
  }
  const facts = describeHttp(request);
  if (facts.kind !== 'invocation') return facts;
  return {
    ...facts,
    platformState: stateHeaders(headers, (name) => INTERNAL.has(name) || name.startsWith('knative-error-')),
  };
}

export const KNATIVE: Adapter = {
  platform: 'knative',
  needsBody: needOfEvent,
  describe,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
