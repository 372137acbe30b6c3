import type { Diagnostic } from '../../model/diagnostic.ts';
import {
  entriesOf,
  itemsOf,
  mapNode,
  mapOf,
  textOf,
  valueAt,
  type DataNode,
  type MapEntry,
  type MapNode,
} from '../source/index.ts';
import { readDefinition } from './definitions.ts';
import { mergeMaps } from './globals.ts';
import type { Lookup } from './lookup.ts';
import { problem } from './problems.ts';
import { makeResource, readResources } from './resources.ts';
import { TemplateScope } from './scope.ts';
import { serverlessTriggers } from './serverless-events.ts';
import { ServerlessVariables } from './serverless-variables.ts';
import { readTriggers } from './triggers.ts';
import type { TemplateResource, TemplateTrigger, WorkflowDefinition } from './types.ts';

export interface ServerlessInput {
  readonly file: string;
  readonly root: MapNode;
  readonly lookup: Lookup;
}

export interface ServerlessModel {
  readonly resources: readonly TemplateResource[];
  readonly workflows: readonly WorkflowDefinition[];
  readonly triggers: readonly TemplateTrigger[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that variables refer to. */
  readonly files: readonly string[];
}

/** Reads functions, resources and state machines (plugin serverless-step-functions) of one `serverless.yml`. */
export function readServerless(input: ServerlessInput): ServerlessModel {
  const variables = new ServerlessVariables(input);
  const section = (...keys: readonly string[]): readonly MapEntry[] =>
    entriesIn(valueAt(input.root, ...keys), variables);
  const plain = plainTemplate(input.root, variables);
  const names = new Map(readResources(input.file, plain));
  const plainScope = new TemplateScope(plain, names);
  const functions = section('functions').map((entry) => ({
    entry,
    resource: functionResource(entry, input, variables),
  }));
  for (const { entry, resource } of functions) {
    names.set(entry.key, resource);
    names.set(`${normalised(entry.key)}LambdaFunction`, resource);
  }
  const stepFunctions = valueAt(input.root, 'stepFunctions');
  const machines = entriesIn(
    stepFunctions === null ? null : valueAt(variables.expand(stepFunctions), 'stateMachines'),
    variables,
  );
  const found = machines.map((entry) => ({ entry, resource: machineResource(entry, input, variables) }));
  for (const { entry, resource } of found) nameMachine(names, entry, resource);
  for (const activity of activities(input, variables)) {
    names.set(activity.logicalId, activity);
    names.set(`${normalised(activity.physicalName ?? activity.logicalId)}StepFunctionsActivity`, activity);
  }
  const scope = new TemplateScope(plain, names);
  const workflows: WorkflowDefinition[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { resource } of found) {
    const read = readMachine(resource, { ...input, scope, variables });
    workflows.push(read.workflow);
    diagnostics.push(...read.diagnostics);
  }
  const entries = readTriggers(plain, scope, input.lookup);
  const events = [...functions, ...found].flatMap(({ entry, resource }) =>
    serverlessTriggers(entry.value, resource, scope),
  );
  return {
    resources: [...new Set([...plainScope.resources.values(), ...names.values()])],
    workflows,
    triggers: [...entries.triggers, ...events],
    diagnostics: [...variables.diagnostics, ...entries.diagnostics, ...diagnostics],
    files: [...variables.files, ...entries.files],
  };
}

/** Entries of a section that may be a map, a list of maps, or variables for either. */
function entriesIn(node: DataNode | null, variables: ServerlessVariables): readonly MapEntry[] {
  if (node === null) return [];
  const expanded = variables.expand(node);
  const parts = expanded.kind === 'list' ? expanded.items : [expanded];
  return parts.flatMap((part) => entriesOf(part));
}

/** `resources:` as one CloudFormation template; it may be a list of parts. */
function plainTemplate(root: MapNode, variables: ServerlessVariables): MapNode {
  const node = valueAt(root, 'resources');
  const expanded = node === null ? null : variables.expand(node);
  const parts = expanded?.kind === 'list' ? expanded.items : [expanded];
  let merged = mapNode([], (expanded ?? root).span);
  for (const part of parts) {
    if (part?.kind !== 'map') continue;
    // A part without the heading is taken for the resources themselves.
    const isHeaded = part.entries.some((entry) =>
      ['Resources', 'Outputs', 'Parameters', 'extensions'].includes(entry.key),
    );
    const own = isHeaded ? part : mapNode([{ key: 'Resources', keySpan: part.span, value: part }], part.span);
    merged = mergeMaps(merged, own);
  }
  return merged;
}

/** How the framework makes a logical id of a function's name. */
function normalised(name: string): string {
  const text = name.replace(/-/g, 'Dash').replace(/_/g, 'Underscore');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function functionResource(
  entry: MapEntry,
  { file, root }: ServerlessInput,
  variables: ServerlessVariables,
): TemplateResource {
  const environment = [valueAt(root, 'provider', 'environment'), valueAt(entry.value, 'environment')];
  const environmentNames = new Set(
    environment.flatMap((node) => entriesIn(node, variables).map((variable) => variable.key)),
  );
  const name = textOf(valueAt(entry.value, 'name'));
  return {
    file,
    logicalId: entry.key,
    type: 'AWS::Lambda::Function',
    writtenType: 'functions',
    properties: mapOf(entry.value),
    physicalName: name === null ? defaultName(entry.key, root, variables) : variables.inline(name),
    environmentNames: [...environmentNames].sort(),
    span: entry.keySpan,
  };
}

/** `<service>-<stage>-<function>`. */
function defaultName(name: string, root: MapNode, variables: ServerlessVariables): string | null {
  const written = textOf(valueAt(root, 'service')) ?? textOf(valueAt(root, 'service', 'name'));
  const service = written === null ? null : variables.inline(written);
  const stage = variables.inline('${sls:stage}');
  return service === null || stage === null ? null : `${service}-${stage}-${name}`;
}

const MACHINE_PROPERTIES: Readonly<Record<string, string>> = {
  name: 'StateMachineName',
  type: 'StateMachineType',
  definition: 'Definition',
  loggingConfig: 'LoggingConfiguration',
};

function machineResource(
  entry: MapEntry,
  { file, root }: ServerlessInput,
  variables: ServerlessVariables,
): TemplateResource {
  const properties = mapOf(entry.value);
  const entries = (properties?.entries ?? []).map((property) => ({
    ...property,
    key: MACHINE_PROPERTIES[property.key] ?? property.key,
    value: property.key === 'loggingConfig' ? withUpperKeys(property.value) : property.value,
  }));
  const parts = {
    file,
    logicalId: entry.key,
    writtenType: 'AWS::StepFunctions::StateMachine',
    properties: properties === null ? null : mapNode(entries, properties.span),
    span: entry.keySpan,
  };
  const name = textOf(valueAt(properties, 'name'));
  const made = makeResource(parts, new TemplateScope(root, new Map()));
  return {
    ...made,
    writtenType: 'stepFunctions.stateMachines',
    physicalName: name === null ? null : variables.inline(name),
  };
}

/** The logical ids that the plugin gives a state machine: its `id`, or one made of its name. */
function nameMachine(names: Map<string, TemplateResource>, entry: MapEntry, resource: TemplateResource): void {
  const id = textOf(valueAt(entry.value, 'id'));
  const made = [resource.physicalName, entry.key].flatMap((name) =>
    name === null ? [] : [normalised(name), `${normalised(name)}StepFunctionsStateMachine`],
  );
  for (const name of [entry.key, ...(id === null ? [] : [id]), ...made])
    if (!names.has(name)) names.set(name, resource);
}

function withUpperKeys(node: DataNode): DataNode {
  if (node.kind !== 'map') return node;
  const upper = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
  return mapNode(node.entries.map((entry) => ({ ...entry, key: upper(entry.key) })), node.span); // prettier-ignore
}

function activities({ file, root }: ServerlessInput, variables: ServerlessVariables): TemplateResource[] {
  const node = valueAt(root, 'stepFunctions', 'activities');
  return itemsOf(node === null ? null : variables.expand(node)).flatMap((item) => {
    const name = textOf(item);
    if (name === null) return [];
    const type = 'AWS::StepFunctions::Activity';
    const physicalName = variables.inline(name);
    return [{ file, logicalId: name, type, writtenType: 'stepFunctions.activities', properties: null, physicalName, environmentNames: [], span: item.span }]; // prettier-ignore
  });
}

interface MachineInput extends ServerlessInput {
  readonly scope: TemplateScope;
  readonly variables: ServerlessVariables;
}

function readMachine(
  resource: TemplateResource,
  { scope, variables, lookup }: MachineInput,
): { readonly workflow: WorkflowDefinition; readonly diagnostics: readonly Diagnostic[] } {
  const { workflow, diagnostics } = readDefinition({ resource, scope, lookup });
  const definition = valueAt(resource.properties, 'Definition');
  const file = /^\$\{file\(\s*([^)]+?)\s*\)/.exec(textOf(definition) ?? '')?.[1];
  const unread = (): Diagnostic =>
    problem(
      'TPL006',
      {
        message: `the definition file ${file ?? ''} cannot be read`,
        help: 'Correct the path, which is relative to the directory of the configuration.',
      },
      (definition ?? resource).span,
    );
  return {
    workflow: { ...workflow, resolve: (name) => variables.resolve(name) ?? workflow.resolve(name) },
    diagnostics: file === undefined ? diagnostics : [unread()],
  };
}
