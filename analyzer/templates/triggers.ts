import type { Authentication, Trigger } from '../../model/application.ts';
import type { Span } from '../../model/span.ts';
import { entriesOf, itemsOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { referencesIn } from './resources.ts';
import type { TemplateScope } from './scope.ts';
import type { PlaceholderTarget, TemplateResource, TemplateTrigger } from './types.ts';

const STARTED_TYPES = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']);

/** What a SAM event type means, and which of its properties names the place that data comes from. */
const SAM_EVENTS: Readonly<
  Record<string, { readonly kind: Trigger['kind']; readonly from?: string; readonly authentication?: Authentication }>
> = {
  Api: { kind: 'http' },
  HttpApi: { kind: 'http' },
  Schedule: { kind: 'schedule', authentication: 'internal' },
  ScheduleV2: { kind: 'schedule', authentication: 'internal' },
  EventBridgeRule: { kind: 'event', from: 'EventBusName', authentication: 'internal' },
  CloudWatchEvent: { kind: 'event', from: 'EventBusName', authentication: 'internal' },
  CloudWatchLogs: { kind: 'event', from: 'LogGroupName', authentication: 'internal' },
  S3: { kind: 'storage', from: 'Bucket', authentication: 'internal' },
  SQS: { kind: 'queue', from: 'Queue', authentication: 'internal' },
  SNS: { kind: 'topic', from: 'Topic', authentication: 'internal' },
  Kinesis: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  DynamoDB: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  MSK: { kind: 'stream', from: 'Stream', authentication: 'internal' },
  IoTRule: { kind: 'iot', authentication: 'internal' },
  AlexaSkill: { kind: 'other', authentication: 'unknown' },
  Cognito: { kind: 'other', authentication: 'internal' },
};

/** Plain CloudFormation resources that start something: where they name their target and their source. */
const CONNECTING_TYPES: Readonly<
  Record<string, { readonly kind: Trigger['kind']; readonly targets: string; readonly from?: string }>
> = {
  'AWS::Events::Rule': { kind: 'event', targets: 'Targets', from: 'EventBusName' },
  'AWS::Scheduler::Schedule': { kind: 'schedule', targets: 'Target' },
  'AWS::Pipes::Pipe': { kind: 'queue', targets: 'Target', from: 'Source' },
  'AWS::Lambda::EventSourceMapping': { kind: 'queue', targets: 'FunctionName', from: 'EventSourceArn' },
  'AWS::SNS::Subscription': { kind: 'topic', targets: 'Endpoint', from: 'TopicArn' },
  'AWS::IoT::TopicRule': { kind: 'iot', targets: 'TopicRulePayload' },
};

/** Everything that starts a function or a state machine of one template. */
export function readTriggers(root: MapNode, scope: TemplateScope): readonly TemplateTrigger[] {
  const triggers: TemplateTrigger[] = [];
  for (const resource of scope.resources.values()) {
    if (resource.writtenType.startsWith('AWS::Serverless::')) triggers.push(...samEvents(resource, { root, scope }));
    triggers.push(...httpTriggers(resource, { root, scope }), ...connections(resource, scope));
    if (resource.type === 'AWS::S3::Bucket') triggers.push(...bucketNotifications(resource, scope));
  }
  return triggers;
}

interface TemplateAt {
  readonly root: MapNode;
  readonly scope: TemplateScope;
}

function samEvents(resource: TemplateResource, at: TemplateAt): TemplateTrigger[] {
  const triggers: TemplateTrigger[] = [];
  for (const entry of entriesOf(valueAt(resource.properties, 'Events'))) {
    const type = textOf(valueAt(entry.value, 'Type')) ?? '';
    const meaning = SAM_EVENTS[type] ?? { kind: 'other', authentication: 'unknown' };
    const properties = valueAt(entry.value, 'Properties');
    const from = meaning.from === undefined ? null : valueAt(properties, meaning.from);
    triggers.push({
      target: resource,
      kind: meaning.kind,
      authentication: meaning.authentication ?? apiAuthentication(type, properties, at),
      from: from === null ? null : at.scope.resolveNode(from),
      span: entry.keySpan,
    });
  }
  const url = valueAt(resource.properties, 'FunctionUrlConfig');
  if (url !== null) triggers.push(functionUrl(resource, textOf(valueAt(url, 'AuthType')), url.span));
  return triggers;
}

function functionUrl(target: TemplateResource, type: string | null, span: Span): TemplateTrigger {
  const authentication = type === 'AWS_IAM' ? 'authenticated' : type === 'NONE' ? 'none' : 'unknown';
  return { target, kind: 'function-url', authentication, from: null, span };
}

/** The event's own Auth, else the API's default, else the Globals' default; an API key identifies nobody. */
function apiAuthentication(type: string, properties: DataNode | null, at: TemplateAt): Authentication {
  const own = textOf(valueAt(properties, 'Auth', 'Authorizer'));
  if (own !== null) return own === 'NONE' ? 'none' : 'authenticated';
  const apiNode = valueAt(properties, type === 'Api' ? 'RestApiId' : 'ApiId');
  const api = apiNode === null ? null : at.scope.resolveNode(apiNode);
  if (api?.kind === 'resource' && hasDefaultAuthorizer(valueAt(api.resource.properties, 'Auth')))
    return 'authenticated';
  if (api !== null && api.kind !== 'resource') return 'unknown';
  return hasDefaultAuthorizer(valueAt(at.root, 'Globals', type, 'Auth')) ? 'authenticated' : 'none';
}

function hasDefaultAuthorizer(auth: DataNode | null): boolean {
  const name = textOf(valueAt(auth, 'DefaultAuthorizer'));
  return name !== null && name !== 'NONE';
}

/** API Gateway methods and routes, function URLs: whatever their integration refers to is what they start. */
function httpTriggers(resource: TemplateResource, at: TemplateAt): TemplateTrigger[] {
  if (resource.type === 'AWS::Lambda::Url') {
    const [target] = referencesIn(valueAt(resource.properties, 'TargetFunctionArn'), at.scope.resources);
    return target === undefined
      ? []
      : [functionUrl(target, textOf(valueAt(resource.properties, 'AuthType')), resource.span)];
  }
  if (resource.type === 'AWS::ApiGateway::Method') {
    const authentication = authorizationOf(valueAt(resource.properties, 'AuthorizationType'), 'none');
    return targetsIn(valueAt(resource.properties, 'Integration'), at.scope).map((target) =>
      httpTrigger(target, authentication, resource.span),
    );
  }
  if (resource.type === 'AWS::ApiGatewayV2::Route') {
    const authentication = authorizationOf(valueAt(resource.properties, 'AuthorizationType'), 'none');
    const integrations = referencesIn(valueAt(resource.properties, 'Target'), at.scope.resources);
    return integrations
      .flatMap((integration) => targetsIn(integration.properties, at.scope))
      .map((target) => httpTrigger(target, authentication, resource.span));
  }
  if (resource.type === 'AWS::ApiGateway::RestApi' || resource.type === 'AWS::ApiGatewayV2::Api') {
    const body = valueAt(resource.properties, 'DefinitionBody') ?? valueAt(resource.properties, 'Body');
    const authentication = hasDefaultAuthorizer(valueAt(resource.properties, 'Auth')) ? 'authenticated' : 'unknown';
    return targetsIn(body, at.scope).map((target) => httpTrigger(target, authentication, resource.span));
  }
  return [];
}

function httpTrigger(target: TemplateResource, authentication: Authentication, span: Span): TemplateTrigger {
  return { target, kind: 'http', authentication, from: null, span };
}

function authorizationOf(node: DataNode | null, absent: Authentication): Authentication {
  if (node === null) return absent;
  const text = textOf(node);
  return text === null ? 'unknown' : text === 'NONE' ? 'none' : 'authenticated';
}

function targetsIn(node: DataNode | null, scope: TemplateScope): readonly TemplateResource[] {
  return referencesIn(node, scope.resources).filter((resource) => STARTED_TYPES.has(resource.type));
}

function connections(resource: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const meaning = CONNECTING_TYPES[resource.type];
  if (meaning === undefined) return [];
  const from = meaning.from === undefined ? null : valueAt(resource.properties, meaning.from);
  const source = from === null ? null : scope.resolveNode(from);
  const isSchedule = meaning.kind === 'event' && valueAt(resource.properties, 'ScheduleExpression') !== null;
  return targetsIn(valueAt(resource.properties, meaning.targets), scope).map((target) => ({
    target,
    kind: isSchedule ? 'schedule' : kindBySource(meaning.kind, source),
    authentication: 'internal',
    from: source,
    span: resource.span,
  }));
}

function kindBySource(kind: Trigger['kind'], source: PlaceholderTarget | null): Trigger['kind'] {
  if (source?.kind !== 'resource') return kind;
  const { type } = source.resource;
  return type === 'AWS::DynamoDB::Table' || type === 'AWS::Kinesis::Stream' ? 'stream' : kind;
}

function bucketNotifications(bucket: TemplateResource, scope: TemplateScope): TemplateTrigger[] {
  const configurations = itemsOf(valueAt(bucket.properties, 'NotificationConfiguration', 'LambdaConfigurations'));
  return configurations.flatMap((configuration) =>
    targetsIn(valueAt(configuration, 'Function'), scope).map((target) => ({
      target,
      kind: 'storage' as const,
      authentication: 'internal' as const,
      from: { kind: 'resource' as const, resource: bucket, attribute: null },
      span: configuration.span,
    })),
  );
}
