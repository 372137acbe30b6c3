import path from 'node:path/posix';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';
import { entriesOf, parseEmbedded, textOf, valueAt, type DataNode, type MapNode } from '../source/index.ts';
import { pieceTogether, substitutionsOf } from './pieces.ts';
import type { TemplateScope } from './scope.ts';
import type { PlaceholderTarget, TemplateResource, WorkflowDefinition, WorkflowLogging } from './types.ts';

/** Finds a parsed file by its path relative to the analysis root; null when it is not there. */
export type Lookup = (path: string) => DataNode | null;

export interface DefinitionInput {
  readonly resource: TemplateResource;
  readonly scope: TemplateScope;
  readonly lookup: Lookup;
}

export interface FoundDefinition {
  readonly workflow: WorkflowDefinition;
  readonly diagnostics: readonly Diagnostic[];
  /** The definition file that the template refers to, when it is one of the repository's. */
  readonly definitionFile: string | null;
}

/** Whether a value is a state machine: a map with `StartAt` and `States`. */
export function isStateMachine(node: DataNode | null): node is MapNode {
  return node?.kind === 'map' && valueAt(node, 'StartAt') !== null && valueAt(node, 'States') !== null;
}

/** Finds the definition of one state machine resource, wherever the template keeps it. */
export function readDefinition(input: DefinitionInput): FoundDefinition {
  const { resource, scope } = input;
  const { properties } = resource;
  const body = locate(input);
  const variables = new Map<string, DataNode>(
    entriesOf(valueAt(properties, 'DefinitionSubstitutions')).map((entry) => [entry.key, entry.value]),
  );
  for (const [name, value] of body.variables) variables.set(name, value);
  const workflow: WorkflowDefinition = {
    file: resource.file,
    logicalId: resource.logicalId,
    name: resource.physicalName ?? resource.logicalId,
    kind: kindOf(resource, scope),
    definition: body.definition,
    resolve: (name) => scope.resolve(name, variables),
    logging: readLogging(properties, scope),
    resource,
    span: resource.span,
  };
  return { workflow, diagnostics: body.diagnostics, definitionFile: body.file };
}

function kindOf(resource: TemplateResource, scope: TemplateScope): WorkflowDefinition['kind'] {
  const isSam = resource.writtenType === 'AWS::Serverless::StateMachine';
  const node = valueAt(resource.properties, isSam ? 'Type' : 'StateMachineType');
  if (node === null) return 'standard';
  const text = scope.literalText(node) ?? '';
  return text === 'STANDARD' ? 'standard' : text === 'EXPRESS' ? 'express' : 'unknown';
}

interface Located {
  readonly definition: MapNode | null;
  readonly variables: ReadonlyMap<string, DataNode>;
  readonly diagnostics: readonly Diagnostic[];
  readonly file: string | null;
}

const located = (parts: Partial<Located>): Located => ({
  definition: null,
  variables: new Map(),
  diagnostics: [],
  file: null,
  ...parts,
});

function locate(input: DefinitionInput): Located {
  const { properties } = input.resource;
  const inline = valueAt(properties, 'Definition');
  if (inline !== null) {
    return isStateMachine(inline)
      ? located({ definition: inline })
      : located({
          diagnostics: [problem('TPL002', 'this is no state machine', 'Give it StartAt and States.', inline.span)],
        });
  }
  const text = valueAt(properties, 'DefinitionString');
  if (text !== null) return locateString(text);
  const uri = valueAt(properties, 'DefinitionUri') ?? valueAt(properties, 'DefinitionS3Location');
  if (uri !== null) return locateFile(uri, input);
  const help = 'Give it Definition, DefinitionString, DefinitionUri or DefinitionS3Location.';
  return located({
    diagnostics: [
      problem('TPL003', `state machine ${input.resource.logicalId} has no definition`, help, input.resource.span),
    ],
  });
}

function locateString(node: DataNode): Located {
  if (isStateMachine(node)) return located({ definition: node });
  const pieces = pieceTogether(node);
  if (pieces === null) {
    const help = 'Write the definition as text, Fn::Sub or Fn::Join, or in a file of its own.';
    return located({
      diagnostics: [problem('TPL004', 'this definition cannot be evaluated before deployment', help, node.span)],
    });
  }
  const parsed = parseEmbedded(pieces.text, (from, to) => pieces.place(from, to));
  const definition = isStateMachine(parsed.root) ? parsed.root : null;
  const diagnostics = [...parsed.diagnostics];
  if (definition === null && parsed.root !== null)
    diagnostics.push(problem('TPL002', 'this is no state machine', 'Give it StartAt and States.', node.span));
  return located({ definition, variables: substitutionsOf(node), diagnostics });
}

function locateFile(uri: DataNode, input: DefinitionInput): Located {
  const written = input.scope.literalText(uri) ?? textOf(valueAt(uri, 'Key'));
  if (written === null || /^s3:\/\//.test(written)) {
    const help = 'Check the template before it is packaged, with the path of the local file.';
    return located({
      diagnostics: [problem('TPL005', 'the definition is in a bucket and cannot be read here', help, uri.span)],
    });
  }
  const file = path.normalize(path.join(path.dirname(input.resource.file), written));
  const root = input.lookup(file);
  if (isStateMachine(root)) return located({ definition: root, file });
  const message = root === null ? `the definition file ${written} cannot be read` : `${written} is no state machine`;
  const help =
    root === null
      ? 'Correct the path, which is relative to the template, or build the file first.'
      : 'Give it StartAt and States.';
  return located({ diagnostics: [problem('TPL006', message, help, uri.span)], file: root === null ? null : file });
}

function readLogging(properties: MapNode | null, scope: TemplateScope): WorkflowLogging | null {
  const logging = valueAt(properties, 'Logging') ?? valueAt(properties, 'LoggingConfiguration');
  if (logging?.kind !== 'map') return null;
  const level = (scope.literalText(valueAt(logging, 'Level')) ?? 'OFF').toUpperCase();
  const includes = valueAt(logging, 'IncludeExecutionData');
  const destinations = valueAt(logging, 'Destinations');
  const group =
    destinations?.kind === 'list' ? valueAt(destinations.items[0], 'CloudWatchLogsLogGroup', 'LogGroupArn') : null;
  return {
    level: level === 'ALL' || level === 'ERROR' || level === 'FATAL' ? level : 'OFF',
    includesData: includes?.kind === 'scalar' && (includes.value === true || includes.value === 'true'),
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

export function problem(code: string, message: string, help: string, span: Span): Diagnostic {
  return { code, severity: 'error', message, help, span };
}
