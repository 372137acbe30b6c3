import { mapNode, scalarNode, listNode, type DataNode, type MapNode } from '../../source/index.ts';
import type { WorkflowDefinition } from '../../templates/index.ts';

/** Fields that decide the shape of a machine; a placeholder in them is replaced by the text that it stands for. */
const STRUCTURAL = new Set(['Type', 'StartAt', 'Next', 'Default', 'QueryLanguage', 'Mode', 'ExecutionType']);

/**
 * The definition with placeholders in structural fields replaced, as far as their text is known. Placeholders anywhere else stay: they may stand
 * for a resource, whose identity would be lost.
 */
export function withStructure(definition: MapNode, workflow: Pick<WorkflowDefinition, 'resolve'>): MapNode {
  const replaced = replace(definition, workflow);
  return replaced.kind === 'map' ? replaced : definition;
}

function replace(node: DataNode, workflow: Pick<WorkflowDefinition, 'resolve'>): DataNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') {
    const items = node.items.map((item) => replace(item, workflow));
    return items.every((item, at) => item === node.items[at]) ? node : listNode(items, node.span);
  }
  const entries = node.entries.map((entry) => {
    const value = STRUCTURAL.has(entry.key) ? knownText(entry.value, workflow) : replace(entry.value, workflow);
    return value === entry.value ? entry : { ...entry, value };
  });
  return entries.every((entry, at) => entry === node.entries[at]) ? node : mapNode(entries, node.span, node.tag);
}

function knownText(node: DataNode, workflow: Pick<WorkflowDefinition, 'resolve'>): DataNode {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || !node.value.includes('${')) return node;
  const value = node.value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    const target = workflow.resolve(name);
    if (target.kind === 'literal') return target.text;
    return target.kind === 'parameter' ? (target.defaultText ?? whole) : whole;
  });
  return scalarNode({ value, raw: node.raw, span: node.span });
}
