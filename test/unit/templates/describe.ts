import type { Span } from '../../../model/span.ts';
import { entriesOf, textOf, valueAt, type DataNode } from '../../../analyzer/source/index.ts';
import type { PlaceholderTarget, TemplateModel, WorkflowDefinition } from '../../../analyzer/templates/index.ts';

/** Reads the text of a file, to show what stands at a span. */
type Read = (path: string) => string;

const at = ({ file, start }: Span): string => `${file}:${start.line}:${start.column}`;

/** A template model as lines that a reviewer can judge. */
export function describeModel(model: TemplateModel, read: Read): string {
  const lines = [
    ...model.files.map(({ file, kind, workflows }) => `file ${file} ${kind} workflows=${workflows}`),
    ...model.workflows.flatMap((workflow) => describeWorkflow(workflow, read)),
    ...model.resources.map((resource) => {
      const environment = resource.environmentNames.length === 0 ? '' : ` env=${resource.environmentNames.join(',')}`;
      const name = resource.physicalName === null ? '' : ` name=${resource.physicalName}`;
      return `resource ${at(resource.span)} ${resource.logicalId} ${resource.type}${name}${environment}`;
    }),
    ...model.triggers.map((trigger) => {
      const from = trigger.from === null ? '' : ` from ${describeTarget(trigger.from)}`;
      return `trigger ${at(trigger.span)} ${trigger.kind} ${trigger.authentication} -> ${trigger.target.logicalId}${from}`;
    }),
    ...model.literalSecrets.map((secret) => `secret ${at(secret.span)} ${secret.kind}: ${secret.masked}`),
    ...model.diagnostics.map((found) => `${found.severity} ${at(found.span)} ${found.code} ${found.message}`),
  ];
  return `${lines.join('\n')}\n`;
}

function describeWorkflow(workflow: WorkflowDefinition, read: Read): string[] {
  const { logicalId, name, kind, definition, logging, span } = workflow;
  const lines = [`workflow ${at(span)} ${logicalId} name=${name} ${kind}`];
  if (logging !== null) {
    const destination = logging.destination === null ? 'nowhere' : describeTarget(logging.destination);
    lines.push(`  logs ${logging.level} ${logging.includesData ? 'with' : 'without'} data to ${destination}`);
  }
  if (definition === null) return [...lines, '  no definition'];
  const states = entriesOf(valueAt(definition, 'States')).map((entry) => `${entry.key}@${at(entry.keySpan)}`);
  lines.push(`  starts at ${textOf(valueAt(definition, 'StartAt')) ?? 'nothing'}: ${states.join(' ')}`);
  return [...lines, ...placeholdersOf(definition).map((found) => describePlaceholder(found, workflow, read))];
}

interface Found {
  readonly name: string;
  readonly span: Span;
}

function placeholdersOf(root: DataNode): Found[] {
  const found: Found[] = [];
  const visit = (node: DataNode): void => {
    if (node.kind === 'list') node.items.forEach(visit);
    if (node.kind === 'map') for (const entry of node.entries) visit(entry.value);
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
    for (const match of node.value.matchAll(/\$\{([^}]+)\}/g)) {
      found.push({ name: match[1] ?? '', span: node.spanOf(match.index, match.index + match[0].length) });
    }
  };
  visit(root);
  return found;
}

function describePlaceholder({ name, span }: Found, workflow: WorkflowDefinition, read: Read): string {
  const written = read(span.file).slice(span.start.offset, span.end.offset).replace(/\s+/g, ' ');
  return `  \${${name}} ${at(span)} [${written}] is ${describeTarget(workflow.resolve(name))}`;
}

function describeTarget(target: PlaceholderTarget): string {
  switch (target.kind) {
    case 'resource':
      return `resource ${target.resource.logicalId}${target.attribute === null ? '' : `.${target.attribute}`}`;
    case 'literal':
    case 'composed':
      return `${target.kind} ${target.text}`;
    case 'parameter':
      return `parameter ${target.name}=${target.defaultText ?? '?'}`;
    case 'pseudo':
    case 'import':
      return `${target.kind} ${target.name}`;
    case 'unknown':
      return `unknown: ${target.reason}`;
  }
}
