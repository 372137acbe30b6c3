import path from 'node:path/posix';
import type { Authentication } from '../../model/application.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { entriesOf, itemsOf, mapNode, mapOf, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { isStateMachine, problem, readDefinition, type Lookup } from './definitions.ts';
import { makeResource, readResources } from './resources.ts';
import { TemplateScope } from './scope.ts';
import type { TemplateResource, TemplateTrigger, WorkflowDefinition } from './types.ts';

/** Deepest chain of `${file()}` and `${self:}` that is followed. */
const VARIABLES_DEPTH_MAX = 12;

export interface ServerlessModel {
  readonly scope: TemplateScope;
  readonly workflows: readonly WorkflowDefinition[];
  readonly triggers: readonly TemplateTrigger[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a document is a `serverless.yml`. */
export function isServerless(root: DataNode): root is MapNode {
  return (
    root.kind === 'map' &&
    valueAt(root, 'service') !== null &&
    (valueAt(root, 'provider') !== null || valueAt(root, 'stepFunctions') !== null)
  );
}

/** Reads functions, resources and state machines (plugin serverless-step-functions) of one `serverless.yml`. */
export function readServerless(file: string, root: MapNode, lookup: Lookup): ServerlessModel {
  const variables = new Variables({ file, root, lookup });
  const resources = collectResources(file, root, variables);
  const machines = new Map(mapEntries(valueAt(root, 'stepFunctions', 'stateMachines'), variables));
  for (const [logicalId, { node, entry }] of machines) {
    const properties = mapOf(node);
    resources.set(
      logicalId,
      makeResource({
        file,
        logicalId,
        writtenType: 'AWS::StepFunctions::StateMachine',
        properties: renamed(properties),
        span: entry.keySpan,
      }),
    );
  }
  const scope = new TemplateScope(root, resources);
  const workflows: WorkflowDefinition[] = [];
  const triggers: TemplateTrigger[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [logicalId, { node }] of machines) {
    const resource = resources.get(logicalId);
    if (resource === undefined) continue;
    const definition = variables.follow(valueAt(node, 'definition'));
    if (isStateMachine(definition)) {
      const found = readDefinition({
        resource: { ...resource, properties: withDefinition(resource, definition) },
        scope,
        lookup,
      });
      const name = textOf(valueAt(node, 'name')) ?? logicalId;
      workflows.push({ ...found.workflow, resource, name, kind: kindOf(node) });
    } else {
      const span = definition?.span ?? resource.span;
      diagnostics.push(
        problem(
          'TPL007',
          `state machine ${logicalId} has no definition that can be read`,
          'Give it a definition with StartAt and States, here or through ${file()}.',
          span,
        ),
      );
    }
    triggers.push(...eventsOf(node, resource));
  }
  for (const [name, { node }] of mapEntries(valueAt(root, 'functions'), variables)) {
    const resource = resources.get(`${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`);
    if (resource !== undefined) triggers.push(...eventsOf(node, resource));
  }
  return { scope, workflows, triggers, diagnostics };
}

function kindOf(node: DataNode): WorkflowDefinition['kind'] {
  const type = textOf(valueAt(node, 'type'))?.toUpperCase() ?? 'STANDARD';
  return type === 'STANDARD' ? 'standard' : type === 'EXPRESS' ? 'express' : 'unknown';
}

/** The plugin's lower-case keys under the names that CloudFormation has for them. */
function renamed(properties: MapNode | null): MapNode | null {
  if (properties === null) return null;
  const names: Readonly<Record<string, string>> = {
    name: 'StateMachineName',
    type: 'StateMachineType',
    loggingConfig: 'LoggingConfiguration',
  };
  const entries = properties.entries.map((entry) => ({
    ...entry,
    key: names[entry.key] ?? entry.key,
    value: entry.key === 'loggingConfig' ? upperKeys(entry.value) : entry.value,
  }));
  return mapNode(entries, properties.span);
}

function upperKeys(node: DataNode): DataNode {
  if (node.kind !== 'map') return node;
  const entries = node.entries.map((entry) => ({
    ...entry,
    key: entry.key.charAt(0).toUpperCase() + entry.key.slice(1),
  }));
  return mapNode(entries, node.span);
}

function withDefinition(resource: TemplateResource, definition: MapNode): MapNode {
  const others = (resource.properties?.entries ?? []).filter((entry) => entry.key !== 'definition');
  return mapNode([...others, { key: 'Definition', keySpan: definition.span, value: definition }], definition.span);
}

function mapEntries(
  node: DataNode | null,
  variables: Variables,
): [string, { readonly node: DataNode; readonly entry: { readonly keySpan: DataNode['span'] } }][] {
  const followed = variables.follow(node);
  return entriesOf(followed).map((entry) => [entry.key, { node: variables.follow(entry.value) ?? entry.value, entry }]);
}

/** Functions become Lambda functions named as the framework names them; `resources:` are plain CloudFormation. */
function collectResources(file: string, root: MapNode, variables: Variables): Map<string, TemplateResource> {
  const resources = new Map<string, TemplateResource>();
  for (const part of [variables.follow(valueAt(root, 'resources'))].flatMap((node) =>
    node?.kind === 'list' ? node.items.map((item) => variables.follow(item)) : [node],
  )) {
    if (part?.kind === 'map') for (const [id, resource] of readResources(file, part)) resources.set(id, resource);
  }
  for (const [name, { node, entry }] of mapEntries(valueAt(root, 'functions'), variables)) {
    const logicalId = `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/-/g, 'Dash').replace(/_/g, 'Underscore')}LambdaFunction`;
    const made = makeResource({
      file,
      logicalId,
      writtenType: 'AWS::Lambda::Function',
      properties: mapOf(node),
      span: entry.keySpan,
    });
    const environmentNames = entriesOf(valueAt(node, 'environment'))
      .map((variable) => variable.key)
      .sort();
    const resource = { ...made, physicalName: textOf(valueAt(node, 'name')) ?? name, environmentNames };
    resources.set(logicalId, resource);
    // The plugin lets definitions refer to functions by their short name.
    resources.set(name, resource);
  }
  return resources;
}

const EVENT_KINDS: Readonly<Record<string, TemplateTrigger['kind']>> = {
  http: 'http', httpApi: 'http', schedule: 'schedule', cloudwatchEvent: 'event', eventBridge: 'event', s3: 'storage', sqs: 'queue', sns: 'topic', stream: 'stream', iot: 'iot',
}; // prettier-ignore

function eventsOf(node: DataNode, target: TemplateResource): TemplateTrigger[] {
  return itemsOf(valueAt(node, 'events')).flatMap((event) => {
    const entry = entriesOf(event)[0];
    if (entry === undefined) return [];
    const kind = EVENT_KINDS[entry.key] ?? 'other';
    return [{ target, kind, authentication: eventAuthentication(kind, entry.value), from: null, span: entry.keySpan }];
  });
}

function eventAuthentication(kind: TemplateTrigger['kind'], node: DataNode): Authentication {
  if (kind !== 'http') return kind === 'other' ? 'unknown' : 'internal';
  return valueAt(node, 'authorizer') === null ? 'none' : 'authenticated';
}

/** Follows `${file(path):key}` and `${self:key}` where they are the whole value. */
class Variables {
  readonly #file: string;
  readonly #root: MapNode;
  readonly #lookup: Lookup;

  constructor(input: { readonly file: string; readonly root: MapNode; readonly lookup: Lookup }) {
    this.#file = input.file;
    this.#root = input.root;
    this.#lookup = input.lookup;
  }

  follow(node: DataNode | null, depth = 0): DataNode | null {
    const text = textOf(node);
    if (node === null || text === null || depth > VARIABLES_DEPTH_MAX) return node;
    const fromFile = /^\$\{file\(\s*([^)]+?)\s*\)(?::([\w.-]+))?\}$/.exec(text);
    if (fromFile !== null) {
      const name = path.normalize(path.join(path.dirname(this.#file), (fromFile[1] ?? '').replace(/^['"]|['"]$/g, '')));
      const root = this.#lookup(name);
      const found = root === null || fromFile[2] === undefined ? root : valueAt(root, ...fromFile[2].split('.'));
      return found === null ? node : this.follow(found, depth + 1);
    }
    const self = /^\$\{self:([\w.-]+)\}$/.exec(text)?.[1];
    const found = self === undefined ? null : valueAt(this.#root, ...self.split('.'));
    return found === null ? node : this.follow(found, depth + 1);
  }
}
