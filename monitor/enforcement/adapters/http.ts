import { CLOUD_EVENT_CARRIER, describeEvent, eventMode } from './cloud-events.ts';
import {
  PLAIN_CALL,
  speakHttp,
  type Adapter,
  type AdapterHead,
  type AdapterRequest,
  type BodyNeed,
  type Facts,
} from './types.ts';

export const isStructuredEvent = (request: Pick<AdapterHead, 'headers'>): boolean =>
  eventMode(request.headers) === 'structured';

/** Events in the structured mode have what is to be known in the body. */
export const needOfEvent = (request: AdapterHead): BodyNeed => (isStructuredEvent(request) ? 'call' : 'no');

/** A call by HTTP, or an event where the request is one. */
export function describeHttp(request: AdapterRequest): Facts {
  return describeEvent(request) ?? PLAIN_CALL;
}

/** Any function behind plain HTTP: a request is a call, a CloudEvent an event. Refusals are HTTP's own. */
export const HTTP: Adapter = {
  platform: 'http',
  needsBody: needOfEvent,
  describe: describeHttp,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
