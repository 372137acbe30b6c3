import { entriesOf, mapOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import type { TemplateResource } from './types.ts';

/** CloudFormation types that SAM and Serverless resources become. */
const NORMALISED_TYPES: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
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
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SSM::Parameter': 'Name',
};

/** All resources of a CloudFormation or SAM template, by logical id. */
export function readResources(file: string, root: MapNode): ReadonlyMap<string, TemplateResource> {
  const found = new Map<string, TemplateResource>();
  for (const entry of entriesOf(valueAt(root, 'Resources'))) {
    const writtenType = textOf(valueAt(entry.value, 'Type'));
    if (writtenType === null) continue;
    const properties = mapOf(valueAt(entry.value, 'Properties'));
    found.set(entry.key, makeResource({ file, logicalId: entry.key, writtenType, properties, span: entry.keySpan }));
  }
  return found;
}

export function makeResource(
  parts: Pick<TemplateResource, 'file' | 'logicalId' | 'writtenType' | 'properties' | 'span'>,
): TemplateResource {
  const type = NORMALISED_TYPES[parts.writtenType] ?? parts.writtenType;
  const nameProperty = parts.writtenType === 'AWS::Serverless::StateMachine' ? 'Name' : NAME_PROPERTIES[type];
  const name = nameProperty === undefined ? null : literalName(valueAt(parts.properties, nameProperty));
  const variables = valueAt(parts.properties, 'Environment', 'Variables');
  const environmentNames = entriesOf(variables)
    .map((entry) => entry.key)
    .sort();
  return { ...parts, type, physicalName: name, environmentNames };
}

function literalName(node: DataNode | null): string | null {
  const text = textOf(node);
  return text === null || text.includes('${') ? null : text;
}

/** Logical ids that a value refers to anywhere in it, in the order they stand. */
export function referencesIn(
  node: DataNode | null,
  known: ReadonlyMap<string, TemplateResource>,
): readonly TemplateResource[] {
  const found = new Map<string, TemplateResource>();
  const add = (name: string | null): void => {
    const id = name?.split('.')[0] ?? '';
    const resource = known.get(id);
    if (resource !== undefined) found.set(id, resource);
  };
  const visit = (at: DataNode): void => {
    if (at.kind === 'list') at.items.forEach(visit);
    if (at.kind === 'scalar' && typeof at.value === 'string') {
      for (const match of at.value.matchAll(/\$\{([^}!]+)\}/g)) add(match[1] ?? null);
    }
    if (at.kind !== 'map') return;
    for (const entry of at.entries) {
      if (entry.key === 'Ref') add(textOf(entry.value));
      else if (entry.key === 'Fn::GetAtt')
        add(entry.value.kind === 'list' ? textOf(entry.value.items[0]) : textOf(entry.value));
      visit(entry.value);
    }
  };
  if (node !== null) visit(node);
  return [...found.values()];
}
