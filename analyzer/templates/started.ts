import { textOf, valueAt, type DataNode } from '../source/index.ts';
import { referencesIn } from './resources.ts';
import type { TemplateScope } from './scope.ts';
import type { TemplateResource } from './types.ts';

const STARTED_TYPES: ReadonlySet<string> = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']);

/** The property by which an alias or a version names what it stands for. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  'AWS::Lambda::Alias': 'FunctionName',
  'AWS::Lambda::Version': 'FunctionName',
  'AWS::StepFunctions::StateMachineVersion': 'StateMachineArn',
  'AWS::StepFunctions::StateMachineAlias': 'RoutingConfiguration',
};

const STANDS_FOR_DEPTH_MAX = 3;

/** Functions and state machines that a value refers to, also through an alias or a version. */
export function startedBy(node: DataNode | null, scope: TemplateScope, depth = 0): readonly TemplateResource[] {
  const found = new Set<TemplateResource>();
  for (const resource of referencesIn(node, scope.resources)) {
    const property = STANDS_FOR[resource.type];
    if (STARTED_TYPES.has(resource.type)) found.add(resource);
    else if (property !== undefined && depth < STANDS_FOR_DEPTH_MAX) {
      for (const inner of startedBy(valueAt(resource.properties, property), scope, depth + 1)) found.add(inner);
    }
  }
  return [...found];
}

/** As {@link startedBy}, for properties that may hold a bare name where others take an ARN. */
export function startedByName(node: DataNode | null, scope: TemplateScope): readonly TemplateResource[] {
  const found = startedBy(node, scope);
  const name = textOf(node);
  if (found.length > 0 || name === null) return found;
  const named = [...scope.resources.values()].filter(
    (resource) => STARTED_TYPES.has(resource.type) && resource.physicalName === name,
  );
  return [...new Set(named)];
}
