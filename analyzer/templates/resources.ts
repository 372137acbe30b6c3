import { entriesOf, mapOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { withGlobals } from './globals.ts';
import { TemplateScope } from './scope.ts';
import type { TemplateResource } from './types.ts';

/** CloudFormation types that SAM resources become. */
const NORMALISED_TYPES: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::WebSocketApi': 'AWS::ApiGatewayV2::Api',
  'AWS::DynamoDB::GlobalTable': 'AWS::DynamoDB::Table',
};

/** The property that holds a resource's physical name, by type. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::StepFunctions::Activity': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStreamName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SSM::Parameter': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::ApiGateway::RestApi': 'Name',
  'AWS::ApiGatewayV2::Api': 'Name',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::KMS::Alias': 'AliasName',
};

/** The property of a type as it is written, where SAM's differs from CloudFormation's. */
const SAM_NAME_PROPERTIES: Readonly<Record<string, string>> = { 'AWS::Serverless::StateMachine': 'Name' };

/** All resources of a CloudFormation or SAM template, by logical id. */
export function readResources(file: string, root: MapNode): ReadonlyMap<string, TemplateResource> {
  const found = new Map<string, TemplateResource>();
  // Names are made of parameters and mappings at most: a name that refers to a resource is not known before deployment.
  const scope = new TemplateScope(root, new Map());
  for (const entry of entriesOf(valueAt(root, 'Resources'))) {
    const writtenType = textOf(valueAt(entry.value, 'Type'));
    if (writtenType === null) continue;
    const properties = withGlobals(mapOf(valueAt(entry.value, 'Properties')), root, writtenType);
    const parts = { file, logicalId: entry.key, writtenType, properties, span: entry.keySpan };
    found.set(entry.key, makeResource(parts, scope));
  }
  return found;
}

export function makeResource(
  parts: Pick<TemplateResource, 'file' | 'logicalId' | 'writtenType' | 'properties' | 'span'>,
  scope: TemplateScope,
): TemplateResource {
  const type = NORMALISED_TYPES[parts.writtenType] ?? parts.writtenType;
  const nameProperty = SAM_NAME_PROPERTIES[parts.writtenType] ?? NAME_PROPERTIES[type];
  const name = nameProperty === undefined ? null : scope.defaultText(valueAt(parts.properties, nameProperty));
  const variables = entriesOf(valueAt(parts.properties, 'Environment', 'Variables'));
  const environmentNames = variables.map((entry) => entry.key).sort();
  return { ...parts, type, physicalName: name === '' ? null : name, environmentNames };
}

/** Resources that a value refers to anywhere in it, by reference, placeholder, name or ARN, in the order they stand. */
export function referencesIn(
  node: DataNode | null,
  known: ReadonlyMap<string, TemplateResource>,
): readonly TemplateResource[] {
  const found = new Set<TemplateResource>();
  const add = (name: string | null | undefined): void => {
    const resource = known.get(name?.trim().split('.')[0] ?? '');
    if (resource !== undefined) found.add(resource);
  };
  const stack: DataNode[] = node === null ? [] : [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.kind === 'list') stack.push(...at.items.toReversed());
    if (at.kind === 'scalar' && typeof at.value === 'string') {
      for (const match of at.value.matchAll(/\$\{([^}!]+)\}/g)) add(match[1]);
      const named = resourceNamed(at.value, known);
      if (named !== null) found.add(named);
    }
    if (at.kind !== 'map') continue;
    for (const entry of at.entries.toReversed()) {
      if (entry.key === 'Ref') add(textOf(entry.value));
      else if (entry.key === 'Fn::GetAtt')
        add(textOf(entry.value.kind === 'list' ? entry.value.items[0] : entry.value));
      else stack.push(entry.value);
    }
  }
  return [...found];
}

/** The function or state machine that a literal ARN names. */
function resourceNamed(text: string, known: ReadonlyMap<string, TemplateResource>): TemplateResource | null {
  const named = /^arn:[^:]*:(?:lambda|states):[^:]*:[^:]*:(function|stateMachine):([\w-]+)/.exec(text);
  if (named === null) return null;
  const type = named[1] === 'function' ? 'AWS::Lambda::Function' : 'AWS::StepFunctions::StateMachine';
  for (const resource of known.values()) {
    if (resource.type === type && resource.physicalName === named[2]) return resource;
  }
  return null;
}
