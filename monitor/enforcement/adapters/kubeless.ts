/**
 * Kubeless: triggers and callers send events to a function's server with four headers, and the server has `/healthz`.
 * Sources: https://github.com/vmware-archive/kubeless/blob/master/docs/kubeless-functions.md (`event-id`, `event-type`, `event-time`,
 * `event-namespace`), https://github.com/vmware-archive/kubeless-runtimes (`stable/nodejs/kubeless.js`).
 */
import { claim, PLAIN_CALL, speakHttp, type Adapter, type AdapterRequest, type Facts } from './types.ts';

/** Namespaces of the triggers, e.g. `kafkatriggers.kubeless.io`; the command line says `cli.kubeless.io`. */
const TRIGGER_NAMESPACE = /^[a-z]+triggers?\.kubeless\.io$/;

function describe({ headers, method, path }: AdapterRequest): Facts {
  if (path === '/healthz' && method === 'GET') return { kind: 'lifecycle', step: 'probe', code: null, answer: null };
  const isTriggered = TRIGGER_NAMESPACE.test(headers['event-namespace'] ?? '');
  return {
    ...PLAIN_CALL,
    trigger: isTriggered ? 'event' : 'http',
    claimedId: claim(headers['event-id']),
    // Anybody may send an event; only a trigger comes from a trigger's namespace.
    platformState: isTriggered ? ['event-namespace'] : [],
  };
}

export const KUBELESS: Adapter = {
  platform: 'kubeless',
  needsBody: () => 'no',
  describe,
  carrier: () => null,
  speak: speakHttp,
};
