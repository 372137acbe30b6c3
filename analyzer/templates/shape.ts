/** Recognises documents by their shape. File names are only a hint. */
import { entriesOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { intrinsicOf } from './pieces.ts';

/** Whether a document is a CloudFormation or SAM template. */
export function isTemplate(root: DataNode): root is MapNode {
  const resources = valueAt(root, 'Resources');
  return (
    root.kind === 'map' &&
    resources?.kind === 'map' &&
    resources.entries.some((entry) => entry.key.startsWith('Fn::ForEach::') || valueAt(entry.value, 'Type') !== null)
  );
}

/** Whether a document is a `serverless.yml`. */
export function isServerless(root: DataNode): root is MapNode {
  return (
    root.kind === 'map' &&
    valueAt(root, 'service') !== null &&
    valueAt(root, 'Resources') === null &&
    ['provider', 'stepFunctions', 'functions'].some((key) => valueAt(root, key) !== null)
  );
}

/** Whether a value is a state machine: a map with `StartAt` and `States`. */
export function isStateMachine(node: DataNode | null): node is MapNode {
  return node?.kind === 'map' && valueAt(node, 'StartAt') !== null && valueAt(node, 'States') !== null;
}

/** Whether a file is named as a definition, so that one without `StartAt` or `States` is a mistake and not something else. */
export function isDefinitionPath(path: string): boolean {
  return /\.asl(\.\w+)?$/i.test(path);
}

/** Whether a map is meant as a state machine: one of the two required fields is there, and the states look like states. */
export function isMeantAsStateMachine(node: DataNode): node is MapNode {
  if (node.kind !== 'map') return false;
  const states = entriesOf(valueAt(node, 'States'));
  return isStateMachine(node) || (states.length > 0 && states.every((entry) => isState(entry.value)));
}

const STATE_TYPES: ReadonlySet<unknown> = new Set([
  'Task',
  'Pass',
  'Choice',
  'Wait',
  'Succeed',
  'Fail',
  'Parallel',
  'Map',
]);

function isState(node: DataNode): boolean {
  const type = valueAt(node, 'Type');
  return type?.kind === 'scalar' && STATE_TYPES.has(type.value);
}

/** Whether a value is given by the template language and not written out. */
export function isIntrinsic(node: DataNode): boolean {
  return intrinsicOf(node) !== null;
}

const TELLING = /["']?(?:StartAt|AWSTemplateFormatVersion|stepFunctions)["']?\s*:|AWS::(?:StepFunctions|Serverless)::/;

/** Whether the text of a file that cannot be parsed was meant to be one of those that are read. */
export function isTellingText(text: string): boolean {
  return TELLING.test(text);
}
