import type { Authentication, Trigger } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { apiEventAuthentication, apiTriggers, functionUrlTrigger, httpTriggers } from './http.ts';
import type { Lookup } from './lookup.ts';
import { findApiBody } from './open-api.ts';
import type { TemplateScope } from './scope.ts';
import { sourceTarget } from './sources.ts';
import { startedByName } from './started.ts';
import type { PlaceholderTarget, TemplateResource, TemplateTrigger } from './types.ts';

interface Meaning {
  readonly kind: Trigger['kind'];
  /** The property that names the place that data comes from. */
  readonly from?: string;
  /** When it does not depend on an API. */
  readonly authentication?: Authentication;
}

/** What a SAM event type means. */
const SAM_EVENTS: Readonly<Record<string, Meaning>> = {
  Api: { kind: 'http' },
  HttpApi: { kind: 'http' },
  WebSocketApi: { kind: 'http', authentication: 'unknown' },
  Schedule: { kind: 'schedule', authentication: 'internal' },
  ScheduleV2: { kind: 'schedule', authentication: 'internal' },
  EventBridgeRule: { kind: 'event', from: 'EventBusName', authentication: 'internal' },
  CloudWatchEvent: { kind: 'event', from: 'EventBusName', authentication: 'internal' },
  CloudWatchLogs: { kind: 'event', from: 'LogGroupName', authentication: 'internal' },
  S3: { kind: 'storage', from: 'Bucket', authentication: 'internal' },
  SQS: { kind: 'queue', from: 'Queue', authentication: 'internal' },
  MQ: { kind: 'queue', from: 'Broker', authentication: 'internal' },
  SNS: { kind: 'topic', from: 'Topic', authentication: 'internal' },
  Kinesis: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  DynamoDB: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  DocumentDB: { kind: 'stream', from: 'Cluster', authentication: 'internal' },
  MSK: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  SelfManagedKafka: { kind: 'stream', authentication: 'internal' },
  IoTRule: { kind: 'iot', authentication: 'internal' },
  AlexaSkill: { kind: 'other', authentication: 'unknown' },
  // Sign-up triggers carry what anyone may type in.
  Cognito: { kind: 'other', authentication: 'unknown' },
};

/** Resources that connect a source with what it starts: where they name both. */
const CONNECTING_TYPES: Readonly<
  Record<string, { readonly kind: Trigger['kind']; readonly targets: string; readonly from?: string }>
> = {
  'AWS::Events::Rule': { kind: 'event', targets: 'Targets', from: 'EventBusName' },
  'AWS::Scheduler::Schedule': { kind: 'schedule', targets: 'Target' },
  'AWS::Pipes::Pipe': { kind: 'queue', targets: 'Target', from: 'Source' },
  'AWS::Lambda::EventSourceMapping': { kind: 'queue', targets: 'FunctionName', from: 'EventSourceArn' },
  'AWS::SNS::Subscription': { kind: 'topic', targets: 'Endpoint', from: 'TopicArn' },
  'AWS::IoT::TopicRule': { kind: 'iot', targets: 'TopicRulePayload' },
  'AWS::Logs::SubscriptionFilter': { kind: 'event', targets: 'DestinationArn', from: 'LogGroupName' },
};

/** The triggers of one template. */
export interface FoundTriggers {
  readonly triggers: readonly TemplateTrigger[];
  readonly diagnostics: readonly Diagnostic[];
  /** OpenAPI documents that were read. */
  readonly files: readonly string[];
}

/** Everything that starts a function or a state machine of one template. */
export function readTriggers(root: MapNode, scope: TemplateScope, lookup: Lookup): FoundTriggers {
  const triggers: TemplateTrigger[] = [];
  const diagnostics: Diagnostic[] = [];
  const files: string[] = [];
  for (const resource of new Set(scope.resources.values())) {
    if (resource.writtenType.startsWith('AWS::Serverless::')) triggers.push(...samEvents(resource, { root, scope }));
    triggers.push(...httpTriggers(resource, scope), ...connections(resource, scope), ...declaredAt(resource, scope));
    if (resource.type !== 'AWS::ApiGateway::RestApi' && resource.type !== 'AWS::ApiGatewayV2::Api') continue;
    const api = findApiBody(resource, scope, lookup);
    triggers.push(...apiTriggers(resource, api.body, scope));
    diagnostics.push(...api.diagnostics);
    if (api.file !== null) files.push(api.file);
  }
  return { triggers, diagnostics, files };
}

interface TemplateAt {
  readonly root: MapNode;
  readonly scope: TemplateScope;
}

function samEvents(resource: TemplateResource, at: TemplateAt): TemplateTrigger[] {
  const triggers = entriesOf(valueAt(resource.properties, 'Events')).map((entry): TemplateTrigger => {
    const type = textOf(valueAt(entry.value, 'Type')) ?? '';
    const meaning = SAM_EVENTS[type] ?? { kind: 'other', authentication: 'unknown' };
    const properties = valueAt(entry.value, 'Properties');
    const from = meaning.from === undefined ? null : valueAt(properties, meaning.from);
    return {
      target: resource,
      kind: meaning.kind,
      authentication: meaning.authentication ?? apiEventAuthentication(type, properties, at),
      from: from === null ? null : sourceTarget(from, at.scope),
      span: entry.keySpan,
    };
  });
  const url = valueAt(resource.properties, 'FunctionUrlConfig');
  return url === null
    ? triggers
    : [...triggers, functionUrlTrigger({ target: resource, config: url, scope: at.scope, span: url.span })];
}

function connections(resource: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const meaning = CONNECTING_TYPES[resource.type];
  if (meaning === undefined) return [];
  const from = meaning.from === undefined ? null : valueAt(resource.properties, meaning.from);
  const source = from === null ? null : sourceTarget(from, scope);
  const isSchedule = meaning.kind === 'event' && valueAt(resource.properties, 'ScheduleExpression') !== null;
  return startedByName(valueAt(resource.properties, meaning.targets), scope).map((target) => ({
    target,
    kind: isSchedule ? 'schedule' : kindBySource(meaning.kind, source),
    authentication: 'internal',
    from: source,
    span: resource.span,
  }));
}

function kindBySource(kind: Trigger['kind'], source: PlaceholderTarget | null): Trigger['kind'] {
  if (source?.kind !== 'resource' || kind !== 'queue') return kind;
  const { type } = source.resource;
  return type === 'AWS::DynamoDB::Table' || type.startsWith('AWS::Kinesis') || type.startsWith('AWS::MSK')
    ? 'stream'
    : kind;
}

/** What the source itself lists: notifications of a bucket, subscriptions of a topic, hooks of a user pool. */
function declaredAt(resource: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const { properties, type } = resource;
  const started = (node: DataNode, kind: Trigger['kind'], authentication: Authentication): TemplateTrigger[] =>
    startedByName(node, scope).map((target) => ({
      target,
      kind,
      authentication,
      from: kind === 'other' ? null : { kind: 'resource', resource, attribute: null },
      span: node.span,
    }));
  if (type === 'AWS::S3::Bucket') {
    const notified = itemsOf(valueAt(properties, 'NotificationConfiguration', 'LambdaConfigurations'));
    return notified.flatMap((item) => started(valueAt(item, 'Function') ?? item, 'storage', 'internal'));
  }
  if (type === 'AWS::SNS::Topic') {
    const subscriptions = itemsOf(valueAt(properties, 'Subscription'));
    return subscriptions.flatMap((item) => started(valueAt(item, 'Endpoint') ?? item, 'topic', 'internal'));
  }
  const hooks = type === 'AWS::Cognito::UserPool' ? valueAt(properties, 'LambdaConfig') : null;
  return hooks === null ? [] : started(hooks, 'other', 'unknown');
}
