import type { DataNode } from '../source/index.ts';
import type { TemplateScope } from './scope.ts';
import type { PlaceholderTarget } from './types.ts';

/** What a queue, topic, bucket or bus that something listens to is: a literal name or ARN of a resource of the template is that resource. */
export function sourceTarget(node: DataNode, scope: TemplateScope): PlaceholderTarget {
  const target = scope.resolveNode(node);
  if (target.kind !== 'literal' && target.kind !== 'composed') return target;
  const name = target.text.split(/[:/]/).at(-1) ?? '';
  for (const resource of scope.resources.values()) {
    if (name !== '' && resource.physicalName === name && isSource(resource.type)) {
      return { kind: 'resource', resource, attribute: null };
    }
  }
  return target;
}

const isSource = (type: string): boolean =>
  /^AWS::(?:SQS::Queue|SNS::Topic|S3::Bucket|DynamoDB::Table|Kinesis::Stream|Events::EventBus|Logs::LogGroup)$/.test(
    type,
  );
