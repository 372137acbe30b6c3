/**
 * Google Cloud Functions on the Functions Framework: HTTP, CloudEvents (2nd generation), events of the 1st generation and messages that Pub/Sub
 * pushes.
 * Sources: https://github.com/GoogleCloudPlatform/functions-framework (contract), https://cloud.google.com/functions/1stgendocs/writing/write-event-driven-functions
 * (`context.eventId`), https://cloud.google.com/pubsub/docs/push (`message.messageId`, `deliveryAttempt`), and `Function-Execution-Id`.
 */
import type { JsonValue } from '../../../model/json.ts';
import { isObject, member } from '../context/json-edit.ts';
import { CLOUD_EVENT_CARRIER, describeEvent } from './cloud-events.ts';
import { isStructuredEvent, needOfEvent } from './http.ts';
import { claim, PLAIN_CALL, speakHttp, type Adapter, type AdapterRequest, type Facts } from './types.ts';

function describe(request: AdapterRequest): Facts {
  const event = describeEvent(request);
  if (event !== null) return event;
  const call = { ...PLAIN_CALL, claimedId: claim(request.headers['function-execution-id']) };
  if (request.body.kind !== 'json') return call;
  const found = oldEvent(request.body.value) ?? pushed(request.body.value);
  return found === null
    ? call
    : { ...call, trigger: 'event', claimedId: found.id ?? call.claimedId, attempt: found.attempt };
}

interface Found {
  readonly id: string | null;
  readonly attempt: number;
}

/** `{ context: { eventId, … }, data }`, or the same members beside `data`. */
function oldEvent(body: JsonValue): Found | null {
  if (!isObject(body) || member(body, 'data') === undefined) return null;
  const id = claim(member(member(body, 'context'), 'eventId')) ?? claim(member(body, 'eventId'));
  return id === null ? null : { id, attempt: 1 };
}

/** `{ message: { messageId, … }, subscription, deliveryAttempt }`. */
function pushed(body: JsonValue): Found | null {
  const message = member(body, 'message');
  if (!isObject(message) || typeof member(body, 'subscription') !== 'string') return null;
  const attempt = member(body, 'deliveryAttempt');
  return {
    id: claim(member(message, 'messageId')),
    attempt: typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 1,
  };
}

export const GOOGLE_FUNCTIONS: Adapter = {
  platform: 'google-cloud-functions',
  needsBody: needOfEvent,
  describe,
  carrier: (request) => (isStructuredEvent(request) ? CLOUD_EVENT_CARRIER : null),
  speak: speakHttp,
};
