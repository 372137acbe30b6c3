import type { Authentication } from '../../model/application.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode } from '../source/index.ts';
import { intrinsicOf } from './pieces.ts';
import { sourceTarget } from './sources.ts';
import type { TemplateScope } from './scope.ts';
import type { TemplateResource, TemplateTrigger } from './types.ts';

/** What an event means, and which of its properties names the place that data comes from. */
const EVENTS: Readonly<Record<string, { readonly kind: TemplateTrigger['kind']; readonly from?: readonly string[] }>> =
  {
    http: { kind: 'http' },
    httpApi: { kind: 'http' },
    websocket: { kind: 'http' },
    alb: { kind: 'http' },
    schedule: { kind: 'schedule' },
    cloudwatchEvent: { kind: 'event' },
    eventBridge: { kind: 'event', from: ['eventBus'] },
    cloudwatchLog: { kind: 'event', from: ['logGroup'] },
    s3: { kind: 'storage', from: ['bucket'] },
    sqs: { kind: 'queue', from: ['arn'] },
    sns: { kind: 'topic', from: ['arn', 'topicName'] },
    stream: { kind: 'stream', from: ['arn'] },
    msk: { kind: 'stream', from: ['arn'] },
    kafka: { kind: 'stream' },
    activemq: { kind: 'queue', from: ['arn'] },
    rabbitmq: { kind: 'queue', from: ['arn'] },
    iot: { kind: 'iot' },
  };

/** Events of a function or a state machine of a `serverless.yml`. */
export function serverlessTriggers(node: DataNode, target: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const events = itemsOf(valueAt(node, 'events')).flatMap((event) => {
    const entry = entriesOf(event)[0];
    if (entry === undefined) return [];
    const meaning = EVENTS[entry.key] ?? { kind: 'other' };
    const trigger: TemplateTrigger = {
      target,
      kind: meaning.kind,
      authentication: eventAuthentication(entry.key, entry.value),
      from: meaning.from === undefined ? null : eventSource(entry.value, meaning.from, scope),
      span: entry.keySpan,
    };
    return [trigger];
  });
  const url = valueAt(node, 'url');
  if (url === null || (url.kind === 'scalar' && url.value !== true)) return events;
  const authentication = valueAt(url, 'authorizer') === null ? 'none' : 'authenticated';
  return [...events, { target, kind: 'function-url', authentication, from: null, span: url.span }];
}

function eventSource(node: DataNode, keys: readonly string[], scope: TemplateScope): TemplateTrigger['from'] {
  const named = keys.map((key) => valueAt(node, key)).find((found) => found !== null);
  // The short form of an event is its source: `- sqs: <arn>`, also as a reference.
  const source = named ?? (node.kind === 'scalar' || intrinsicOf(node) !== null ? node : null);
  return source === null ? null : sourceTarget(source, scope);
}

/** An API key (`private: true`) says which application calls, not who: it authenticates nobody. */
function eventAuthentication(event: string, node: DataNode): Authentication {
  if (event === 'http' || event === 'httpApi') return isAuthorized(node) ? 'authenticated' : 'none';
  if (event === 'websocket') return isAuthorized(node) ? 'authenticated' : 'unknown';
  if (event === 'alb') return isAuthorized(node) ? 'authenticated' : 'none';
  return EVENTS[event] === undefined ? 'unknown' : 'internal';
}

function isAuthorized(node: DataNode): boolean {
  const authorizer = valueAt(node, 'authorizer');
  return authorizer !== null && textOf(authorizer)?.toUpperCase() !== 'NONE';
}
