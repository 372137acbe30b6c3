/**
 * Nuclio: the processor is a web server; the dashboard and the scaler tell it the function by header, and some headers steer the runtime.
 * Sources: https://docs.nuclio.io/en/latest/reference/api/README.html (invocation headers), `pkg/common/headers` of
 * https://github.com/nuclio/nuclio, and CVE-2026-29042: the shell runtime put `X-Nuclio-Arguments` into a command line.
 */
import { CLOUD_EVENT_CARRIER, describeEvent } from './cloud-events.ts';
import { isStructuredEvent, needOfEvent } from './http.ts';
import { claim, PLAIN_CALL, speakHttp, stateHeaders, type Adapter, type AdapterRequest, type Facts } from './types.ts';

/** Headers that any caller may send. */
const OPEN: ReadonlySet<string> = new Set(['x-nuclio-target', 'x-nuclio-log-level', 'x-nuclio-path']);

function describe(request: AdapterRequest): Facts {
  const { headers } = request;
  const event = describeEvent(request);
  if (event !== null && event.kind !== 'invocation') return event;
  return {
    ...(event ?? PLAIN_CALL),
    functionName: claim(headers['x-nuclio-target']) ?? claim(headers['x-nuclio-function-name']),
    platformState: stateHeaders(headers, (name) => name.startsWith('x-nuclio-') && !OPEN.has(name)),
  };
}

export const NUCLIO: Adapter = {
  platform: 'nuclio',
  needsBody: needOfEvent,
  describe,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
