/**
 * CloudEvents over HTTP: the binary mode has attributes in `ce-` headers, the structured mode the whole event as JSON, the batched mode several
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md, sections 3.1 to 3.3).
 */
import type { JsonValue } from '../../../model/json.ts';
import { putCloudEvent, readCloudEvent, stripCloudEvent } from '../context/carriers.ts';
import { member } from '../context/json-edit.ts';
import { claim, PLAIN_CALL, refused, type AdapterRequest, type BodyCarrier, type Facts } from './types.ts';

export type EventMode = 'none' | 'binary' | 'structured' | 'batch' | 'other-format';

/** The mode of a request by its content type, as section 3 of the binding asks. */
export function eventMode(headers: Readonly<Record<string, string>>): EventMode {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('application/cloudevents-batch')) return 'batch';
  if (type === 'application/cloudevents+json' || type === 'application/cloudevents') return 'structured';
  if (type.startsWith('application/cloudevents+')) return 'other-format';
  return headers['ce-specversion'] === undefined ? 'none' : 'binary';
}

/** The event's context attribute in the structured mode. */
export const CLOUD_EVENT_CARRIER: BodyCarrier = { put: putCloudEvent, strip: stripCloudEvent };

const VERSION = /^1\.\d{1,3}$/;

/** What a request is as a CloudEvent; null when it is none. A batch holds several invocations under one decision, and is refused. */
export function describeEvent(request: Pick<AdapterRequest, 'headers' | 'body'>): Facts | null {
  switch (eventMode(request.headers)) {
    case 'none':
      return null;
    case 'batch':
      return refused(415, 'Batches of events are not accepted: send each event in a request of its own.');
    case 'other-format':
      return refused(415, 'Events in the structured mode are accepted as JSON only.');
    case 'binary':
      return describeBinary(request.headers);
    case 'structured':
      return request.body.kind === 'json'
        ? describeStructured(request.body.value)
        : refused(400, 'The body is no event in JSON.');
  }
}

function describeBinary(headers: Readonly<Record<string, string>>): Facts {
  const id = claim(headers['ce-id']);
  const isWhole = id !== null && headers['ce-source'] !== undefined && headers['ce-type'] !== undefined;
  if (!isWhole || !VERSION.test(headers['ce-specversion'] ?? '')) return INCOMPLETE;
  return { ...PLAIN_CALL, trigger: 'event', claimedId: id };
}

const INCOMPLETE = refused(400, 'The event lacks one of id, source, type and specversion 1.x.');

function describeStructured(event: JsonValue): Facts {
  const id = claim(member(event, 'id'));
  const hasText = (name: string): boolean => typeof member(event, name) === 'string';
  const version = member(event, 'specversion');
  const isWhole = id !== null && hasText('source') && hasText('type');
  if (!isWhole || typeof version !== 'string' || !VERSION.test(version)) return INCOMPLETE;
  return { ...PLAIN_CALL, trigger: 'event', claimedId: id, contextToken: readCloudEvent(event) };
}
