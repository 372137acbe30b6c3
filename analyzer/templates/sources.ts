import type { DataNode } from '../source/index.ts';
import type { TemplateScope } from './scope.ts';
import type { PlaceholderTarget } from './types.ts';

/** Types that something can listen to, by the service that stands in their ARNs. */
const TYPE_OF_SERVICE: Readonly<Record<string, string>> = {
  sqs: 'AWS::SQS::Queue',
  sns: 'AWS::SNS::Topic',
  s3: 'AWS::S3::Bucket',
  dynamodb: 'AWS::DynamoDB::Table',
  kinesis: 'AWS::Kinesis::Stream',
  events: 'AWS::Events::EventBus',
  logs: 'AWS::Logs::LogGroup',
};

const SOURCE_TYPES: ReadonlySet<string> = new Set(Object.values(TYPE_OF_SERVICE));

/** What a queue, topic, bucket or bus that something listens to is: a literal name or ARN of a resource of the template is that resource. */
export function sourceTarget(node: DataNode, scope: TemplateScope): PlaceholderTarget {
  const target = scope.resolveNode(node);
  if (target.kind !== 'literal' && target.kind !== 'composed') return target;
  const arn = /^arn:[^:]*:([a-z0-9-]+):[^:]*:[^:]*:(?:[a-z-]+[/:])?([^/:]+)/.exec(target.text);
  const name = arn?.[2] ?? target.text;
  const type = arn === null ? null : TYPE_OF_SERVICE[arn[1] ?? ''];
  for (const resource of scope.resources.values()) {
    const isOfType = type === null ? SOURCE_TYPES.has(resource.type) : resource.type === type;
    if (isOfType && resource.physicalName === name) return { kind: 'resource', resource, attribute: null };
  }
  return target;
}
