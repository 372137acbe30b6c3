import type { Diagnostic } from '../../model/diagnostic.ts';
import { entriesOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { locateDefinition } from './locate.ts';
import type { Lookup } from './lookup.ts';
import { intrinsicOf } from './pieces.ts';
import { note } from './problems.ts';
import type { Names, TemplateScope } from './scope.ts';
import type { PlaceholderTarget, TemplateResource, WorkflowDefinition, WorkflowLogging } from './types.ts';

export interface DefinitionInput {
  readonly resource: TemplateResource;
  readonly scope: TemplateScope;
  readonly lookup: Lookup;
}

export interface FoundDefinition {
  readonly workflow: WorkflowDefinition;
  readonly diagnostics: readonly Diagnostic[];
  /** The definition file that the template refers to, when it could be read. */
  readonly definitionFile: string | null;
}

/** Finds the definition of one state machine resource, wherever the template keeps it. */
export function readDefinition(input: DefinitionInput): FoundDefinition {
  const { resource, scope } = input;
  const { properties } = resource;
  const located = locateDefinition(input);
  const names = new Map<string, DataNode>(
    entriesOf(valueAt(properties, 'DefinitionSubstitutions')).map((entry) => [entry.key, entry.value]),
  );
  for (const [name, value] of located.names) names.set(name, value);
  const workflow: WorkflowDefinition = {
    file: resource.file,
    logicalId: resource.logicalId,
    name: resource.physicalName ?? resource.logicalId,
    kind: kindOf(resource, scope),
    definition: located.definition,
    resolve: resolver(scope, names),
    logging: readLogging(properties, scope),
    resource,
    span: resource.span,
  };
  const missing = located.definition === null ? [] : missingNames(located.definition, workflow, located.file !== null);
  return { workflow, diagnostics: [...located.diagnostics, ...missing], definitionFile: located.file };
}

/** `${!Name}` is how `Fn::Sub` writes the text `${Name}`. */
function resolver(scope: TemplateScope, names: Names): WorkflowDefinition['resolve'] {
  return (name) =>
    name.startsWith('!')
      ? { kind: 'unknown', name: name.slice(1), reason: 'it is text and no placeholder of the template' }
      : scope.resolve(name, names);
}

/**
 * One note for each name that has no value, at its first place. Names that a template cannot declare are text of another language.
 *
 * @param isFile the definition is a file, in which only `DefinitionSubstitutions` are replaced; a reference that means something in the
 *   template is followed all the same, since it shows what was meant
 */
function missingNames(definition: MapNode, workflow: WorkflowDefinition, isFile: boolean): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const given = valueAt(workflow.resource?.properties, 'DefinitionSubstitutions');
  const stack: DataNode[] = [definition];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'list') stack.push(...node.items.toReversed());
    if (node.kind === 'map') stack.push(...node.entries.map((entry) => entry.value).reverse());
    if (node.kind !== 'scalar' || typeof node.value !== 'string') continue;
    for (const match of node.value.matchAll(/\$\{([A-Za-z][\w.]*)\}/g)) {
      const name = match[1] ?? '';
      const reason = found.has(name) ? null : whyMissing(name, workflow, isFile ? given : undefined);
      if (reason === null) continue;
      const message = `nothing gives \`\${${name}}\` a value in the definition of ${workflow.logicalId}: ${reason}`;
      const help = 'Give it a value in DefinitionSubstitutions; it stays as text otherwise.';
      found.set(name, note('TPL009', { message, help }, node.spanOf(match.index, match.index + match[0].length)));
    }
  }
  return [...found.values()];
}

/** @param given the substitutions when nothing else is replaced; undefined when the template's own names are as well */
function whyMissing(name: string, workflow: WorkflowDefinition, given: DataNode | null | undefined): string | null {
  const target = workflow.resolve(name);
  if (target.kind === 'unknown' && target.name === name) return target.reason;
  // Substitutions that are computed may have any name.
  const isOpen = given === undefined || (given !== null && (given.kind !== 'map' || intrinsicOf(given) !== null));
  return isOpen || valueAt(given, name) !== null ? null : 'DefinitionSubstitutions does not have this name';
}

function kindOf(resource: TemplateResource, scope: TemplateScope): WorkflowDefinition['kind'] {
  const isSam = resource.writtenType === 'AWS::Serverless::StateMachine';
  const node = valueAt(resource.properties, isSam ? 'Type' : 'StateMachineType');
  if (node === null) return 'standard';
  const text = scope.defaultText(node)?.toUpperCase();
  return text === 'STANDARD' ? 'standard' : text === 'EXPRESS' ? 'express' : 'unknown';
}

const LOG_LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;

/** A level that is only known after deployment counts as `ALL`, and so does data that may be included: the safe side. */
function readLogging(properties: MapNode | null, scope: TemplateScope): WorkflowLogging | null {
  const logging = valueAt(properties, 'Logging') ?? valueAt(properties, 'LoggingConfiguration');
  if (logging?.kind !== 'map') return null;
  const levelNode = valueAt(logging, 'Level');
  const level = levelNode === null ? 'OFF' : (scope.defaultText(levelNode)?.toUpperCase() ?? 'ALL');
  const includes = valueAt(logging, 'IncludeExecutionData');
  const destinations = valueAt(logging, 'Destinations');
  const first = destinations?.kind === 'list' ? destinations.items[0] : undefined;
  // Serverless Framework lists the groups' ARNs themselves.
  const isArn = first !== undefined && (first.kind === 'scalar' || intrinsicOf(first) !== null);
  const group = isArn ? first : valueAt(first, 'CloudWatchLogsLogGroup', 'LogGroupArn');
  return {
    level: LOG_LEVELS.find((known) => known === level) ?? 'ALL',
    includesData: includes !== null && scope.defaultText(includes)?.toLowerCase() !== 'false',
    destination: group === null ? null : logDestination(group, scope),
    span: logging.span,
  };
}

/** `${Group.Arn}` alone or with `:*` behind it is the group. */
function logDestination(node: DataNode, scope: TemplateScope): PlaceholderTarget {
  const target = scope.resolveNode(node);
  const name = target.kind === 'composed' ? /^\$\{([^}]+)\}:\*$/.exec(target.text)?.[1] : undefined;
  return name === undefined ? target : scope.resolve(name);
}
